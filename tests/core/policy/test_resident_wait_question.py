"""resident-wait: published examples, edges, what is not stated, and claims that are wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu import assess
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.policy import parameters
from jiexu.core.policy.questions.resident_wait.span import span_of

NATION: dict[str, Any] = {
    "area": "450200",
    "cover_years": [2026],
    "paid_on": "2026-05-06",
    "in_window": False,
    "missed_years": [],
}


def answered(**changes: Any) -> Decision:
    return assess("resident-wait", {**NATION, **changes})


def codes(decision: Decision) -> list[str]:
    return [one.code for one in decision.reasons]


# --- the rule -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missed", "repaired", "variable", "wait"),
    [
        (0, 0, 0, 3),
        (1, 0, 0, 3),
        (2, 0, 1, 4),
        (3, 0, 2, 5),
        (4, 0, 3, 6),
        (2, 1, 0, 3),
        (3, 1, 1, 4),
        (3, 9, 0, 3),
        (4, 1, 3, 6),  # the floor
        (4, 4, 3, 6),
        (5, 0, 4, 7),
        (5, 1, 3, 6),
        (5, 2, 3, 6),
    ],
)
def test_fixed_variable_repair_and_floor(
    missed: int, repaired: int, variable: int, wait: int
) -> None:
    decision = answered(
        missed_years=[2025 - back for back in range(missed)], repaired_years=repaired
    )
    values = decision.values
    assert (values["fixed_months"], values["variable_months"]) == (3, variable)
    assert (values["wait_months"], values["reading"]) == (wait, "n-1")
    assert decision.outcome == "wait"


def test_the_floor_asks_for_years_one_after_the_other() -> None:
    scattered = answered(missed_years=[2018, 2020, 2022, 2025], repaired_years=3)
    assert (scattered.values["wait_months"], "REPAIR_FLOOR" in codes(scattered)) == (3, False)
    running = answered(missed_years=[2022, 2023, 2024, 2025], repaired_years=3)
    assert (running.values["wait_months"], "REPAIR_FLOOR" in codes(running)) == (6, True)


def test_in_time_and_continuous_has_no_wait() -> None:
    decision = answered(paid_on="2025-11-06", in_window=True)
    assert decision.outcome == "covered"
    assert (decision.values["wait_months"], decision.values["benefit_from"]) == (0, "2026-01-01")
    assert codes(decision) == ["PAID_IN_WINDOW"]


def test_a_gap_waits_even_when_paid_in_time() -> None:
    decision = answered(paid_on="2025-11-06", in_window=True, missed_years=[2025])
    assert decision.values["wait_from"] == "2026-01-01"
    assert decision.values["benefit_from"] == "2026-04-01"


# --- days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid_on", "benefit_from"),
    [
        ("2026-01-01", "2026-04-01"),
        ("2026-03-31", "2026-06-30"),
        ("2027-11-29", "2028-02-29"),  # a leap year
        ("2027-11-30", "2028-02-29"),
        ("2026-11-30", "2027-02-28"),
        ("2028-02-29", "2028-05-29"),
        ("2025-12-31", "2026-04-01"),  # the year begins the wait, not the payment
    ],
)
def test_from_the_day_of_payment_by_calendar_months(paid_on: str, benefit_from: str) -> None:
    year = max(2026, int(paid_on[:4]))
    decision = answered(paid_on=paid_on, cover_years=[year, year + 1])
    assert decision.values["benefit_from"] == benefit_from
    clamped = paid_on[8:] != benefit_from[8:] and paid_on != "2025-12-31"
    assert any("没有对应的日子" in note for note in decision.notes) == clamped


@pytest.mark.parametrize(
    ("basis", "month_end", "start", "first", "benefit"),
    [
        ("day_of_payment", "last_day", "2026-11-30", "2026-11-30", "2027-02-28"),
        ("day_of_payment", "first_of_next_month", "2026-11-30", "2026-11-30", "2027-03-01"),
        ("day_of_payment", "first_of_next_month", "2026-11-28", "2026-11-28", "2027-02-28"),
        ("month_of_payment", "last_day", "2026-11-30", "2026-11-01", "2027-02-01"),
        ("month_after_payment", "last_day", "2026-11-30", "2026-12-01", "2027-03-01"),
    ],
)
def test_named_ways_of_counting(
    basis: str, month_end: str, start: str, first: str, benefit: str
) -> None:
    span = span_of(date.fromisoformat(start), 3, basis, month_end)
    assert (span.wait_from.isoformat(), span.benefit_from.isoformat()) == (first, benefit)
    assert span.wait_until == span.benefit_from - timedelta(days=1)
    assert len(span.wait_list) == (0 if basis == "day_of_payment" else 3)
    none = span_of(date.fromisoformat(start), 0, basis, month_end)
    assert none.benefit_from.isoformat() == start


def test_a_year_that_is_over_before_benefit_begins_is_named() -> None:
    only = answered(area="210900", cover_years=[2025], paid_on="2025-10-01")
    assert (only.values["benefit_from"], only.values["years_not_entered"]) == (None, [2025])
    day_before = answered(area="210900", cover_years=[2025], paid_on="2025-09-30")
    assert day_before.values["benefit_from"] == "2025-12-30"
    both = answered(area="210900", cover_years=[2025, 2026], paid_on="2025-10-01")
    assert (both.values["benefit_from"], both.values["years_not_entered"]) == ("2026-01-01", [2025])


@pytest.mark.parametrize(
    ("paid_on", "wait", "benefit"),
    [
        ("2025-10-20", None, None),  # before the window: not said
        ("2025-10-21", 0, "2026-01-01"),
        ("2025-12-31", 0, "2026-01-01"),
        ("2026-01-01", 0, "2026-01-01"),
        ("2026-02-28", 0, "2026-02-28"),
        ("2026-03-01", 3, "2026-06-01"),
        ("2026-06-30", 3, "2026-09-30"),
    ],
)
@pytest.mark.parametrize("missed", [[], None])
def test_the_windows_of_an_area_decide_by_their_dates(
    paid_on: str, wait: int | None, benefit: str | None, missed: list[int] | None
) -> None:
    decision = answered(area="630100", paid_on=paid_on, in_window=None, missed_years=missed)
    assert (decision.values["wait_months"], decision.values["benefit_from"]) == (wait, benefit)


@pytest.mark.parametrize(("paid_on", "amount"), [("2026-06-30", None), ("2026-07-01", "1100.00")])
def test_full_cost_from_its_day(paid_on: str, amount: str | None) -> None:
    assert answered(area="630100", paid_on=paid_on).values["amount_due"] == amount


def test_repair_is_never_priced_at_full_cost() -> None:
    facts = {"area": "630100", "paid_on": "2026-07-01", "missed_years": [2024, 2025]}
    assert answered(**facts).values["amount_due"] == "1100.00"
    repaired = answered(**facts, repaired_years=1)
    assert repaired.values["amount_due"] is None
    assert any("2026 年度的居民医保个人缴费标准" in note for note in repaired.notes)


def test_the_amount_where_a_premium_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """No area's premium is known yet; one is put beside the real ones for the sum."""
    nation = parameters.area_file("100000")
    assert nation is not None
    fixed = nation.parameters["resident_fixed_wait_months"][0]
    premium = msgspec.structs.replace(fixed, name="resident_premium", value="400")
    held = msgspec.structs.replace(
        nation, parameters={**nation.parameters, "resident_premium": (premium,)}
    )
    real = parameters.area_file
    monkeypatch.setattr(
        parameters, "area_file", lambda area, data: held if area == "100000" else real(area, data)
    )
    assert answered().values["amount_due"] == "400.00"
    two = {"cover_years": [2026, 2027], "paid_on": "2026-11-01", "missed_years": [2024, 2025]}
    assert answered(**two, repaired_years=1).values["amount_due"] == "1200.00"
    again = {"cover_years": [2025, 2026], "missed_years": [2024, 2025], "repaired_years": 1}
    assert answered(**again).values["amount_due"] == "800.00"


