"""incentive: what a year adds, what a missed year takes, and the total it stays within."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu import assess
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput

FACTS: dict[str, Any] = {
    "area": "320100",
    "cover_year": 2029,
    "continuous_years": 5,
    "zero_claim_prev_year": True,
    "missed_years_count": 0,
}


def answered(**changes: Any) -> Decision:
    return assess("incentive", {**FACTS, **changes})


@pytest.mark.parametrize(
    ("changes", "outcome", "change"),
    [
        ({}, "raise", "10000.00"),
        ({"zero_claim_prev_year": False}, "raise", "5000.00"),
        ({"continuous_years": 4}, "raise", "5000.00"),  # by zero claims alone
        ({"continuous_years": 4, "zero_claim_prev_year": False}, "none", "0.00"),
        ({"already_raised": "90000"}, "raise", "10000.00"),
        ({"already_raised": "95000"}, "raise", "5000.00"),
        ({"already_raised": "99999.99"}, "raise", "0.01"),
        ({"already_raised": "100000"}, "none", "0.00"),
        ({"missed_years_count": 1}, "lower", "-3000.00"),
        ({"missed_years_count": 2}, "lower", "-6000.00"),
        ({"missed_years_count": 33}, "lower", "-99000.00"),
        ({"missed_years_count": 34}, "lower", "-100000.00"),
    ],
)
def test_jiangsu(changes: dict[str, Any], outcome: str, change: str) -> None:
    decision = answered(**changes)
    assert (decision.outcome, decision.values["change"]) == (outcome, change)
    assert decision.values["limit_total"] == "100000.00"
    lowered = outcome == "lower"
    years = changes.get("continuous_years", 5)
    assert decision.values["continuous_years_after"] == (0 if lowered else years)


def test_where_the_amount_is_not_known_the_nation_is_told() -> None:
    for changes in ({}, {"missed_years_count": 1}):
        decision = answered(area="450200", **changes)
        assert decision.outcome == "local_rule_unknown"
        assert decision.values["change"] is None
        assert "国家规定" in decision.reasons[0].text
    assert answered(area="450200").values["step_least"] == "1000.00"
    assert answered(area="450200", missed_years_count=1).values["continuous_years_after"] == 0
    plain = answered(area="450200", continuous_years=3, zero_claim_prev_year=False)
    assert plain.outcome == "none"
    assert answered(cover_year=2024).outcome == "local_rule_unknown"


def test_shangrao_has_an_amount_but_no_known_cap() -> None:
    decision = answered(area="361100", zero_claim_prev_year=False)
    assert (decision.values["change"], decision.values["limit_total"]) == ("3000.00", None)
    assert any("上限" in note for note in decision.notes)


@pytest.mark.parametrize("fact", ["zero_claim_prev_year", "missed_years_count"])
def test_what_is_not_stated_is_named(fact: str) -> None:
    assert any(fact in note for note in answered(**{fact: None}).notes)


def test_an_unknown_earlier_raise_matters_only_near_the_limit() -> None:
    assert answered(already_raised=None).values["change"] == "10000.00"
    late = answered(continuous_years=20, cover_year=2044)
    assert (late.outcome, late.values["change"]) == ("raise", None)
    assert any("already_raised" in note for note in late.notes)


def test_zero_claims_not_stated_leave_the_sum_open() -> None:
    decision = answered(zero_claim_prev_year=None)
    assert decision.values["by_continuity"] == "5000.00"
    assert decision.values["by_zero_claim"] is None
    assert decision.values["change"] is None


def test_bad_facts() -> None:
    for changes, path in (
        ({"area": "999999"}, "area"),
        ({"already_raised": "-1"}, "already_raised"),
        ({"continuous_years": -1}, "continuous_years"),
        ({"cover_year": 20290}, "cover_year"),
    ):
        with pytest.raises(BadInput) as caught:
            answered(**changes)
        assert caught.value.path == path


@given(
    st.sampled_from(["320100", "361100", "450200"]),
    st.integers(2024, 2040),
    st.integers(0, 30),
    st.one_of(st.none(), st.booleans()),
    st.one_of(st.none(), st.integers(0, 60)),
    st.one_of(st.none(), st.integers(0, 120000)),
)
def test_within_the_total_whatever_the_facts(
    area: str, year: int, years: int, zero: bool | None, missed: int | None, raised: int | None
) -> None:
    decision = answered(
        area=area,
        cover_year=year,
        continuous_years=years,
        zero_claim_prev_year=zero,
        missed_years_count=missed,
        already_raised=None if raised is None else str(raised),
    )
    values = decision.values
    assert decision.outcome in {"raise", "lower", "none", "local_rule_unknown"}
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision
    if values["change"] is None:
        assert decision.notes
        return
    change = Decimal(values["change"])
    assert (change > 0, change < 0) == (decision.outcome == "raise", decision.outcome == "lower")
    if values["limit_total"] is not None and decision.outcome != "none":
        assert abs(change) <= Decimal(values["limit_total"])
        if change > 0 and raised is not None:
            assert raised + change <= Decimal(values["limit_total"])


@given(st.integers(0, 40), st.integers(0, 40))
def test_more_missed_years_never_lower_less(fewer: int, more: int) -> None:
    less = Decimal(answered(missed_years_count=fewer).values["change"])
    worse = Decimal(answered(missed_years_count=fewer + more).values["change"])
    assert worse <= less
