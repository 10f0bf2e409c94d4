"""employee-wait: the linkage of a transfer and the local rule on arrears, kept apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.branches import codes_of

from jiexu import assess
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month
from jiexu.core.policy.waiting import break_by_day, counted_break, ends, later


def ask(**facts: Any) -> Decision:
    return assess("employee-wait", {"area": "100000", "identity": "employer", **facts})


# --- published examples that a file of parameters cannot say --------------------------------------


def test_three_months_is_included_and_four_is_not() -> None:
    three = ask(kind="EE", break_months=3, back_paid=True, paid_on="2026-03-31")
    assert (three.outcome, three.values["benefit_from"]) == ("covered", "2026-03-01")
    four = ask(kind="EE", break_months=4, back_paid=True, paid_on="2026-03-31")
    assert (four.outcome, four.values["wait_months"]) == ("local_rule_unknown", None)
    assert four.values["wait_cap_months"] == 6
    assert four.values["no_wait_guarantee"] is False
    assert any("12393" in note for note in four.notes)


def test_a_day_that_is_no_month_names_the_days_of_the_wait() -> None:
    found = ask(area="511700", kind="RE", break_months=4, paid_on="2026-03")
    assert (found.values["wait_days"], found.values["benefit_from"]) == (30, None)
    assert any("paid_on" in note for note in found.notes)


def test_the_break_is_counted_from_the_stated_months() -> None:
    found = ask(kind="EE", break_from="2026-01", paid_on="2026-04-02", back_paid=True)
    assert (found.values["break_months"], found.outcome) == (3, "covered")
    longer = ask(kind="EE", break_from="2025-12-31", paid_on="2026-04", back_paid=True)
    assert (longer.values["break_months"], longer.outcome) == (4, "local_rule_unknown")


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"kind": "EE"}, "break_months"),
        ({"kind": "EE", "break_months": 2}, "back_paid"),
        ({"kind": "RE", "break_months": 2, "back_paid": True}, "continuous_years"),
        ({"kind": "EE", "break_months": 2, "back_paid": True}, "paid_on"),
        ({"via_transfer": True, "break_months": 2, "back_paid": True}, "kind"),
        ({"area": "350100", "break_months": 4}, "back_paid"),
        ({"area": "350100", "break_months": 4}, "via_transfer"),
        ({"area": "430600", "via_transfer": False, "break_months": 4}, "back_paid"),
        ({"area": "320200", "identity": "flexible"}, "first_enrolment"),
    ],
)
def test_a_missing_fact_is_named(facts: dict[str, Any], named: str) -> None:
    found = ask(**facts)
    assert any(named in note for note in found.notes)


def test_no_break_needs_no_wait() -> None:
    for facts in ({"via_transfer": False}, {"kind": "EE"}, {}):
        found = ask(**facts, break_months=0, paid_on="2026-03-10")
        assert (found.outcome, found.values["wait_months"]) == ("covered", 0)
        assert [one.code for one in found.reasons] == ["NO_BREAK"]


def test_without_a_sourced_rule_the_area_is_to_be_asked() -> None:
    found = ask(area="450200", via_transfer=False, break_months=2, back_paid=True)
    assert found.outcome == "local_rule_unknown"
    assert [one.code for one in found.reasons] == ["LOCAL_RULE_UNKNOWN"]
    repair = found.reasons[0].repair
    assert repair is not None
    assert "12393" in repair.how


def test_low_confidence_decides_and_is_shown() -> None:
    found = ask(area="310000", via_transfer=False, break_months=3, paid_on="2026-03")
    assert (found.outcome, found.values["wait_months"]) == ("wait", 6)
    assert found.reasons[0].sources[0].confidence == "low"
    assert any("可信度低" in note for note in found.notes)
    shorter = ask(area="310000", via_transfer=False, break_months=2, paid_on="2026-03")
    assert shorter.outcome == "local_rule_unknown"


def test_the_transfer_of_an_area_with_an_arrears_rule_follows_the_measure() -> None:
    """上海 counts three months as a long break for its own arrears, never for a transfer."""
    found = ask(area="310000", kind="EE", break_months=3, back_paid=True, paid_on="2026-03")
    assert (found.outcome, found.values["engine"]) == ("covered", "transfer")


def test_wuhan_before_its_flexible_rule_uses_the_rule_of_2023() -> None:
    facts = {"area": "420100", "identity": "flexible", "break_months": 4}
    before = ask(**facts, paid_on="2023-12-31")
    after = ask(**facts, paid_on="2024-01-01")
    assert (before.values["wait_months"], after.values["wait_months"]) == (3, 0)


def test_before_the_measure_nothing_is_promised() -> None:
    found = ask(kind="EE", break_months=1, back_paid=True, paid_on="2021-11-30")
    assert (found.outcome, found.values["wait_months"]) == ("local_rule_unknown", None)


# --- what consumer pages say ----------------------------------------------------------------------


def test_paid_up_within_three_months_is_this_month_and_retroactive_not_next_month() -> None:
    found = ask(area="320100", kind="EE", break_months=2, back_paid=True, paid_on="2026-03-20")
    assert found.values["benefit_from"] == "2026-03-01"
    assert found.values["retroactive"] is True
    local = ask(
        area="320100", via_transfer=False, break_months=2, back_paid=True, paid_on="2026-03"
    )
    assert any(note.startswith("网传：") and "次月恢复" in note for note in local.notes)


@pytest.mark.parametrize(
    ("months", "area", "cap"), [(4, "440300", 6), (7, "440300", 6), (7, "320100", 3)]
)
def test_no_wait_of_a_year_follows_a_long_break(months: int, area: str, cap: int) -> None:
    """“超3个月须连续缴6个月、超6个月缴满1年” has no basis: the cap is 6, in 江苏 3."""
    found = ask(area=area, kind="EE", break_months=months)
    assert found.values["wait_months"] is None
    assert found.values["wait_cap_months"] == cap


def test_both_conditions_of_the_three_months_rule_are_told() -> None:
    short = ask(kind="ER", identity="resident", break_months=3, back_paid=True, continuous_years=1)
    assert [one.code for one in short.reasons] == ["CROSS_SCHEME_YEARS_SHORT"]
    enough = ask(kind="ER", identity="resident", break_months=3, back_paid=True, continuous_years=2)
    assert enough.values["retroactive"] is True
    unpaid = ask(kind="EE", break_months=3, back_paid=False)
    assert [one.code for one in unpaid.reasons] == ["NOT_PAID_BACK"]


def test_the_residents_wait_is_another_question() -> None:
    for facts in ({"kind": "RR"}, {"via_transfer": False}):
        found = ask(identity="resident", break_months=14, **facts)
        assert found.values["wait_months"] is None
        assert any("resident-wait" in note for note in found.notes)


def test_local_arrears_are_asked_of_the_area_not_answered_with_it_depends() -> None:
    found = ask(
        area="430600", via_transfer=False, break_months=4, back_paid=True, late_fee_paid=True
    )
    assert (found.outcome, found.values["wait_days"]) == ("wait", 30)


# --- counting and the calendar --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("counter", "first_paid", "months"),
    [
        ("months_between", Month(2026, 2), 1),
        ("months_between", Month(2026, 1), 0),
        ("months_including_handling", Month(2026, 2), 2),
        ("months_including_handling", Month(2026, 1), 0),
    ],
)
def test_counters(counter: str, first_paid: Month, months: int) -> None:
    assert counted_break(counter, Month(2025, 12), first_paid) == months


@pytest.mark.parametrize(
    ("broken", "paid", "months"),
    [
        ("2026-01-01", "2026-01-01", 0),
        ("2026-01-01", "2026-01-02", 1),
        ("2026-01-01", "2026-04-01", 3),
        ("2026-01-01", "2026-04-02", 4),
        ("2025-11-30", "2026-02-28", 3),
        ("2025-11-30", "2026-03-01", 4),
        ("2024-02-29", "2025-02-28", 12),
    ],
)
def test_a_break_from_day_to_day(broken: str, paid: str, months: int) -> None:
    assert break_by_day(date.fromisoformat(broken), date.fromisoformat(paid)) == months


@pytest.mark.parametrize(
    ("start", "paid_on", "months", "days", "ended"),
    [
        ("payment_month", "2026-03-31", 0, None, "2026-03-01"),
        ("payment_month", "2026-10-31", 3, None, "2027-01-01"),
        ("month_after_payment", "2026-12-31", 0, None, "2027-01-01"),
        ("month_after_payment", "2026-11-01", 3, None, "2027-03-01"),
        ("payment_day", "2026-11-30", 3, None, "2027-02-28"),
        ("payment_day", "2027-11-30", 3, None, "2028-02-29"),
        ("payment_day", "2026-03-10", 0, None, "2026-03-10"),
        ("payment_day", "2028-02-01", None, 30, "2028-03-02"),
        ("payment_day", "2026-02-01", None, 30, "2026-03-03"),
    ],
)
def test_ends(start: str, paid_on: str, months: int | None, days: int | None, ended: str) -> None:
    day = date.fromisoformat(paid_on)
    found = ends(start, Month.of(day), day, months=months, days=days)
    assert found == date.fromisoformat(ended)


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(0, 200))
def test_a_break_of_whole_months_counts_them_and_a_day_more_counts_one_more(
    day: date, months: int
) -> None:
    until = later(day, months)
    assert break_by_day(day, until) == months
    assert break_by_day(day, date.fromordinal(until.toordinal() + 1)) == months + 1


# --- properties -----------------------------------------------------------------------------------

AREAS = st.sampled_from(
    [
        "100000",
        "310000",
        "320100",
        "320200",
        "320500",
        "350200",
        "420100",
        "430600",
        "450200",
        "510100",
        "511700",
        "511900",
        "620100",
        "150100",
        "320000",
    ]
)
FLAGS = st.sampled_from([True, False, None])
RANDOM = st.fixed_dictionaries(
    {"area": AREAS, "identity": st.sampled_from(["employer", "flexible", "resident"])},
    optional={
        "via_transfer": FLAGS,
        "kind": st.sampled_from(["EE", "RR", "ER", "RE"]),
        "first_enrolment": FLAGS,
        "break_months": st.integers(0, 24),
        "break_from": st.sampled_from(["2021-11", "2023-12-31", "2024-02-29", "2025-06"]),
        "paid_on": st.sampled_from(["2025-08", "2025-12-31", "2026-03-10", "2028-02-29"]),
        "back_paid": FLAGS,
        "late_fee_paid": FLAGS,
        "continuous_years": st.sampled_from([0, 1.9, 2, 30]),
    },
)


BRANCHES: dict[str, dict[str, Any]] = {
    "NO_BREAK": {"area": "100000", "identity": "employer", "kind": "EE", "break_months": 0},
    "SHORT_BREAK_PAID": {
        "area": "100000",
        "identity": "employer",
        "kind": "EE",
        "break_months": 3,
        "back_paid": True,
    },
    "NOT_PAID_BACK": {
        "area": "100000",
        "identity": "employer",
        "kind": "EE",
        "break_months": 3,
        "back_paid": False,
    },
    "FACTS_MISSING": {
        "area": "430600",
        "identity": "employer",
        "via_transfer": False,
        "break_months": 4,
    },
    "LONG_BREAK": {"area": "100000", "identity": "employer", "kind": "EE", "break_months": 4},
    "CROSS_SCHEME_YEARS_SHORT": {
        "area": "100000",
        "identity": "employer",
        "kind": "RE",
        "break_months": 1,
        "continuous_years": 1,
    },
    "BREAK_NOT_STATED": {"area": "100000", "identity": "employer", "kind": "EE"},
    "LOCAL_NO_WAIT": {
        "area": "620100",
        "identity": "employer",
        "kind": "RE",
        "break_months": 3,
        "continuous_years": 2,
    },
    "LOCAL_WAIT": {
        "area": "350100",
        "identity": "employer",
        "kind": "EE",
        "break_months": 4,
        "back_paid": True,
    },
    "LOCAL_RULE_UNKNOWN": {
        "area": "510100",
        "identity": "flexible",
        "via_transfer": False,
        "break_months": 4,
    },
    "RESIDENT_RULE": {"area": "100000", "identity": "resident", "kind": "RR"},
}
"""Facts that lead to each reason, so that no property misses one."""

FACTS = st.one_of(RANDOM, st.sampled_from(list(BRANCHES.values())))


@pytest.mark.parametrize("code", BRANCHES)
def test_every_branch_is_reached(code: str) -> None:
    assert code in {one.code for one in assess("employee-wait", BRANCHES[code]).reasons}


def test_no_branch_is_left_out() -> None:
    assert set(BRANCHES) == codes_of("employee-wait")


@given(FACTS)
def test_shape_and_round_trip(facts: dict[str, Any]) -> None:
    found = assess("employee-wait", facts)
    assert found.outcome in {"covered", "wait", "local_rule_unknown"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=Decision) == found
    for one in found.reasons:
        assert one.text.endswith("。")
        assert all(source.badge.value != "网传" for source in one.sources)
    if found.outcome == "covered":
        assert (found.values["wait_months"] or 0) == (found.values["wait_days"] or 0) == 0
    months, days = found.values["wait_months"], found.values["wait_days"]
    assert months is None or days is None
    if found.values["wait_list"]:
        assert len(found.values["wait_list"]) == months
        assert found.values["benefit_from"] > found.values["wait_list"][-1]


@given(FACTS, st.integers(0, 24), st.integers(1, 24))
def test_a_longer_break_never_shortens_the_wait(
    facts: dict[str, Any], months: int, more: int
) -> None:
    """Compared where both answers name their benefit day or their wait."""
    facts = {k: v for k, v in facts.items() if k != "break_from"}
    one = assess("employee-wait", {**facts, "break_months": months}).values
    other = assess("employee-wait", {**facts, "break_months": months + more}).values
    if one["engine"] != other["engine"]:
        return
    for name in ("wait_months", "wait_days", "benefit_from"):
        if one[name] is not None and other[name] is not None:
            assert one[name] <= other[name]


@given(FACTS)
def test_paying_the_gap_never_makes_it_worse(facts: dict[str, Any]) -> None:
    paid = assess("employee-wait", {**facts, "back_paid": True}).values["wait_months"]
    unpaid = assess("employee-wait", {**facts, "back_paid": False}).values["wait_months"]
    assert paid is None or unpaid is None or paid <= unpaid


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"break_from": "2026-05", "paid_on": "2026-04"}, "paid_on"),
        ({"paid_on": "2026-02-30"}, "paid_on"),
        ({"break_from": "2026-13"}, "break_from"),
        ({"break_months": -1}, "break_months"),
        ({"kind": "XX"}, "kind"),
        ({"area": "999999"}, "area"),
        ({"wait": 1}, "wait"),
    ],
)
def test_bad_facts(facts: dict[str, Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        ask(**facts)
    assert caught.value.path == path
