"""What faces may read of the chain, the read log and the day digests: plain values, no rows."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from jiexu.records.access.models import ReadEntry
from jiexu.records.audit.chains import AGENCY_STREAM
from jiexu.records.audit.models import DayDigest, Entry

MOST = 200


class EntryView(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a stream. `content` is what was chained, as JSON text."""

    stream: str
    seq: int
    at: datetime
    actor_role: str
    actor_ref: str
    action: str
    content: str
    digest: str


class ReadView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody looked at something, and why."""

    at: datetime
    reader: str
    role: str
    subject: str
    purpose: str


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    """What an outside witness keeps of one day: `kind` is audit or reads."""

    day: date
    kind: str
    count: int
    root: str


def stream(area: str, name: str) -> tuple[EntryView, ...]:
    """A whole stream of an agency, from its first entry on."""
    return _views(EntryView, Entry.objects.of(area).filter(stream=name).order_by("seq"))


def acts(area: str, most: int = MOST) -> tuple[EntryView, ...]:
    """The newest acts of the agency itself, newest first."""
    rows = Entry.objects.of(area).filter(stream=AGENCY_STREAM).order_by("-seq")
    return _views(EntryView, rows[:most])


def reads_of(area: str, subject: str, most: int = MOST) -> tuple[ReadView, ...]:
    """Who looked at a case or person of the agency, newest first."""
    rows = ReadEntry.objects.of(area).filter(subject=subject).order_by("-at", "-pk")
    return _views(ReadView, rows[:most])


def day_digests(area: str, most: int = MOST) -> tuple[DayView, ...]:
    """The newest closed days of an agency, newest first, the audit chain before the read log."""
    rows = DayDigest.objects.of(area).order_by("-day", "kind")
    return _views(DayView, rows[:most])


def _views(kind: Any, rows: Any) -> tuple[Any, ...]:
    return tuple(kind(**values) for values in rows.values(*kind.__struct_fields__))
