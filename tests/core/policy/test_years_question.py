"""years: four counters, each month once; required by sex, day and cohort; the table of 2025."""

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
from jiexu.core.policy.contributions import annuity, late_fee, monthly_fixed, rate_of_base


def spell(area: str, begin: str, end: str, **more: Any) -> dict[str, Any]:
    return {"area": area, "insutype": "310", "from": begin, "to": end, "kind": "actual", **more}


def ask(area: str, *spells: dict[str, Any], on: str = "2026-03-02", **facts: Any) -> Decision:
    return assess("years", {"area": area, "on": on, "spells": list(spells), **facts})


# --- counting -------------------------------------------------------------------------------------


def test_months_are_counted_with_both_ends() -> None:
    """June to October are five."""
    assert ask("320100", spell("320100", "2025-06", "2025-10")).values["total_months"] == 5


def test_a_month_counts_once_actual_before_deemed_here_before_elsewhere() -> None:
    found = ask(
        "320100",
        spell("320100", "2020-01", "2020-12"),
        spell("450200", "2020-07", "2021-06"),
        spell("320100", "2020-10", "2021-12", kind="deemed"),
        spell("320100", "2020-01", "2022-12", insutype="390"),
    ).values
    assert found["total_months"] == 24
    assert found["actual_months"] == 18
    assert found["local_actual_months"] == 12
    assert found["deemed_months"] == 6
    assert found["overlap_months"] == 15


def test_months_after_the_day_are_not_paid_yet() -> None:
    found = ask("320100", spell("320100", "2026-01", "2026-12"))
    assert found.values["total_months"] == 3
    assert any("2026-03 以后" in note for note in found.notes)


def test_resident_years_count_only_where_they_are_converted() -> None:
    resident = spell("500000", "2010-01", "2017-12", insutype="390")
    assert ask("500000", resident).values["actual_months"] == 12
    assert ask("500100", resident).values["actual_months"] == 12  # a county code of the same pool
    elsewhere = ask("320100", {**resident, "area": "320100"})
    assert elsewhere.values["total_months"] == 0
    assert any("居民医保" in note for note in elsewhere.notes)
    seven = spell("500000", "2010-01", "2010-07", insutype="390")
    assert ask("500000", seven).values["converted_months"] == 0


def test_in_a_province_with_mutual_years_other_cities_count_as_actual() -> None:
    found = ask("440300", spell("440100", "2000-01", "2009-12")).values
    assert (found["actual_months"], found["local_actual_months"]) == (120, 0)
    whole = ask("440000", spell("440100", "2000-01", "2009-12")).values
    assert whole["local_actual_months"] == 120


# --- 成渝 ---

CHENGDU = spell("510100", "2006-01", "2013-12")
CHONGQING = spell("500000", "2014-01", "2023-12")


@pytest.mark.parametrize(
    ("on", "mutual"),
    [("2024-02-29", False), ("2024-03-01", True), ("2028-03-01", True), ("2028-03-02", False)],
)
def test_mutual_recognition_holds_from_its_first_to_its_last_day(on: str, mutual: bool) -> None:
    found = ask("500000", CHENGDU, CHONGQING, on=on, sex="M").values
    assert (found["mutual_with"] == ["510100"]) is mutual
    assert found["local_actual_months"] == (216 if mutual else 120)


def test_the_place_is_where_the_actual_years_are_longest_and_a_tie_is_free() -> None:
    for area in ("500000", "510100"):
        assert ask(area, CHENGDU, CHONGQING).values["retire_at"] == ["500000"]
    tie = ask(
        "500000", spell("510100", "2006-01", "2013-12"), spell("500000", "2014-01", "2021-12")
    )
    assert set(tie.values["retire_at"]) == {"500000", "510100"}
    full = ask("500000", spell("510100", "2004-01", "2013-12"), CHONGQING, sex="M")
    assert (full.outcome, full.values["shortfall_months"]) == ("meets", 0)


