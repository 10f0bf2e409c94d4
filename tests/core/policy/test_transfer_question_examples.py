"""The published examples of a transfer, by their numbers, and the corners beside them."""

from __future__ import annotations

from typing import Any

import pytest

from jiexu import assess
from jiexu.core.base.decision import Decision

WUHAN, CHENGDU, NANJING, SUZHOU, WUXI = "420100", "510100", "320100", "320500", "320200"
GUANGZHOU, SHENZHEN, FUZHOU, XIAMEN, QUANZHOU = "440100", "440300", "350100", "350200", "350500"
NANNING, LIUZHOU, XIAN, HAIXI, XINXIANG = "450100", "450200", "610100", "632800", "410700"


def ask(
    source: dict[str, Any] | None = None,
    destination: dict[str, Any] | None = None,
    **stated: Any,
) -> Decision:
    """An accepted employee transfer from 武汉 to 成都, changed by what the test states."""
    facts = {
        "on": "2026-03-02",
        "person": {"retired": False},
        "from": {"area": WUHAN, "insutype": "310", "status": "paused", **(source or {})},
        "to": {"area": CHENGDU, "insutype": "310", "status": "normal", **(destination or {})},
        **stated,
    }
    return assess("transfer", facts)


def codes(decision: Decision) -> list[str]:
    return [one.code for one in decision.reasons]


def test_tr01_ten_and_five_working_days() -> None:
    decision = ask({"balance": "3214.5"})
    assert decision.outcome == "accept"
    assert codes(decision) == []
    wanted = {
        "kind": "EE",
        "cross_province": True,
        "money_route": "remit",
        "provisional_route": False,
        "money_amount": "3214.50",
        "moves": ["record", "years", "balance"],
        "out_due": "2026-03-16",
        "in_due": "2026-03-23",
        "earliest": None,
        "credit_after_arrival_workdays": None,  # no national limit for the fund leg
    }
    assert {name: decision.values[name] for name in wanted} == wanted
    grounds = {one["value"]: one["sources"][0]["number"] for one in decision.values["basis"]}
    assert grounds["out_due"] == grounds["in_due"] == "医保办发〔2021〕43号"


def test_tr02_before_december_2021_fifteen_each() -> None:
    decision = ask(on="2020-03-02")
    assert decision.values["letter_due"] == "2020-03-23"
    assert decision.values["out_due"] == "2020-04-14"
    assert decision.values["in_due"] == "2020-05-07"
    assert "2020-03-02 的受理条件未见原文，按 2021-12-01 起的规定回答，仅供参考。" in decision.notes


RESIDENT = {"insutype": "390"}


def test_tr06_residents_not_in_the_same_year() -> None:
    decision = ask({**RESIDENT, "status": "normal"}, {**RESIDENT, "cover_year": 2026})
    assert (decision.outcome, codes(decision)) == ("not_yet", ["RESIDENT_SAME_YEAR"])
    assert decision.values["earliest"] is None  # enrolling is an act
    assert decision.values["moves"] == []
    assert decision.values["money_route"] == "none"


@pytest.mark.parametrize(
    ("on", "source", "destination", "outcome", "earliest"),
    [
        # enrolled for next year: on that day already, not on 1 January
        ("2026-11-20", {}, {"cover_year": 2027, "enrolled_on": "2026-11-10"}, "accept", None),
        ("2026-11-20", {}, {"first_paid_month": "2027-01"}, "accept", None),
        (
            "2026-11-20",
            {},
            {"cover_year": 2027, "enrolled_on": "2026-12-01"},
            "not_yet",
            "2026-12-01",
        ),
        # enrolled last year for this one
        ("2026-03-02", {}, {"cover_year": 2026, "enrolled_on": "2025-11-10"}, "accept", None),
        ("2026-03-02", {}, {"cover_year": 2026, "enrolled_on": "2026-01-10"}, "not_yet", None),
        # the source covered last year only
        (
            "2026-03-02",
            {"status": "paused", "last_paid_month": "2025-12"},
            {"cover_year": 2026},
            "accept",
            None,
        ),
        ("2026-03-02", {}, {"status": "none"}, "not_yet", None),
        # 新乡 waits for the benefit period
        (
            "2026-11-20",
            {},
            {"area": XINXIANG, "cover_year": 2027, "enrolled_on": "2026-11-10"},
            "not_yet",
            "2027-01-01",
        ),
        (
            "2027-01-01",
            {},
            {"area": XINXIANG, "cover_year": 2027, "enrolled_on": "2026-11-10"},
            "accept",
            None,
        ),
    ],
)
def test_residents_from_the_day_they_are_enrolled_for_next_year(
    on: str,
    source: dict[str, Any],
    destination: dict[str, Any],
    outcome: str,
    earliest: str | None,
) -> None:
    decision = ask({**RESIDENT, "status": "normal", **source}, {**RESIDENT, **destination}, on=on)
    assert (decision.outcome, decision.values["earliest"]) == (outcome, earliest)


