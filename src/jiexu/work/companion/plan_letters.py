"""Rows of what partners without messages write beside a case: ends, answers to ends, enquiries."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.exchange.kinds.enquiry.schema import Body as Enquiry
from jiexu.core.exchange.kinds.enquiry_answer.schema import Body as EnquiryAnswer
from jiexu.core.exchange.kinds.withdrawal.schema import Body as Withdrawal
from jiexu.core.exchange.kinds.withdrawal_answer.schema import Body as WithdrawalAnswer
from jiexu.core.procedures.case_number import find_case_no
from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.records.access.sealing import open_struct
from jiexu.records.procedures.models import Case
from jiexu.work.companion import list_cells
from jiexu.work.companion.finding_cases import find_case
from jiexu.work.companion.list_kinds import word
from jiexu.work.companion.plan_cases import declined_reason
from jiexu.work.companion.planning import Copying, Planned, make_step, past_day, read_identity
from jiexu.work.importing.rows import Row

_ANSWERS_TO_US = frozenset({"agreed", "too_late"})


def plan(copying: Copying, row: Row, evidence: str) -> Planned | None:
    """What a letter asks for; `None` when the row was refused."""
    what = row.read("what", lambda text: word("letter", text))
    on = row.read("told_on", past_day(copying.today))
    words = row.read("words", list_cells.words) or ""
    number = row.read("partner_no", list_cells.partner_no)
    row.read("psn_name", list_cells.name)
    certno, _ = read_identity(copying, row)
    if row.problems or what is None or on is None or number is None or certno is None:
        return None
    half = "in" if what in _ANSWERS_TO_US else half_here(copying.area, row, number)
    case = find_case(copying.area, half, row, partner_no=number, certno=certno)
    if case is None:
        return None
    step = _said(row, case, what, on, words)
    if step is None:
        return None
    event, payload = step
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half=half,
        event=event,
        counterpart=case.counterpart,
        payload=payload,
        partner_no=number,
    )


def half_here(area: str, row: Row, number: str) -> str:
    """Which half of the case is ours: its numbers say so."""
    rows = Case.objects.of(area).filter(procedure="transfer").values_list("half", flat=True)
    found = rows.filter(partner_reference=number).first()
    if found is None and (ours := find_case_no(row.text("case_no"))):
        found = rows.filter(case_no=ours).first()
    return str(found or "in")


def _said(
    row: Row, case: Case, what: str, on: date, words: str
) -> tuple[str, msgspec.Struct] | None:
    """The move and its message."""
    to_half = case.half
    if what in {"withdrawn", "refused"}:
        reasons = (declined_reason(words),) if what == "refused" else ()
        body = Withdrawal(
            case_no=case.case_no,
            to_half=to_half,
            how=what,  # type: ignore[arg-type]
            told_on=on,
            reasons=reasons,
        )
        return "withdrawal_received", body
    if what in _ANSWERS_TO_US:
        agreed = what == "agreed"
        return "withdrawal_answered", WithdrawalAnswer(
            case_no=case.case_no, agreed=agreed, answered_on=on
        )
    if not words:
        row.refuse("words", "NO_WORDS", "没有写对方问了什么、答了什么。", "请照来函录入内容。")
        return None
    if what == "enquiry":
        number = f"letter-{digest_hex([case.case_no, on.isoformat(), words])[:10]}"
        return "enquiry_received", Enquiry(
            case_no=case.case_no,
            to_half=to_half,
            enquiry_no=number,
            purpose="clarify",
            asked_on=on,
            words=words,
        )
    return _answered(row, case, on, words)


def _answered(row: Row, case: Case, on: date, words: str) -> tuple[str, msgspec.Struct] | None:
    """It belongs to our oldest open question; keyed in again, to the one it has answered."""
    record = open_struct(case.facts_sealed, CaseRecord, context="case.facts")
    ours = [talk for talk in record.talks if talk.ours]
    waiting = [talk for talk in ours if (talk.answered_on, talk.answer) == (on, words)]
    waiting += [talk for talk in ours if talk.answered_on is None]
    if not waiting:
        row.refuse(
            "what",
            "NOTHING_ASKED",
            f"业务 {case.case_no} 没有等待对方答复的协查。",
            "请核对业务流水号；对方主动说明情况的，按“协查”录入。",
        )
        return None
    return "enquiry_answered", EnquiryAnswer(
        case_no=case.case_no,
        to_half=case.half,
        enquiry_no=waiting[0].number,
        answered_on=on,
        words=words,
    )