def test_who_qualifies_in_one_place_already_may_choose_it() -> None:
    """15 continuous years in 成都 suffice there, whatever is missing in 重庆."""
    found = ask(
        "500000",
        spell("510100", "2005-01", "2019-12"),
        spell("500000", "2020-01", "2021-12"),
        sex="M",
    )
    assert (found.outcome, found.values["retire_at"]) == ("meets", ["510100"])


def test_deemed_years_do_not_enter_mutual_recognition() -> None:
    found = ask("500000", CHENGDU, CHONGQING, spell("500000", "2000-01", "2005-12", kind="deemed"))
    assert found.values["shortfall_months"] == 24


# --- retirement age -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sex", "worker_class", "birth", "retires"),
    [
        ("M", None, "1964-12-31", "2024-12-31"),
        ("M", None, "1965-01-01", "2025-02-01"),
        ("M", None, "1965-01-31", "2025-02-28"),
        ("M", None, "1965-04-30", "2025-05-30"),
        ("M", None, "1965-05-01", "2025-07-01"),
        ("M", None, "1976-08-31", "2039-07-31"),
        ("M", None, "1976-09-01", "2039-09-01"),
        ("M", None, "1990-02-28", "2053-02-28"),
        ("F", "cadre", "1969-12-01", "2024-12-01"),
        ("F", "cadre", "1970-01-15", "2025-02-15"),
        ("F", "cadre", "1981-09-15", "2039-09-15"),
        ("F", "worker", "1974-12-01", "2024-12-01"),
        ("F", "worker", "1975-01-15", "2025-02-15"),
        ("F", "worker", "1975-02-15", "2025-03-15"),
        ("F", "worker", "1975-03-15", "2025-05-15"),
        ("F", "worker", "1984-11-15", "2039-11-15"),
        ("F", "worker", "1999-11-15", "2054-11-15"),
        ("F", None, "1980-01-01", None),
        (None, None, "1980-01-01", None),
    ],
)
def test_the_delayed_retirement_of_2025(
    sex: str | None, worker_class: str | None, birth: str, retires: str | None
) -> None:
    found = ask("320100", sex=sex, worker_class=worker_class, birth=birth)
    assert found.values["retire_on"] == retires
    if retires is None:
        assert any("worker_class" in note for note in found.notes)
    else:
        assert "retirement_age" in {one.name for one in found.parameters}


def test_before_2025_the_old_age_holds() -> None:
    assert ask("320100", on="2024-12-31", sex="M", birth="1970-05-05").values["retire_on"] == (
        "2030-05-05"
    )


@given(st.dates(date(1950, 1, 1), date(1999, 12, 1)), st.integers(0, 400))
def test_who_is_born_later_never_retires_in_an_earlier_month(birth: date, days: int) -> None:
    other = date.fromordinal(birth.toordinal() + days)
    for sex, worker_class in (("M", None), ("F", "cadre"), ("F", "worker")):
        one, two = (
            ask("320100", sex=sex, worker_class=worker_class, birth=day.isoformat()).values[
                "retire_on"
            ][:7]
            for day in (birth, other)
        )
        assert one <= two


def test_the_derived_day_chooses_the_row() -> None:
    paid = spell("370200", "2001-01", "2025-12")
    before = ask("370200", paid, sex="M", birth="1965-08-20")  # delayed two months: 2025-10
    after = ask("370200", paid, sex="M", birth="1965-12-20")  # delayed three months: 2026-03
    assert before.values["retire_on"] == "2025-10-20"
    assert before.values["required_total_months"] == 300
    assert after.values["retire_on"] == "2026-03-20"
    assert after.values["required_total_months"] == 360


# --- not stated, not known ------------------------------------------------------------------------


def test_sex_is_asked_for_where_it_matters_and_not_elsewhere() -> None:
    paid = spell("110000", "2000-01", "2025-12")
    found = ask("110000", paid)
    assert (found.outcome, found.values["required_total_months"]) == ("local_rule_unknown", None)
    assert any("sex" in note for note in found.notes)
    assert ask("330100", {**paid, "area": "330100"}).outcome == "meets"