def test_a_resident_whose_year_is_not_stated_is_told_which_fact_is_missing() -> None:
    decision = ask({**RESIDENT, "status": "normal"}, RESIDENT)
    assert decision.outcome == "not_yet"
    assert any("to.cover_year" in note for note in decision.notes)


def test_tr07_source_still_active() -> None:
    decision = ask({"status": "normal"})
    assert (decision.outcome, codes(decision)) == ("not_yet", ["SOURCE_NOT_PAUSED"])
    assert decision.values["out_due"] is None


@pytest.mark.parametrize("status", ["normal", "paused", "terminated"])
def test_a_pause_in_the_future_is_not_a_pause_yet(status: str) -> None:
    decision = ask({"status": status, "paused_on": "2026-03-03"})
    assert (decision.outcome, codes(decision)) == ("not_yet", ["SOURCE_NOT_PAUSED"])
    assert decision.values["earliest"] == "2026-03-03"


def test_the_day_of_the_pause_is_enough() -> None:
    assert ask({"paused_on": "2026-03-02"}).outcome == "accept"


@pytest.mark.parametrize(("paid", "outcome"), [(False, "not_yet"), (True, "accept")])
def test_tr08_nanjing_wants_this_month_paid(paid: bool, outcome: str) -> None:
    decision = ask(destination={"area": NANJING, "paid_this_month": paid})
    assert decision.outcome == outcome
    assert codes(decision) == ([] if paid else ["DESTINATION_NOT_PAID"])
    assert ask(destination={"area": SUZHOU, "paid_this_month": paid}).outcome == "accept"


def test_nanjing_without_the_fact_is_answered_and_named() -> None:
    decision = ask(destination={"area": NANJING})
    assert decision.outcome == "accept"
    assert "未说明 to.paid_this_month：南京市要求当月已足额缴费，按已缴费回答。" in decision.notes


def test_tr09_suzhou_by_letter() -> None:
    decision = ask({"on_platform": False}, {"area": SUZHOU})
    assert decision.values["letter_due"] == "2026-03-09"  # 5
    assert decision.values["out_due"] == "2026-03-23"  # + 10
    assert decision.values["credit_after_arrival_workdays"] == 5
    assert any("联系函" in note for note in decision.notes)


def test_tr10_jiangsu_credits_first_online_only() -> None:
    online = ask({"area": WUXI, "balance": "10"}, {"area": SUZHOU})
    assert online.values["money_route"] == "credit_first"
    assert online.values["cross_province"] is False
    assert online.values["provisional_route"] is False
    by_letter = ask({"area": WUXI, "on_platform": False}, {"area": SUZHOU})
    assert by_letter.values["money_route"] == "remit"


def test_tr11_cross_province_is_remitted() -> None:
    assert ask({"area": SUZHOU}).values["money_route"] == "remit"


def test_tr12_fujian_nets() -> None:
    decision = ask({"area": FUZHOU, "balance": "10"}, {"area": XIAMEN})
    assert decision.values["money_route"] == "netting"
    assert decision.values["moves"] == ["record", "years", "balance"]


def test_tr13_guangdong_nothing_moves_inside() -> None:
    decision = ask({"area": GUANGZHOU, "balance": "1234.56"}, {"area": SHENZHEN})
    assert decision.outcome == "accept"
    assert decision.values["money_route"] == "stays"
    assert decision.values["money_amount"] == "0.00"
    assert decision.values["moves"] == ["record", "years"]


def test_tr14_and_tr17_to_the_bank_where_a_rule_allows_it() -> None:
    for area in (GUANGZHOU, XIAN):
        decision = ask({"area": area, "balance": "88.80"}, {"on_platform": False})
        assert decision.values["money_route"] == "to_bank"
        assert decision.values["money_amount"] == "88.80"
        assert decision.values["moves"] == ["record", "years"]
    elsewhere = ask({"balance": "88.80"}, {"on_platform": False})
    assert elsewhere.values["money_route"] == "remit"


