"""Asking a question: facts in as JSON text or a mapping, a `Decision` out.

Facts that cannot be what they claim are refused with the place and the way to mend them, never
guessed: unknown keys, missing required facts, wrong types, impossible dates and codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.policy.questions import Question, load

_PLACE = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`$")
_TYPES = {
    "str": "文字",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "null": "null",
    "object": "对象 {...}",
    "array": "列表 [...]",
    "date": "日期",
}


def ask(question: str, facts: str | bytes | Mapping[str, Any]) -> Decision:
    """Answer `question` from `facts`. Raises `BadInput` naming code, path and remedy."""
    asked = load(question)
    return asked.decide(read_facts(asked, facts))


def schema(question: str) -> dict[str, Any]:
    """The JSON Schema of the facts of `question`. Raises `BadInput` UNKNOWN_QUESTION."""
    return msgspec.json.schema(load(question).Facts)


def read_facts(asked: Question, facts: str | bytes | Mapping[str, Any]) -> msgspec.Struct:
    """Facts as the struct of the question. Raises `BadInput`."""
    try:
        if isinstance(facts, str | bytes):
            return msgspec.json.decode(facts, type=asked.Facts)
        return msgspec.convert(dict(facts), asked.Facts)
    except msgspec.ValidationError as error:
        raise explained(str(error)) from error
    except (msgspec.DecodeError, UnicodeError) as error:
        raise BadInput(
            f"不是合法的 JSON({error})。", "请检查引号、逗号和括号，编码用 UTF-8。", code="BAD_JSON"
        ) from error


def explained(text: str) -> BadInput:
    """A decoder's complaint as a fault people can act on."""
    place = _PLACE.search(text)
    path = place["path"] if place else ""
    problem = text[: place.start()] if place else text
    if found := re.fullmatch(r"Object missing required field `(.+)`", problem):
        whole = _joined(path, found[1])
        return BadInput(
            f"缺少必需的事实 {whole}。", f"请补上 {whole}。", path=whole, code="MISSING_FACT"
        )
    if found := re.fullmatch(r"Object contains unknown field `(.+)`", problem):
        whole = _joined(path, found[1])
        return BadInput(
            f"没有 {whole} 这个事实。",
            "请改正名称或去掉它；--schema 列出全部名称。",
            path=whole,
            code="UNKNOWN_FACT",
        )
    name = path or "全部内容"
    remedy = "请对照 --schema 改正。"
    if found := re.fullmatch(r"Expected `(.+)`, got `(.+)`", problem):
        wanted = "或".join(_TYPES.get(one, one) for one in found[1].split(" | ") if one != "null")
        got = _TYPES.get(found[2], found[2])
        message = f"{name} 应为{wanted}，写的是{got}。"
    elif found := re.fullmatch(r"Invalid enum value (.+)", problem):
        message = f"{name} 不能是 {found[1]}。"
    elif "date" in problem:
        message = f"{name} 不是有效日期。"
        remedy = "请按“年-月-日”填写，例如 2026-03-02。"
    elif "matching regex" in problem:
        message = f"{name} 的写法不对。"
    else:
        message = f"{name} 不对（{problem}）。"
    return BadInput(message, remedy, path=path, code="BAD_FACT")


def _joined(path: str, field: str) -> str:
    return f"{path}.{field}" if path else field
