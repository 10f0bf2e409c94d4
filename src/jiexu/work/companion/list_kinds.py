"""The kinds of lists a partner gives out: their columns and words, from `columns.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import msgspec

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.work.importing.columns import Column, Kind, fields_of

_HEADER_WITHIN = 10
"""Titles and dates of an export stand above its header: so many rows are looked at."""


class ListKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of list as people choose it."""

    title: str
    hint: str
    columns: tuple[Column, ...]


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    cases: ListKind
    forms: ListKind
    remittances: ListKind
    receipts: ListKind
    letters: ListKind
    words: dict[str, dict[str, tuple[str, ...]]]


@cache
def _file() -> _File:
    text = Path(__file__).with_name("columns.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), _File)


def list_kinds() -> Mapping[str, ListKind]:
    """All kinds by name, in the order in which a case goes through them."""
    read = _file()
    return {
        "cases": read.cases,
        "forms": read.forms,
        "remittances": read.remittances,
        "receipts": read.receipts,
        "letters": read.letters,
    }


def kind_of(name: str) -> Kind:
    """The columns of a kind. Raises `NotFound` UNKNOWN_LIST."""
    found = list_kinds().get(name)
    if found is None:
        raise NotFound("没有这一种名单。", "请从“外部名单导入”里选择。", code="UNKNOWN_LIST")
    return Kind(name=name, title=found.title, columns=found.columns)


def word(table: str, text: str) -> str:
    """What a word of a column means, as `accepted` for 已受理. Raises `BadInput` BAD_WORD."""
    plain = without_blanks(half_width(text))
    for meaning, words in _file().words[table].items():
        if plain in words:
            return meaning
    known = "、".join(words[0] for words in _file().words[table].values())
    said = f"看不懂“{text[:20]}”。" if text else "没有填写。"
    raise BadInput(said, f"请填写：{known}。", code="BAD_WORD")


def find_header(
    kind: Kind, records: Sequence[tuple[int, list[str]]]
) -> tuple[int, list[str | None]]:
    """Where the header stands among the records, and the field of each column.

    Raises `BadInput` UNKNOWN_HEADER with the columns that are missing, or DOUBLE_COLUMN.
    """
    found = [
        (place, fields_of(kind, cells)) for place, (_, cells) in enumerate(records[:_HEADER_WITHIN])
    ]
    if not found:
        raise BadInput("文件是空的。", "请确认选对了文件。", code="EMPTY_FILE")
    required = kind.required()
    place, fields = max(found, key=lambda one: len(required & set(one[1])))
    missing = [column.title for column in kind.columns if column.field in required - set(fields)]
    if missing:
        raise BadInput(
            f"这不像“{kind.title}”：缺少栏 {'、'.join(missing)}。",
            "请确认选对了名单种类；栏名不同的，请把栏名改成这里写的再导入。",
            path="file",
            code="UNKNOWN_HEADER",
        )
    double = sorted({field for field in fields if field is not None and fields.count(field) > 1})
    if double:
        names = "、".join(kind.title_of(field) for field in double)
        raise BadInput(
            f"表头里有两栏都是“{names}”。",
            "请删去多余的一栏，再导入。",
            path="file",
            code="DOUBLE_COLUMN",
        )
    return place, fields