@pytest.mark.parametrize("side", ["from", "to"])
def test_tr15_haixi_needs_complete_bank_details(side: str) -> None:
    source = {"area": HAIXI} if side == "from" else {"bank_info_complete": False}
    destination = {"bank_info_complete": False} if side == "from" else {"area": HAIXI}
    decision = ask(source, destination)
    assert (decision.outcome, codes(decision)) == ("not_yet", ["BANK_INFO_INCOMPLETE"])


def test_elsewhere_missing_bank_details_hold_the_money_not_the_case() -> None:
    decision = ask({"bank_info_complete": False})
    assert decision.outcome == "accept"
    assert any("资金不能汇出或收取" in note for note in decision.notes)


def test_tr16_death_in_jiangsu_is_paid_out_to_the_heirs() -> None:
    decision = ask({"area": SUZHOU, "balance": "5"}, person={"event": "death"})
    assert decision.outcome == "refuse"
    assert "PERSON_DIED" in codes(decision)
    assert decision.values["money_route"] == "to_bank"
    abroad = ask({"area": SUZHOU}, person={"event": "emigration", "retired": False})
    assert codes(abroad) == ["EMIGRATED"]
    assert abroad.values["money_route"] == "unknown"  # not in the list of 江苏


def test_tr18_retirees_do_not_transfer() -> None:
    decision = ask(person={"retired": True})
    assert (decision.outcome, codes(decision)) == ("refuse", ["RETIREE"])
    assert decision.values["money_route"] == "stays"


def test_a_pensioner_in_resident_cover_is_no_retiree_of_the_employee_scheme() -> None:
    decision = ask(
        {**RESIDENT, "status": "normal"},
        {**RESIDENT, "cover_year": 2027},
        person={"retired": True},
    )
    assert decision.outcome == "accept"


@pytest.mark.parametrize(
    ("source", "destination"),
    [(SUZHOU, SUZHOU), (SUZHOU, "320583"), ("310000", "310000"), ("310115", "310000")],
)
def test_one_pool_needs_no_transfer(source: str, destination: str) -> None:
    decision = ask({"area": source, "status": "normal"}, {"area": destination})
    assert (decision.outcome, codes(decision)) == ("not_needed", ["SAME_POOLING_AREA"])
    assert decision.values["moves"] == []


def test_one_province_is_not_one_pool() -> None:
    decision = ask({"area": "320000"}, {"area": "320000"})
    assert decision.outcome == "accept"
    assert decision.values["cross_province"] is False
    assert decision.values["money_route"] == "credit_first"


def test_in_province_without_a_text_takes_the_national_route_for_now() -> None:
    decision = ask({"area": LIUZHOU, "balance": "1"}, {"area": NANNING})
    assert decision.values["money_route"] == "remit"
    assert decision.values["provisional_route"] is True
    assert any("12393" in note for note in decision.notes)


def test_employee_to_resident_has_no_account_to_go_to() -> None:
    decision = ask({"balance": "321"}, RESIDENT)
    assert (decision.outcome, codes(decision)) == ("accept", ["NO_ACCOUNT_AT_DESTINATION"])
    assert decision.values["kind"] == "ER"
    assert decision.values["money_route"] == "unknown"
    assert decision.values["money_amount"] is None
    assert decision.values["moves"] == ["record", "years"]
    quanzhou = ask({"area": QUANZHOU, "balance": "321"}, RESIDENT)
    assert quanzhou.values["money_route"] == "to_bank"
    assert quanzhou.reasons[0].sources[0].confidence == "low"
    assert any("可信度低" in note for note in quanzhou.notes)


def test_employee_to_resident_inside_guangdong_stays() -> None:
    decision = ask({"area": GUANGZHOU}, {"area": SHENZHEN, **RESIDENT})
    assert decision.values["money_route"] == "stays"


def test_pool_only_plans() -> None:
    without = ask({"plan": "pool_only"})
    assert (without.values["money_route"], codes(without)) == ("none", [])
    to_pool_only = ask({"balance": "5"}, {"plan": "pool_only"})
    assert codes(to_pool_only) == ["NO_ACCOUNT_AT_DESTINATION"]
    assert to_pool_only.values["money_route"] == "unknown"
    assert ask({"area": QUANZHOU}, {"plan": "pool_only"}).values["money_route"] == "to_bank"


def test_resident_to_employee_moves_years_only() -> None:
    decision = ask(RESIDENT)
    assert decision.values["kind"] == "RE"
    assert decision.values["money_route"] == "none"
    assert decision.values["money_amount"] == "0.00"
    assert ask({**RESIDENT, "status": "normal"}).outcome == "not_yet"


