"""What exactly a clerk keys in for an errand: labels and values, in the order of the form.

The order stands in `forms.toml`. A kind without a form there shows everything its message says.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from jiexu.core.base.areas import full_name
from jiexu.core.base.codes.codesets import label

FieldRow = tuple[str, str]
"""Label and value, both for people."""


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form: its label, where its value stands, and how it is written."""

    label: str
    path: str
    as_: str = msgspec.field(default="", name="as")


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The form of a kind: what to do per partner, which paper goes out, and its fields."""

    title: str
    platform: str
    paper: str
    fields: tuple[FormField, ...]
    document: str = ""

    def task(self, partner: str) -> str:
        """What the clerk does, in words."""
        return self.paper if partner == "paper" else self.platform


@cache
def forms() -> Mapping[str, Form]:
    """All forms by kind, in the order of the file."""
    text = Path(__file__).with_name("forms.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Form])


def form_of(kind: str) -> Form:
    """The form of a kind; a plain one for a kind that has none."""
    return forms().get(kind) or Form(
        title=kind, platform="在国家平台录入", paper="打印并寄送", fields=()
    )


def field_rows(kind: str, body: Mapping[str, Any]) -> tuple[FieldRow, ...]:
    """The fields to key in; what the message leaves open is left out."""
    form = form_of(kind)
    if not form.fields:
        return tuple((name, _plain(value)) for name, value in body.items() if value)
    rows = []
    for field in form.fields:
        value = _at(body, field.path)
        if value in (None, "", []):
            continue
        rows.append((field.label, _WRITTEN.get(field.as_, _plain)(value)))
    return tuple(rows)


def _at(body: Any, path: str) -> Any:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _spells(value: Any) -> str:
    words = {"actual": "实际", "deemed": "视同"}
    return "；".join(
        f"{one['begn_ym']}-{one['end_ym']} {words.get(one['kind'], one['kind'])}" for one in value
    )


def _reasons(value: Any) -> str:
    return "".join(f"{one['text']}" for one in value)


_WRITTEN: Final[Mapping[str, Callable[[Any], str]]] = {
    "area": lambda code: f"{full_name(code)}（{code}）",
    "insutype": lambda code: label("insutype", code),
    "cert_type": lambda code: f"{label('psn_cert_type', code)}（{code}）",
    "outcome": lambda word: {"accept": "受理", "not_yet": "暂不受理", "refuse": "不予受理"}.get(
        word, word
    ),
    "leg": lambda word: {"record": "缴费年限已转入", "fund": "资金已到账"}.get(word, word),
    "how": lambda word: {"withdrawn": "申请人撤回", "refused": "不予受理"}.get(word, word),
    "agreed": lambda said: "同意，已终结" if said else "不能终结，付款已在办理",
    "purpose": lambda word: {"clarify": "协查", "remind": "催办"}.get(word, word),
    "status": lambda word: {
        "normal": "正常参保",
        "paused": "暂停参保",
        "terminated": "终止参保",
    }.get(word, word),
    "event": lambda word: {
        "death": "死亡",
        "retirement": "退休",
        "army": "入伍",
        "emigration": "出境定居",
        "correction": "姓名或证件号码更正",
    }.get(word, word),
    "life_outcome": lambda word: {
        "told": "请对方处理",
        "stopped": "已终止办理",
        "goes_on": "继续办理",
    }.get(word, word),
    "clearing": lambda word: {"agree": "一致", "differ": "不一致"}.get(word, word),
    "late_why": lambda word: {
        "interest": "利息",
        "contribution": "补缴或补记",
        "reversal": "冲正退回",
        "credit": "入账更正",
    }.get(word, word),
    "lines": "；".join,
    "sums": lambda value: "；".join(
        f"{one['case_no']} 第 {one['part']} 次 {one['amount']} 元" for one in value
    ),
    "spells": _spells,
    "reasons": _reasons,
}
