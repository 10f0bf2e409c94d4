"""CNAPS 行号: which bank branch an account is kept at.

12 digits: bank 3, area 4, branch 4, check 1. The check digit fits ISO 7064 MOD 11,10 on every
known code, but the rule is not published: a misfit is a warning only.
"""

from __future__ import annotations

import re

import msgspec

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.codes.check_digits import mod_11_10
from jiexu.core.base.codes.code_warning import CodeWarning
from jiexu.core.base.errors import BadInput

CNAPS_WARNING = CodeWarning(
    code="CNAPS_CHECK_DIGIT",
    message="行号的校验位对不上，可能有一位填错了。",
    remedy="请向开户银行核对 12 位行号；确认无误可以继续。",
)


class Cnaps(msgspec.Struct, frozen=True, kw_only=True):
    """A number that can be a bank branch: `text` whole, `bank` its first three digits."""

    text: str
    bank: str
    warnings: tuple[CodeWarning, ...] = ()


def check_cnaps(text: str, *, path: str = "cnaps") -> Cnaps:
    """Read a CNAPS branch number. Raises `BadInput` CNAPS_FORM unless it is 12 digits."""
    number = without_blanks(half_width(text))
    if re.fullmatch(r"[0-9]{12}", number, re.ASCII) is None:
        raise BadInput(
            "行号应是 12 位数字。",
            "请向开户银行询问支付系统行号（联行号）后填写。",
            path=path,
            code="CNAPS_FORM",
        )
    fits = mod_11_10(number[:11]) == number[11]
    return Cnaps(text=number, bank=number[:3], warnings=() if fits else (CNAPS_WARNING,))
