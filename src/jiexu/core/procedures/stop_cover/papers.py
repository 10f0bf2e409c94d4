"""Papers of a suspension: the notice to the old employer, the decision, or why there is none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiexu.core.base.decision import Reason
from jiexu.core.documents.parts import Holder, Issuer, paper_number
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.documents.stop_cover_decision import schema as decision
from jiexu.core.documents.stop_cover_notice import schema as notice
from jiexu.core.documents.stop_cover_refusal import schema as refusal
from jiexu.core.procedures.outcome import Issue, StartClock
from jiexu.core.procedures.stop_cover.facts import EVIDENCE, StopFacts, StopRecord


def notice_to_employer(
    facts: StopFacts, record: StopRecord, clock: StartClock, basis: str, now: datetime
) -> Issue:
    """停保核实通知书: what the employer is asked, until when, and what follows from silence."""
    content = notice.Content(
        **_head(facts, record, notice.LETTERS, now),
        emp_uscc=record.emp_uscc,
        left_on=record.left_on,
        evidence=EVIDENCE[record.evidence],
        answer_by=clock.due_on,
        answer_workdays=clock.limit_workdays,
        basis=basis,
    )
    return Issue(number=content.number, kind="stop_cover_notice", content=content)


def decision_to_stop(
    facts: StopFacts, record: StopRecord, stop_on: date, ground: str, arrears: str, now: datetime
) -> Issue:
    """停保决定书: from which day, on what ground; arrears are the employer's, not the person's."""
    content = decision.Content(
        **_head(facts, record, decision.LETTERS, now),
        applied_on=record.applied_on,
        stop_on=stop_on,
        ground=ground,
        arrears=arrears,
        remedies=REMEDIES,
    )
    return Issue(number=content.number, kind="stop_cover_decision", content=content)


def refusal_to_stop(
    facts: StopFacts, record: StopRecord, reasons: tuple[Reason, ...], now: datetime
) -> Issue:
    """不予停保告知书: the reasons, where they stand, the way on and the remedies."""
    content = refusal.Content(
        **_head(facts, record, refusal.LETTERS, now),
        applied_on=record.applied_on,
        reasons=reasons,
        remedies=REMEDIES,
    )
    return Issue(number=content.number, kind="stop_cover_refusal", content=content)


def _head(facts: StopFacts, record: StopRecord, letters: str, now: datetime) -> dict[str, Any]:
    person = facts.person
    if person is None:
        raise AssertionError("a paper is issued to a known person")
    return {
        "number": paper_number(letters, facts.case_no),
        "case_no": facts.case_no,
        "issued_on": now.date(),
        "issuer": Issuer(admdvs=facts.area, name=facts.agency_name, phone=facts.agency_phone),
        "holder": Holder(
            psn_no=person.psn_no,
            psn_name=person.psn_name,
            psn_cert_type=person.psn_cert_type,
            certno=person.certno,
        ),
        "insutype": record.insutype,
        "emp_name": record.emp_name,
    }
