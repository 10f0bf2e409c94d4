"""Puts an outcome into the row of its case and makes the audit entry of the step."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.machine import NEW, Table
from jiexu.core.procedures.outcome import Outcome, Step
from jiexu.records.access.sealing import seal_struct
from jiexu.records.audit.chain import START
from jiexu.records.audit.models import Entry
from jiexu.records.audit.write import make_entry
from jiexu.records.procedures.models import Case
from jiexu.work.effects import summary
from jiexu.work.results import Result


def new_case(
    agency: str,
    procedure: str,
    step: Step,
    outcome: Outcome,
    *,
    person_id: int | None,
    now: datetime,
) -> Case:
    """The row of a half that this step opens, not yet written. Its facts say whose it is."""
    parties = PROCEDURES[procedure].parties(outcome.facts, step.half)
    return Case(
        agency_id=agency,
        case_no=step.case_no,
        procedure=procedure,
        half=step.half,
        person_id=person_id,
        counterpart=parties.counterpart,
        insutype=parties.insutype,
        version=0,
        opened_at=now,
        chain_head=START,
        record_leg=NEW,
        fund_leg=NEW,
        doubts="",
        auto_event="",
    )


def advance(case: Case, step: Step, outcome: Outcome, table: Table, now: datetime) -> Entry:
    """Put the outcome into the case row and make its audit entry."""
    before = (case.record_leg, case.fund_leg)
    case.record_leg = outcome.record_leg or case.record_leg
    case.fund_leg = outcome.fund_leg or case.fund_leg
    over = case.completed_at is not None
    overall = PROCEDURES[table.name].overall
    case.state = overall(case.record_leg, case.fund_leg, was_completed=over)
    case.version += 1
    if outcome.amount_fen is not None:
        case.amount_fen = outcome.amount_fen
    if outcome.facts is not None:
        case.facts_sealed = seal_struct(outcome.facts, context="case.facts")
        case.facts_digest = digest_hex(outcome.facts)
    if outcome.doubts is not None:
        case.doubts = " ".join(outcome.doubts)
    if outcome.accepted_on is not None:
        case.accepted_on = outcome.accepted_on
    if outcome.promised_on is not None:
        case.promised_on = outcome.promised_on
        case.promised_provisional = bool(outcome.promised_provisional)
    if case.state == "completed" and case.completed_at is None:
        case.completed_at = now
    reference = outcome.partner_reference or (step.via.reference if step.via else "")
    if reference and not case.partner_reference:
        case.partner_reference = reference
    over = case.state not in {"open", "completed"}
    if outcome.auto or outcome.hold_auto or over or step.event == case.auto_event:
        case.auto_event = outcome.auto
        case.auto_due_at = now if outcome.auto else None
        case.auto_attempts = 0
    entry = make_entry(
        agency=case.agency_id,
        stream=f"case:{case.half}:{case.case_no}",
        seq=case.version,
        previous=case.chain_head,
        at=now,
        actor=step.actor,
        action=f"{table.name}.{step.event}",
        content={
            "say": outcome.say,
            "args": outcome.args,
            "record": [before[0], case.record_leg],
            "fund": [before[1], case.fund_leg],
            "state": case.state,
            "amount_fen": case.amount_fen,
            "doubts": case.doubts,
            "facts": case.facts_digest,
            "reasons": msgspec.to_builtins(outcome.reasons),
            "effects": summary(outcome),
            # Only where somebody copied it: entries of messages read as they always did.
            **({"via": msgspec.to_builtins(step.via)} if step.via else {}),
        },
    )
    case.chain_head = entry.digest
    return entry


def done(case: Case, outcome: Outcome) -> Result:
    """The answer to a step that was made."""
    return Result(
        ok=True,
        case_no=case.case_no,
        half=case.half,
        state=case.state,
        record_leg=case.record_leg,
        fund_leg=case.fund_leg,
        version=case.version,
        auto=outcome.auto,
        reasons=outcome.reasons,
    )
