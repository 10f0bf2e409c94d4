"""Working days laid out to be looked up: one row of days per calendar, grown as years are asked.

Counting a deadline is then two look-ups: how many working days lie up to the start, and which
day is that many further on. Only the years touched are read (and the one after each, because
a New Year's holiday may reach back into December), so a single question stays cheap.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import msgspec

from jiexu.core.base.errors import BadInput
from jiexu.core.calendar.arrangement import Overlay, OverlayYear, Year
from jiexu.core.calendar.loading import DATA, fault, load_overlay, load_statute, load_year

NATION = "100000"

LAST_YEAR = 2099
"""No start lies beyond this: a date further on is a slip of the pen, not a deadline."""

MAX_WORKDAYS = 5000
"""Longest count answered, about twenty years; no rule of the field comes near it."""

WORKING_WEEKDAYS = 5

read_year = cache(load_year)
read_statute = cache(load_statute)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """Every day of the years `first`..`last`, both included; never changed once built.

    `answers` holds the working days in order, each with whether it is provisional; `ranks` says
    for each day the place in `answers` of the last working day up to and including it.
    """

    first: int
    last: int
    ranks: dict[date, int]
    answers: tuple[tuple[date, bool], ...]


class Calendar:
    """The working days of one province, or of the nation where it has no overlay.

    `table` is replaced as a whole, never altered: threads that read it need no lock, and two
    that grow it at once only do the work twice.
    """

    def __init__(self, overlay: Overlay | None = None, data: Path = DATA) -> None:
        self.data = data
        self.overlay = overlay
        self.published = published_years(data)
        last = self.published[1]
        # Beyond this year an answer may still change: a notice is missing, national or local.
        self.settled_through = min(last, overlay.last_year) if overlay else last
        self.local = {entry.year: entry for entry in overlay.years} if overlay else {}
        self.table = Table(first=0, last=-1, ranks={}, answers=())

    def reach(self, start: date, workdays: int) -> tuple[date, bool]:
        """The `workdays`-th working day after `start`, and whether it is provisional.

        Zero gives `start` itself, or the next working day. Raises `BadInput`.
        """
        if not isinstance(workdays, int) or not 0 <= workdays <= MAX_WORKDAYS:
            raise BadInput(
                f"工作日数不能是 {workdays}。",
                f"请填写 0 到 {MAX_WORKDAYS} 的整数。",
                path="workdays",
                code="BAD_WORKDAYS",
            )
        table = self.covering(start)
        target = workdays if workdays or self.works(start) else 1
        while (place := table.ranks[start] + target) >= len(table.answers):
            # No year has more than 262 working days: this never reads a year that is not needed.
            more = 1 + (place - len(table.answers)) // 262
            table = self._grow(table.first, table.last + more)
        return table.answers[place]

    def works(self, day: date) -> bool:
        """Whether `day` is a working day. Raises `BadInput`."""
        table = self.covering(day)
        rank = table.ranks[day]
        return rank >= 0 and table.answers[rank][0] == day

    def between(self, earlier: date, later: date) -> int:
        """Working days after `earlier` up to and including `later`. Raises `BadInput`."""
        table = self.covering(earlier, later)
        if earlier > later:
            raise BadInput(
                f"起始日 {earlier} 在截止日 {later} 之后。",
                "请把较早的日期填在前面。",
                path="earlier",
                code="BAD_DATE",
            )
        return table.ranks[later] - table.ranks[earlier]

    def covering(self, *days: date) -> Table:
        """A table that holds all `days`. Raises `BadInput` for a day no calendar is kept for."""
        for day in days:
            _check_day(day, self.published[0])
        years = [day.year for day in days]
        table = self.table
        if table.first <= min(years) and max(years) <= table.last:
            return table
        if table.last < table.first:
            return self._grow(min(years), max(years))
        return self._grow(min(*years, table.first), max(*years, table.last))

    def arrangement(self, year: int) -> Year | None:
        """The State Council's arrangement for `year`, `None` where none is held."""
        if not self.published[0] <= year <= self.published[1]:
            return None
        return read_year(self.data / f"{year}.toml")

    def _grow(self, first: int, last: int) -> Table:
        ranks: dict[date, int] = {}
        answers: list[tuple[date, bool]] = []
        for year in range(first, last + 1):
            provisional = year > self.settled_through
            rest, makeup = self._exceptions(year)
            for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
                day = date.fromordinal(ordinal)
                if day in makeup or (day.weekday() < WORKING_WEEKDAYS and day not in rest):
                    answers.append((day, provisional))
                # A count may end beyond the last year, but none starts there.
                if year <= LAST_YEAR:
                    ranks[day] = len(answers) - 1
        self.table = table = Table(first=first, last=last, ranks=ranks, answers=tuple(answers))
        return table

    def _exceptions(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        """Days of rest and make-up days that decide about the days of `year`."""
        rest: frozenset[date] = frozenset()
        makeup: frozenset[date] = frozenset()
        for notice in (self.arrangement(year), self.arrangement(year + 1)):
            if notice is not None:
                rest |= notice.rest
                makeup |= notice.makeup
        if year > self.published[1]:
            rest |= read_statute(self.data / "statutory.toml").days_in(year)
        local: OverlayYear | None = self.local.get(year)
        if local is not None:
            # The later and nearer rule prevails: the local notice is issued in view of the other.
            rest = (rest - frozenset(local.makeup)) | frozenset(local.rest)
            makeup = (makeup - frozenset(local.rest)) | frozenset(local.makeup)
        return rest, makeup


@cache
def published_years(data: Path = DATA) -> tuple[int, int]:
    """First and last year with a notice. A hole between them is a fault of the data."""
    years = sorted(int(path.stem) for path in data.glob("[0-9][0-9][0-9][0-9].toml"))
    if not years:
        raise fault(data, "", "一个年度的放假安排也没有")
    for expected, year in enumerate(years, start=years[0]):
        if year != expected:
            raise fault(data / f"{expected}.toml", "", "缺少这个年度的文件")
    return years[0], years[-1]


@cache
def calendar_of_province(province: str, data: Path = DATA) -> Calendar:
    """The calendar of `province`, a code that ends in 0000; shared by all its areas."""
    path = data / "overlay" / f"{province}.toml"
    if path.is_file():
        return Calendar(load_overlay(path), data)
    return Calendar(None, data) if province == NATION else calendar_of_province(NATION, data)


def _check_day(day: date, first_year: int) -> None:
    # A datetime is a date too, but it carries an hour and a zone: whose day it is, is not said.
    if type(day) is not date:
        raise BadInput(
            f"这里需要日期，不是 {type(day).__name__}。",
            "请填写年月日，例如 2026-03-02。",
            path="start",
            code="BAD_DATE",
        )
    if not first_year <= day.year <= LAST_YEAR:
        raise BadInput(
            f"工作日历从 {first_year} 年到 {LAST_YEAR} 年，没有 {day} 这一天。",
            "请检查年份是否写错。",
            path="start",
            code="BAD_DATE",
        )
