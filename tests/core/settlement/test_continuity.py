"""Statements join whatever order they come in; what is missing is named."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.settlement.continuity import Gap, Span, gaps, outer_balances

DAY = date(2026, 3, 1)


def span(opening_fen: int, closing_fen: int, begins: int, ends: int) -> Span:
    return Span(
        opening_fen=opening_fen,
        closing_fen=closing_fen,
        begins_on=DAY + timedelta(days=begins),
        ends_on=DAY + timedelta(days=ends),
    )


ROAD = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12).map(
    lambda steps: [
        span(10**9 + sum(steps[:n]), 10**9 + sum(steps[: n + 1]), n, n) for n in range(len(steps))
    ]
)


@given(ROAD, st.integers(0, 10**6))
def test_a_whole_road_has_no_gap_in_any_order(road: list[Span], seed: int) -> None:
    mixed = list(road)
    Random(seed).shuffle(mixed)
    assert gaps(mixed) == ()
    outer = outer_balances(mixed)
    assert outer is not None
    assert outer[1] - outer[0] == road[-1].closing_fen - road[0].opening_fen


@given(
    st.lists(st.integers(1, 10**6), min_size=3, max_size=12), st.integers(0, 99), st.integers(0, 9)
)
def test_one_missing_statement_is_named(steps: list[int], which: int, seed: int) -> None:
    road = [span(sum(steps[:n]), sum(steps[: n + 1]), n, n) for n in range(len(steps))]
    missing = road.pop(1 + which % (len(road) - 2))
    before = next(one for one in road if one.closing_fen == missing.opening_fen)
    after = next(one for one in road if one.opening_fen == missing.closing_fen)
    Random(seed).shuffle(road)
    assert gaps(road) == (
        Gap(
            left_fen=missing.opening_fen,
            left_on=before.ends_on,
            found_fen=missing.closing_fen,
            found_on=after.begins_on,
        ),
    )
    assert gaps([*road, missing]) == ()


def test_a_loop_that_touches_nothing_is_a_gap() -> None:
    road = [span(100, 200, 0, 1), span(500, 300, 4, 4), span(300, 500, 5, 6)]
    (gap,) = gaps(road)
    assert (gap.left_fen, gap.found_fen) == (200, 500)
    assert gap.found_on == DAY + timedelta(days=4)


def test_a_day_without_entries_tells_the_balance() -> None:
    assert gaps([span(100, 200, 0, 1), span(200, 200, 2, 2)]) == ()
    (gap,) = gaps([span(100, 200, 0, 1), span(250, 250, 2, 2)])
    assert (gap.left_fen, gap.found_fen) == (200, 250)
    assert outer_balances([]) is None
