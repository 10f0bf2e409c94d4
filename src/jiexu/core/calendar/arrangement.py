"""The shapes of the calendar's data files: a year's arrangement, an overlay, the statute.

The files stand in `data/`: `<year>.toml` holds the State Council's notice for that year,
`overlay/<province>.toml` the local festivals of one province, `statutory.toml` the law that is
left where a notice is missing, `local_unknown.toml` the provinces whose festivals are not held.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

NumberStatus = Literal["verified", "unverified", "absent"]
Confidence = Literal["high", "medium", "low"]


class Notice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A later notice that changed one holiday of an arrangement already published."""

    title: str
    number: str
    number_status: NumberStatus


class Holiday(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One holiday as arranged: days of rest, and weekend days worked in exchange."""

    name: str
    rest: tuple[date, ...]
    makeup: tuple[date, ...] = ()
    notice: Notice | None = None

    @property
    def days(self) -> tuple[date, ...]:
        return self.rest + self.makeup


class Year(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The State Council's arrangement for `year`; its first days may lie in December before."""

    year: int
    title: str
    number: str | None = None
    number_status: NumberStatus
    issued: date | None = None
    day_sources: tuple[str, ...]
    confidence: Confidence
    last_checked: date
    holidays: tuple[Holiday, ...]

    @property
    def rest(self) -> frozenset[date]:
        return frozenset(day for holiday in self.holidays for day in holiday.rest)

    @property
    def makeup(self) -> frozenset[date]:
        return frozenset(day for holiday in self.holidays for day in holiday.makeup)

    @property
    def begins(self) -> date:
        """First day this arrangement speaks of, 1 January at the latest."""
        days = (day for holiday in self.holidays for day in holiday.days)
        return min(date(self.year, 1, 1), *days)


class OverlayYear(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One year of a local festival. `lunar` is a cross-check; only `rest` and `makeup` count."""

    year: int
    lunar: tuple[date, ...]
    rest: tuple[date, ...]
    makeup: tuple[date, ...] = ()
    notice: str
    confidence: Confidence
    note: str | None = None

    @property
    def days(self) -> tuple[date, ...]:
        return self.lunar + self.rest + self.makeup


class Overlay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Local festivals of one province; its days prevail over the national arrangement."""

    area: str
    name: str
    festival: str
    title: str
    number: str | None = None
    from_: date = msgspec.field(name="from")
    confidence: Confidence
    last_checked: date
    years: tuple[OverlayYear, ...]

    @property
    def last_year(self) -> int:
        return self.years[-1].year


class Statute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The statutory holidays: all that is known of a year without a notice."""

    title: str
    number: str
    number_status: NumberStatus
    article: str
    from_: date = msgspec.field(name="from")
    confidence: Confidence
    last_checked: date
    fixed: tuple[str, ...]
    fixed_names: tuple[str, ...]
    movable_names: tuple[str, ...]

    def days_in(self, year: int) -> frozenset[date]:
        """Days of rest of `year` that stand on a fixed date of the Gregorian calendar."""
        return frozenset(date.fromisoformat(f"{year:04d}-{day}") for day in self.fixed)


class UnknownArea(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A province whose local festivals are known to exist and whose dates are not held."""

    name: str
    festivals: tuple[str, ...]


class UnknownAreas(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All such provinces, by area code, with the law that lets them set the days."""

    title: str
    article: str
    last_checked: date
    areas: dict[str, UnknownArea]
