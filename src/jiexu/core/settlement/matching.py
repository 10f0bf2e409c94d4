"""The matching rule: which case does a line of the bank statement belong to?

There is no published rule for the remark of a transfer payment; agencies match by name and amount.
Here the case number in the remark decides, and the amount must agree. Whatever is not certain is
left for a person, with the doubt named: money never goes into an account by likeness.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from jiexu.core.base.money import Fen
from jiexu.core.procedures.case_number import find_case_no

DOUBTS = {
    "NO_REFERENCE": "附言里没有可用的业务流水号",
    "UNKNOWN_CASE": "附言里的业务流水号在本机构没有在办案件",
    "AMOUNT_DIFFERS": "金额与信息表不一致",
    "NOT_EXPECTED": "案件现在不等待这笔资金",
    "ALREADY_MATCHED": "这个案件的资金已经匹配过",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the statement: `direction` debit (we paid) or credit (we received)."""

    direction: str
    amount_fen: Fen
    remark: str


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A case that may wait for money: its half, fund leg and amount (`None` before the form)."""

    half: str
    fund_leg: str
    amount_fen: Fen | None


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """`doubt` empty: certain. With a doubt `case_no` may still name the case it is about."""

    case_no: str = ""
    doubt: str = ""


_WAITING_IN = frozenset({"waiting", "fixed", "in_transit"})
_WAITING_OUT = frozenset({"approved"})
_HAD_IT = frozenset({"arrived", "credited", "paid"})


def match_line(line: Line, cases: Mapping[tuple[str, str], Expected]) -> Match:
    """Match one line against the agency's cases, keyed by (case number, half).

    A debit belongs to an outgoing half whose payment was approved, a credit to an incoming half
    that waits for money. The amount must be the one of the 信息表.
    """
    case_no = find_case_no(line.remark)
    if case_no is None:
        return Match(doubt="NO_REFERENCE")
    half, waiting = ("out", _WAITING_OUT) if line.direction == "debit" else ("in", _WAITING_IN)
    case = cases.get((case_no, half))
    if case is None:
        return Match(doubt="UNKNOWN_CASE")
    if case.fund_leg in _HAD_IT:
        return Match(case_no=case_no, doubt="ALREADY_MATCHED")
    if case.fund_leg not in waiting:
        return Match(case_no=case_no, doubt="NOT_EXPECTED")
    if case.amount_fen is not None and case.amount_fen != line.amount_fen:
        return Match(case_no=case_no, doubt="AMOUNT_DIFFERS")
    return Match(case_no=case_no)
