"""Counts provisional days again: the holiday arrangement of a year has been published.

Each case is one step of its own, so that the person sees in the timeline what changed and why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from jiexu.core.base.actors import timer
from jiexu.core.procedures.outcome import Step
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.registry.models import Agency
from jiexu.work import unit_of_work
from jiexu.work.apart import apart

PER_BATCH = 200


def recompute_dates(
    now: datetime, told: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Recompute open clocks and promises that are provisional; returns how many cases changed.

    `told` hears how many cases are done of how many. A second call changes nothing more.
    """
    hosted = Agency.objects.filter(hosted=True).order_by("area").values_list("area", flat=True)
    due = [(area, case) for area in hosted for case in _provisional(area)]
    changed = done = 0
    for area in dict.fromkeys(area for area, _ in due):
        cases = [case for at, case in due if at == area]
        for start in range(0, len(cases), PER_BATCH):
            part = cases[start : start + PER_BATCH]
            with apart(f"dates of {area}"):
                changed += _recompute(area, part, now)
            done += len(part)
            told(done, len(due))
    return changed


def _provisional(area: str) -> list[Case]:
    clocks = Clock.objects.across_node().filter(
        case_id=OuterRef("pk"), provisional=True, met_on__isnull=True, stopped_on__isnull=True
    )
    rows = Case.objects.of(area).filter(state="open")
    return list(rows.filter(Q(promised_provisional=True) | Exists(clocks)).order_by("pk"))


def _recompute(area: str, cases: list[Case], now: datetime) -> int:
    steps = [
        Step(
            case_no=case.case_no,
            half=case.half,
            event="date_recomputed",
            actor=timer("calendar"),
            key=f"recompute:{case.half}:{case.case_no}:{case.version}",
            expected_version=case.version,
        )
        for case in cases
    ]
    return sum(result.ok for result in unit_of_work.apply(area, steps, now=now))