def test_repair_is_priced_by_the_year_of_repair() -> None:
    decision = answered(
        area="370200",
        cover_years=[2026, 2027],
        paid_on="2027-03-01",
        missed_years=[2025, 2026],
        repaired_years=1,
    )
    assert decision.values["rate_year_used"] == 2027
    assert decision.values["benefit_for_gap_and_wait"] is False
    assert decision.values["amount_due"] is None
    assert any("2027 年度的居民医保个人缴费标准" in note for note in decision.notes)


# --- exceptions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "outcome"), [(0, "covered"), (90, "covered"), (91, "local_rule_unknown")]
)
@pytest.mark.parametrize("kind", ["left_employee_cover", "graduate", "discharged_soldier"])
def test_ninety_days_after_a_change_of_status(kind: str, days: int, outcome: str) -> None:
    paid_on = date(2026, 3, 10)
    changed = {"kind": kind, "on": (paid_on - timedelta(days=days)).isoformat()}
    decision = answered(area="320500", paid_on="2026-03-10", change_of_status=changed)
    assert decision.outcome == outcome
    expected = "2026-03-11" if outcome == "covered" else None
    assert decision.values["benefit_from"] == expected


@pytest.mark.parametrize(("days", "benefit"), [(90, True), (91, False)])
def test_newborn(days: int, benefit: bool) -> None:
    born = (date(2026, 3, 10) - timedelta(days=days)).isoformat()
    for stated in ({"change_of_status": {"kind": "newborn", "on": born}}, {"birth": born}):
        decision = answered(area="320100", paid_on="2026-03-10", **stated)
        assert decision.values["benefit_from"] == (born if benefit else None)


