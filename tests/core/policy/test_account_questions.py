"""wallet, mutual-aid and cash-out: limits and edges, who may, on which case, and wrong claims."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu import assess
from jiexu.core.base.decision import Badge, Decision
from jiexu.core.base.errors import BadInput

WALLET: dict[str, Any] = {
    "from_area": "320100",
    "to_area": "510100",
    "relation": "parent",
    "amount": "2000.00",
    "sent_at": "2026-03-02T10:00:00",
    "sent_today": 2,
}
AID: dict[str, Any] = {
    "area": "450200",
    "on": "2026-03-02",
    "relation": "parent",
    "relative_insured": True,
    "purpose": "clinic",
}
CASH: dict[str, Any] = {"area": "320100", "on": "2026-03-02", "reason": "death", "balance": "88.8"}


def codes(decision: Decision) -> list[str]:
    return [one.code for one in decision.reasons]


def wallet(**changes: Any) -> Decision:
    return assess("wallet", {**WALLET, **changes})


def aid(**changes: Any) -> Decision:
    return assess("mutual-aid", {**AID, **changes})


def cash(**changes: Any) -> Decision:
    return assess("cash-out", {**CASH, **changes})


# --- wallet -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"sent_today": 3}, ["DAILY_COUNT"]),
        ({"amount": "2000.01"}, ["PER_TRANSFER_LIMIT"]),
        ({"amount": "0.01"}, []),
        ({"sent_at": "2026-03-02T21:59:59"}, []),
        ({"sent_at": "2026-03-02T22:00:00"}, ["CLOSED_HOURS"]),
        ({"sent_at": "2026-03-02T00:00"}, ["CLOSED_HOURS"]),
        ({"sent_at": "2026-03-02T05:59:59"}, ["CLOSED_HOURS"]),
        ({"sent_at": "2026-03-02T06:00:00"}, []),
        ({"relation": "parent_in_law"}, ["NOT_CLOSE_RELATIVE"]),
        ({"relation": "sibling"}, []),
        ({"from_area": "440300", "sent_at": "2025-09-22T10:00:00"}, ["AREA_NOT_ONLINE"]),
        ({"to_area": "440300", "sent_at": "2026-01-09T10:00:00"}, ["AREA_NOT_ONLINE"]),
        ({"to_area": "440300", "sent_at": "2026-01-10T10:00:00"}, []),
        (
            {"relation": "other", "amount": "2001", "sent_today": 4},
            ["NOT_CLOSE_RELATIVE", "DAILY_COUNT", "PER_TRANSFER_LIMIT"],
        ),
    ],
)
def test_wallet(changes: dict[str, Any], reasons: list[str]) -> None:
    decision = wallet(**changes)
    assert codes(decision) == reasons
    assert decision.outcome == ("refuse" if reasons else "allow")
    assert (decision.values["returned_at"] is None) == bool(reasons)
    for one in decision.reasons:
        assert one.sources
        assert one.repair is not None


@pytest.mark.parametrize(
    ("sent_at", "returned_at"),
    [
        ("2026-03-02T10:00:00", "2026-03-03T06:00:00"),
        ("2026-12-31T21:59:59", "2027-01-01T06:00:00"),
        ("2028-02-28T06:00:00", "2028-02-29T06:00:00"),
    ],
)
def test_what_is_not_taken_comes_back_next_morning(sent_at: str, returned_at: str) -> None:
    assert wallet(sent_at=sent_at).values["returned_at"] == returned_at


def test_when_it_opens_again() -> None:
    late = wallet(sent_at="2026-03-02T23:30:00").reasons[0].repair
    early = wallet(sent_at="2026-03-02T01:30:00").reasons[0].repair
    assert late is not None
    assert early is not None
    assert (late.from_, early.from_) == ("2026-03-03T06:00:00", "2026-03-02T06:00:00")


def test_limits_that_people_invented_decide_nothing() -> None:
    """“单次不超过余额90%、每日2万元” and lists of “11省”、“17个省”."""
    decision = wallet(amount="20000")
    assert codes(decision) == ["PER_TRANSFER_LIMIT"]
    assert any(note.startswith("网传") and "不采用" in note for note in decision.notes)
    assert {one.value for one in decision.parameters if one.name == "wallet_amount_each"} == {
        "2000"
    }
    assert any("没有查到" in note and "名单" in note for note in wallet().notes)


def test_wallet_not_stated_and_not_known() -> None:
    decision = wallet(sent_today=None)
    assert decision.outcome == "allow"
    assert any("sent_today" in note for note in decision.notes)
    before = wallet(sent_at="2025-08-31T10:00:00")
    assert (before.outcome, before.values["returned_at"]) == ("local_rule_unknown", None)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"amount": "0"}, "amount"),
        ({"amount": "1,000"}, "amount"),
        ({"from_area": "999999"}, "from_area"),
        ({"to_area": "1"}, "to_area"),
        ({"sent_at": "2026-02-30T10:00:00"}, "sent_at"),
        ({"sent_at": "2026-03-02T10:00:00+08:00"}, "sent_at"),
        ({"sent_at": "1990-03-02T10:00:00"}, "sent_at"),
        ({"relation": "cousin"}, "relation"),
        ({"sent_today": -1}, "sent_today"),
    ],
)
def test_wallet_bad_facts(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        wallet(**changes)
    assert caught.value.path == path


@given(st.integers(200001, 10**12), st.integers(0, 9), st.integers(0, 23))
def test_above_the_limit_is_always_refused(fen: int, sent: int, hour: int) -> None:
    decision = wallet(
        amount=f"{fen // 100}.{fen % 100:02d}",
        sent_today=sent,
        sent_at=f"2026-03-02T{hour:02d}:00:00",
    )
    assert "PER_TRANSFER_LIMIT" in codes(decision)


@given(
    st.datetimes(datetime.fromisoformat("2025-09-01"), datetime.fromisoformat("2030-01-01")),
    st.integers(1, 400000),
    st.integers(0, 5),
    st.sampled_from(["450200", "440300", "310000"]),
    st.sampled_from(["spouse", "parent_in_law", "other", "grandchild"]),
)
def test_wallet_reaches_every_branch(
    sent_at: datetime, fen: int, sent: int, area: str, relation: str
) -> None:
    decision = wallet(
        sent_at=sent_at.replace(microsecond=0).isoformat(),
        amount=f"{fen // 100}.{fen % 100:02d}",
        sent_today=sent,
        to_area=area,
        relation=relation,
    )
    found = set(codes(decision))
    assert ("CLOSED_HOURS" in found) == (not 6 <= sent_at.hour < 22)
    assert ("DAILY_COUNT" in found) == (sent >= 3)
    assert ("PER_TRANSFER_LIMIT" in found) == (fen > 200000)
    assert ("NOT_CLOSE_RELATIVE" in found) == (relation in {"parent_in_law", "other"})
    assert decision.outcome == ("refuse" if found else "allow")
    if decision.values["returned_at"] is not None:
        back = datetime.fromisoformat(decision.values["returned_at"])
        assert timedelta(hours=8) <= back - sent_at <= timedelta(hours=24)
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision


# --- mutual-aid ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "outcome", "reasons"),
    [
        ({}, "allow", []),
        ({"relation": "sibling", "on": "2024-07-26"}, "allow", []),
        ({"relation": "sibling", "on": "2024-07-25"}, "refuse", ["NOT_CLOSE_RELATIVE"]),
        ({"relation": "child", "on": "2022-01-01"}, "allow", []),
        ({"relation": "parent_in_law"}, "refuse", ["NOT_CLOSE_RELATIVE"]),
        ({"relation": "other"}, "refuse", ["NOT_CLOSE_RELATIVE"]),
        ({"relative_insured": False}, "refuse", ["RELATIVE_NOT_INSURED"]),
        ({"relative_insured": False, "purpose": "resident_premium"}, "allow", []),
        ({"purpose": "pharmacy"}, "allow", []),
        ({"purpose": "inpatient"}, "allow", []),
        ({"purpose": "fitness"}, "refuse", ["PURPOSE_NOT_ALLOWED"]),
        ({"purpose": "public_health"}, "refuse", ["PURPOSE_NOT_ALLOWED"]),
        ({"purpose": "illness_premium"}, "local_rule_unknown", ["LOCAL_RULE_UNKNOWN"]),
        ({"purpose": "care_premium"}, "local_rule_unknown", ["LOCAL_RULE_UNKNOWN"]),
        ({"on": "2020-01-01"}, "local_rule_unknown", ["LOCAL_RULE_UNKNOWN"]),
        (
            {"relation": "other", "purpose": "fitness", "relative_insured": False},
            "refuse",
            ["NOT_CLOSE_RELATIVE", "RELATIVE_NOT_INSURED", "PURPOSE_NOT_ALLOWED"],
        ),
        ({"relation": "other", "purpose": "care_premium"}, "refuse", ["NOT_CLOSE_RELATIVE"]),
    ],
)
def test_mutual_aid(changes: dict[str, Any], outcome: str, reasons: list[str]) -> None:
    decision = aid(**changes)
    assert (decision.outcome, codes(decision)) == (outcome, reasons)


def test_no_filing_for_care_elsewhere_is_needed() -> None:
    """“共济需先异地就医备案” mixes two matters."""
    decision = aid()
    assert decision.values["filing_required"] is False
    assert any("不需要为此办理异地就医备案" in note for note in decision.notes)


@pytest.mark.parametrize("fact", ["relative_insured", "purpose"])
def test_mutual_aid_names_what_is_not_stated(fact: str) -> None:
    assert any(fact in note for note in aid(**{fact: None}).notes)


@pytest.mark.parametrize("carried", [True, False, "100.00", None])
def test_no_known_rule_turns_on_carry_over(carried: object) -> None:
    assert aid(carry_over_balance=carried) == aid()


def test_mutual_aid_bad_facts() -> None:
    for changes, path in (
        ({"carry_over_balance": "x"}, "carry_over_balance"),
        ({"area": "999999"}, "area"),
        ({"purpose": "cash"}, "purpose"),
    ):
        with pytest.raises(BadInput) as caught:
            aid(**changes)
        assert caught.value.path == path


# --- cash-out -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "case", "outcome", "code"),
    [
        ("320100", "death", "allow", "REASON_LISTED"),
        ("320100", "gave_up", "allow", "REASON_LISTED"),
        ("320100", "pension_refund", "allow", "REASON_LISTED"),
        ("320100", "settled_abroad", "refuse", "REASON_NOT_LISTED"),
        ("320100", "other", "refuse", "REASON_NOT_LISTED"),
        ("610100", "settled_abroad", "allow", "REASON_LISTED"),
        ("610100", "destination_not_connected", "allow", "REASON_LISTED"),
        ("610100", "pension_refund", "refuse", "REASON_NOT_LISTED"),
        ("440300", "retired_resettled", "allow", "REASON_LISTED"),
        ("440300", "joined_army", "allow", "REASON_LISTED"),
        ("440300", "gave_up", "refuse", "REASON_NOT_LISTED"),
        ("350500", "settled_abroad", "allow", "REASON_LISTED"),
        ("450200", "death", "allow", "REASON_LISTED"),
        ("450200", "gave_up", "local_rule_unknown", "LOCAL_RULE_UNKNOWN"),
        ("450200", "retired_resettled", "local_rule_unknown", "LOCAL_RULE_UNKNOWN"),
        ("450200", "destination_not_connected", "local_rule_unknown", "LOCAL_RULE_UNKNOWN"),
        ("450200", "other", "refuse", "NO_FREE_WITHDRAWAL"),
    ],
)
def test_cash_out(area: str, case: str, outcome: str, code: str) -> None:
    """Free withdrawal at the counter, and what 广东 and 西安 allow told as if the nation did:
    wrong elsewhere."""
    decision = cash(area=area, reason=case)
    assert (decision.outcome, codes(decision)) == (outcome, [code])
    assert decision.reasons[0].repair is not None


def test_cash_out_of_the_deceased() -> None:
    decision = cash()
    assert decision.values["limit_workdays"] == 10
    assert decision.values["payee"] == "法定继承人"
    assert decision.values["amount"] == "88.80"
    assert "死亡证明" in decision.values["materials"]
    assert any("heirs" in note for note in decision.notes)
    assert cash(heirs=2).values["payee"] == "法定继承人"
    assert cash(heirs=["配偶", "儿子"]).values["payee"] == "法定继承人"
    for none in (False, 0, []):
        assert cash(heirs=none).values["payee"] is None
    inherited = cash(area="450200").reasons[0].sources[0]
    assert (inherited.badge, inherited.article) == (Badge.NATION, "第十四条")
    assert cash(area="450200").values["limit_workdays"] is None


def test_cash_out_names_the_balance_that_is_not_stated() -> None:
    decision = cash(balance=None)
    assert decision.values["amount"] is None
    assert any("balance" in note for note in decision.notes)


def test_a_low_confidence_list_decides_and_is_shown_as_such() -> None:
    decision = cash(area="350500", reason="settled_abroad")
    assert decision.reasons[0].sources[0].confidence == "low"
    assert any("可信度低" in note for note in decision.notes)


def test_next_years_premium_of_the_deceased_is_paid_back_in_chongqing() -> None:
    """The refund of a resident premium is no balance: the answer on death says it beside."""
    decision = cash(area="500000")
    assert any("法定继承人或指定受益人" in note for note in decision.notes)
    used = {one.name: one.value for one in decision.parameters}
    assert used["resident_premium_refund_on_death"] is True


def test_the_hotline_is_that_of_the_insurance() -> None:
    """12333 is not the hotline of 医保."""
    for decision in (cash(area="450200", reason="gave_up"), aid(purpose="care_premium"), wallet()):
        text = msgspec.json.encode(decision).decode()
        assert "12393" in text
        assert "12333" not in text


@given(
    st.sampled_from(["320100", "610100", "440300", "350500", "450200", "500000"]),
    st.sampled_from(["death", "gave_up", "pension_refund", "settled_abroad", "other"]),
    st.dates(date(2010, 1, 1), date(2030, 1, 1)),
)
def test_cash_out_reaches_every_branch(area: str, case: str, on: date) -> None:
    decision = cash(area=area, reason=case, on=on.isoformat())
    assert decision.outcome in {"allow", "refuse", "local_rule_unknown"}
    assert (decision.values["payee"] is not None) == (decision.outcome == "allow")
    assert bool(decision.values["materials"]) == (decision.outcome == "allow")
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision
