"""Facts that cannot be understood: code, place, what is wrong and how to mend it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from jiexu import assess
from jiexu.core.base.errors import BadInput
from jiexu.core.policy.asking import schema
from jiexu.core.policy.questions import load, names

GOOD: dict[str, Any] = {
    "on": "2026-03-02",
    "from": {"area": "420100", "insutype": "310", "status": "paused"},
    "to": {"area": "510100", "insutype": "310", "status": "normal"},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    facts = json.loads(json.dumps(GOOD))
    *parents, last = path.split(".")
    place = facts
    for one in parents:
        place = place.setdefault(one, {})
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return facts


@pytest.mark.parametrize(
    ("path", "value", "code", "message"),
    [
        ("on", ..., "MISSING_FACT", "缺少必需的事实 on。"),
        ("from", ..., "MISSING_FACT", "缺少必需的事实 from。"),
        ("from.area", ..., "MISSING_FACT", "缺少必需的事实 from.area。"),
        ("from.insutype", ..., "MISSING_FACT", "缺少必需的事实 from.insutype。"),
        ("to.status", ..., "MISSING_FACT", "缺少必需的事实 to.status。"),
        ("to.balance", "1", "UNKNOWN_FACT", "没有 to.balance 这个事实。"),
        ("colour", 1, "UNKNOWN_FACT", "没有 colour 这个事实。"),
        ("on", "2026-02-30", "BAD_FACT", "on 不是有效日期。"),
        ("on", 20260302, "BAD_FACT", "on 应为日期，写的是整数。"),
        ("from", [], "BAD_FACT", "from 应为对象 {...}，写的是列表 [...]。"),
        ("from.status", "active", "BAD_FACT", "from.status 不能是 'active'。"),
        ("from.insutype", 310, "BAD_FACT", "from.insutype 应为文字，写的是整数。"),
        ("from.balance", 3214.56, "BAD_FACT", "from.balance 应为文字，写的是数字。"),
        ("from.balance", "3,214.56", "BAD_MONEY", "看不懂这个金额：3,214.56。"),
        ("from.balance", "-1", "BAD_MONEY", "金额不能是负数：-1。"),
        ("from.last_paid_month", "2026-13", "BAD_FACT", "from.last_paid_month 的写法不对。"),
        ("person.retired", "yes", "BAD_FACT", "person.retired 应为true 或 false，写的是文字。"),
        ("to.cover_year", "2026", "BAD_FACT", "to.cover_year 应为整数，写的是文字。"),
        ("break_months", -1, "BAD_FACT", "break_months 不对（Expected `int` >= 0）。"),
        ("from.area", "999999", "UNKNOWN_AREA", "区划代码 999999 不在区划表中。"),
        ("to.area", "柳州", "UNKNOWN_AREA", "“柳州”"),
        ("on", "1999-01-04", "BAD_DATE", "没有 1999-01-04 这一天。"),
    ],
)
def test_bad_facts_are_named(path: str, value: Any, code: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        assess("transfer", changed(path, value))
    error = caught.value
    assert (error.code, error.path) == (code, path)
    assert message in error.message
    assert error.remedy.endswith("。")


def test_null_is_not_stated() -> None:
    assert assess("transfer", changed("from.balance", None)) == assess("transfer", GOOD)


@pytest.mark.parametrize("text", ["", "{", "{'on': 1}", b"\xff\xfe"])
def test_text_that_is_no_json(text: str | bytes) -> None:
    with pytest.raises(BadInput) as caught:
        assess("transfer", text)
    assert caught.value.code == "BAD_JSON"
    assert caught.value.message.startswith("不是合法的 JSON")


def test_an_unknown_question_lists_those_that_can_be_asked() -> None:
    for name in ("weather", "", "../transfer", "__init__"):
        with pytest.raises(BadInput) as caught:
            assess(name, GOOD)
        assert caught.value.code == "UNKNOWN_QUESTION"
        assert "transfer" in caught.value.remedy
        assert "deadline" in caught.value.remedy


def test_json_text_and_mapping_give_the_same_decision() -> None:
    assert assess("transfer", json.dumps(GOOD)) == assess("transfer", GOOD)


@pytest.mark.parametrize(
    ("question", "required"),
    [("transfer", {"on", "from", "to"}), ("deadline", {"start", "workdays"})],
)
def test_the_schema_marks_what_is_required(question: str, required: set[str]) -> None:
    found = schema(question)
    definition = found["$defs"][found["$ref"].rsplit("/", 1)[1]]
    assert set(definition["required"]) == required
    assert definition["additionalProperties"] is False


def test_every_question_offers_what_the_registry_expects() -> None:
    assert {"transfer", "deadline"} <= set(names())
    for name in names():
        question = load(name)
        assert issubclass(question.Facts, msgspec.Struct)
        assert question.LABELS
