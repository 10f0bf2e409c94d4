"""Deadlines in working days: when is it due, how sure is that, and by which notices.

Working days are Monday to Friday as the State Council's yearly notices change them, and as a
province's own festivals change them again. Each agency counts in the calendar of its own area.
Years without a notice are answered all the same, marked provisional and with the reason.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import msgspec

from jiexu.core.base.decision import Source
from jiexu.core.base.errors import BadInput
from jiexu.core.calendar.explanation import notes_on, sources_of
from jiexu.core.calendar.table import MAX_WORKDAYS, NATION, Calendar, calendar_of_province
from jiexu.core.calendar.table import published_years as _published_years

_AREA = re.compile(r"[0-9]{6}", re.ASCII)


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A due date. `provisional` when a day counted or passed lies in a year without a notice."""

    due: date
    provisional: bool
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def add_workdays(start: date, workdays: int, area: str = NATION) -> Due:
    """The `workdays`-th working day after `start` in `area`, with notes and sources.

    The start day is not counted. Zero answers `start` itself if it is a working day, else the
    next one. `area` is any six-digit area code; the festivals of its province apply.
    Source: the yearly 国务院办公厅关于…年部分节假日安排的通知 of each year touched, the local
    notice, and 全国年节及纪念日放假办法 art. 2 where a notice is missing.
    Raises `BadInput` for a negative or absurd count, a start before the first arrangement held
    or after 2099, and a malformed area code.
    """
    due, provisional = due_date(start, workdays, area)
    calendar = _calendar_of(area)
    return Due(
        due=due,
        provisional=provisional,
        notes=notes_on(calendar, _province_of(area), start, due),
        sources=sources_of(calendar, start, due),
    )


def due_date(start: date, workdays: int, area: str = NATION) -> tuple[date, bool]:
    """Due date and whether it is provisional: `add_workdays` without the explanation.

    The path of mass runs: two look-ups when the years are already laid out. Errors as there.
    """
    calendar = _calendar_of(area)
    if 0 < workdays <= MAX_WORKDAYS:
        table = calendar.table
        try:
            return table.answers[table.ranks[start] + workdays]
        except (KeyError, IndexError, TypeError):
            pass  # years not laid out yet, or input that `reach` refuses in words
    return calendar.reach(start, workdays)


def is_workday(day: date, area: str = NATION) -> bool:
    """Whether `day` is worked in `area`. In years without a notice this is a guess.

    Raises `BadInput` as `add_workdays`; ask `is_published` before relying on the answer.
    """
    return _calendar_of(area).works(day)


def workdays_between(earlier: date, later: date, area: str = NATION) -> int:
    """Working days after `earlier` up to and including `later`; 0 for the same day.

    Raises `BadInput` as `add_workdays`, and when `later` lies before `earlier`.
    """
    return _calendar_of(area).between(earlier, later)


def published_years() -> tuple[int, int]:
    """First and last year whose national arrangement is held; there is no hole between them."""
    return _published_years()


def is_published(year: int) -> bool:
    """Whether the national arrangement of `year` is held."""
    first, last = _published_years()
    return first <= year <= last


def _province_of(area: str) -> str:
    return f"{area[:2]}0000"


@lru_cache(maxsize=4096)
def _calendar_of(area: str) -> Calendar:
    """The calendar of an area; bounded, so that made-up codes do not fill the memory."""
    if not isinstance(area, str) or _AREA.fullmatch(area) is None:
        raise BadInput(
            f"看不懂这个地区代码：{str(area)[:20]}。",
            "请填写六位数字的地区代码，例如 450100。",
            path="area",
            code="BAD_AREA",
        )
    return calendar_of_province(_province_of(area))
