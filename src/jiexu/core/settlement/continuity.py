"""Do the statements of one account join? The closing of one must be the opening of the next.

Statements come late, twice and in any order, so nothing is judged at the door. Each brings spans:
runs of new entries with the balance before and after. Seen as a road from balance to balance, all
spans together must be one road; where it is broken, entries are missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from jiexu.core.base.money import Fen


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A run of entries of one account, from the balance before it to the balance after it."""

    opening_fen: Fen
    closing_fen: Fen
    begins_on: date
    ends_on: date


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What came ends with `left_fen` on `left_on`, and goes on with `found_fen` on `found_on`."""

    left_fen: Fen
    left_on: date
    found_fen: Fen
    found_on: date


def gaps(spans: Sequence[Span]) -> tuple[Gap, ...]:
    """Where entries are missing, in the order of days; empty when all spans are one road.

    Missing entries that add up to nothing and leave a balance the road passes anyway cannot be
    seen from balances.
    """
    begins, ends = _roads(spans)
    return tuple(
        Gap(left_fen=left_fen, left_on=left_on, found_fen=found_fen, found_on=found_on)
        for (left_on, left_fen), (found_on, found_fen) in zip(ends, begins[1:], strict=False)
    )


def outer_balances(spans: Sequence[Span]) -> tuple[Fen, Fen] | None:
    """The balance before everything and the one after; `None` without spans."""
    if not spans:
        return None
    begins, ends = _roads(spans)
    return begins[0][1], ends[-1][1]


def _roads(spans: Sequence[Span]) -> tuple[list[tuple[date, Fen]], list[tuple[date, Fen]]]:
    """Where roads begin and where they end, each in the order of days."""
    begins: list[tuple[date, Fen]] = []
    ends: list[tuple[date, Fen]] = []
    for part in _connected(spans):
        first, last = _loose(part)
        begins += first
        ends += last
    return sorted(begins), sorted(ends)


def _loose(part: Sequence[Span]) -> tuple[list[tuple[date, Fen]], list[tuple[date, Fen]]]:
    """Balances from which more spans go out than come in, and the other way round."""
    over = Counter(span.opening_fen for span in part)
    over.subtract(span.closing_fen for span in part)
    begins = [
        (min(span.begins_on for span in part if span.opening_fen == fen), fen)
        for fen, count in over.items()
        for _ in range(count)
    ]
    ends = [
        (max(span.ends_on for span in part if span.closing_fen == fen), fen)
        for fen, count in over.items()
        for _ in range(-count)
    ]
    if not begins:  # a road that comes back to where it began
        first = min(part, key=lambda span: span.begins_on)
        last = max(part, key=lambda span: span.ends_on)
        return [(first.begins_on, first.opening_fen)], [(last.ends_on, first.opening_fen)]
    return begins, ends


def _connected(spans: Iterable[Span]) -> list[list[Span]]:
    """Spans that touch each other at some balance, together."""
    root: dict[Fen, Fen] = {}

    def top(fen: Fen) -> Fen:
        while root.setdefault(fen, fen) != fen:
            root[fen] = root[root[fen]]
            fen = root[fen]
        return fen

    spans = list(spans)
    for span in spans:
        root[top(span.opening_fen)] = top(span.closing_fen)
    parts: dict[Fen, list[Span]] = {}
    for span in spans:
        parts.setdefault(top(span.opening_fen), []).append(span)
    return list(parts.values())