def test_newborn_where_no_days_are_known_has_no_wait_and_no_invented_day() -> None:
    decision = answered(change_of_status={"kind": "newborn", "on": "2026-05-01"})
    assert (decision.outcome, decision.values["wait_months"]) == ("covered", 0)
    assert decision.values["benefit_from"] is None
    assert any("12393" in note for note in decision.notes)


def test_cover_in_another_province_counts_where_a_rule_says_so() -> None:
    prior = {"area": "340100", "insutype": "390", "continuous_years": 2}
    facts = {"paid_on": "2025-11-10", "in_window": True, "missed_years": None}
    there = answered(area="320100", prior_cover=prior, **facts)
    assert codes(there) == ["CONTINUOUS_FROM_ELSEWHERE"]
    same = answered(area="320100", prior_cover={**prior, "area": "320500"}, **facts)
    assert same.values["wait_months"] is None
    elsewhere = answered(prior_cover=prior, **facts)
    assert elsewhere.values["wait_months"] is None


def test_jiangsu_keeps_its_older_rule() -> None:
    decision = answered(area="320100", missed_years=[2024, 2025])
    assert decision.outcome == "local_rule_unknown"
    assert "固定等待期3个月" in decision.reasons[0].text
    assert decision.reasons[0].sources[0].number == "国办发〔2024〕38号"
    assert "12393" in str(decision.reasons[0].repair)


def test_before_2025_only_what_an_area_said() -> None:
    assert answered(cover_years=[2024], paid_on="2024-05-06").outcome == "local_rule_unknown"
    jimo = answered(
        area="370282", cover_years=[2023], paid_on="2023-03-31", missed_years=None, in_window=False
    )
    assert jimo.values["wait_list"] == ["2023-03", "2023-04", "2023-05"]
    assert jimo.values["benefit_from"] == "2023-06-01"
    assert jimo.values["reading"] is None


# --- not stated -----------------------------------------------------------------------------------


