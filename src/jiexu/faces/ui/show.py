"""How values are shown: where the money stands, what a clock says, how months look as a strip.

Pictures are computed here and drawn by small templates; every picture has its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import msgspec
from django.utils import timezone

from jiexu.core.base.periods import Month, Spell

SOON_WORKDAYS = 2
"""From here on a running clock is amber: a hint for the eye, no rule hangs on it."""

_AT_SOURCE = frozenset({"new", "waiting", "fixed", "approved", "returned"})
_IN_TRANSIT = frozenset({"paid", "in_transit"})
_AT_DESTINATION = frozenset({"arrived", "sending_back", "credited", "credited_ahead", "owed"})


class Station(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three places of the balance: `mark` is passed, here or ahead."""

    label: str
    place: str
    mark: str


class ClockFace(msgspec.Struct, frozen=True, kw_only=True):
    """A clock in one colour and one sentence; the sentence says everything the colour says."""

    colour: str  # "green" | "amber" | "red"
    words: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A run of months as a rectangle of the strip, in units of its picture."""

    x: int
    width: int


class Strip(msgspec.Struct, frozen=True, kw_only=True):
    """Insured months on a line of time: `years` are (x, label), `ticks` the year borders."""

    bars: tuple[Bar, ...]
    years: tuple[tuple[int, str], ...]
    ticks: tuple[int, ...]
    width: int


def stations(fund_leg: str, from_name: str, to_name: str) -> tuple[Station, ...]:
    """Where the balance is: 转出地账户 → 在途 → 转入地账户. Empty when no money moves."""
    if fund_leg in _AT_SOURCE:
        here = 0
    elif fund_leg in _IN_TRANSIT:
        here = 1
    elif fund_leg in _AT_DESTINATION:
        here = 2
    else:
        return ()
    names = (("转出地账户", from_name), ("在途", "银行划转中"), ("转入地账户", to_name))
    return tuple(
        Station(
            label=label,
            place=place,
            mark="passed" if n < here else "here" if n == here else "ahead",
        )
        for n, (label, place) in enumerate(names)
    )


def clock_face(
    state: str, due_on: date, met_on: date | None, workdays_left: int | None
) -> ClockFace:
    """Green while there is time or when it was kept, amber when close, red when late."""
    due = date_cn(due_on)
    if state == "met":
        on = date_cn(met_on) if met_on else ""
        if met_on is not None and met_on > due_on:
            return ClockFace(colour="red", words=f"{on}办完，晚于期限（{due}）")
        return ClockFace(colour="green", words=f"已在 {on}办完（期限 {due}）")
    if state == "late":
        over = (
            f" {-workdays_left} 个工作日" if workdays_left is not None and workdays_left < 0 else ""
        )
        return ClockFace(colour="red", words=f"已超期{over}（期限 {due}）")
    if state == "paused":
        return ClockFace(colour="amber", words=f"等待补正，暂停计算（原期限 {due}）")
    if workdays_left is None:
        return ClockFace(colour="green", words=f"不晚于 {due}")
    if workdays_left <= 0:
        return ClockFace(colour="amber", words=f"今天到期（{due}）")
    colour = "amber" if workdays_left <= SOON_WORKDAYS else "green"
    return ClockFace(colour=colour, words=f"还剩 {workdays_left} 个工作日（不晚于 {due}）")


def months_strip(spells: Sequence[Spell], first: Month, last: Month, width: int = 340) -> Strip:
    """The spells on the line from `first` to `last`, both included, `width` units wide."""
    total = max(1, last.ordinal - first.ordinal + 1)

    def x(ordinal: int) -> int:
        return round(max(0, min(total, ordinal - first.ordinal)) * width / total)

    bars = []
    for spell in spells:
        left, right = x(spell.begin.ordinal), x(spell.end.ordinal + 1)
        if right > left:
            bars.append(Bar(x=left, width=right - left))
    januaries = [year * 12 for year in range(first.year + 1, last.year + 1)]
    step = max(1, -(-len(januaries) // 6))
    labels = ((x(ordinal), str(ordinal // 12)) for ordinal in januaries[::step])
    return Strip(
        bars=tuple(bars),
        years=tuple((at, label) for at, label in labels if at <= width - 30),
        ticks=tuple(x(ordinal) for ordinal in januaries),
        width=width,
    )


def span_of(all_spells: Sequence[Sequence[Spell]], today: date) -> tuple[Month, Month]:
    """One line of time for several strips, so that places can be compared by eye."""
    now = Month.of(today)
    begins = [spell.begin for spells in all_spells for spell in spells]
    ends = [spell.end for spells in all_spells for spell in spells]
    return min([*begins, now]), max([*ends, now])


def as_spells(runs: Iterable[Any]) -> tuple[Spell, ...]:
    """Runs as records hand them out, (begin, end) as months or as text, in one form."""
    return tuple(
        run if isinstance(run, Spell) else Spell(_month(run[0]), _month(run[1])) for run in runs
    )


def date_cn(value: date | datetime | None) -> str:
    """`2026年3月5日`; an aware moment is read in Shanghai time. Empty for nothing."""
    if value is None:
        return ""
    day = _local(value)
    return f"{day.year}年{day.month}月{day.day}日"


def moment_cn(value: datetime | None) -> str:
    """`2026年3月5日 14:05`, Shanghai time."""
    if value is None:
        return ""
    at = _local(value)
    return f"{date_cn(at)} {at:%H:%M}"


def month_cn(value: Month | str | None) -> str:
    """`2026年3月`, from a month or its text (`2026-03`, `202603`)."""
    if not value:
        return ""
    month = Month.parse(value) if isinstance(value, str) else value
    return f"{month.year}年{month.month}月"


def page_numbers(page: int, pages: int) -> tuple[int | None, ...]:
    """First, last and the neighbours of `page`; None stands for a gap."""
    wanted = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    shown: list[int | None] = [1]
    for before, number in pairwise(wanted):
        if number - before > 1:
            shown.append(None)
        shown.append(number)
    return tuple(shown)


def _month(value: Month | str) -> Month:
    return value if isinstance(value, Month) else Month.parse(value)


def _local(value: Any) -> Any:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value
