"""答复: the old employer agrees, disagrees, lets the term run out, or turns out to be gone."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.core.base.actors import Role
from jiexu.core.base.periods import Month
from jiexu.core.procedures.outcome import Effect, MeetClock, Notify, Outcome, Refusal, Step
from jiexu.core.procedures.stop_cover.facts import (
    ClosedFinding,
    EmployerAnswer,
    EmployerObjection,
    StopFacts,
    StopRecord,
)
from jiexu.core.procedures.stop_cover.states import ANSWER, DECIDE
from jiexu.core.procedures.stop_cover.terms import day_refused, start_clock

DATE_DIFFERS = "STOP_DATE_DIFFERS"


def decide_confirm(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The employer names the day: the cover ends by itself, unless the day fits badly to what the
    person said; then a clerk looks.
    """
    answer: EmployerAnswer = step.payload
    record = record_of(facts)
    today = now.date()
    refusal = _not_for_you(facts, step, record)
    refusal = refusal or day_refused(facts, record.insutype, answer.stop_on, today)
    if refusal is not None:
        return refusal
    differs = not fits(record.left_on, answer.stop_on)
    return Outcome(
        record_leg="confirmed",
        facts=msgspec.structs.replace(record, answer=answer.contact, stop_on=answer.stop_on),
        doubts=(DATE_DIFFERS,) if differs else (),
        auto="" if differs else "stop",
        effects=_answered(facts, today),
        say="here.confirm",
        args={"employer": record.emp_name, "day": answer.stop_on.isoformat()},
    )


def decide_object(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The employer disagrees: a clerk decides, the person hears why."""
    objection: EmployerObjection = step.payload
    record = record_of(facts)
    refusal = _not_for_you(facts, step, record)
    if refusal is not None:
        return refusal
    args = {"case_no": facts.case_no, "employer": record.emp_name, "why": objection.why}
    return Outcome(
        record_leg="objected",
        facts=msgspec.structs.replace(record, answer=objection.why),
        doubts=(),
        effects=(*_answered(facts, now.date()), Notify(code="objected", args=args)),
        say="here.object",
        args=args,
    )


def decide_term_over(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The employer said nothing in time: the agency decides without it.

    Its own term runs from the day the other one was over (`step.payload`), whenever that is
    noticed: the person was promised the sum of both.
    """
    record = record_of(facts)
    clock, _ = start_clock(DECIDE, facts.area, step.payload)
    args = {
        "case_no": facts.case_no,
        "employer": record.emp_name,
        "due": clock.due_on.isoformat(),
    }
    return Outcome(
        record_leg="silent",
        doubts=(),
        effects=(clock, Notify(code="silent", args=args)),
        say="here.term_over",
        args=args,
    )


def decide_closed_found(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk found the employer struck off: nobody is waited for."""
    finding: ClosedFinding = step.payload
    record = record_of(facts)
    kind = "注销" if finding.kind == "deregistered" else "吊销"
    return Outcome(
        record_leg="closed",
        facts=msgspec.structs.replace(record, answer=f"{kind}：{finding.proof}"),
        doubts=(),
        effects=_answered(facts, now.date()),
        say="here.closed_found",
        args={"employer": record.emp_name, "kind": kind, "proof": finding.proof},
    )


def decide_late(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The agency's own term has run out: the case says so, to the person and the supervisor."""
    return Outcome(
        effects=(Notify(code="late", args={"case_no": facts.case_no}),),
        say="clock_late",
        args={"due": step.payload.isoformat()},
    )


def fits(left_on: date, stop_on: date) -> bool:
    """Whether a stop day goes with a leaving day: from that day to the first of the next month."""
    return left_on <= stop_on <= Month.of(left_on).shift(1).first_day


def record_of(facts: StopFacts) -> StopRecord:
    if facts.record is None:
        raise AssertionError("an opened case has a record")
    return facts.record


def _answered(facts: StopFacts, today: date) -> tuple[Effect, ...]:
    """The employer's clock is met; the agency's begins, unless silence has begun it before."""
    met = MeetClock(name=ANSWER, on=today)
    if facts.record_leg != "notified":
        return (met,)
    clock, _ = start_clock(DECIDE, facts.area, today)
    return (met, clock)


def _not_for_you(facts: StopFacts, step: Step, record: StopRecord) -> Refusal | None:
    """An employer answers for its own people alone; a clerk writes down what it said."""
    if step.actor.role is not Role.EMPLOYER or record.emp_uscc in facts.acts_for:
        return None
    return Refusal(
        code="NOT_YOUR_EMPLOYEE",
        text="这份停保通知不是发给您单位的。",
        remedy="请从本单位的“停保通知”进入；单位登记有误的，请联系经办机构。",
    )
