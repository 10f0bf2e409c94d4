"""校验 at the old place: a request from the new place opens the outgoing half, or is declined."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.core.base.decision import Reason, Repair
from jiexu.core.calendar.workdays import Due, add_workdays
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.exchange.kinds.precheck_answer import schema as precheck_answer
from jiexu.core.exchange.kinds.transfer_request.schema import Body as Request
from jiexu.core.ledger.postings import Posting, reserve_for_transfer
from jiexu.core.procedures.outcome import (
    Notify,
    Outcome,
    PauseRelation,
    Post,
    Refusal,
    Send,
    StartClock,
    Step,
)
from jiexu.core.procedures.transfer.checks import check_out_half, limit_workdays
from jiexu.core.procedures.transfer.facts import CaseRecord, TransferFacts
from jiexu.core.procedures.transfer.residents import (
    doubled_by_employment,
    standing,
    suspension_reason,
)
from jiexu.core.procedures.transfer.routes import Route, freezes_at, route_of


def decide_request_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Check the old place's side and answer at once.

    Accepted: the clock of the record leg begins today in this agency's calendar, the case runs
    on by itself unless something is doubtful. Not accepted: the reasons go back, all at once.
    Source: 医保办发〔2021〕43号 (both sides check; 10 working days from acceptance).
    """
    request: Request = step.payload
    today = now.date()
    if facts.open_case_asking:
        return Refusal(
            code="ASKED_AT_BOTH",
            text=f"该险种在转出地已有一笔申请（{facts.open_case_no}）正在等待转入地校验。",
            remedy="请稍候：转入地答复那一笔之后，本报文会自动再办理。",
            later=True,
        )
    started_here = facts.record is not None
    record = CaseRecord(
        applied_on=request.applied_on,
        channel=request.channel,
        applicant=request.applicant,
        insutype_out=request.insutype_out,
        insutype_in=request.insutype_in,
        trafout_admdvs=request.trafout_admdvs,
        trafin_admdvs=request.trafin_admdvs,
        enrolled_on=request.enrolled_on,
        psn_name_told=request.psn_name,
        receipt_account=request.receipt_account,
        in_limit_workdays=request.in_limit_workdays,
        plan_in=request.plan_in,
        cover_year_in=request.cover_year,
    )
    if facts.record is not None:
        record = msgspec.structs.replace(
            facts.record,
            enrolled_on=request.enrolled_on,
            psn_name_told=request.psn_name,
            receipt_account=request.receipt_account,
            in_limit_workdays=request.in_limit_workdays,
            plan_in=request.plan_in,
            cover_year_in=request.cover_year,
        )
    relation = standing(facts, request.insutype_out, today)
    if facts.person is None or relation is None:
        return _declined(facts, record, "refuse", (_unknown(facts),), today)
    if facts.open_case_no:
        return _declined(facts, record, "refuse", (_already_open(facts),), today)
    decision = check_out_half(facts, record, relation, today)
    if decision.outcome != "accept":
        outcome = "not_yet" if decision.outcome == "not_yet" else "refuse"
        earliest = decision.values.get("earliest")
        return _declined(
            facts,
            record,
            outcome,
            decision.reasons,
            today,
            earliest=date.fromisoformat(earliest) if isinstance(earliest, str) else None,
        )
    doubts = []
    if request.psn_name != facts.person.psn_name:
        doubts.append("NAME_DIFFERS")
    way = route_of(decision, record)
    if way is None:
        doubts.append("ROUTE_BY_HAND")
    elif way.payee == "person":
        doubts.append("BANK_ACCOUNT_NEEDED")
    if facts.incoming_case_no:
        # Months and money that are still on their way to us must go on with the person.
        doubts.append("INCOMING_OPEN")
    held = _reserve_now(facts, way, today)
    informed = decision.reasons
    suspends = doubled_by_employment(relation, request.insutype_in, request.enrolled_on, today)
    if suspends:
        informed = (*informed, suspension_reason(facts.agency.name))
    record = msgspec.structs.replace(
        record,
        route=way.name if way else "",
        reserved_fen=held[0].amount_fen if held else 0,
        informed=informed,
    )
    limit = limit_workdays("transfer_out_workdays", facts.agency.area, today)
    due = add_workdays(today, limit, facts.agency.area)
    promised = promised_at_source(facts.counterpart, due, request.in_limit_workdays)
    told = {"case_no": facts.case_no, "promised": promised.due.isoformat()}
    return Outcome(
        record_leg="accepted",
        fund_leg="waiting",
        facts=record,
        accepted_on=today,
        promised_on=promised.due,
        promised_provisional=promised.provisional,
        doubts=(*facts.doubts, *doubts),
        auto="" if doubts or facts.holding_doubts else "issue_form",
        effects=(
            *((Post(postings=held),) if held else ()),
            *((PauseRelation(insutype=request.insutype_out, on=today),) if suspends else ()),
            StartClock(
                leg="record",
                name="record_out",
                holder=facts.agency.area,
                started_on=today,
                limit_workdays=limit,
                due_on=due.due,
                provisional=due.provisional,
            ),
            Send(
                to=request.trafin_admdvs,
                kind="precheck_answer",
                body=precheck_answer.Body(
                    case_no=facts.case_no,
                    outcome="accept",
                    answered_on=today,
                    out_due=due.due,
                    out_limit_workdays=limit,
                    provisional=due.provisional,
                    reasons=informed,
                ),
            ),
            *((Notify(code="accepted", args=told),) if started_here else ()),
        ),
        say="out.request_received.suspend" if suspends else "out.request_received.accept",
        args={"target": facts.counterpart_name, "due": due.due.isoformat()},
    )


