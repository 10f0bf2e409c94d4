"""Counting working days against a loop that a reader can check by eye, and its laws."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.core.calendar.table import Calendar, calendar_of_province
from jiexu.core.calendar.workdays import (
    add_workdays,
    due_date,
    is_published,
    is_workday,
    workdays_between,
)

ONE_DAY = timedelta(days=1)
AREAS = st.sampled_from(["100000", "310000", "450000", "450107", "640100"])
STARTS = st.dates(date(2007, 1, 1), date(2027, 12, 31))
COUNTS = st.integers(0, 120)

# The first example of a process reads the files: slower than the rest, and not a fault.
unhurried = settings(deadline=None)


def slowly(start: date, count: int, area: str) -> date:
    day = start
    if count == 0:
        while not is_workday(day, area):
            day += ONE_DAY
        return day
    while count:
        day += ONE_DAY
        count -= is_workday(day, area)
    return day


@unhurried
@given(STARTS, COUNTS, AREAS)
def test_agrees_with_a_naive_loop(start: date, count: int, area: str) -> None:
    assert add_workdays(start, count, area).due == slowly(start, count, area)


@unhurried
@given(STARTS, COUNTS, AREAS)
def test_short_and_full_answer_are_the_same(start: date, count: int, area: str) -> None:
    full = add_workdays(start, count, area)
    assert due_date(start, count, area) == (full.due, full.provisional)


@unhurried
@given(STARTS, COUNTS, AREAS)
def test_due_is_a_working_day_and_never_before_the_start(
    start: date, count: int, area: str
) -> None:
    due, _ = due_date(start, count, area)
    assert is_workday(due, area)
    assert due > start or (count == 0 and due == start)


@unhurried
@given(STARTS, st.integers(1, 120), AREAS)
def test_distance_is_the_count(start: date, count: int, area: str) -> None:
    due, _ = due_date(start, count, area)
    assert workdays_between(start, due, area) == count
    assert workdays_between(start, due - ONE_DAY, area) == count - 1


@unhurried
@given(STARTS, COUNTS, COUNTS, AREAS)
def test_counting_on_from_a_due_date_adds_up(start: date, first: int, then: int, area: str) -> None:
    # Zero from a rest day moves to the next working day, which the first counted day is too.
    if first == 0 and not is_workday(start, area):
        first = 1
    middle, _ = due_date(start, first, area)
    assert due_date(middle, then, area) == due_date(start, first + then, area)


@unhurried
@given(STARTS, STARTS, COUNTS, AREAS)
def test_a_later_start_is_never_due_earlier(a: date, b: date, count: int, area: str) -> None:
    earlier, later = sorted((a, b))
    assert due_date(earlier, count, area)[0] <= due_date(later, count, area)[0]


@unhurried
@given(STARTS, st.integers(1, 119), AREAS)
def test_one_more_day_is_strictly_later(start: date, count: int, area: str) -> None:
    assert due_date(start, count, area)[0] < due_date(start, count + 1, area)[0]


@unhurried
@given(STARTS, COUNTS)
def test_provisional_exactly_when_a_year_without_notice_is_touched(start: date, count: int) -> None:
    answer = add_workdays(start, count)
    touched = range(start.year, answer.due.year + 1)
    assert answer.provisional == (not all(is_published(year) for year in touched))
    assert any("尚未公布：" in note for note in answer.notes) == answer.provisional
    assert answer.sources


@unhurried
@given(st.lists(st.tuples(STARTS, COUNTS), min_size=1, max_size=6))
def test_answers_do_not_depend_on_what_was_asked_before(asked: list[tuple[date, int]]) -> None:
    overlay = calendar_of_province("450000").overlay
    grown = Calendar(overlay)
    for start, count in asked:
        assert grown.reach(start, count) == Calendar(overlay).reach(start, count)
        assert grown.works(start) == Calendar(overlay).works(start)
