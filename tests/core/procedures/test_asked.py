"""Fields of a move from its struct, and what was typed back into it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
import pytest

from jiexu.core.base.errors import BadInput
from jiexu.core.procedures.asked import Field, fields_of, read_asked


class Everything(msgspec.Struct, frozen=True, kw_only=True):
    why: Annotated[
        str, msgspec.Meta(title="理由", description="写给对方", extra_json_schema={"long": True})
    ]
    kind: Annotated[
        Literal["late", "wrong"],
        msgspec.Meta(title="种类", extra_json_schema={"labels": {"late": "迟了", "wrong": "错了"}}),
    ]
    amount_fen: Annotated[int, msgspec.Meta(title="金额")] = 0
    on: Annotated[date, msgspec.Meta(title="日期")] | None = None
    sure: Annotated[bool, msgspec.Meta(title="已核对")] = False


def test_fields_say_what_to_show() -> None:
    assert fields_of(Everything) == (
        Field(name="why", label="理由", hint="写给对方", kind="long"),
        Field(
            name="kind", label="种类", kind="choice", options=(("late", "迟了"), ("wrong", "错了"))
        ),
        Field(name="amount_fen", label="金额", kind="yuan", required=False),
        Field(name="on", label="日期", kind="date", required=False),
        Field(name="sure", label="已核对", kind="yes", required=False),
    )
    assert fields_of(None) == ()


def test_read_back() -> None:
    form = {"why": " 名字\r\n不同 ", "kind": "late", "amount_fen": "12.5", "on": "2026-03-09"}
    assert read_asked(Everything, form) == Everything(
        why="名字\r\n不同", kind="late", amount_fen=1250, on=date(2026, 3, 9)
    )
    assert read_asked(Everything, {**form, "sure": "1"}).sure is True


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"why": "  "}, "why", "请填写“理由”。"),
        ({"why": "好" * 501}, "why", "太长"),
        ({"why": "a\x00b"}, "why", "不能显示的字符"),
        ({"kind": "other"}, "kind", "没有这一项"),
        ({"amount_fen": "-1"}, "amount_fen", "不能是负数"),
        ({"on": "2026-02-30"}, "on", "不是一个日期"),
        ({"version": "1"}, "version", "看不懂"),
    ],
)
def test_what_cannot_be_read(change: dict[str, str], path: str, words: str) -> None:
    form = {"why": "名字不同", "kind": "late", **change}
    with pytest.raises(BadInput) as caught:
        read_asked(Everything, form)
    assert caught.value.path == path
    assert words in caught.value.message
    assert caught.value.remedy
