"""The day of reaching retirement age: as stated, or by the table of the delayed retirement."""

from __future__ import annotations

from datetime import date

from jiexu.core.base.areas import NATION
from jiexu.core.base.periods import Month
from jiexu.core.policy.fact_types import usual_birth
from jiexu.core.policy.fitting_rows import Row, fitting_row, same
from jiexu.core.policy.questions.years.facts import YearsFacts
from jiexu.core.policy.rules import Rules
from jiexu.core.policy.waiting import later

_MONTHS = 12


def retires_on(facts: YearsFacts, rules: Rules) -> date | None:
    """`None` when sex, birth or (of women) the class of work is not stated; noted then.

    The table knows months only: the day is the birthday, or the last day of a shorter month.
    """
    if facts.reach_retire_age_on is not None:
        return usual_birth(facts.reach_retire_age_on, path="reach_retire_age_on")
    if facts.birth is None:
        return None
    birth = usual_birth(facts.birth, path="birth")
    fitting = fitting_row(
        rules.levels("retirement_age", NATION),
        {
            "sex": ("sex", same(facts.sex)),
            "worker_class": ("worker_class", same(facts.worker_class)),
        },
    )
    if fitting.row is None or fitting.by is None:
        names = "、".join(sorted(fitting.lacking))
        rules.note(f"未说明 {names}：不能推算达到法定退休年龄的日期。")
        return None
    rules.use(fitting.by)
    row = fitting.row
    return later(birth, row["from_age"] * _MONTHS + delay_months(row, birth))


def delay_months(row: Row, birth: date) -> int:
    """One month of delay for every `months_per_step` months of birth, begun ones included."""
    if "born_from" not in row:
        return 0
    place = Month.of(birth).ordinal - Month.of(row["born_from"]).ordinal + 1
    steps = -(-max(0, place) // row["months_per_step"])
    return int(min(steps, (row["to_age"] - row["from_age"]) * _MONTHS))
