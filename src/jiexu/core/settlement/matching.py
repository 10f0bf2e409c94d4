"""The matching rule: which case does a line of the bank statement belong to?

There is no published rule for the remark of a transfer payment; agencies match by name and amount.
Here the case number in the remark decides, and the amount must agree. A partner on the national
platform does not know our number: its own number in the remark decides then; name, amount and
sender together only propose a case. Whatever is not certain is left for a person, with the doubt
named: money never goes into an account by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from jiexu.core.base.codes.as_typed import half_width
from jiexu.core.base.money import Fen
from jiexu.core.procedures.case_number import find_case_no

DOUBTS = {
    "NO_REFERENCE": "附言里没有可用的业务流水号",
    "UNKNOWN_CASE": "附言里的业务流水号在本机构没有在办案件",
    "AMOUNT_DIFFERS": "金额与信息表不一致",
    "NOT_EXPECTED": "案件现在不等待这笔资金",
    "ALREADY_MATCHED": "这个案件的资金已经匹配过",
    "PROPOSED": "附言里没有编号，但姓名、金额和付款方都对得上，请人工确认",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the statement: `direction` debit (we paid) or credit (we received).

    `counterparty` is the name of the other account's holder, as the bank writes it.
    """

    direction: str
    amount_fen: Fen
    remark: str
    counterparty: str = ""


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A case that may wait for money: its half, fund leg and amount (`None` before the form).

    `partner_reference` is the number the other side knows it by, `psn_name` whose money it is and
    `sender` the place it comes from, in one word; all empty where the other side sends messages.
    """

    half: str
    fund_leg: str
    amount_fen: Fen | None
    partner_reference: str = ""
    psn_name: str = ""
    sender: str = ""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """`doubt` empty: certain. With a doubt `case_no` may still name the case it is about."""

    case_no: str = ""
    doubt: str = ""


_RUN = re.compile(r"[0-9A-Za-z]{8,60}", re.ASCII)
_WAITING_IN = frozenset({"waiting", "fixed", "in_transit"})
_WAITING_OUT = frozenset({"approved"})
_HAD_IT = frozenset({"arrived", "credited", "paid"})


def match_line(line: Line, cases: Mapping[tuple[str, str], Expected]) -> Match:
    """Match one line against the agency's cases, keyed by (case number, half).

    A debit belongs to an outgoing half whose payment was approved, a credit to an incoming half
    that waits for money. The amount must be the one of the 信息表.
    """
    case_no = find_case_no(line.remark)
    if case_no is None and line.direction == "credit":
        case_no = _by_partner_reference(line, cases)
        if case_no is None and (proposed := _by_likeness(line, cases)):
            return Match(case_no=proposed, doubt="PROPOSED")
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


def reference_words(remark: str) -> frozenset[str]:
    """What in a remark may be a partner's number: unbroken runs of 8 and more digits or letters."""
    return frozenset(_RUN.findall(half_width(remark)))


def _by_partner_reference(line: Line, cases: Mapping[tuple[str, str], Expected]) -> str | None:
    """The one case whose partner's number stands in the remark."""
    words = reference_words(line.remark)
    found = {
        number
        for (number, half), one in cases.items()
        if half == "in" and one.partner_reference in words
    }
    return found.pop() if len(found) == 1 else None


def _by_likeness(line: Line, cases: Mapping[tuple[str, str], Expected]) -> str | None:
    """The one waiting case whose name is told, whose amount and whose sender agree."""
    told = _plain(f"{line.remark} {line.counterparty}")
    found = [
        number
        for (number, half), one in cases.items()
        if half == "in"
        and one.fund_leg in _WAITING_IN
        and one.amount_fen == line.amount_fen
        and one.psn_name
        and _plain(one.psn_name) in told
        and one.sender
        and one.sender in told
    ]
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> str:
    return "".join(half_width(text).split())
