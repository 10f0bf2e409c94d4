"""deadline: on which day is something due that takes so many working days?

The day of the start is not counted. Days are those of the area's own calendar; beyond the last
published year the answer is provisional.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

from jiexu.core.base.areas import NATION, pooling_area
from jiexu.core.base.decision import Decision
from jiexu.core.calendar.workdays import add_workdays

LABELS = {"outcome.due": "已算出到期日", "due": "到期日", "basis": "依据"}


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `deadline`."""

    start: Annotated[date, msgspec.Meta(description="起算日，当日不计")]
    workdays: Annotated[int, msgspec.Meta(ge=0, description="工作日数")]
    area: Annotated[str, msgspec.Meta(description="六位区划代码，按当地日历计算")] = NATION


def decide(facts: Facts) -> Decision:
    """The due date. Raises `BadInput` for an unknown area or a start outside the calendar."""
    area = pooling_area(facts.area, path="area")
    due = add_workdays(facts.start, facts.workdays, area.code)
    return Decision(
        question="deadline",
        outcome="due",
        values={
            "due": due.due.isoformat(),
            "basis": [
                {
                    "value": "due",
                    "rule": f"工作日按{area.name}的日历计算，起算日不计",
                    "sources": [msgspec.to_builtins(one) for one in due.sources],
                }
            ],
        },
        provisional=due.provisional,
        notes=due.notes,
    )
