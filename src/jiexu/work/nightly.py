"""Closes a business day: one root over an agency's audit entries, one over its read log.

Closing waits a little after midnight, so that what began before it is written; from then on an
entry with that day's time is a break that the proof names.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Max, Min

from jiexu.core.base.actors import SYSTEM
from jiexu.core.base.errors import BadInput
from jiexu.records.audit.days import AUDIT, CLOSED, READS, Closed, bounds, day_of, day_total
from jiexu.records.audit.models import DayDigest, Entry
from jiexu.records.audit.write import append_act
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Agency

GRACE = timedelta(minutes=10)
"""How long after midnight a transaction of the day before may still commit."""

_ATTEMPTS = 3


def close_day(day: date, now: datetime) -> int:
    """Write the digests of `day` for every hosted agency; returns for how many it was new.

    A second call changes nothing. Raises `BadInput` DAY_NOT_OVER before ten past midnight
    (Asia/Shanghai) of the day after.
    """
    if now < bounds(day)[1] + GRACE:
        raise BadInput(
            f"{day} 还没有结束，不能做日结。",
            "请在次日 0 时 10 分以后运行。",
            path="day",
            code="DAY_NOT_OVER",
        )
    return sum(_close(area, day, now) for area in _hosted())


def close_due(now: datetime, told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Close every day that is over and not closed, the oldest first; returns how many were closed.

    One day of one agency is one commit, and `told` hears how many are done of how many. Days on
    which the node stood still are closed too: a missing day would look like a removed one.
    """
    last = day_of(now - GRACE) - timedelta(days=1)
    due = [(area, day) for area in _hosted() for day in _open_days(area, last)]
    closed = 0
    for done, (area, day) in enumerate(due, start=1):
        closed += _close(area, day, now)
        told(done, len(due))
    return closed


def _hosted() -> list[str]:
    hosted = Agency.objects.filter(hosted=True)
    return list(hosted.order_by("area").values_list("area", flat=True))


def _open_days(area: str, last: date) -> list[date]:
    with acting_for(area):
        newest = DayDigest.objects.of(area).aggregate(day=Max("day"))["day"]
        if newest is None:
            first = Entry.objects.of(area).aggregate(at=Min("at"))["at"]
            newest = day_of(first) - timedelta(days=1) if first else last
    return [newest + timedelta(days=n + 1) for n in range((last - newest).days)]


def _close(area: str, day: date, now: datetime) -> bool:
    """One agency, one commit. An act of the agency at the same moment makes it try again."""
    for attempt in range(_ATTEMPTS):
        try:
            with acting_for(area), writing(), transaction.atomic():
                return _write(area, day, now)
        except IntegrityError:
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _write(area: str, day: date, now: datetime) -> bool:
    if DayDigest.objects.of(area).filter(day=day).exists():
        return False
    totals = {kind: day_total(area, kind, day) for kind in (AUDIT, READS)}
    DayDigest.objects.bulk_create(
        [
            DayDigest(
                agency_id=area,
                day=day,
                kind=kind,
                count=total.count,
                root=total.root,
                created_at=now,
            )
            for kind, total in totals.items()
        ]
    )
    closed = Closed(day=day, audit=totals[AUDIT], reads=totals[READS])
    append_act(area, at=now, actor=SYSTEM, action=CLOSED, content=msgspec.to_builtins(closed))
    return True
