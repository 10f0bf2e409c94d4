"""The digest of a day: one Merkle root over an agency's audit entries, one over its read log.

What an outside witness keeps: 64 hexadecimal digits a day. A business day is one of Asia/Shanghai.
Its leaves stand in the order of their time, then of their row. Closing a day is an act of the
agency itself: the roots are in its own chain, so the next day's digest covers this day's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from jiexu.core.exchange import merkle
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.sm3 import sm3
from jiexu.records.access.models import ReadEntry
from jiexu.records.audit.breaks import CHUNK, Break, Told, heard, rows_of
from jiexu.records.audit.models import DayDigest, Entry

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CLOSED: Final = "agency.day_closed"
"""The action of the agency's own entry that holds the roots of a day."""

AUDIT: Final = "audit"
READS: Final = "reads"
TABLE = DayDigest._meta.db_table


class GrowingRoot:
    """A Merkle root that takes its leaves one by one: memory grows with their logarithm.

    Gives the same root as `merkle.root` over all of them.
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.count = 0
        self._subtrees: list[bytes] = []
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> None:
        """The next leaf. A full subtree stands for each binary digit 1 of the count."""
        digest, count = merkle.leaf_digest(leaf), self.count
        while count & 1:
            digest = _node(self._subtrees.pop(), digest)
            count >>= 1
        self._subtrees.append(digest)
        self.count += 1

    def hex(self) -> str:
        """The root so far, 64 hexadecimal digits."""
        if not self._subtrees:
            return sm3(b"").hex()
        *rest, digest = self._subtrees
        for left in reversed(rest):
            digest = _node(left, digest)
        return digest.hex()


def _node(left: bytes, right: bytes) -> bytes:
    return sm3(b"\x01" + left + right)


def day_of(at: datetime) -> date:
    """The business day of a moment."""
    return at.astimezone(SHANGHAI).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day and that of the next."""
    begin = datetime.combine(day, time(), SHANGHAI)
    return begin, datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def day_total(agency: str, kind: str, day: date) -> Total:
    """Count and root of one day as the rows are now."""
    root = GrowingRoot(leaf for _, leaf in _leaves(agency, kind, *bounds(day)))
    return Total(root.count, root.hex())


class Total(msgspec.Struct, frozen=True):
    """How many leaves a root stands for, and the root."""

    count: int
    root: str


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """What the agency's own chain says about a closed day."""

    day: date
    audit: Total
    reads: Total

    def total(self, kind: str) -> Total:
        return self.audit if kind == AUDIT else self.reads


def _leaves(
    agency: str, kind: str, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, bytes]]:
    if kind == AUDIT:
        rows = Entry.objects.of(agency).values_list("at", "digest")
    else:
        rows = ReadEntry.objects.of(agency).values_list(
            "at", "reader", "role", "subject", "purpose"
        )
    rows = rows.filter(at__gte=begin, at__lt=end).order_by("at", "pk")
    for at, *rest in rows.iterator(chunk_size=CHUNK):
        yield at, rest[0].encode() if kind == AUDIT else _read(agency, at, rest)


def _read(agency: str, at: datetime, rest: list[str]) -> bytes:
    return canonical([agency, at.astimezone(UTC).isoformat(timespec="microseconds"), *rest])


def proved(area: str | None, told: Told) -> Iterator[Break]:
    """Every closed day recomputed, held against the agency's chain, and no day left out."""
    digests = rows_of(DayDigest, area).order_by("agency_id", "kind", "day")
    groups = groupby(digests.iterator(chunk_size=CHUNK), key=lambda row: (row.agency_id, row.kind))
    seen: set[str] = set()
    for (agency, kind), rows in groups:
        seen.add(agency)
        if kind in {AUDIT, READS}:
            yield from _kind(agency, kind, list(rows), told)
        else:
            yield from (_broken(row, "不认识的日摘要种类。") for row in rows)
    yield from _acts(area)


def _kind(agency: str, kind: str, rows: list[DayDigest], told: Told) -> Iterator[Break]:
    for earlier, row in pairwise(rows):
        if row.day != earlier.day + timedelta(days=1):
            yield _broken(row, f"{earlier.day} 与 {row.day} 之间缺少日摘要。")
    by_day = {row.day: row for row in rows}
    begin, _ = bounds(rows[0].day)
    _, end = bounds(rows[-1].day)
    roots: dict[date, GrowingRoot] = {day: GrowingRoot() for day in by_day}
    for at, leaf in heard(_leaves(agency, kind, begin, end), TABLE, told):
        if root := roots.get(day_of(at)):
            root.add(leaf)
    for day, row in by_day.items():
        root = roots[day]
        if (row.count, row.root) != (root.count, root.hex()):
            what = "审计记录" if kind == AUDIT else "查询日志"
            yield _broken(
                row,
                f"{day} 的{what}与当日摘要不符（当日 {row.count} 条，现有 {root.count} 条）："
                "有记录被改动、删除或补写。",
            )


def _acts(area: str | None) -> Iterator[Break]:
    """The agency's chain and the table of digests must name the same days and roots."""
    acts = rows_of(Entry, area).filter(stream="agency", action=CLOSED).order_by("agency_id", "seq")
    rest = {
        (agency, day, kind): (pk, count, root)
        for pk, agency, day, kind, count, root in rows_of(DayDigest, area).values_list(
            "pk", "agency_id", "day", "kind", "count", "root"
        )
    }
    entries = acts.values_list("agency_id", "content")
    for agency, text in entries.iterator(chunk_size=CHUNK):
        try:
            closed = msgspec.json.decode(text, type=Closed)
        except msgspec.MsgspecError:
            continue  # the walk along the chain says so
        for kind in (AUDIT, READS):
            row_id, *total = rest.pop((agency, closed.day, kind), (None, 0, ""))
            if row_id is None:
                yield _absent(agency, None, f"{closed.day} 的日摘要不见了，审计记录中有。")
            elif Total(*total) != closed.total(kind):
                yield _absent(agency, row_id, f"{closed.day} 的日摘要与审计记录中的不同。")
    for (agency, day, _), (pk, *_) in rest.items():
        yield _absent(agency, pk, f"审计记录中没有 {day} 的日结：日期被改动，或摘要是伪造的。")


def _absent(agency: str, row_id: int | None, text: str) -> Break:
    return Break(agency=agency, table=TABLE, row_id=row_id, stream="agency", text=text)


def _broken(row: DayDigest, text: str) -> Break:
    return Break(agency=row.agency_id, table=TABLE, row_id=row.pk, stream="", text=text)
