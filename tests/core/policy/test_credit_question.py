"""credit: rate times base within limits, fixed amounts by age, gross and net, month and year."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.branches import codes_of

from jiexu import assess
from jiexu.core.base.areas import all_pools
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import fen_from_yuan
from jiexu.core.policy.amounts import clamped, divided, share
from jiexu.core.policy.parameters import history
from jiexu.core.policy.questions.credit.finding import full_years


def ask(area: str = "450200", category: str = "retired", **facts: Any) -> Decision:
    return assess("credit", {"area": area, "category": category, "on": "2026-03-02", **facts})


# --- arithmetic -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "ratios", "wanted"),
    [
        (1162000, ("0.6", "0.0805"), 56125),  # 561.246: two places half up
        (50, ("0.01",), 1),  # exactly half goes up
        (49, ("0.01",), 0),
        (731000, ("0.02",), 14620),
        (10**16 - 1, ("1",), 10**16 - 1),
    ],
)
def test_share(amount: int, ratios: tuple[str, ...], wanted: int) -> None:
    assert share(amount, *ratios) == wanted


def test_divided_and_clamped() -> None:
    assert [divided(one, 12) for one in (168000, 189000, 5, 6)] == [14000, 15750, 0, 1]
    assert [clamped(5, *limits) for limits in ((6, 9), (1, 4), (None, None), (5, 5))] == [
        6,
        4,
        5,
        5,
    ]


# --- examples of the published list that files of parameters cannot say as one --------------------


@pytest.mark.parametrize(
    ("area", "monthly"),
    [
        ("440300", "251.00"),
        ("440100", "160.00"),
        ("350200", "110.00"),
        ("410100", "95.00"),
        ("230000", "90.00"),
        ("140000", "85.00"),
        ("420100", "83.00"),
        ("650000", "80.00"),
        ("210200", "80.00"),
        ("360000", "77.00"),
        ("430000", "75.00"),
        ("340000", "70.00"),
    ],
)
def test_the_list_of_2023(area: str, monthly: str) -> None:
    assert ask(area, on="2023-08-07").values["monthly"] == monthly


def test_the_list_says_120_for_guangxi_and_its_cities_say_otherwise() -> None:
    """The list's “广西 120” conflicts with every city of the region: 82.90 to 100.

    It stands as a value of 南宁 with low confidence, never as one of the whole region.
    """
    assert ask("450000", on="2023-08-07").values["monthly"] is None
    nanning = ask("450100", on="2023-08-07")
    assert nanning.values["monthly"] == "120.00"
    assert nanning.reasons[0].sources[0].confidence == "low"


def test_the_old_credit_of_shenzhen_is_exact_to_the_fen() -> None:
    """The page prints 561 for 561.246; the answer keeps two places."""
    assert ask("440300", on="2022-06-01").values["monthly"] == "561.25"
    assert ask("440300", on="2022-12-01").values["monthly"] == "251.00"


# --- what consumer pages say ----------------------------------------------------------------------


def test_no_area_credits_three_percent() -> None:
    """“返款 2%～3%，3700×3%=111” is arithmetic: it is shown as hearsay and decides nowhere."""
    for area in all_pools():
        for entry in history("retiree_credit", area.code):
            if entry.badge != "网传":
                assert all(row.get("rate") != "0.03" for row in entry.value)
    found = ask("450200", average_pension="3700")
    assert found.values["monthly"] == "92.50"  # 广西: 2.5 % of the average of 2022
    assert any(note.startswith("网传：") and "111" in note for note in found.notes)


@pytest.mark.parametrize("area", ["110000", "620100"])
def test_fixed_amount_and_share_are_no_two_kinds(area: str) -> None:
    """“按比例” and “定额” (北京、甘肃): after the reform a fixed amount is a frozen share."""
    found = ask(area, age=65)
    assert "FIXED_IS_A_FROZEN_SHARE" in [one.code for one in found.reasons]
    assert {source.badge.value for one in found.reasons for source in one.sources} == {
        "国家规定",
        "省市规定",
    }


@pytest.mark.parametrize(
    ("area", "age", "monthly"),
    [
        ("310000", 74, "140.00"),
        ("310000", 75, "157.50"),
        ("110000", 69, "97.00"),
        ("110000", 70, "107.00"),
        ("500000", 69, "94.75"),
        ("500000", 70, None),
        ("500000", 71, "104.75"),
        ("370100", 70, None),
    ],
)
def test_each_area_has_its_own_bands(area: str, age: int, monthly: str | None) -> None:
    """“上海、重庆、山东 70或75岁”: the bands differ; what a source leaves open stays open."""
    found = ask(area, age=age)
    assert found.values["monthly"] == monthly
    if monthly is None:
        assert found.outcome == "local_rule_unknown"


@pytest.mark.parametrize(
    ("area", "base", "monthly", "claimed"),
    [
        ("310000", "7310", "146.20", "2105.28"),
        ("450600", "17800", "356.00", "498.40"),
        ("450200", "7400", "148.00", "222.00"),
        ("500000", "8000", "160.00", "120.00"),
    ],
)
def test_rates_from_before_the_reform_and_invented_ones_do_not_decide(
    area: str, base: str, monthly: str, claimed: str
) -> None:
    values = ask(area, "active", base=base).values
    assert values["monthly"] == monthly
    assert claimed not in {values["monthly"], values["yearly"]}


# --- not stated, not known ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({"category": "active"}, "base"),
        ({"category": "flexible", "base": "5000"}, "plan"),
        ({"area": "330200", "category": "active", "base": "5000"}, "age"),
        ({"area": "110000"}, "age"),
        ({"area": "320100", "on": "2023-05-01"}, "retired_on"),
        ({"area": "320100", "on": "2023-05-01", "retired_on": "2022-12-31"}, "credit_2022_12"),
        ({"area": "320100", "on": "2023-05-01", "retired_on": "2023-01-01"}, "first_pension"),
        ({"area": "450200"}, "average_pension"),
    ],
)
def test_a_missing_fact_is_named_and_the_amount_is_open(facts: dict[str, Any], named: str) -> None:
    found = ask(**facts)
    assert any(named in note for note in found.notes)
    if named != "plan":
        assert found.values["monthly"] is None
        assert found.values["yearly"] is None


@pytest.mark.parametrize("area", ["450200", "350100", "150100", "320100"])
def test_an_area_without_a_published_amount_says_so_and_what_the_nation_says(area: str) -> None:
    found = ask(area, age=66)
    assert (found.outcome, found.values["monthly"]) == ("local_rule_unknown", None)
    assert found.reasons[0].repair is not None
    assert "12393" in found.reasons[0].repair.how


def test_the_national_guide_is_kept_apart_from_a_local_amount() -> None:
    found = ask("150100", average_pension="3000")
    assert found.values["monthly"] is None
    assert found.values["national_guide_monthly"] == "60.00"


def test_pool_only_has_no_account() -> None:
    for category in ("active", "flexible", "retired"):
        found = ask(category=category, plan="pool_only")
        assert (found.outcome, found.values["monthly"]) == ("none", "0.00")


def test_limits_bind_only_in_their_year() -> None:
    for base, used in (("3755.99", "3756.00"), ("3756.01", "3756.01"), ("18780.01", "18780.00")):
        assert ask("410100", "active", base=base, on="2025-12-31").values["base_used"] == used
    after = ask("410100", "active", base="3000", on="2026-01-01")
    assert after.values["base_used"] == "3000.00"
    assert any("上下限" in note for note in after.notes)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        ("1956-03-02", "2026-03-02", 70),
        ("1956-03-03", "2026-03-02", 69),
        ("1956-02-29", "2026-02-28", 69),
        ("1956-02-29", "2026-03-01", 70),
        ("1956-02-29", "2028-02-29", 72),
    ],
)
def test_the_birthday_itself_is_turned(birth: str, on: str, age: int) -> None:
    assert full_years(date.fromisoformat(birth), date.fromisoformat(on)) == age
    found = ask("110000", birth=birth, on=on)
    assert found.values["monthly_gross"] == ("110.00" if age >= 70 else "100.00")


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"base": "1,000"}, "base"),
        ({"base": "-1"}, "base"),
        ({"base": 5000.5}, "base"),
        ({"age": -1}, "age"),
        ({"area": "999999"}, "area"),
        ({"plan": "x"}, "plan"),
    ],
)
def test_bad_facts(facts: dict[str, Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        ask(**{"category": "active", **facts})
    assert caught.value.path == path


# --- properties -----------------------------------------------------------------------------------

YUAN = st.integers(0, 5_000_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
RANDOM = st.fixed_dictionaries(
    {
        "area": st.sampled_from(
            [
                "100000",
                "110000",
                "310000",
                "320100",
                "330200",
                "350100",
                "370000",
                "410100",
                "440300",
                "450200",
                "450900",
                "500000",
                "620100",
                "640000",
            ]
        ),
        "on": st.dates(date(2019, 1, 1), date(2028, 12, 31)).map(str),
        "category": st.sampled_from(["active", "flexible", "retired"]),
    },
    optional={
        "base": YUAN,
        "plan": st.sampled_from(["account", "pool_only"]),
        "age": st.integers(16, 100),
        "birth": st.dates(date(1930, 1, 1), date(2005, 1, 1)).map(str),
        "retired_on": st.dates(date(2000, 1, 1), date(2028, 1, 1)).map(str),
        "first_pension": YUAN,
        "own_pension": YUAN,
        "credit_2022_12": YUAN,
        "average_pension": YUAN,
    },
)


BRANCHES: dict[str, dict[str, Any]] = {
    "RATE_OF_BASE": {"area": "450200", "on": "2026-03-02", "category": "active", "base": "5000"},
    "AGE_NEEDED": {"area": "330200", "on": "2026-03-02", "category": "active", "base": "5000"},
    "POOL_ONLY": {"area": "450200", "on": "2026-03-02", "category": "retired", "plan": "pool_only"},
    "RETIREE_CREDIT": {"area": "110000", "on": "2026-03-02", "category": "retired", "age": 70},
    "FIXED_IS_A_FROZEN_SHARE": {"area": "410100", "on": "2026-03-02", "category": "retired"},
    "FACTS_MISSING": {"area": "110000", "on": "2026-03-02", "category": "retired"},
    "LOCAL_AMOUNT_UNKNOWN": {"area": "450200", "on": "2026-03-02", "category": "retired"},
    "LOCAL_RULE_UNKNOWN": {"area": "350100", "on": "2026-03-02", "category": "retired"},
    "NATIONAL_GUIDE": {
        "area": "100000",
        "on": "2026-03-02",
        "category": "retired",
        "average_pension": "3000",
    },
}
"""Facts that lead to each reason, so that no property misses one."""

FACTS = st.one_of(RANDOM, st.sampled_from(list(BRANCHES.values())))


@pytest.mark.parametrize("code", BRANCHES)
def test_every_branch_is_reached(code: str) -> None:
    assert code in {one.code for one in assess("credit", BRANCHES[code]).reasons}


def test_no_branch_is_left_out() -> None:
    assert set(BRANCHES) == codes_of("credit")


@given(FACTS)
def test_shape_and_round_trip(facts: dict[str, Any]) -> None:
    found = assess("credit", facts)
    assert found.outcome in {"credited", "none", "local_rule_unknown"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=Decision) == found
    values = found.values
    if found.outcome == "local_rule_unknown":
        assert values["monthly"] is None
    if values["monthly"] is not None:
        gross, net = fen_from_yuan(values["monthly_gross"]), fen_from_yuan(values["monthly"])
        assert net == max(0, gross - sum(map(fen_from_yuan, values["deductions"])))
        if values.get("period") != "year":
            assert fen_from_yuan(values["yearly"]) == 12 * net
    for one in found.reasons:
        assert all(source.badge.value != "网传" for source in one.sources)


@given(FACTS, st.integers(0, 5_000_000), st.integers(0, 5_000_000))
def test_a_higher_base_never_lowers_the_credit(facts: dict[str, Any], low: int, more: int) -> None:
    facts = {**facts, "category": "active"}
    one, other = (
        assess("credit", {**facts, "base": f"{fen // 100}.{fen % 100:02d}"}).values["monthly"]
        for fen in (low, low + more)
    )
    assert (one is None) == (other is None)
    if one is not None:
        assert fen_from_yuan(one) <= fen_from_yuan(other)
