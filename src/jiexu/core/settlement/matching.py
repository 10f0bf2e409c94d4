"""The matching rule: which case does a line of the bank statement belong to?

There is no published rule for the remark of a transfer payment; agencies match by name and amount.
Here the case number in the remark decides, with the number of the payment behind it, and the
amount must agree. A partner on the national platform does not know our number: its own number in
the remark decides then; name, amount and sender together only propose a case. Whatever is not
certain is left for a person, with the doubt named: money never goes into an account by likeness.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from jiexu.core.base.codes.as_typed import half_width
from jiexu.core.base.money import Fen
from jiexu.core.procedures.case_number import find_reference

DOUBTS = {
    "NO_REFERENCE": "附言里没有可用的业务流水号",
    "UNKNOWN_CASE": "附言里的业务流水号在本机构没有在办案件",
    "AMOUNT_DIFFERS": "金额与信息表不一致",
    "NOT_EXPECTED": "案件现在不等待这笔资金",
    "ALREADY_MATCHED": "这个案件的资金已经匹配过",
    "RETURN_UNCLEAR": "像是退汇，但附言没有写明，或金额与已付的不一致",
    "PAID_AFTER_ALL": "银行曾说未付成、现在又有付出，而重付的一笔已批准：请立即联系银行",
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
    returned: bool = False


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """A payment of an outgoing half: its part, amount and state (as in the case's record)."""

    part: int
    amount_fen: Fen
    state: str


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """A case that may wait for money: its half, fund leg and amount (`None` before the form).

    `wanted`: the amounts that would complete what an incoming half waits for. `payments`: what an
    outgoing half pays or has paid.
    `partner_reference` is the number the other side knows it by, `psn_name` whose money it is and
    `sender` the place it comes from, in one word; all empty where the other side sends messages.
    """

    half: str
    fund_leg: str
    amount_fen: Fen | None
    wanted: tuple[Fen, ...] = ()
    payments: tuple[Paid, ...] = ()
    partner_reference: str = ""
    psn_name: str = ""
    sender: str = ""


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """`doubt` empty: certain. With a doubt `case_no` may still name the case it is about.

    `event` is the move of `half` that the line asks for; `part` the payment its remark names.
    """

    case_no: str = ""
    doubt: str = ""
    half: str = ""
    event: str = ""
    part: int = 0


_RUN = re.compile(r"[0-9A-Za-z]{8,60}", re.ASCII)
_WAITING_IN = frozenset({"waiting", "fixed", "in_transit"})
_WAITING_OUT = frozenset({"approved"})
_HAD_IT = frozenset({"arrived", "credited", "paid", "credited_ahead"})
_BACK = re.compile("退汇|退回|退款|冲正|TH[0-9]")
_SENT_BACK = re.compile(r"(ZY[0-9]{20}[0-9X]TH[1-9][0-9]?)(?![0-9A-Z])", re.ASCII)


def sent_back_reference(remark: str) -> str:
    """The reference of money of a case that we send back ourselves; empty if there is none."""
    found = set(_SENT_BACK.findall(remark.upper().replace(" ", "")))
    return found.pop() if len(found) == 1 else ""


def match_line(line: Line, cases: Mapping[tuple[str, str], Expected]) -> Match:
    """Match one line against the agency's cases, keyed by (case number, half).

    A debit belongs to an outgoing half whose payment was approved, or to an incoming half that
    sends money back; a credit to an incoming half that waits for money, or to an outgoing half
    whose payment comes back. The amount must be the one of the 信息表 or of the payment.
    """
    found = find_reference(line.remark)
    if found is None and line.direction == "credit" and not line.returned:
        case_no = _by_partner_reference(line, cases)
        if case_no is None and (proposed := _by_likeness(line, cases)):
            return Match(case_no=proposed, doubt="PROPOSED")
        found = (case_no, 1) if case_no else None
    if found is None:
        return Match(doubt="NO_REFERENCE")
    case_no, part = found
    if line.direction == "debit" and line.returned:
        return Match(case_no=case_no, doubt="RETURN_UNCLEAR")
    if line.direction == "debit":
        if sent_back_reference(line.remark) and (case_no, "in") in cases:
            return _sent_back(case_no, cases[case_no, "in"])
        return _debit(line, case_no, part, cases.get((case_no, "out")))
    incoming, outgoing = cases.get((case_no, "in")), cases.get((case_no, "out"))
    ours = outgoing if line.returned or incoming is None else None
    if ours is not None and ours.payments:
        return _came_back(line, case_no, part, ours)
    return _credit(line, case_no, part, incoming)


def _debit(line: Line, case_no: str, part: int, case: Expected | None) -> Match:
    about = Match(case_no=case_no, half="out", event="debit_seen", part=part)
    if case is None:
        return Match(doubt="UNKNOWN_CASE")
    if case.payments:
        paid = next((one for one in case.payments if one.part == part), None)
        if paid is None or paid.state == "placed":
            return _doubt(about, "NOT_EXPECTED")
        if paid.state not in {"approved", "failed"}:
            return _doubt(about, "ALREADY_MATCHED")
        if paid.state == "failed" and case.payments[-1].state == "approved":
            return _doubt(about, "PAID_AFTER_ALL")
        return about if paid.amount_fen == line.amount_fen else _doubt(about, "AMOUNT_DIFFERS")
    if case.fund_leg in _HAD_IT:
        return _doubt(about, "ALREADY_MATCHED")
    if case.fund_leg not in _WAITING_OUT:
        return _doubt(about, "NOT_EXPECTED")
    if case.amount_fen is not None and case.amount_fen != line.amount_fen:
        return _doubt(about, "AMOUNT_DIFFERS")
    return about


def _sent_back(case_no: str, case: Expected) -> Match:
    about = Match(case_no=case_no, half="in", event="send_back_seen")
    return about if case.fund_leg == "sending_back" else _doubt(about, "NOT_EXPECTED")


def _came_back(line: Line, case_no: str, part: int, case: Expected) -> Match:
    """退汇: certain only when the bank says so and the amount is that of a payment made."""
    about = Match(case_no=case_no, half="out", event="money_returned", part=part)
    amounts = {one.amount_fen for one in case.payments if one.state == "paid"}
    if case.fund_leg != "paid":
        return _doubt(about, "NOT_EXPECTED")
    if line.amount_fen not in amounts or not (line.returned or _BACK.search(line.remark)):
        return _doubt(about, "RETURN_UNCLEAR")
    return about


def _credit(line: Line, case_no: str, part: int, case: Expected | None) -> Match:
    about = Match(case_no=case_no, half="in", event="match_money", part=part)
    if case is None:
        return Match(doubt="UNKNOWN_CASE")
    if line.returned:
        return _doubt(about, "RETURN_UNCLEAR")
    if case.fund_leg == "arrived" and line.amount_fen in case.wanted:
        return about
    if case.fund_leg in _HAD_IT:
        return _doubt(about, "ALREADY_MATCHED")
    if case.fund_leg not in _WAITING_IN:
        return _doubt(about, "NOT_EXPECTED")
    fits = case.wanted or ((case.amount_fen,) if case.amount_fen is not None else ())
    return about if not fits or line.amount_fen in fits else _doubt(about, "AMOUNT_DIFFERS")


def _doubt(about: Match, doubt: str) -> Match:
    return msgspec.structs.replace(about, doubt=doubt)


def after(match: Match, case: Expected) -> Expected:
    """What a case waits for once a line of the same file has been matched to it."""
    if match.half == "in":
        return msgspec.structs.replace(
            case, fund_leg="fixed" if match.event == "send_back_seen" else "arrived", wanted=()
        )
    state = "returned" if match.event == "money_returned" else "paid"
    return msgspec.structs.replace(
        case,
        fund_leg=state,
        payments=tuple(
            msgspec.structs.replace(one, state=state) if one.part == match.part else one
            for one in case.payments
        ),
    )


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
