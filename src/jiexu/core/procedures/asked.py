"""What a move asks of the person who makes it: one struct, read and shown the same on every face.

A move names a struct in `asks`. Its fields carry their label in `msgspec.Meta(title=...)`, a hint
in `description`; `extra_json_schema={"long": True}` asks for several lines, `{"labels": {...}}`
names the choices of a `Literal`. A field whose name ends in `_fen` is filled in in yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import fen_from_yuan

MOST_CHARACTERS = 500
_NONE = frozenset({"", None})

Asked = TypeVar("Asked", bound=msgspec.Struct)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question: `kind` text, long, date, yuan, yes or choice (then `options`: value, label)."""

    name: str
    label: str
    hint: str = ""
    kind: str = "text"
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True


@cache
def fields_of(asks: type[msgspec.Struct] | None) -> tuple[Field, ...]:
    """The questions of a struct, in its order; none for a move that asks nothing."""
    if asks is None:
        return ()
    info = inspect.type_info(asks)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{asks} is not a struct")
    return tuple(_field(one) for one in info.fields)


def read_asked(asks: type[Asked], form: Mapping[str, str]) -> Asked:
    """Read what was filled in. Blank is not stated; unknown names are refused.

    Raises `BadInput` with the field's name as path, and its label in the words.
    """
    fields = {field.name: field for field in fields_of(asks)}
    for name in form:
        if name not in fields:
            raise BadInput("表单里有看不懂的内容。", "请刷新页面后重新填写。", path=name)
    values: dict[str, Any] = {}
    for name, field in fields.items():
        text = form.get(name, "").strip()
        if text:
            values[name] = _value(field, text)
        elif field.required and field.kind != "yes":
            raise BadInput(f"请填写“{field.label}”。", "填写后再提交。", path=name, code="MISSING")
    return msgspec.convert(values, asks)


def _value(field: Field, text: str) -> Any:
    if len(text) > MOST_CHARACTERS or not text.replace("\r", "").replace("\n", "").isprintable():
        raise BadInput(
            f"“{field.label}”太长，或有不能显示的字符。",
            f"请控制在 {MOST_CHARACTERS} 字以内，重新填写。",
            path=field.name,
        )
    match field.kind:
        case "yuan":
            return fen_from_yuan(text, path=field.name)
        case "yes":
            return text in {"1", "on", "true", "yes"}
        case "date":
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise BadInput(
                    f"“{field.label}”不是一个日期：{text[:20]}。",
                    "请按 2026-03-09 的样子填写。",
                    path=field.name,
                ) from None
        case "choice" if text not in dict(field.options):
            raise BadInput(
                f"“{field.label}”没有这一项。", "请从列出的项目中选择。", path=field.name
            )
    return text


def _field(one: inspect.Field) -> Field:
    inner, title, hint, extra = _unwrap(one.type)
    kind = "text"
    options: tuple[tuple[str, str], ...] = ()
    if one.encode_name.endswith("_fen"):
        kind = "yuan"
    elif isinstance(inner, inspect.DateType):
        kind = "date"
    elif isinstance(inner, inspect.BoolType):
        kind = "yes"
    elif isinstance(inner, inspect.LiteralType):
        labels = extra.get("labels", {})
        kind = "choice"
        # In the order of the labels: the type itself keeps none.
        values = sorted(
            inner.values, key=lambda one: list(labels).index(one) if one in labels else 99
        )
        options = tuple((str(value), str(labels.get(value, value))) for value in values)
    elif extra.get("long"):
        kind = "long"
    return Field(
        name=one.encode_name,
        label=title or one.encode_name,
        hint=hint,
        kind=kind,
        options=options,
        required=one.required,
    )


def _unwrap(of: inspect.Type) -> tuple[inspect.Type, str, str, Mapping[str, Any]]:
    """The type below its metadata and below `| None`, with title, hint and extras."""
    title = hint = ""
    extra: Mapping[str, Any] = {}
    while isinstance(of, inspect.Metadata | inspect.UnionType):
        if isinstance(of, inspect.Metadata):
            schema = of.extra_json_schema or {}
            title, hint = schema.get("title", title), schema.get("description", hint)
            extra = {**extra, **schema}
            of = of.type
        else:
            of = next(one for one in of.types if not isinstance(one, inspect.NoneType))
    return of, title, hint, extra
