"""Views of the records as the API says them, made from the structs themselves.

Whole fen (`amount_fen`) become yuan as text (`amount`: "3214.56"), pairs and triples become objects
with names, and what a caller is not shown is left out. The JSON Schema comes from the same plan, so
description and answer cannot differ. Structs without any of this are encoded as they are.
"""

from __future__ import annotations

import typing
from collections.abc import Callable
from types import UnionType
from typing import Annotated, Any, Union

import msgspec

from jiexu.core.base.money import yuan_from_fen

Money = Annotated[
    str, msgspec.Meta(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="金额，单位元，两位小数")
]

NAMES: dict[str, tuple[str, ...]] = {
    "steps_record": ("label", "state"),
    "steps_fund": ("label", "state"),
    "refusals": ("text", "repair", "source"),
    "informed": ("text", "repair", "source"),
    "comparison": ("label", "here", "there", "equal"),
    "spells": ("from", "to"),
    "options": ("value", "label"),
}
"""Fields of views that hold tuples, and what their places are called."""

_FEN = "_fen"

Convert = Callable[[Any], Any]


class Wire:
    """One audience: `hidden` fields are not for it; `prefix` sets its schemas apart."""

    def __init__(self, prefix: str = "", hidden: frozenset[str] = frozenset()) -> None:
        self.prefix = prefix
        self.hidden = hidden
        self._types: dict[Any, Any] = {}
        self._plans: dict[type, tuple[tuple[str, str, Convert], ...] | None] = {}

    def out(self, value: Any) -> Any:
        """The value ready for the encoder."""
        if isinstance(value, msgspec.Struct):
            plan = self._plan(type(value))
            if plan is None:
                return value
            return {name: convert(getattr(value, attr)) for attr, name, convert in plan}
        if isinstance(value, list | tuple):
            return [self.out(one) for one in value]
        return value

    def type_of(self, kind: Any) -> Any:
        """The type that answers have whose view has type `kind`: for the schema."""
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._struct(kind)
        origin, args = typing.get_origin(kind), typing.get_args(kind)
        if origin in {Union, UnionType}:
            return Union[tuple(self.type_of(one) for one in args)]  # noqa: UP007
        if origin in {list, tuple}:
            return origin[tuple(one if one is ... else self.type_of(one) for one in args)]
        return kind

    def _struct(self, kind: type[msgspec.Struct]) -> Any:
        if kind not in self._types:
            self._types[kind] = kind
            fields, changed = [], False
            for field in msgspec.structs.fields(kind):
                if field.name in self.hidden:
                    changed = True
                    continue
                name, said = self._field(kind, field)
                changed = changed or name != field.encode_name or said != field.type
                fields.append((name, said))
            if changed:
                self._types[kind] = msgspec.defstruct(
                    self.prefix + kind.__name__,
                    [(_attribute(name), said, msgspec.field(name=name)) for name, said in fields],
                    kw_only=True,
                    namespace={"__doc__": kind.__doc__},
                )
        return self._types[kind]

    def _field(self, kind: type, field: msgspec.structs.FieldInfo) -> tuple[str, Any]:
        names = NAMES.get(field.name)
        if field.encode_name.endswith(_FEN):
            optional = type(None) in typing.get_args(field.type)
            return field.encode_name.removesuffix(_FEN), Money | None if optional else Money
        inner = typing.get_args(field.type)[:1]
        parts = typing.get_args(inner[0]) if inner else ()
        if names and len(parts) == len(names):
            row = msgspec.defstruct(
                f"{self.prefix}{kind.__name__}{field.name.title().replace('_', '')}",
                [
                    (_attribute(name), part, msgspec.field(name=name))
                    for name, part in zip(names, parts, strict=True)
                ],
                kw_only=True,
            )
            return field.encode_name, tuple[row, ...]
        return field.encode_name, self.type_of(field.type)

    def _plan(self, kind: type[msgspec.Struct]) -> tuple[tuple[str, str, Convert], ...] | None:
        if kind not in self._plans:
            steps = None
            if self._struct(kind) is not kind:
                steps = tuple(
                    (field.name, self._field(kind, field)[0], self._convert(field))
                    for field in msgspec.structs.fields(kind)
                    if field.name not in self.hidden
                )
            self._plans[kind] = steps
        return self._plans[kind]

    def _convert(self, field: msgspec.structs.FieldInfo) -> Convert:
        names = NAMES.get(field.name)
        if field.encode_name.endswith(_FEN):
            return lambda fen: None if fen is None else yuan_from_fen(fen)
        if names:
            return lambda rows: [
                dict(zip(names, row, strict=True)) if len(row) == len(names) else row
                for row in rows
            ]
        return self.out


def _attribute(name: str) -> str:
    return f"{name}_" if name in {"from", "to", "in"} else name


STAFF = Wire(hidden=frozenset({"person_id"}))
MINE = Wire(
    prefix="My",
    hidden=frozenset(
        {
            *("person_id", "assigned_to", "doubts", "comparison"),
            *("id", "key", "debit", "credit", "recorded_at"),
        }
    ),
)
"""A citizen sees neither who works on the case nor what the clerk doubts, nor other accounts."""