def test_missed_years_not_stated() -> None:
    late = answered(missed_years=None)
    assert (late.outcome, late.values["fixed_months"]) == ("wait", 3)
    assert late.values["variable_months"] is None
    assert late.values["benefit_from"] is None
    assert late.values["wait_months_at_least"] == 3
    in_time = answered(missed_years=None, in_window=True, paid_on="2025-11-01")
    assert in_time.values["wait_months"] is None
    for decision in (late, in_time):
        assert any("missed_years" in note for note in decision.notes)
    assert answered(missed_years=None, first_enrolment=True).values["wait_months"] == 3


def test_window_not_stated_and_not_known() -> None:
    unknown = answered(in_window=None)
    assert unknown.outcome == "local_rule_unknown"
    assert any("in_window" in note for note in unknown.notes)
    turns_not_on_it = answered(in_window=None, missed_years=[2024, 2025])
    assert turns_not_on_it.values["wait_months"] == 4


def test_window_by_year() -> None:
    facts = {"cover_years": [2025, 2026], "paid_on": "2025-11-06"}
    late = answered(**facts, in_window={"2025": False, "2026": True})
    assert late.values["benefit_from"] == "2026-02-06"
    in_time = answered(**facts, in_window={"2025": True, "2026": True})
    assert in_time.outcome == "covered"
    assert answered(**facts, in_window={"2026": True}).outcome == "local_rule_unknown"


def test_a_change_of_status_without_a_rule_is_not_decided_by_the_general_one() -> None:
    decision = answered(change_of_status={"kind": "left_employee_cover", "on": "2026-05-01"})
    assert decision.outcome == "local_rule_unknown"
    assert any("employee-wait" in note for note in decision.notes)


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"area": "999999"}, "UNKNOWN_AREA", "area"),
        ({"cover_years": []}, "BAD_FACT", "cover_years"),
        ({"paid_on": "1990-01-01"}, "BAD_DATE", "paid_on"),
        ({"in_window": {"26": True}}, "BAD_FACT", None),
        (
            {"prior_cover": {"area": "999999", "insutype": "390"}},
            "UNKNOWN_AREA",
            "prior_cover.area",
        ),
    ],
)
def test_bad_facts(changes: dict[str, Any], code: str, path: str | None) -> None:
    with pytest.raises(BadInput) as caught:
        answered(**changes)
    assert caught.value.code == code
    if path is not None:
        assert caught.value.path == path


# --- what people read -----------------------------------------------------------------------------


def test_a_year_and_a_month_after_a_gap_is_not_the_rule() -> None:
    """“断保超1年等待期1年+1个月”, “断缴2025年等4个月”: garbled."""
    one = answered(paid_on="2025-11-06", in_window=True, missed_years=[2025])
    assert one.values["wait_months"] == 3
    five = answered(missed_years=[2021, 2022, 2023, 2024, 2025])
    assert five.values["wait_months"] == 7


def test_two_missed_years_wait_four_months_under_a_reading_that_is_shown() -> None:
    decision = answered(missed_years=[2024, 2025])
    assert (decision.values["wait_months"], decision.values["reading"]) == (4, "n-1")
    heard = [note for note in decision.notes if note.startswith("网传")]
    assert len(heard) == 1
    assert "不采用" in heard[0]
    assert all(source.badge.value != "网传" for one in decision.reasons for source in one.sources)


def test_four_years_and_more_is_at_least_six_after_repair() -> None:
    """“4年以上可能超过6个月” blurs the floor."""
    for repaired in range(5):
        decision = answered(missed_years=[2022, 2023, 2024, 2025], repaired_years=repaired)
        assert decision.values["wait_months"] == 6


def test_a_long_gap_does_not_mean_waiting_for_the_next_year() -> None:
    decision = answered(missed_years=[2023, 2024, 2025])
    assert decision.values["benefit_from"] == "2026-10-06"


def test_the_wait_of_a_transfer_is_never_added() -> None:
    decision = answered(prior_cover={"area": "450100", "insutype": "310", "continuous_years": 1})
    assert decision.values["wait_months"] == 3
    assert "wait_cap_months" not in {one.name for one in decision.parameters}


