"""Every day we call a working day, asked again of calendars other people keep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from holidays.calendars.chinese import _ChineseLunisolar

from jiexu.core.calendar.loading import DATA, load_overlay
from jiexu.core.calendar.workdays import add_workdays, is_workday, published_years

ONE_DAY = timedelta(days=1)


def days_of(first_year: int, last_year: int) -> Iterator[date]:
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day
        day += ONE_DAY


def test_every_published_day_agrees_with_chinesecalendar() -> None:
    first, last = published_years()
    assert (first, last) == (2007, 2026)
    days = list(days_of(first, last))
    assert len(days) == 7305
    differ = [day for day in days if is_workday(day) != chinese_calendar.is_workday(day)]
    assert differ == []


def test_every_day_since_2018_agrees_with_holidays() -> None:
    china = holidays.country_holidays("CN", years=range(2018, 2027))
    differ = [day for day in days_of(2018, 2026) if is_workday(day) != china.is_working_day(day)]
    assert differ == []


@pytest.mark.parametrize("count", [1, 5, 10, 30])
def test_due_dates_agree_with_holidays(count: int) -> None:
    china = holidays.country_holidays("CN", years=range(2018, 2027))
    for start in days_of(2019, 2025):
        if start.day % 7 == count % 7:
            assert add_workdays(start, count).due == china.get_nth_working_day(start, count)


def test_lunar_third_of_third_month_agrees_with_the_lunisolar_tables() -> None:
    # The Hùng Kings day is the tenth day of the third month: seven days after the third.
    tables = _ChineseLunisolar()
    overlay = load_overlay(DATA / "overlay" / "450000.toml")
    for entry in overlay.years:
        tenth, _ = tables.hung_kings_date(entry.year)
        third = tenth - timedelta(days=7)
        assert entry.lunar == (third, third + ONE_DAY)


def test_lunar_dates_known_from_public_almanacs() -> None:
    overlay = load_overlay(DATA / "overlay" / "450000.toml")
    third = {entry.year: entry.lunar[0] for entry in overlay.years}
    assert third[2023] == date(2023, 4, 22)
    assert third[2024] == date(2024, 4, 11)
    assert third[2025] == date(2025, 3, 31)
    assert third[2026] == date(2026, 4, 19)
