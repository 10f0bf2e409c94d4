"""Months and spells: order, arithmetic and joining, checked against plain sets of months."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month, Spell, months_between, spells_of

months = st.builds(Month, st.integers(1, 9999), st.integers(1, 12))
some_months = st.lists(st.builds(Month, st.integers(2020, 2023), st.integers(1, 12)), max_size=40)


@given(months)
def test_both_written_forms_are_read_back(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.parse(month.wire()) == month
    assert Month.parse(f" {month} ") == month


@given(months)
def test_a_month_is_written_as_its_first_day_says(month: Month) -> None:
    assert str(month) == month.first_day.isoformat()[:7]
    assert month.wire() == month.first_day.isoformat()[:7].replace("-", "")
    assert Month.of(month.first_day) == month


@given(st.dates(date(1, 1, 1), date(9999, 12, 30)))
def test_the_next_day_is_in_this_month_or_the_next(day: date) -> None:
    here, there = Month.of(day), Month.of(day + timedelta(days=1))
    assert there in {here, here.shift(1)}
    assert (there == here.shift(1)) == ((day + timedelta(days=1)).day == 1)


@given(months, months)
def test_months_are_ordered_as_their_days_are(one: Month, other: Month) -> None:
    assert (one < other) == (one.first_day < other.first_day)
    assert other.ordinal - one.ordinal == (other.year - one.year) * 12 + other.month - one.month


@given(st.builds(Month, st.integers(1900, 2100), st.integers(1, 12)), st.integers(-1200, 1200))
def test_shifting_goes_and_comes_back(month: Month, by: int) -> None:
    assert month.shift(by).ordinal == month.ordinal + by
    assert month.shift(by).shift(-by) == month
    assert 1 <= month.shift(by).month <= 12


def test_december_is_followed_by_january() -> None:
    assert Month(2025, 12).shift(1) == Month(2026, 1)
    assert Month(2026, 1).shift(-1) == Month(2025, 12)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-00", "2026-13", "202613", "2026-3", "26-03", "2026/03", "2026-03-01",
        "20260301", "2026年3月", "２０２６-03", "٢٠٢٦-03", "2026--03", "-2026-03", "2026 03",
    ],
)  # fmt: skip
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        Month.parse(text, path="last_paid_month")
    assert (caught.value.code, caught.value.path) == ("BAD_MONTH", "last_paid_month")
    assert "看不懂这个月份" in caught.value.message
    assert "2026-03" in caught.value.remedy


@given(some_months)
def test_spells_hold_the_same_months_and_no_others(paid: list[Month]) -> None:
    joined = [month for spell in spells_of(paid) for month in spell.each()]
    assert joined == sorted(set(paid))


@given(some_months)
def test_spells_are_in_order_and_never_touch(paid: list[Month]) -> None:
    spells = spells_of(paid)
    assert list(spells) == sorted(spells)
    for earlier, later in pairwise(spells):
        assert months_between(earlier.end, later.begin) >= 1


@given(some_months)
def test_spells_do_not_depend_on_order_or_repetition(paid: list[Month]) -> None:
    assert spells_of(reversed(paid)) == spells_of(paid) == spells_of(paid + paid)


@given(some_months)
def test_joining_what_was_joined_changes_nothing(paid: list[Month]) -> None:
    spells = spells_of(paid)
    assert spells_of(month for spell in spells for month in spell.each()) == spells
    assert sum(spell.months for spell in spells) == len(set(paid))


def test_a_gap_of_one_month_parts_two_spells() -> None:
    paid = [Month(2025, 11), Month(2026, 1), Month(2025, 12), Month(2026, 3)]
    assert spells_of(paid) == (
        Spell(Month(2025, 11), Month(2026, 1)),
        Spell(Month(2026, 3), Month(2026, 3)),
    )
    assert spells_of([]) == ()


def test_both_ends_of_a_spell_count() -> None:
    assert Spell(Month(2026, 3), Month(2026, 3)).months == 1
    assert Spell(Month(2025, 11), Month(2026, 2)).months == 4


@given(months, months)
def test_months_between_are_those_after_the_one_and_before_the_other(
    one: Month, other: Month
) -> None:
    between = months_between(one, other)
    assert between >= 0
    if one < other:
        assert one.shift(between + 1) == other
    else:
        assert between == 0


def test_neighbours_have_no_month_between() -> None:
    assert months_between(Month(2026, 3), Month(2026, 4)) == 0
    assert months_between(Month(2026, 3), Month(2026, 5)) == 1
    assert months_between(Month(2025, 12), Month(2026, 3)) == 2
