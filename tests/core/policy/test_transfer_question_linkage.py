"""Cover after a break: 3 months included, paid up; the cap; two continuous years across schemes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiexu import assess
from jiexu.core.base.periods import Month
from jiexu.core.policy.linkage import break_months, link
from jiexu.core.policy.rules import Rules


def values(destination: dict[str, Any] | None = None, **stated: Any) -> dict[str, Any]:
    insutype = stated.pop("source_insutype", "310")
    source = {"area": "420100", "insutype": insutype, "status": "paused"}
    source |= stated.pop("source", {})
    decision = assess(
        "transfer",
        {
            "on": "2026-03-02",
            "from": source,
            "to": {
                "area": "510100",
                "insutype": "310",
                "status": "normal",
                **(destination or {}),
            },
            **stated,
        },
    )
    names = ("wait_months", "wait_cap_months", "retroactive", "benefit_ratio_during_wait")
    return {name: decision.values[name] for name in names} | {"notes": decision.notes}


@pytest.mark.parametrize(
    ("months", "paid", "wait", "cap", "back"),
    [
        (0, None, 0, None, False),
        (1, True, 0, None, True),
        (3, True, 0, None, True),  # EW-04: three is included
        (3, False, None, None, False),  # without payment nothing is promised
        (3, None, None, None, None),
        (4, True, None, 6, False),  # EW-05
        (4, None, None, 6, False),
        (60, False, None, 6, False),
    ],
)
def test_employee_to_employee(
    months: int, paid: bool | None, wait: int | None, cap: int | None, back: bool | None
) -> None:
    found = values(break_months=months, back_paid=paid)
    assert (found["wait_months"], found["wait_cap_months"], found["retroactive"]) == (
        wait,
        cap,
        back,
    )


def test_ew08_jiangsu_caps_at_three() -> None:
    assert values({"area": "320200"}, break_months=5)["wait_cap_months"] == 3


@pytest.mark.parametrize(
    ("paid", "wait", "ratio"), [(True, 3, "0.5"), (False, 6, "0.5"), (None, None, "0.5")]
)
def test_ew17_ew18_fujian_waits_with_half_benefit(
    paid: bool | None, wait: int | None, ratio: str | None
) -> None:
    found = values({"area": "350100"}, break_months=4, back_paid=paid)
    assert (found["wait_months"], found["benefit_ratio_during_wait"]) == (wait, ratio)
    assert found["wait_cap_months"] == 6


@pytest.mark.parametrize(
    ("years", "wait", "note"),
    [
        (2, 0, None),  # EW-06
        (1, None, "连续参保不满 2 年"),  # EW-07
        (1.9, None, "连续参保不满 2 年"),
        (None, None, "未说明 continuous_years"),
    ],
)
def test_across_schemes_two_continuous_years(
    years: float | None, wait: int | None, note: str | None
) -> None:
    found = values(source_insutype="390", break_months=3, back_paid=True, continuous_years=years)
    assert found["wait_months"] == wait
    assert note is None or any(note in one for one in found["notes"])


def test_the_break_is_counted_from_the_two_months() -> None:
    found = values(
        {"first_paid_month": "2026-04"},
        source={"last_paid_month": "2025-12"},
        back_paid=True,
    )
    assert found["wait_months"] == 0  # January to March: three
    longer = values(
        {"first_paid_month": "2026-05"},
        source={"last_paid_month": "2025-12"},
        back_paid=True,
    )
    assert longer["wait_months"] is None
    assert longer["wait_cap_months"] == 6


def test_without_the_months_the_fact_is_named() -> None:
    assert any("break_months" in note for note in values()["notes"])


def test_residents_are_sent_to_their_own_question() -> None:
    rules = Rules(date(2026, 3, 2))
    found = link(
        kind="RR", area="510100", months=9, back_paid=None, continuous_years=None, rules=rules
    )
    assert found.wait_months is None
    assert rules.notes == ("居民医保的待遇等待期另有规定，请用 resident-wait 查询。",)


def test_before_the_measure_nothing_is_promised() -> None:
    rules = Rules(date(2021, 11, 30))
    found = link(
        kind="EE", area="510100", months=1, back_paid=True, continuous_years=None, rules=rules
    )
    assert found.wait_months is None
    assert rules.notes == ("2021年12月前的待遇衔接规定未见原文，不能回答等待期。",)


def test_counter_is_a_practice_of_the_nation() -> None:
    rules = Rules(date(2026, 3, 2))
    assert break_months(Month(2025, 12), Month(2026, 1), "510100", rules) == 0
    assert break_months(Month(2025, 12), Month(2026, 3), "510100", rules) == 2
    assert [one.name for one in rules.uses] == ["break_counter"]
