"""make-up: the employer's duty and late fee, the local rule, residents by year, no guessed sums."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.branches import codes_of

from jiexu import assess
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import fen_from_yuan


def ask(area: str = "450200", identity: str = "employer", **facts: Any) -> Decision:
    stated = {"on": "2026-03-02", "break_from": "2025-11", "break_to": "2026-02", **facts}
    return assess("make-up", {"area": area, "identity": identity, **stated})


@pytest.mark.parametrize(
    ("due_on", "paid_on", "days", "fee"),
    [
        ("2026-01-31", "2026-01-31", 0, "0.00"),
        ("2026-01-31", "2026-01-15", 0, "0.00"),
        ("2026-01-31", "2026-02-01", 1, "1.00"),
        ("2026-01-31", "2026-03-02", 30, "30.00"),
        ("2024-02-28", "2024-03-01", 2, "2.00"),  # a leap day between
        ("2025-02-28", "2025-03-01", 1, "1.00"),
    ],
)
def test_the_late_fee_of_an_employer(due_on: str, paid_on: str, days: int, fee: str) -> None:
    """0.05 % of 2000.00 for each day after the day it was due."""
    found = ask(cause="employer", monthly_due="500", due_on=due_on, paid_on=paid_on).values
    assert (found["late_fee_days"], found["late_fee"]) == (days, fee)
    assert found["amount"] == "2000.00"
    assert fen_from_yuan(found["total"]) == 200000 + fen_from_yuan(fee)


def test_the_employer_must_pay_whatever_the_area_says() -> None:
    found = ask(cause="employer")
    assert found.outcome == "allowed"
    assert found.reasons[0].sources[0].article == "第八十六条"
    assert found.values["months"] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert "labour_relation" in found.values["materials"]
    assert found.values["channels"] == ["agency", "tax", "online"]
    assert any("通行做法" in note for note in found.notes)
    # The break of a flexible worker whose former employer did not pay is the employer's debt too.
    assert ask(identity="flexible", cause="employer").outcome == "allowed"


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        ({}, "cause"),
        ({"cause": "employer"}, "due_on"),
        ({"cause": "employer", "due_on": "2026-01-31"}, "paid_on"),
        ({"cause": "employer"}, "monthly_due"),
    ],
)
def test_a_missing_fact_is_named(facts: dict[str, Any], named: str) -> None:
    found = ask(**facts)
    assert any(named in note for note in found.notes)
    assert found.values["late_fee"] is None


def test_without_a_local_rule_the_national_guarantee_is_told() -> None:
    found = ask(identity="flexible", cause="self")
    assert found.outcome == "local_rule_unknown"
    assert [one.code for one in found.reasons] == ["LOCAL_RULE_UNKNOWN", "NATIONAL_GUARANTEE"]
    assert found.values["months"] == []
    assert found.reasons[0].repair is not None
    assert "12393" in found.reasons[0].repair.how


def test_the_local_limit_of_wuhan_includes_three_months() -> None:
    three = ask("420100", "flexible", cause="self", break_from="2025-12")
    four = ask("420100", "flexible", cause="self")
    assert (three.outcome, four.outcome) == ("allowed", "local_rule_unknown")


def test_a_late_fee_of_a_person_is_not_reckoned_by_the_employers_rate() -> None:
    found = ask(
        "430600",
        "flexible",
        cause="self",
        monthly_due="500",
        due_on="2026-01-31",
        paid_on="2026-03-02",
    )
    assert (found.outcome, found.values["late_fee"]) == ("allowed", None)


def test_months_to_come_are_no_arrears() -> None:
    found = ask(break_from="2026-04", break_to="2026-05")
    assert (found.outcome, found.values["months"]) == ("refuse", [])
    assert found.reasons[0].repair is not None
    assert found.reasons[0].repair.from_ == "2026-04-01"
    partly = ask(cause="employer", break_from="2026-02", break_to="2026-05")
    assert partly.values["months"] == ["2026-02", "2026-03"]


# --- what consumer pages say ---


def test_3200_yuan_in_shenzhen_rests_on_nothing() -> None:
    """“深圳断4个月, 补3200元, 次月恢复” is 8000 × 10 % × 4: shown as hearsay, never computed."""
    found = ask("440300", "flexible", cause="self", base="8000")
    assert (found.outcome, found.values["amount"]) == ("local_rule_unknown", None)
    assert any(note.startswith("网传：") and "3200" in note for note in found.notes)


def test_whether_flexible_workers_may_make_up_is_local_and_nobody_is_sent_to_a_substitute() -> None:
    unknown = ask("340000", "flexible", cause="self")
    assert unknown.outcome == "local_rule_unknown"
    assert any("不要找第三方" in note for note in unknown.notes)
    assert ask("430600", "flexible", cause="self").outcome == "allowed"
    for found in (unknown, ask("430600", "flexible", cause="self"), ask(cause="employer")):
        for one in found.reasons:
            assert "代缴" not in one.text
            assert one.repair is None or "代缴" not in one.repair.how


def test_residents_need_not_wait_for_the_next_year() -> None:
    """“居民长断只能等下一年度” is dated: payable outside the window, with the wait of residents."""
    found = ask(identity="resident", break_from="2022-01", break_to="2025-12")
    assert found.outcome == "allowed"
    assert found.values["years"] == [2022, 2023, 2024, 2025]
    assert (found.values["months"], found.values["amount"]) == ([], None)
    repair = found.reasons[0].repair
    assert repair is not None
    assert "不必等到下一年度" in repair.how
    assert "resident-wait" in repair.how


# --- facts and properties ---


@pytest.mark.parametrize(
    ("facts", "path"),
    [
        ({"break_from": "2026-03", "break_to": "2026-02"}, "break_to"),
        ({"break_from": "2026-13"}, "break_from"),
        ({"monthly_due": "-1"}, "monthly_due"),
        ({"base": "x", "identity": "flexible"}, "base"),
        ({"area": "999999"}, "area"),
        ({"cause": "other"}, "cause"),
    ],
)
def test_bad_facts(facts: dict[str, Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        ask(**facts)
    assert caught.value.path == path


MONTHS = st.integers(2022 * 12, 2027 * 12).map(lambda one: f"{one // 12}-{one % 12 + 1:02d}")
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31)).map(str)
RANDOM = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["100000", "420100", "430600", "440300", "450200"]),
        "on": DAYS,
        "identity": st.sampled_from(["employer", "flexible", "resident"]),
        "break_from": MONTHS,
    },
    optional={
        "cause": st.sampled_from(["employer", "self"]),
        "base": st.sampled_from(["5000", "8000.50"]),
        "monthly_due": st.sampled_from(["0", "0.01", "512.33"]),
        "due_on": DAYS,
        "paid_on": DAYS,
        "plan": st.sampled_from(["account", "pool_only"]),
    },
).flatmap(
    lambda facts: st.integers(0, 14).map(lambda more: {**facts, "break_to": later(facts, more)})
)


def later(facts: dict[str, Any], months: int) -> str:
    year, month = map(int, facts["break_from"].split("-"))
    ordinal = year * 12 + month - 1 + months
    return f"{ordinal // 12}-{ordinal % 12 + 1:02d}"


BRANCHES: dict[str, dict[str, Any]] = {
    "EMPLOYER_MUST_PAY": {
        "area": "450200",
        "on": "2026-03-02",
        "identity": "flexible",
        "cause": "employer",
        "break_from": "2025-11",
        "break_to": "2026-02",
    },
    "LOCAL_MAKE_UP": {
        "area": "430600",
        "on": "2026-03-02",
        "identity": "flexible",
        "cause": "self",
        "break_from": "2025-11",
        "break_to": "2026-02",
    },
    "LOCAL_RULE_UNKNOWN": {
        "area": "450200",
        "on": "2026-03-02",
        "identity": "flexible",
        "cause": "self",
        "break_from": "2025-11",
        "break_to": "2026-02",
    },
    "NATIONAL_GUARANTEE": {
        "area": "100000",
        "on": "2026-03-02",
        "identity": "flexible",
        "cause": "self",
        "break_from": "2025-11",
        "break_to": "2026-02",
    },
    "RESIDENT_REPAIR_BY_YEAR": {
        "area": "450200",
        "on": "2026-03-02",
        "identity": "resident",
        "cause": "self",
        "break_from": "2025-11",
        "break_to": "2026-02",
    },
    "NOTHING_DUE": {
        "area": "450200",
        "on": "2026-03-02",
        "identity": "flexible",
        "cause": "self",
        "break_from": "2026-05",
        "break_to": "2026-06",
    },
}
"""Facts that lead to each reason, so that no property misses one."""

FACTS = st.one_of(RANDOM, st.sampled_from(list(BRANCHES.values())))


@pytest.mark.parametrize("code", BRANCHES)
def test_every_branch_is_reached(code: str) -> None:
    assert code in {one.code for one in assess("make-up", BRANCHES[code]).reasons}


def test_no_branch_is_left_out() -> None:
    assert set(BRANCHES) == codes_of("make-up")


@given(FACTS)
def test_shape_and_round_trip(facts: dict[str, Any]) -> None:
    found = assess("make-up", facts)
    assert found.outcome in {"allowed", "refuse", "local_rule_unknown"}
    assert msgspec.json.decode(msgspec.json.encode(found), type=Decision) == found
    values = found.values
    assert bool(values["months"] or values["years"]) == (found.outcome == "allowed")
    if values["total"] is not None:
        amount, fee = fen_from_yuan(values["amount"]), fen_from_yuan(values["late_fee"])
        assert fen_from_yuan(values["total"]) == amount + fee
    for one in found.reasons:
        assert one.text.endswith("。")
        assert all(source.badge.value != "网传" for source in one.sources)


@given(st.integers(0, 2000), st.integers(0, 300), st.integers(0, 10**7))
def test_paying_later_never_costs_less(days: int, more: int, fen: int) -> None:
    due = date(2022, 1, 31)
    one, other = (
        fen_from_yuan(
            ask(
                on="2028-01-01",
                cause="employer",
                monthly_due=f"{fen // 100}.{fen % 100:02d}",
                due_on=due.isoformat(),
                paid_on=(due + timedelta(days=count)).isoformat(),
            ).values["total"]
        )
        for count in (days, days + more)
    )
    assert one <= other
