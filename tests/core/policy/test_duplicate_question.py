"""duplicate: which relation stays, what is done with the rest, and what is paid back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu import assess
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput

EMPLOYED = {"area": "450200", "insutype": "310", "identity": "employer"}
FLEXIBLE = {"area": "320100", "insutype": "310", "identity": "flexible"}
RESIDENT = {"area": "450100", "insutype": "390", "identity": "resident"}


def answered(*relations: dict[str, Any], **changes: Any) -> Decision:
    return assess("duplicate", {"on": "2025-11-01", "relations": list(relations), **changes})


def codes(decision: Decision) -> set[str]:
    return {one.code for one in decision.reasons}


@pytest.mark.parametrize(
    ("relations", "keep", "code"),
    [
        ([{**EMPLOYED, "workplace": True}, {**EMPLOYED, "area": "320100"}], 0, "KEEP_WORKPLACE"),
        ([EMPLOYED, {**EMPLOYED, "area": "320100", "workplace": "320106"}], 1, "KEEP_WORKPLACE"),
        ([EMPLOYED, EMPLOYED], None, "KEEP_WORKPLACE"),
        ([{**RESIDENT, "residence": True}, RESIDENT], 0, "KEEP_RESIDENCE"),
        ([{**RESIDENT, "residence": True}, {**RESIDENT, "school": True}], 1, "KEEP_RESIDENCE"),
        ([RESIDENT, RESIDENT], None, "KEEP_RESIDENCE"),
        ([RESIDENT, {**EMPLOYED, "continuous_months": 12}], 1, "KEEP_EMPLOYEE"),
        ([RESIDENT, {**EMPLOYED, "continuous_months": 11}], None, "OWN_CHOICE"),
        ([RESIDENT, EMPLOYED], None, None),
        ([FLEXIBLE, EMPLOYED], 1, "FLEXIBLE_KEEP_ONE"),
        ([FLEXIBLE, FLEXIBLE], None, "FLEXIBLE_KEEP_ONE"),
        ([RESIDENT, FLEXIBLE, {**EMPLOYED, "continuous_months": 24}], 2, "KEEP_EMPLOYEE"),
    ],
)
def test_what_stays(relations: list[dict[str, Any]], keep: int | None, code: str | None) -> None:
    decision = answered(*relations)
    assert (decision.outcome, decision.values["keep"]) == ("keep", keep)
    assert code is None or code in codes(decision)
    if keep is None:
        assert decision.notes or decision.values["keep_is_own_choice"]
    else:
        assert decision.values["suspend"] == [i for i in range(len(relations)) if i != keep]


def test_one_relation_is_no_duplicate() -> None:
    decision = answered(EMPLOYED)
    assert (decision.values["keep"], decision.values["refund"]) == (0, False)
    assert decision.values["keep_name"] == "第 1 项：柳州市职工医保"
    assert decision.reasons == ()


@pytest.mark.parametrize(
    ("changes", "refund", "action"),
    [
        ({"benefit_started": False, "terminated": True}, True, "终止居民参保关系"),
        ({"benefit_started": False, "terminated": False}, False, "暂停居民参保关系"),
        ({"benefit_started": False}, None, "暂停居民参保关系"),
        ({"benefit_started": True}, False, "暂停居民参保关系"),
        ({"benefit_started": True, "terminated": True}, False, "暂停居民参保关系"),
        ({}, None, "暂停居民参保关系"),
    ],
)
def test_the_premium_of_the_relation_given_up(
    changes: dict[str, Any], refund: bool | None, action: str
) -> None:
    decision = answered({**EMPLOYED, "continuous_months": 12}, RESIDENT, **changes)
    assert (decision.values["refund"], decision.values["action"]) == (refund, action)
    assert refund is not None or any("未说明" in note for note in decision.notes)


def test_the_refund_does_not_turn_on_which_one_is_given_up() -> None:
    decision = answered(EMPLOYED, RESIDENT, benefit_started=True)
    assert (decision.values["keep"], decision.values["refund"]) == (None, False)
    assert "暂停" in decision.values["action"]


@pytest.mark.parametrize(
    ("prepaid_to", "employed_from", "months"),
    [
        ("2025-12", "2025-07", 6),
        ("2025-12-31", "2025-07-15", 6),
        ("2025-12", "2025-12", 1),
        ("2025-12", "2026-01", 0),
        ("2026-02", "2025-11", 4),
    ],
)
def test_prepaid_months_after_employment(prepaid_to: str, employed_from: str, months: int) -> None:
    decision = answered(FLEXIBLE, EMPLOYED, prepaid_to=prepaid_to, employed_from=employed_from)
    assert len(decision.values["refund_months"]) == months
    assert decision.values["refund"] is (months > 0)
    if months:
        assert decision.values["refund_months"][0] == employed_from[:7]
        assert decision.values["refund_months"][-1] == prepaid_to[:7]


def test_an_older_local_no_is_shown_with_the_newer_national_rule() -> None:
    facts = {"prepaid_to": "2025-12", "employed_from": "2025-07"}
    decision = answered({**FLEXIBLE, "area": "450200"}, EMPLOYED, **facts)
    assert (decision.values["refund"], decision.values["refund_months"]) == (False, [])
    assert any("医保发〔2020〕33号" in note for note in decision.notes)


def test_months_not_stated() -> None:
    decision = answered(FLEXIBLE, EMPLOYED)
    assert decision.values["refund"] is None
    assert any("prepaid_to" in note and "employed_from" in note for note in decision.notes)


def test_before_the_rule_nothing_is_known() -> None:
    decision = answered(EMPLOYED, RESIDENT, on="2019-12-31")
    assert decision.outcome == "local_rule_unknown"


def test_bad_facts() -> None:
    for relation, path in (
        ({**EMPLOYED, "area": "999999"}, "relations[0].area"),
        ({**EMPLOYED, "workplace": "9"}, None),
    ):
        with pytest.raises(BadInput) as caught:
            answered(relation, EMPLOYED)
        assert path is None or caught.value.path == path
    for month in ("1900-01", "9999-12"):
        with pytest.raises(BadInput) as caught:
            answered(FLEXIBLE, EMPLOYED, prepaid_to=month, employed_from="2025-07")
        assert caught.value.path == "prepaid_to"
    with pytest.raises(BadInput):
        answered()


RELATIONS = st.fixed_dictionaries(
    {
        "area": st.sampled_from(["450200", "320100", "500000"]),
        "insutype": st.sampled_from(["310", "390"]),
    },
    optional={
        "identity": st.sampled_from(["employer", "flexible", "resident"]),
        "continuous_months": st.integers(0, 40),
        "workplace": st.booleans(),
        "residence": st.booleans(),
        "school": st.booleans(),
    },
)


@given(
    st.lists(RELATIONS, min_size=1, max_size=4),
    st.fixed_dictionaries(
        {},
        optional={
            "benefit_started": st.booleans(),
            "terminated": st.booleans(),
            "prepaid_to": st.sampled_from(["2025-12", "2026-06"]),
            "employed_from": st.sampled_from(["2025-07", "2026-01-09"]),
        },
    ),
)
def test_one_stays_or_it_is_said_why_not(
    relations: list[dict[str, Any]], changes: dict[str, Any]
) -> None:
    decision = answered(*relations, **changes)
    values = decision.values
    if values["keep"] is None:
        assert values["keep_is_own_choice"] or decision.notes
        assert values["suspend"] == []
    else:
        assert sorted([values["keep"], *values["suspend"]]) == list(range(len(relations)))
    if values["refund_months"]:
        assert values["refund"] is True
    assert len(relations) == 1 or "ONE_RELATION" in codes(decision)
    assert msgspec.json.decode(msgspec.json.encode(decision), type=Decision) == decision


@given(st.integers(0, 200), st.integers(0, 200))
def test_more_months_never_lose_the_employee_relation(months: int, more: int) -> None:
    def stays(count: int) -> int | None:
        found: int | None = answered(RESIDENT, {**EMPLOYED, "continuous_months": count}).values[
            "keep"
        ]
        return found

    assert stays(months) in {None, 1}
    if stays(months) == 1:
        assert stays(months + more) == 1