# --- properties -----------------------------------------------------------------------------------

DAYS = st.dates(date(2022, 1, 1), date(2030, 12, 31)).map(date.isoformat)
YEARS = st.lists(st.integers(2015, 2030), max_size=8, unique=True)
FACTS = st.fixed_dictionaries(
    {
        "area": st.sampled_from(
            ["450200", "320100", "370200", "210900", "630100", "500000", "350000"]
        ),
        "cover_years": st.lists(st.integers(2022, 2031), min_size=1, max_size=3, unique=True),
        "paid_on": DAYS,
    },
    optional={
        "in_window": st.one_of(
            st.booleans(),
            st.dictionaries(st.integers(2022, 2031).map(str), st.booleans(), max_size=3),
        ),
        "missed_years": YEARS,
        "repaired_years": st.integers(0, 9),
        "first_enrolment": st.booleans(),
        "birth": DAYS,
        "change_of_status": st.fixed_dictionaries(
            {
                "kind": st.sampled_from(
                    ["newborn", "graduate", "left_employee_cover", "assisted", "other"]
                ),
                "on": DAYS,
            }
        ),
        "prior_cover": st.fixed_dictionaries(
            {
                "area": st.sampled_from(["340100", "320500"]),
                "insutype": st.sampled_from(["310", "390"]),
            },
            optional={"continuous_years": st.integers(0, 5)},
        ),
    },
)


@given(FACTS)
def test_shape_sources_and_round_trip(facts: dict[str, Any]) -> None:
    decision = assess("resident-wait", facts)
    assert decision.outcome in {"covered", "wait", "local_rule_unknown"}
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision
    assert assess("resident-wait", msgspec.json.encode(facts)) == decision
    values = decision.values
    if values["wait_months"] is not None:
        assert values["wait_months"] == values["fixed_months"] + values["variable_months"]
        assert (decision.outcome == "wait") == (values["wait_months"] > 0)
    else:
        assert values["benefit_from"] is None
        assert decision.notes
    for one in decision.reasons:
        assert one.text.endswith("。")
        assert one.rule
        assert one.code in {"LOCAL_RULE_UNKNOWN"} or one.sources


@given(FACTS, YEARS)
def test_more_missed_years_never_shorten(facts: dict[str, Any], more: list[int]) -> None:
    fewer = facts.get("missed_years", [])
    less = assess("resident-wait", {**facts, "missed_years": fewer})
    longer = assess("resident-wait", {**facts, "missed_years": sorted({*fewer, *more})})
    if None not in {less.values["wait_months"], longer.values["wait_months"]}:
        assert longer.values["wait_months"] >= less.values["wait_months"]


@given(FACTS, st.integers(0, 9))
def test_more_repair_never_lengthens(facts: dict[str, Any], more: int) -> None:
    repaired = facts.get("repaired_years", 0)
    before = assess("resident-wait", {**facts, "repaired_years": repaired})
    after = assess("resident-wait", {**facts, "repaired_years": repaired + more})
    if before.values["wait_months"] is not None:
        assert after.values["wait_months"] <= before.values["wait_months"]
        assert after.values["fixed_months"] == before.values["fixed_months"]


@given(FACTS)
def test_a_day_later_never_brings_benefit_earlier(facts: dict[str, Any]) -> None:
    """Within one rule: a stated window, no exception, days after the newest rule."""
    facts = {
        key: one
        for key, one in facts.items()
        if key not in {"birth", "change_of_status", "prior_cover"}
    }
    facts.update(area="450200", in_window=False, missed_years=[2025], cover_years=[2030, 2031])
    day = date.fromisoformat(facts["paid_on"])
    later = {**facts, "paid_on": (day + timedelta(days=1)).isoformat()}
    first = assess("resident-wait", facts).values["benefit_from"]
    assert assess("resident-wait", later).values["benefit_from"] >= first
