"""Terms and days: how long one may take, and which day cover may end on."""

from __future__ import annotations

from datetime import date

from jiexu.core.calendar.workdays import add_workdays
from jiexu.core.policy.parameters import lookup
from jiexu.core.procedures.outcome import Refusal, StartClock
from jiexu.core.procedures.stop_cover.facts import StopFacts

OUTSIDE = "outside"
"""The leg of a clock that is held by somebody who is no agency."""
PARAMETERS = {
    "employer_answer": "stop_cover_answer_workdays",
    "stop_decide": "stop_cover_decide_workdays",
}


def start_clock(name: str, area: str, on: date) -> tuple[StartClock, str]:
    """The clock from the dated parameter, and the words for where the term comes from.

    No national rule is known: a value without a paper says so. `LookupError` when no file has one.
    """
    parameter = lookup(PARAMETERS[name], area, on)
    if parameter is None:
        raise LookupError(f"parameter {PARAMETERS[name]} has no value for {area} on {on}")
    due = add_workdays(on, int(parameter.value), area)
    source = parameter.source()
    basis = source.title if source else "经办惯例，国家没有规定这个期限"
    clock = StartClock(
        leg=OUTSIDE if name == "employer_answer" else "record",
        name=name,
        holder=area,
        started_on=on,
        limit_workdays=int(parameter.value),
        due_on=due.due,
        provisional=due.provisional,
    )
    return clock, basis


def day_refused(facts: StopFacts, insutype: str, stop_on: date, today: date) -> Refusal | None:
    """Why cover cannot end on this day; `None` if it can.

    Not in the future, not before the cover itself, and not before a month that is paid: months
    that were paid stay insured.
    """
    relation = facts.relation(insutype)
    if stop_on > today:
        return Refusal(
            code="STOP_IN_FUTURE",
            text=f"停保日 {stop_on.isoformat()} 还没有到。",
            remedy="请填写今天或以前的日期；还没有离职的，到期后再办。",
        )
    if relation is not None and stop_on < relation.valid_from:
        return Refusal(
            code="STOP_BEFORE_COVER",
            text=f"停保日早于参保起始日 {relation.valid_from.isoformat()}。",
            remedy="请核对离职日期；这一段参保不是原单位办的，请核对单位。",
        )
    last = facts.last_paid(insutype)
    if last and f"{stop_on:%Y%m}" < last:
        return Refusal(
            code="STOP_BEFORE_PAID_MONTH",
            text=f"{last[:4]} 年 {int(last[4:])} 月已经缴费，停保日不能早于这个月。",
            remedy="请改为最后缴费的次月 1 日；确属多缴的，由原单位先申请退费。",
        )
    return None
