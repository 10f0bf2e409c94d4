"""Days that move: a calendar year was published, or the other side's limit stood still."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.calendar.workdays import Due, add_workdays
from jiexu.core.exchange.kinds.date_change.schema import Body as Change
from jiexu.core.procedures.outcome import Effect, MoveClock, Notify, Outcome, Refusal, Step
from jiexu.core.procedures.transfer.answering import promised_at_source
from jiexu.core.procedures.transfer.checks import limit_workdays
from jiexu.core.procedures.transfer.facts import ClockFact, TransferFacts
from jiexu.core.procedures.transfer.states import OUT


def decide_date_recomputed(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Count provisional days again with the calendar that is installed now.

    Refuses, changing nothing, when every day and its certainty come out as they were.
    """
    effects: list[Effect] = []
    for clock in facts.clocks:
        due = _counted(clock)
        if clock.met_on is None and (due.due, due.provisional) != (
            clock.due_on,
            clock.provisional,
        ):
            effects.append(
                MoveClock(
                    name=clock.name,
                    due_on=due.due,
                    provisional=due.provisional,
                    paused_on=clock.paused_on,
                    paused_workdays=clock.paused_workdays,
                )
            )
    promise = _promised_again(facts)
    same = promise is None or (promise.due, promise.provisional) == (
        facts.promised_on,
        facts.promised_provisional,
    )
    if same and not effects:
        return Refusal(
            code="NOTHING_CHANGED",
            text="按现有放假安排重新计算，期限没有变化。",
            remedy="不需要办理。",
        )
    old = facts.promised_on.isoformat() if facts.promised_on else "未定"
    new = promise.due.isoformat() if promise else old
    args = {"case_no": facts.case_no, "old": old, "new": new}
    told = (Notify(code="date_recomputed", args=args),) if new != old else ()
    return Outcome(
        promised_on=promise.due if promise else None,
        promised_provisional=promise.provisional if promise else None,
        effects=(*effects, *told),
        say="both.date_recomputed" if new != old else "both.date_confirmed",
        args={"old": old, "new": new},
    )


def decide_date_changed(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The other side's day has moved: its clock here and the promise move with it."""
    change: Change = step.payload
    effects: list[Effect] = []
    promise: Due | None = None
    clock = facts.clock("record_out")
    if change.out_due is not None and clock is not None and facts.half != OUT:
        due = Due(due=change.out_due, provisional=change.provisional)
        promise = promise_of(facts, "record_out", due)
        if clock.met_on is None:
            effects.append(
                MoveClock(name="record_out", due_on=due.due, provisional=due.provisional)
            )
    elif change.promised_on is not None and facts.half == OUT:
        promise = Due(due=change.promised_on, provisional=change.provisional)
    if promise is None:
        return Refusal(
            code="NO_DATE_TO_CHANGE",
            text="期限变更通知里没有本案可以变更的期限。",
            remedy="请对方核对业务流水号和期限后重新发送。",
        )
    old = facts.promised_on.isoformat() if facts.promised_on else "未定"
    args = {"case_no": facts.case_no, "old": old, "new": promise.due.isoformat()}
    return Outcome(
        promised_on=promise.due,
        promised_provisional=promise.provisional,
        effects=(*effects, Notify(code="date_changed", args=args)),
        say="both.date_changed",
        args={
            "other": facts.counterpart_name,
            "old": old,
            "new": promise.due.isoformat(),
        },
    )


def promise_of(facts: TransferFacts, name: str, due: Due) -> Due:
    """The day promised for the whole record leg, from the day of one of its clocks.

    The new place's clock is the last one; from the old place's day its working days are counted.
    """
    if name == "record_in":
        return due
    if facts.half == OUT:
        return promised_at_source(facts.counterpart, due, facts.opened.in_limit_workdays)
    limit = limit_workdays("transfer_in_workdays", facts.agency.area, due.due)
    there = add_workdays(due.due, limit, facts.agency.area)
    return msgspec.structs.replace(there, provisional=there.provisional or due.provisional)


def _promised_again(facts: TransferFacts) -> Due | None:
    """The promise counted anew from what it was counted from; `None` once the record is there.

    The old place's clock carries it. The new place's own clock does only where it has stood still:
    a form that came early brings no other promise.
    """
    if facts.record_leg == "done":
        return None
    last = facts.clock("record_in")
    if last is None or not last.paused_workdays:
        last = facts.clock("record_out") or last
    return promise_of(facts, last.name, _counted(last)) if last else None


def _counted(clock: ClockFact) -> Due:
    """The day of a clock, counted anew, with the days on which it stood still."""
    due = add_workdays(clock.started_on, clock.limit_workdays, clock.holder)
    if not clock.paused_workdays:
        return due
    later = add_workdays(due.due, clock.paused_workdays, clock.holder)
    return msgspec.structs.replace(later, provisional=later.provisional or due.provisional)
