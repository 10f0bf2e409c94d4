"""Values come from the nearest level, for the day asked, and hearsay never decides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jiexu.core.policy.catalogue import catalogue, level_of, misfit
from jiexu.core.policy.parameters import (
    ParameterError,
    area_file,
    history,
    in_force,
    lookup,
    lookup_hearsay,
)

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("name", "area", "on", "value", "level"),
    [
        ("transfer_out_workdays", "100000", TODAY, 10, "100000"),
        ("transfer_out_workdays", "450200", TODAY, 10, "100000"),
        ("transfer_in_workdays", "450200", TODAY, 5, "100000"),
        ("transfer_out_workdays", "450200", date(2021, 12, 1), 10, "100000"),
        ("transfer_out_workdays", "450200", date(2021, 11, 30), 15, "100000"),
        ("contact_letter_workdays", "450200", date(2020, 1, 6), 15, "100000"),
        ("wait_cap_months", "450200", TODAY, 6, "100000"),
        ("wait_cap_months", "320100", TODAY, 3, "320000"),
        ("wait_cap_months", "320000", date(2021, 12, 15), 6, "100000"),
        ("money_regime_in_province", "350100", TODAY, "netting", "350000"),
        ("money_regime_in_province", "440300", TODAY, "stays", "440000"),
        ("credit_after_arrival_workdays", "320500", TODAY, 5, "320500"),
        ("credit_after_arrival_workdays", "320200", TODAY, 5, "320000"),
        ("bank_info_required", "632800", TODAY, True, "632800"),
        ("freeze_at", "450200", TODAY, "form", "100000"),
    ],
)
def test_nearest_level_in_force_answers(
    name: str, area: str, on: date, value: object, level: str
) -> None:
    found = lookup(name, area, on)
    assert found is not None
    assert (found.value, found.area) == (value, level)


@pytest.mark.parametrize(
    ("name", "area", "on"),
    [
        ("money_regime_in_province", "450200", TODAY),  # 广西: no text known
        ("credit_after_arrival_workdays", "450200", TODAY),
        ("contact_letter_workdays", "450200", TODAY),  # ended with the old rule
        ("destination_paid_this_month_required", "320500", TODAY),  # 南京 only
        ("bank_info_required", "630100", TODAY),  # 海西 only: never a neighbour's value
        ("destination_paid_this_month_required", "320100", date(2023, 11, 30)),
    ],
)
def test_a_missing_value_is_missing(name: str, area: str, on: date) -> None:
    assert lookup(name, area, on) is None


def test_hearsay_is_kept_for_display_and_never_resolves() -> None:
    heard = lookup_hearsay("credit_after_arrival_workdays", "320100", TODAY)
    assert [one.value for one in heard] == [30, 3]
    found = lookup("credit_after_arrival_workdays", "320100", TODAY)
    assert found is not None
    assert found.value == 5
    assert lookup("credit_after_arrival_workdays", "450200", TODAY) is None


def test_practice_has_no_source() -> None:
    found = lookup("freeze_at", "100000", TODAY)
    assert found is not None
    assert found.practice
    assert found.source() is None


def test_a_source_says_that_the_official_text_was_not_seen() -> None:
    found = lookup("transfer_out_workdays", "100000", TODAY)
    assert found is not None
    source = found.source()
    assert source is not None
    assert source.number == "医保办发〔2021〕43号"
    assert source.title == "基本医疗保险关系转移接续暂行办法（未见官方正文，据转载）"
    assert source.article is None
    assert source.from_ == "2021-12-01"
    official = lookup("credit_after_arrival_workdays", "320000", TODAY)
    assert official is not None
    assert (read := official.source()) is not None
    assert "未见" not in read.title


def test_only_the_known_articles_of_the_measure_are_printed() -> None:
    known = {None, "第一条", "第二条", "第三条", "第四条", "第五条"}
    for name in catalogue():
        for one in history(name, "100000"):
            if one.text is not None and one.text.number == "医保办发〔2021〕43号":
                assert one.article in known


def test_only_the_files_of_the_chain_are_read() -> None:
    area_file.cache_clear()
    lookup("wait_cap_months", "450200", TODAY)
    assert area_file.cache_info().currsize == 3
    lookup("freeze_at", "450200", TODAY)
    assert area_file.cache_info().currsize == 3


def test_a_county_speaks_with_the_voice_of_its_pool() -> None:
    found = lookup("contact_letter_workdays", "320583", TODAY)  # 昆山
    assert found is not None
    assert found.area == "320500"


def test_an_undeclared_name_is_a_fault() -> None:
    with pytest.raises(ParameterError, match="参数 transfer_workdays 没有登记"):
        lookup("transfer_workdays", "100000", TODAY)


def test_in_force_lists_by_the_order_of_the_catalogue() -> None:
    found = in_force("320100", TODAY)
    order = list(catalogue())
    assert list(found) == sorted(found, key=order.index)
    assert found["wait_cap_months"].area == "320000"
    assert "er_balance_route" not in found


def test_an_area_without_a_file_has_none(tmp_path: Path) -> None:
    assert area_file("450400") is None
    assert area_file("100000", tmp_path) is None


def test_levels() -> None:
    assert [level_of(code) for code in ("100000", "320000", "310000", "320100", "329900")] == [
        "nation",
        "province",
        "province",
        "pool",
        "pool",
    ]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("transfer_out_workdays", 10, None),
        ("transfer_out_workdays", 0, None),
        ("transfer_out_workdays", -1, "应为不小于 0 的整数，写的是 -1"),
        ("transfer_out_workdays", 10.0, "应为不小于 0 的整数，写的是 10.0"),
        ("transfer_out_workdays", True, "应为不小于 0 的整数，写的是 True"),
        ("bank_info_required", 1, "应为 true 或 false，写的是 1"),
        ("freeze_at", "form", None),
        ("freeze_at", "later", "'later' 不在可选值内：accept、form、remit"),
        ("account_to_bank_cases", ["death"], None),
        ("account_to_bank_cases", [], "应为至少一项的列表"),
        ("account_to_bank_cases", ["death", "death"], "列表里有重复的项"),
        ("account_to_bank_cases", [["death"]], "['death'] 不在可选值内"),
        ("resident_benefit_year_start", "01-01", None),
        ("resident_benefit_year_start", "13-01", "应为“月-日”字符串，如 \"01-01\"，写的是 '13-01'"),
        ("linkage_wait", [], "应为至少一行的表"),
        ("linkage_wait", [3], "第 1 行应为表"),
        ("retiree_credit", [{"amount": "95.00"}], "第 1 行缺少列 method"),
        ("retiree_credit", [{"method": "fixed", "amount": "95.00"}], None),
        (
            "retiree_credit",
            [{"method": "guess"}],
            "第 1 行的 method 'guess' 不在可选值内：fixed、",
        ),
        (
            "linkage_wait",
            [{"back_paid": True, "months": 3, "benefit_ratio": 0.5}],
            "第 1 行的 benefit_ratio 应为小数字符串",
        ),
        (
            "linkage_wait",
            [{"back_paid": True, "months": 3, "benefit_ratio": "0.5", "x": 1}],
            "第 1 行有未登记的列 x",
        ),
    ],
)
def test_values_fit_their_declaration(name: str, value: object, problem: str | None) -> None:
    found = misfit(catalogue()[name], value)
    if problem is None:
        assert found is None
    else:
        assert found is not None
        assert problem in found