def test_where_the_day_matters_and_is_not_stated_the_day_asked_stands_in() -> None:
    found = ask("440300", spell("440300", "2000-01", "2025-12"))
    assert found.outcome == "meets"
    assert any("reach_retire_age_on" in note for note in found.notes)


def test_an_area_without_a_rule_says_what_the_nation_guarantees() -> None:
    found = ask("450200", spell("450200", "1990-01", "2025-12"), sex="M")
    assert (found.outcome, found.values["shortfall_months"]) == ("local_rule_unknown", None)
    first, second = found.reasons
    assert (first.code, first.sources[0].article) == ("YEARS_ACCUMULATE", "第三十二条")
    assert second.repair is not None
    assert "12393" in second.repair.how


def test_a_known_part_that_is_missing_is_short_even_if_the_rest_is_unknown() -> None:
    enough = ask("511700", spell("511700", "2010-01", "2025-12"))
    assert enough.outcome == "local_rule_unknown"
    less = ask("511700", spell("511700", "2020-01", "2025-12"))
    assert (less.outcome, less.values["shortfall_months"]) == ("short", 48)


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"spells": [spell("320100", "2020-02", "2020-01")]}, "spells[0].to"),
        ({"spells": [spell("999999", "2020-01", "2020-02")]}, "spells[0].area"),
        ({"spells": [spell("320100", "2020-13", "2020-02")]}, "spells[0].from"),
        ({"spells": [{"area": "320100"}]}, "spells[0].insutype"),
        ({"area": "999999"}, "area"),
    ],
)
def test_bad_facts(facts: dict[str, Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        assess("years", {"area": "320100", "on": "2026-03-02", "spells": [], **facts})
    assert caught.value.path == path


# --- what it costs to make up ---------------------------------------------------------------------


def test_a_top_up_by_month_by_base_and_by_annuity() -> None:
    """Published sums without a city: 276 a month for 72 months; 5000 × 5.6 % for 36 months."""
    assert monthly_fixed(27600, 21 * 12 - 180) == 1987200
    assert rate_of_base(500000, "0.056", (25 - 22) * 12) == 1008000
    assert annuity(100000, "0.10", "0.08", 1) == 10000
    assert annuity(100000, "0.10", "0.08", 2) == 20800
    assert late_fee(100000, "0.0005", 30) == 1500
    assert late_fee(100000, "0.0005", -1) == 0


def test_the_old_formula_of_nanning_is_history() -> None:
    paid = spell("450100", "1996-01", "2018-12")
    then = ask("450100", paid, on="2018-12-31", sex="M", base="1000")
    assert then.values["shortfall_months"] == 24
    assert then.values["top_up_amount"] == "208.00"
    assert ask("450100", paid, sex="M", base="1000").values["top_up_amount"] is None


# --- what consumer pages say ----------------------------------------------------------------------


def test_a_long_break_never_clears_the_years() -> None:
    """“断缴超6个月连续年限清零”: what has been paid stays; continuity is another counter."""
    found = ask(
        "440300", spell("440300", "2000-01", "2010-12"), spell("440300", "2012-01", "2025-12")
    )
    assert found.values["total_months"] == 11 * 12 + 14 * 12
    assert found.reasons[0].code == "YEARS_ACCUMULATE"
    assert "中断不清零" in found.reasons[0].text


# --- properties -----------------------------------------------------------------------------------

MONTHS = st.tuples(st.integers(1990, 2025), st.integers(1, 12)).map(lambda one: Month(*one))
SPELLS = st.tuples(
    st.sampled_from(["510100", "500000", "440300", "440100", "420100", "110000", "350100"]),
    MONTHS,
    st.integers(0, 380),
    st.sampled_from(["310", "310", "310", "390"]),
    st.sampled_from(["actual", "actual", "deemed"]),
).map(
    lambda one: spell(one[0], str(one[1]), str(one[1].shift(one[2])), insutype=one[3], kind=one[4])
)
RANDOM = st.fixed_dictionaries(
    {
        "area": st.sampled_from(
            ["510100", "500000", "440300", "440000", "420100", "110000", "350100", "450200"]
        ),
        "on": st.dates(date(2005, 1, 1), date(2029, 12, 31)).map(str),
        "spells": st.lists(SPELLS, max_size=4),
    },
    optional={
        "sex": st.sampled_from(["M", "F"]),
        "birth": st.dates(date(1950, 1, 1), date(1999, 1, 1)).map(str),
        "worker_class": st.sampled_from(["cadre", "worker"]),
        "reach_retire_age_on": st.dates(date(2000, 1, 1), date(2040, 1, 1)).map(str),
    },
)


BRANCHES: dict[str, dict[str, Any]] = {
    "YEARS_ACCUMULATE": {"area": "450200", "on": "2026-03-02", "spells": []},
    "REQUIRED_YEARS": {
        "area": "330100",
        "on": "2026-03-02",
        "spells": [
            {
                "area": "330100",
                "insutype": "310",
                "from": "2000-01",
                "to": "2025-12",
                "kind": "actual",
            }
        ],
    },
    "REQUIRED_LOCAL_YEARS": {
        "area": "350100",
        "on": "2026-03-02",
        "spells": [
            {
                "area": "350100",
                "insutype": "310",
                "from": "2000-01",
                "to": "2025-12",
                "kind": "actual",
            }
        ],
    },
    "MUTUAL_RECOGNITION": {
        "area": "500000",
        "on": "2026-03-02",
        "spells": [
            {
                "area": "510100",
                "insutype": "310",
                "from": "2006-01",
                "to": "2013-12",
                "kind": "actual",
            },
            {
                "area": "500000",
                "insutype": "310",
                "from": "2014-01",
                "to": "2023-12",
                "kind": "actual",
            },
        ],
    },
    "YEARS_SHORT": {
        "area": "330100",
        "on": "2026-03-02",
        "spells": [
            {
                "area": "330100",
                "insutype": "310",
                "from": "2020-01",
                "to": "2025-12",
                "kind": "actual",
            }
        ],
    },
    "LOCAL_RULE_UNKNOWN": {
        "area": "450200",
        "on": "2026-03-02",
        "spells": [
            {
                "area": "450200",
                "insutype": "310",
                "from": "2000-01",
                "to": "2025-12",
                "kind": "actual",
            }
        ],
    },
}
"""Facts that lead to each reason, so that no property misses one."""

FACTS = st.one_of(RANDOM, st.sampled_from(list(BRANCHES.values())))


@pytest.mark.parametrize("code", BRANCHES)
def test_every_branch_is_reached(code: str) -> None:
    assert code in {one.code for one in assess("years", BRANCHES[code]).reasons}


def test_no_branch_is_left_out() -> None:
    assert set(BRANCHES) == codes_of("years")


@given(FACTS)
def test_the_counters_add_up(facts: dict[str, Any]) -> None:
    found = assess("years", facts)
    values = found.values
    assert found.outcome in {"meets", "short", "local_rule_unknown"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=Decision) == found
    assert values["total_months"] == values["actual_months"] + values["deemed_months"]
    assert 0 <= values["local_actual_months"] <= values["actual_months"]
    if found.outcome == "meets":
        assert values["shortfall_months"] == 0
    if found.outcome == "short":
        assert values["shortfall_months"] > 0
        assert found.reasons[-1].code == "YEARS_SHORT"
    for one in found.reasons:
        assert one.text.endswith("。")
        assert one.rule


@given(FACTS, SPELLS)
def test_more_months_never_raise_the_shortfall(facts: dict[str, Any], more: dict[str, Any]) -> None:
    one = assess("years", facts).values["shortfall_months"]
    other = assess("years", {**facts, "spells": [*facts["spells"], more]})
    if one is not None and other.values["shortfall_months"] is not None:
        assert other.values["shortfall_months"] <= one


@given(FACTS)
def test_a_spell_told_twice_changes_only_the_overlap(facts: dict[str, Any]) -> None:
    once = assess("years", facts).values
    twice = assess("years", {**facts, "spells": facts["spells"] * 2}).values
    assert {**once, "overlap_months": 0} == {**twice, "overlap_months": 0}
