"""Insured months: `Month` is one calendar month, `Spell` an unbroken run, both ends included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import msgspec

from jiexu.core.base.errors import BadInput

_MONTH = re.compile(r"(?P<year>[0-9]{4})-?(?P<month>0[1-9]|1[0-2])", re.ASCII)


class Month(NamedTuple):
    """One calendar month. Compares in time order; `Month + 1` is the next one."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str, *, path: str = "") -> Month:
        """Read `YYYY-MM` (contract) or `yyyyMM` (wire). Raises `BadInput` for anything else."""
        match = _MONTH.fullmatch(text.strip())
        if match is None:
            raise BadInput(
                f"看不懂这个月份：{text[:20]}。",
                "请按“年-月”填写，例如 2026-03。",
                path=path,
                code="BAD_MONTH",
            )
        return cls(int(match["year"]), int(match["month"]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def ordinal(self) -> int:
        return self.year * 12 + self.month - 1

    @classmethod
    def from_ordinal(cls, ordinal: int) -> Month:
        return cls(ordinal // 12, ordinal % 12 + 1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def shift(self, months: int) -> Month:
        return Month.from_ordinal(self.ordinal + months)

    def wire(self) -> str:
        """`yyyyMM`, the form of the field standard."""
        return f"{self.year:04d}{self.month:02d}"

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


class Spell(msgspec.Struct, frozen=True, order=True):
    """Unbroken months from `begin` to `end`, both included."""

    begin: Month
    end: Month

    @property
    def months(self) -> int:
        return self.end.ordinal - self.begin.ordinal + 1

    def each(self) -> Iterator[Month]:
        for ordinal in range(self.begin.ordinal, self.end.ordinal + 1):
            yield Month.from_ordinal(ordinal)


def spells_of(months: Iterable[Month]) -> tuple[Spell, ...]:
    """Join single months to spells; a month named twice counts once."""
    ordinals = sorted({month.ordinal for month in months})
    spells: list[Spell] = []
    start = previous = None
    for ordinal in ordinals:
        if previous is not None and ordinal == previous + 1:
            previous = ordinal
            continue
        if start is not None and previous is not None:
            spells.append(Spell(Month.from_ordinal(start), Month.from_ordinal(previous)))
        start = previous = ordinal
    if start is not None and previous is not None:
        spells.append(Spell(Month.from_ordinal(start), Month.from_ordinal(previous)))
    return tuple(spells)


def months_between(earlier: Month, later: Month) -> int:
    """Months that lie strictly between: none between March and April, one between March and May."""
    return max(0, later.ordinal - earlier.ordinal - 1)