def test_there_is_no_pooled_balance() -> None:
    beside = ask({"balance": "5"}, requests=["years", "balance", "pooled_balance"])
    assert (beside.outcome, codes(beside)) == ("accept", ["POOLED_BALANCE_DOES_NOT_EXIST"])
    assert beside.values["moves"] == ["record", "years", "balance"]
    alone = ask(requests=["pooled_balance"])
    assert (alone.outcome, codes(alone)) == ("refuse", ["POOLED_BALANCE_DOES_NOT_EXIST"])


def test_arrears_are_no_national_condition() -> None:
    for arrears in (True, "1200.00"):
        decision = ask({"arrears": arrears})
        assert decision.outcome == "accept"
        assert any("欠费不是国家规定的受理条件" in note for note in decision.notes)
    assert not any("欠费" in note for note in ask({"arrears": False}).notes)


def test_an_employer_applies_for_employees_only() -> None:
    assert ask(applicant="employer").outcome == "accept"
    decision = ask(destination=RESIDENT, applicant="employer")
    assert decision.outcome == "refuse"
    assert "APPLICANT_NOT_ENTITLED" in codes(decision)


def test_all_reasons_at_once_and_the_most_severe_decides() -> None:
    decision = ask(
        {"status": "normal", "paused_on": "2026-04-01"},
        {"area": NANJING, "enrolled_on": "2026-05-01", "paid_this_month": True},
    )
    assert codes(decision) == ["SOURCE_NOT_PAUSED", "DESTINATION_NOT_ENROLLED"]
    assert (decision.outcome, decision.values["earliest"]) == ("not_yet", "2026-05-01")
    with_an_act = ask(
        {"status": "normal", "paused_on": "2026-04-01"},
        {"area": NANJING, "status": "none", "paid_this_month": False},
    )
    assert with_an_act.outcome == "not_yet"
    assert codes(with_an_act) == [
        "SOURCE_NOT_PAUSED",
        "DESTINATION_NOT_ENROLLED",
        "DESTINATION_NOT_PAID",
    ]
    assert with_an_act.values["earliest"] is None


def test_practice_shows_in_the_parameters_and_never_as_a_source() -> None:
    decision = ask({"balance": "5"})
    assert ("freeze_at", "form") in {
        (one.name, one.value) for one in decision.parameters if one.name == "freeze_at"
    }
    assert "freeze_at" not in {one["value"] for one in decision.values["basis"]}


def test_promises_stand_apart_from_the_limit() -> None:
    decision = ask({"area": QUANZHOU}, {"area": NANJING, "paid_this_month": True})
    assert decision.values["out_due"] == "2026-03-16"  # the rule: 10
    assert decision.values["promised_out_due"] == "2026-03-12"  # the promise: 8
    badge = {one["value"]: one["sources"][0]["badge"] for one in decision.values["basis"]}
    assert badge["out_due"] == "国家规定"
    assert badge["promised_out_due"] == "经办承诺"


def test_each_leg_counts_in_its_own_calendar() -> None:
    # 三月三: 17 to 20 April 2026 are free in 广西 only
    from_guangxi = ask({"area": LIUZHOU}, on="2026-04-07")
    to_guangxi = ask(destination={"area": LIUZHOU}, on="2026-04-07")
    assert from_guangxi.values["out_due"] == "2026-04-23"
    assert to_guangxi.values["out_due"] == "2026-04-21"


def test_a_year_without_a_notice_makes_it_provisional() -> None:
    assert ask(on="2026-12-25").provisional is True
    assert ask().provisional is False


def test_an_unstated_balance_leaves_the_amount_open() -> None:
    decision = ask()
    assert decision.values["money_route"] == "remit"
    assert decision.values["money_amount"] is None
    assert any("from.balance" in note for note in decision.notes)
    assert any("from.plan" in note for note in decision.notes)
    empty = ask({"balance": "0"})
    assert empty.values["money_route"] == "none"
    assert empty.values["money_amount"] == "0.00"


def test_what_moves_is_not_the_applicants_choice() -> None:
    decision = ask({"balance": "5"}, requests=["years"])
    assert decision.values["moves"] == ["record", "years", "balance"]
    assert "个人账户余额随医保关系一并划转，不能只转年限。" in decision.notes
    only_money = ask({"balance": "5"}, requests=["balance"])
    assert "缴费年限和参保信息随医保关系一并转移，不能只转余额。" in only_money.notes


def test_the_nation_as_a_place_leaves_the_province_open() -> None:
    decision = ask({"area": "100000"})
    assert decision.values["cross_province"] is None
    assert decision.values["money_route"] == "remit"