def _reserve_now(facts: TransferFacts, way: Route | None, today: date) -> tuple[Posting, ...]:
    """Where the area freezes at acceptance, the balance of now is the figure."""
    frozen = freezes_at(facts.agency.area, today) == "accept"
    if not frozen or way is None or not way.takes or not facts.account_available_fen:
        return ()
    assert facts.person is not None
    return (reserve_for_transfer(facts.case_no, facts.person.ref, facts.account_available_fen),)


def promised_at_source(target: str, out_due: Due, in_limit_workdays: int | None) -> Due:
    """The day promised for the whole record leg: our own, then the new place's working days.

    Without the new place's limit only our own day can be promised. Units: working days of each
    agency's own calendar (医保办发〔2021〕43号: 10 + 5).
    """
    if in_limit_workdays is None:
        return out_due
    there = add_workdays(out_due.due, in_limit_workdays, target)
    return msgspec.structs.replace(there, provisional=there.provisional or out_due.provisional)


def _declined(
    facts: TransferFacts,
    record: CaseRecord,
    outcome: str,
    reasons: tuple[Reason, ...],
    today: date,
    earliest: date | None = None,
) -> Outcome:
    why = "".join(reason.text for reason in reasons)
    # Whoever applied here hears it here; else the new place tells them.
    told = (
        (
            Notify(
                code="declined",
                args={"case_no": facts.case_no, "why": why, "remedies": REMEDIES},
            ),
        )
        if facts.record is not None
        else ()
    )
    return Outcome(
        record_leg="not_yet" if outcome == "not_yet" else "refused",
        fund_leg="none",
        facts=record,
        reasons=reasons,
        doubts=facts.talk_doubts,
        effects=(
            *told,
            Send(
                to=record.trafin_admdvs,
                kind="precheck_answer",
                body=precheck_answer.Body(
                    case_no=facts.case_no,
                    outcome=outcome,
                    answered_on=today,
                    earliest=earliest,
                    reasons=reasons,
                ),
            ),
        ),
        say="out.request_received.decline",
        args={
            "target": facts.counterpart_name,
            "why": why,
        },
    )


def _unknown(facts: TransferFacts) -> Reason:
    return Reason(
        code="PERSON_NOT_FOUND",
        text=f"{facts.agency.name}没有查到这个人在该险种的参保记录。",
        rule="转出地须有参保记录",
        repair=Repair(
            who="参保人", how="请核对转出地和证件号码；如曾用其他证件参保，请到窗口更正。"
        ),
    )


def _already_open(facts: TransferFacts) -> Reason:
    return Reason(
        code="ALREADY_OPEN",
        text=f"该险种已有一笔转出正在办理（{facts.open_case_no}）。",
        rule="同一险种同时只办一笔转移",
        repair=Repair(who="参保人", how="请先查看那一笔的进度，办结后再申请。"),
    )
