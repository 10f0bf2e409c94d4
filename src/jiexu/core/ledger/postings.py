"""Business events as postings: who is debited, who is credited, under which key.

A key is made from the event and its case or bank line alone, and is unique per agency: the same
event can never be posted twice, however often it is asked for. Every function here is pure and
raises `BadInput` for an amount that is not a positive number of fen or a name that cannot be one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import MAX_FEN, Fen
from jiexu.core.ledger.chart import Phase, chart

_NAME = re.compile(r"[^\s:][^\n\r\t]{0,59}")
_CASE = re.compile(r"[^\s:]{1,40}")


class AccountRef(NamedTuple):
    """An account of an agency: its kind in the chart and whose it is (empty: the agency's own)."""

    kind: str
    owner: str = ""


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """One movement to be recorded. A `post` or `void` names the key of its pending one."""

    key: str
    code: str
    phase: Phase
    debit: AccountRef
    credit: AccountRef
    amount_fen: Fen
    case_no: str = ""
    pending_key: str | None = None


def person_account(person: str) -> AccountRef:
    """The personal account of a person, by their number at the agency."""
    return AccountRef("person_account", _name(person, "person"))


def in_transit(case_no: str) -> AccountRef:
    """The money of one case that has left one personal account and not reached the next."""
    return AccountRef("in_transit", _case(case_no))


def suspense(line: str) -> AccountRef:
    """暂收款 of one bank line: money that came and is not yet known. One account per line, so a
    line can never be matched for more than it brought.
    """
    return AccountRef("suspense", _name(line, "line"))


def due_from(area: str) -> AccountRef:
    """应收清算款: what another agency owes us for accounts we credited ahead of its money."""
    return AccountRef("due_from", _case(area))


def due_to(area: str) -> AccountRef:
    """应付清算款: what we owe another agency that has credited ahead of our money."""
    return AccountRef("due_to", _case(area))


def sending_back(reference: str) -> AccountRef:
    """Money that two people decided to send back, until the bank has paid it."""
    return AccountRef("sending_back", _case(reference))


PAYMENT_BANK = AccountRef("payment_bank")
RECEIPT_BANK = AccountRef("receipt_bank")
OPENING = AccountRef("opening")


def opening_balance(person: str, amount_fen: Fen) -> Posting:
    """A balance taken over when the books are opened here; once per person."""
    accounts = (OPENING, person_account(person))
    return _posting("opening_balance", f"opening:{person}", accounts, amount_fen)


def later_credit(person: str, voucher_no: str, amount_fen: Fen) -> Posting:
    """Interest, a contribution or a reversal booked by the system of origin; once per voucher."""
    accounts = (OPENING, person_account(person))
    return _posting("later_credit", f"later:{voucher_no}", accounts, amount_fen)


def reserve_for_transfer(case_no: str, person: str, amount_fen: Fen, part: int = 1) -> Posting:
    """Set the amount of a transfer aside in the old account.

    `part` counts anew for late money of the same case (二次转移) or a new try after a void.
    """
    return _reservation("transfer_out_reserved", case_no, person, amount_fen, part)


def commit_reservation(case_no: str, person: str, amount_fen: Fen, part: int = 1) -> Posting:
    """The reserved amount leaves the old account and is in transit."""
    return _reservation("transfer_out_committed", case_no, person, amount_fen, part)


def void_reservation(case_no: str, person: str, amount_fen: Fen, part: int = 1) -> Posting:
    """The reserved amount is free again in the old account; expiry is a void too."""
    return _reservation("transfer_out_voided", case_no, person, amount_fen, part)


def paid_out(case_no: str, amount_fen: Fen, part: int = 1) -> Posting:
    """Our bank shows the debit: the money has left, 转移支出 is realised."""
    accounts = (in_transit(case_no), PAYMENT_BANK)
    key = f"paid:{_part(part)}:{case_no}"
    return _posting("transfer_out_paid", key, accounts, amount_fen, case_no=case_no)


def received(line: str, amount_fen: Fen) -> Posting:
    """Our bank shows money that came; until it is known it is 暂收款. `line`: the bank's number."""
    accounts = (RECEIPT_BANK, suspense(line))
    return _posting("transfer_in_received", f"received:{line}", accounts, amount_fen)


def matched(case_no: str, line: str, amount_fen: Fen) -> Posting:
    """The money of a line, or the part of it named here, belongs to this case: 转移收入."""
    accounts = (suspense(line), in_transit(case_no))
    key = f"matched:{case_no}:{line}"
    return _posting("transfer_in_matched", key, accounts, amount_fen, case_no=case_no)


def credited(case_no: str, person: str, amount_fen: Fen, part: int = 1) -> Posting:
    """The money of the case is in the person's new account."""
    accounts = (in_transit(case_no), person_account(person))
    key = f"credited:{_part(part)}:{case_no}"
    return _posting("transfer_in_credited", key, accounts, amount_fen, case_no=case_no)


def _reservation(code: str, case_no: str, person: str, amount_fen: Fen, part: int) -> Posting:
    word = {Phase.PENDING: "reserve", Phase.POST: "commit", Phase.VOID: "void"}[_phase(code)]
    tail = f"{_part(part)}:{case_no}"
    return _posting(
        code,
        f"{word}:{tail}",
        (person_account(person), in_transit(case_no)),
        amount_fen,
        case_no=case_no,
        pending_key=None if word == "reserve" else f"reserve:{tail}",
    )


def _posting(
    code: str,
    key: str,
    accounts: tuple[AccountRef, AccountRef],
    amount_fen: Fen,
    *,
    case_no: str = "",
    pending_key: str | None = None,
) -> Posting:
    if type(amount_fen) is not int or not 0 < amount_fen <= MAX_FEN:
        raise BadInput(
            "记账金额必须是大于零的整数分。",
            "请核对金额；金额为零的业务不需要记账。",
            path="amount_fen",
            code="BAD_MONEY",
        )
    debit, credit = accounts
    return Posting(
        key=key,
        code=code,
        phase=_phase(code),
        debit=debit,
        credit=credit,
        amount_fen=amount_fen,
        case_no=case_no,
        pending_key=pending_key,
    )


def _phase(code: str) -> Phase:
    return chart().codes[code].phase


def _case(case_no: str) -> str:
    if _CASE.fullmatch(case_no) is None:
        raise _bad_name("业务号", case_no, "case_no")
    return case_no


def _name(name: str, path: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise _bad_name("人员编号" if path == "person" else "银行流水号", name, path)
    return name


def _part(part: int) -> int:
    if type(part) is not int or not 1 <= part <= 999:
        raise BadInput("转移次数必须在 1 到 999 之间。", "请核对这是第几次转移。", path="part")
    return part


def _bad_name(label: str, name: str, path: str) -> BadInput:
    return BadInput(
        f"{label}不能用来记账：{name[:20]!r}。",
        f"{label}不能为空、不能太长，也不能含有换行等控制字符。",
        path=path,
        code="BAD_REFERENCE",
    )
