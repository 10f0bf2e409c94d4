"""How far a case is: the stations of its legs, its clocks, and who has it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from jiexu.core.calendar.workdays import workdays_between
from jiexu.core.procedures.known import PROCEDURES
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.procedures.views import ClockView
from jiexu.records.registry.models import Agency

AWAY_LABELS = {"platform": "国家平台", "paper": "纸质函件"}

_SAME_STATION = {"credited_ahead": "credited", "owed": "paid", "sending_back": "arrived"}
"""Legs that stand at a station of another name: settled between agencies, or going back."""


def stations(steps: Sequence[tuple[str, str]], leg: str) -> tuple[tuple[str, str], ...]:
    """Each station as done, now or todo. A leg that is not a station stands before the next one."""
    names = [name for name, _ in steps]
    leg = _SAME_STATION.get(leg, leg) if _SAME_STATION.get(leg) in names else leg
    last = names[-1]
    if leg in names:
        at = names.index(leg)
    elif leg == "asking":
        at = -1
    elif leg == "closing":
        at = 0
    elif leg == "returned":
        at = names.index("approved") if "approved" in names else 0
    else:
        at = -1
    marks = []
    for place, (name, text) in enumerate(steps):
        if place < at or (leg == last and name == last):
            marks.append((text, "done"))
        elif place == at:
            marks.append((text, "now"))
        else:
            marks.append((text, "todo"))
    return tuple(marks)


def clocks(
    area: str, row: Case, today: date, names: Mapping[str, str], *, citizen: bool = False
) -> tuple[ClockView, ...]:
    """The clocks of one half as of `today`, in the order they were started."""
    away = dict(Agency.objects.exclude(partner="node").values_list("area", "partner"))
    views = []
    labels = PROCEDURES[row.procedure].clock_labels
    rows = Clock.objects.of(area).filter(case=row, stopped_on__isnull=True)
    if citizen:
        rows = rows.exclude(name__startswith="enquiry-")
    for clock in rows.order_by("pk"):
        paused = clock.met_on is None and clock.paused_on is not None
        late = clock.met_on is None and not paused and clock.due_on < today
        running = clock.met_on is None and not late and not paused
        views.append(
            ClockView(
                leg=clock.leg,
                name=clock.name,
                label=labels.get(clock.name.partition("-")[0], clock.name),
                holder=clock.holder,
                holder_name="原用人单位"
                if clock.leg == "outside"
                else _holder_name(clock.holder, area, names, away),
                started_on=clock.started_on,
                due_on=clock.due_on,
                limit_workdays=clock.limit_workdays,
                provisional=clock.provisional,
                met_on=clock.met_on,
                state=_state(clock, late=late, paused=paused),
                paused_on=clock.paused_on if paused else None,
                paused_workdays=clock.paused_workdays,
                workdays_left=workdays_between(today, clock.due_on, clock.holder)
                if running
                else None,
            )
        )
    return tuple(views)


def _state(clock: Clock, *, late: bool, paused: bool) -> str:
    if clock.met_on:
        return "met"
    if paused:
        return "paused"
    return "late" if late else "running"


def _holder_name(holder: str, area: str, names: Mapping[str, str], away: Mapping[str, str]) -> str:
    """Whose clock it is; of a partner that sends no messages, how it is reached."""
    if holder == area or holder not in away:
        return names.get(holder, holder)
    return f"对方（{AWAY_LABELS[away[holder]]}）"


def holder(row: Case, names: Mapping[str, str], area: str) -> str:
    """Who has the case now, in words."""
    here, there = names.get(area, area), names.get(row.counterpart, row.counterpart)
    if row.state != "open":
        return "—"
    if "SUPPLEMENT_WANTED" in row.doubts:
        return "参保人（补正）"
    outside = PROCEDURES[row.procedure].waits_outside.get(row.record_leg)
    if outside is not None:
        return outside
    if row.half == "in":
        if row.record_leg in {"checking", "accepted", "closing"}:
            return there
        if row.record_leg == "done" and row.fund_leg in {"fixed", "waiting"}:
            return f"{there}（付款）"
        return "银行（在途）" if row.record_leg == "done" and row.fund_leg == "in_transit" else here
    if row.record_leg == "asking":
        return there
    if row.record_leg == "form_sent" and row.fund_leg in {"paid", "none"}:
        return there
    if row.record_leg in {"form_sent", "done"}:
        return {
            "fixed": f"{here}（财务）",
            "returned": f"{here}（财务）",
            "approved": "银行",
        }.get(row.fund_leg, here)
    return here
