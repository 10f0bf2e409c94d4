"""Accounts at banks: a person's card, an agency's account.

Luhn is only a warning: passbooks and some old cards do not follow it, and the bank itself
answers whether the account exists.
"""

from __future__ import annotations

import re

import msgspec

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.codes.check_digits import luhn
from jiexu.core.base.codes.code_warning import CodeWarning
from jiexu.core.base.errors import BadInput

PERSON_DIGITS = range(16, 20)
"""Bank cards in China have 16 to 19 digits."""
INSTITUTION_DIGITS = range(5, 33)
"""Accounts of institutions differ by bank; payment messages carry up to 32 characters."""

LUHN_WARNING = CodeWarning(
    code="BANK_ACCOUNT_LUHN",
    message="银行卡号的校验位对不上，可能有一位填错了。",
    remedy="请对照银行卡再看一遍；确认无误（例如是存折账号）可以继续。",
)


class BankAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A number that can be an account; `text` has digits only. `repr` shows the last four."""

    text: str
    warnings: tuple[CodeWarning, ...] = ()

    @property
    def masked(self) -> str:
        """For screens and letters: the last four digits."""
        return f"**** {self.text[-4:]}"

    def __repr__(self) -> str:
        return f"BankAccount({self.masked}, warnings={[w.code for w in self.warnings]})"


def check_bank_account(text: str, *, path: str = "bank_account") -> BankAccount:
    """Read a person's bank card number: 16-19 digits, blanks and hyphens between groups allowed.

    A number that fails Luhn comes back with `LUHN_WARNING`. Raises `BadInput`
    BANK_ACCOUNT_CHARACTERS or BANK_ACCOUNT_LENGTH.
    """
    number = _digits(text, PERSON_DIGITS, "银行卡号", path)
    fits = luhn(number[:-1]) == number[-1]
    return BankAccount(text=number, warnings=() if fits else (LUHN_WARNING,))


def check_institution_account(text: str, *, path: str = "bank_account") -> BankAccount:
    """Read the account number of an agency or employer: 5-32 digits, no check digit known.

    Raises `BadInput` BANK_ACCOUNT_CHARACTERS or BANK_ACCOUNT_LENGTH.
    """
    return BankAccount(text=_digits(text, INSTITUTION_DIGITS, "单位账号", path))


def _digits(text: str, lengths: range, name: str, path: str) -> str:
    number = without_blanks(half_width(text)).replace("-", "")
    if number and re.fullmatch(r"[0-9]+", number, re.ASCII) is None:
        raise BadInput(
            f"{name}只能有数字。",
            "请照卡面或开户回执填写，不要带户名和银行名。",
            path=path,
            code="BANK_ACCOUNT_CHARACTERS",
        )
    if len(number) not in lengths:
        said = f"填了 {len(number)} 位" if number else "没有填写"
        raise BadInput(
            f"{name}应有 {lengths.start} 到 {lengths.stop - 1} 位，{said}。",
            "请对照卡面或开户回执核对后重新填写。",
            path=path,
            code="BANK_ACCOUNT_LENGTH",
        )
    return number
