"""What the old place decides about a transfer whose person died, left or retired: stop or go on.

It holds the money, so it alone decides. Before its payment is approved, and when it came back, the
money is free again and the order cancelled; afterwards it is credited at the new place.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from jiexu.core.base.decision import Reason
from jiexu.core.base.money import Fen
from jiexu.core.exchange.kinds.life_event.schema import Body
from jiexu.core.procedures.outcome import (
    Effect,
    Issue,
    MeetClock,
    NoteLife,
    Notify,
    Outcome,
    Refusal,
    Send,
)
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.checks import check_out_half
from jiexu.core.procedures.transfer.facts import CaseRecord, LifeFact, TransferFacts
from jiexu.core.procedures.transfer.releasing import STILL_HERE, release
from jiexu.core.procedures.transfer.residents import standing

RETIRED_MEANWHILE = "RETIRED_MEANWHILE"
LABELS = {
    "death": "死亡",
    "retirement": "退休",
    "army": "入伍",
    "emigration": "出境定居",
}


def settle(facts: TransferFacts, life: LifeFact, now: datetime) -> Outcome | Refusal:
    """Stop, go on, or leave it to a clerk, by where the money is and when it happened."""
    if facts.record_leg == "form_issued":
        return Refusal(
            code="BEING_SEALED",
            text="信息表正在签章，现在不能登记参保人变动。",
            remedy="签章只要几秒，请稍后再登记。",
            later=True,
        )
    if facts.fund_leg not in STILL_HERE:
        return go_on(facts, life)
    if life.kind == "retirement" and facts.accepted_on and life.on > facts.accepted_on:
        record = record_of(facts)
        return Outcome(
            facts=msgspec.structs.replace(record, life=life),
            doubts=tuple(dict.fromkeys((*facts.doubts, RETIRED_MEANWHILE))),
            effects=(
                NoteLife(kind=life.kind, on=life.on, evidence=life.evidence),
                message(facts, "in", life, "told"),
            ),
            say="out.life_asks",
            args=said(facts, life),
        )
    return stop(facts, life, now)


def stop(facts: TransferFacts, life: LifeFact, now: datetime) -> Outcome | Refusal:
    """End the transfer: the money is free in the old account, the new place is told why."""
    record, today = record_of(facts), now.date()
    reasons = _reasons(facts, record, life, today)
    free = release(facts, msgspec.structs.replace(record, life=life))
    effects: tuple[Effect, ...] = (
        NoteLife(kind=life.kind, on=life.on, evidence=life.evidence),
        *clocks_met(today),
        message(facts, "in", life, "stopped"),
        stopped_notice(facts, life),
        stopped_paper(facts, life, now, reasons=reasons, freed_fen=free.freed_fen),
    )
    return Outcome(
        record_leg=None if facts.record_leg == "done" else "stopped",
        fund_leg=free.fund_leg,
        amount_fen=free.amount_fen,
        facts=free.record,
        doubts=(),
        reasons=reasons,
        effects=(*effects, *free.effects),
        say="out.life_stopped",
        args=said(facts, life),
    )


def go_on(facts: TransferFacts, life: LifeFact) -> Outcome:
    """The money has left: the new place credits it for the person or the heirs."""
    return Outcome(
        facts=msgspec.structs.replace(record_of(facts), life=life),
        effects=(
            NoteLife(kind=life.kind, on=life.on, evidence=life.evidence),
            message(facts, "in", life, "goes_on"),
        ),
        say="out.life_goes_on",
        args=said(facts, life),
    )


def _reasons(
    facts: TransferFacts, record: CaseRecord, life: LifeFact, today: date
) -> tuple[Reason, ...]:
    relation = standing(facts, record.insutype_out, today)
    if relation is None:
        return ()
    known = msgspec.structs.replace(facts, life=(*facts.life, life), accepted_on=None)
    return of_the_person(check_out_half(known, record, relation, today).reasons)


_OF_THE_PERSON = frozenset({"PERSON_DIED", "JOINED_ARMY", "EMIGRATED", "RETIREE"})


def of_the_person(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The reasons that lie in the person, not in places or dates."""
    return tuple(one for one in reasons if one.code in _OF_THE_PERSON)


def clocks_met(today: date) -> tuple[MeetClock, ...]:
    """A transfer that is stopped is late no more."""
    return (MeetClock(name="record_out", on=today), MeetClock(name="record_in", on=today))


def message(
    facts: TransferFacts,
    half: Literal["in", "out"],
    life: LifeFact,
    outcome: Literal["told", "stopped", "goes_on"],
) -> Send:
    """Tell the other side what happened and what follows."""
    return Send(
        to=facts.counterpart,
        kind="life_event",
        body=Body(
            case_no=facts.case_no,
            half=half,
            event=life.kind,  # type: ignore[arg-type]
            on=life.on,
            outcome=outcome,
            evidence=life.evidence,
        ),
    )


def stopped_notice(facts: TransferFacts, life: LifeFact) -> Notify:
    """Tell the person, or whoever reads their notices now."""
    return Notify(code="stopped", args={"case_no": facts.case_no, "what": LABELS[life.kind]})


def stopped_paper(
    facts: TransferFacts,
    life: LifeFact,
    now: datetime,
    *,
    reasons: tuple[Reason, ...],
    freed_fen: Fen | None = None,
    kept_fen: Fen | None = None,
) -> Issue:
    """终止办理通知书: heirs and the person claim by it what stays in the old account."""
    return papers.closing_notice(
        facts,
        "stopped",
        now,
        event=LABELS[life.kind],
        event_on=life.on,
        record_moved=facts.record_leg == "done",
        freed_fen=freed_fen,
        kept_fen=kept_fen,
        reasons=reasons,
    )


def said(facts: TransferFacts, life: LifeFact) -> dict[str, str]:
    """What a line of the timeline about it names."""
    return {
        "what": LABELS[life.kind],
        "day": life.on.isoformat(),
        "other": facts.counterpart_name,
        "evidence": life.evidence,
    }


def record_of(facts: TransferFacts) -> CaseRecord:
    """What the half remembers."""
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record
