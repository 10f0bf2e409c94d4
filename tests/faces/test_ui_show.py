"""Where the money stands, what a clock says, how months look."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.periods import Month, Spell, spells_of
from jiexu.core.procedures.transfer.states import FUND_STATES
from jiexu.faces.ui import show

ORDINALS = st.integers(min_value=1990 * 12, max_value=2060 * 12)


@pytest.mark.parametrize(
    ("fund_leg", "marks"),
    [
        ("waiting", ["here", "ahead", "ahead"]),
        ("fixed", ["here", "ahead", "ahead"]),
        ("approved", ["here", "ahead", "ahead"]),
        ("returned", ["here", "ahead", "ahead"]),
        ("paid", ["passed", "here", "ahead"]),
        ("in_transit", ["passed", "here", "ahead"]),
        ("arrived", ["passed", "passed", "here"]),
        ("credited", ["passed", "passed", "here"]),
        ("none", []),
    ],
)
def test_money_stands_at_one_station(fund_leg: str, marks: list[str]) -> None:
    assert [s.mark for s in show.stations(fund_leg, "南京市", "柳州市")] == marks


def test_every_fund_state_but_none_has_a_station() -> None:
    without = {state for state in FUND_STATES if not show.stations(state, "甲", "乙")}
    assert without == {"none"}


def test_stations_name_the_places() -> None:
    assert [(s.label, s.place) for s in show.stations("paid", "南京市", "柳州市")] == [
        ("转出地账户", "南京市"),
        ("在途", "银行划转中"),
        ("转入地账户", "柳州市"),
    ]


DUE = date(2026, 3, 19)


@pytest.mark.parametrize(
    ("state", "met_on", "left", "colour", "words"),
    [
        ("running", None, 6, "green", "还剩 6 个工作日（不晚于 2026年3月19日）"),
        ("running", None, 3, "green", "还剩 3 个工作日（不晚于 2026年3月19日）"),
        ("running", None, 2, "amber", "还剩 2 个工作日（不晚于 2026年3月19日）"),
        ("running", None, 0, "amber", "今天到期（2026年3月19日）"),
        ("running", None, None, "green", "不晚于 2026年3月19日"),
        ("late", None, -3, "red", "已超期 3 个工作日（期限 2026年3月19日）"),
        ("late", None, None, "red", "已超期（期限 2026年3月19日）"),
        ("met", DUE, None, "green", "已在 2026年3月19日办完（期限 2026年3月19日）"),
        (
            "met",
            date(2026, 3, 20),
            None,
            "red",
            "2026年3月20日办完，晚于期限（2026年3月19日）",
        ),
    ],
)
def test_a_clock_has_one_colour_and_says_it_in_words(
    state: str, met_on: date | None, left: int | None, colour: str, words: str
) -> None:
    face = show.clock_face(state, DUE, met_on, left)
    assert (face.colour, face.words) == (colour, words)


@given(st.sets(ORDINALS, min_size=1, max_size=60))
def test_the_strip_keeps_runs_apart_and_inside(ordinals: set[int]) -> None:
    spells = spells_of(Month.from_ordinal(n) for n in ordinals)
    first, last = show.span_of([spells], date(2026, 3, 20))
    strip = show.months_strip(spells, first, last)
    assert len(strip.bars) <= len(spells)
    assert all(bar.x >= 0 and bar.x + bar.width <= strip.width for bar in strip.bars)
    for left, right in zip(strip.bars, strip.bars[1:], strict=False):
        assert left.x + left.width <= right.x
    assert len(strip.years) <= 6


def test_a_full_line_is_filled_from_end_to_end() -> None:
    months = Month(2020, 1), Month(2024, 12)
    strip = show.months_strip((Spell(*months),), *months)
    assert [(bar.x, bar.width) for bar in strip.bars] == [(0, strip.width)]


def test_nothing_insured_is_an_empty_line_around_today() -> None:
    first, last = show.span_of([], date(2026, 3, 20))
    assert first == last == Month(2026, 3)
    assert show.months_strip((), first, last).bars == ()


def test_runs_are_read_as_months_and_as_text() -> None:
    run = Spell(Month(2021, 1), Month(2026, 2))
    assert show.as_spells([run]) == (run,)
    assert show.as_spells([("2021-01", "202602")]) == (run,)
    assert show.as_spells([(Month(2021, 1), Month(2026, 2))]) == (run,)


def test_moments_are_read_in_shanghai() -> None:
    late = datetime(2026, 3, 5, 16, 30, tzinfo=UTC)
    assert show.moment_cn(late) == "2026年3月6日 00:30"
    assert show.date_cn(late) == "2026年3月6日"
    assert show.date_cn(date(2026, 3, 5)) == "2026年3月5日"
    assert (show.date_cn(None), show.moment_cn(None), show.month_cn(None)) == ("", "", "")
    assert show.month_cn("202603") == show.month_cn(Month(2026, 3)) == "2026年3月"


@given(st.integers(1, 400), st.data())
def test_pages_show_both_ends_and_the_neighbours(pages: int, data: st.DataObject) -> None:
    page = data.draw(st.integers(1, pages))
    shown = show.page_numbers(page, pages)
    numbers = [number for number in shown if number is not None]
    assert numbers == sorted(set(numbers))
    assert {1, page, pages} <= set(numbers) <= set(range(1, pages + 1))
    assert len(shown) <= 7


def test_page_numbers_name_the_gaps() -> None:
    assert show.page_numbers(7, 20) == (1, None, 6, 7, 8, None, 20)
    assert show.page_numbers(1, 1) == (1,)
