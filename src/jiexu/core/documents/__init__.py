"""The kinds of papers. Each kind is one folder: its content, how it is shown, layout and sample.

A kind is found by its folder name: a `schema.py` with `Content` (what is kept and sealed), `TITLE`,
`LETTERS` (which begin its number) and `shown` (the words a reader sees), beside a `layout.typ`
and a `sample.json`. A paper printed is a view; the content is the paper.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec

from jiexu.core.base.errors import JiexuError
from jiexu.core.documents.parts import Head

FOLDER = Path(__file__).parent
"""Where the layouts lie: the root of everything a layout may import."""


class UnknownPaper(JiexuError):
    """A paper of a kind, or of a form, that this version does not know."""

    code = "UNKNOWN_PAPER"


class Kind(Protocol):
    """What the `schema.py` of a kind holds."""

    Content: type[msgspec.Struct]
    TITLE: str
    LETTERS: str

    def shown(self, content: Any) -> dict[str, Any]: ...
    def head(self, content: Any) -> Head: ...


@cache
def kinds() -> tuple[str, ...]:
    """The names of all kinds, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in FOLDER.glob("*/schema.py")))


@cache
def kind_of(name: str) -> Kind:
    """The kind of that name; `UnknownPaper` if there is none."""
    if name not in kinds():
        raise UnknownPaper(f"不认识的文书种类：{name[:40]}。", "请升级本节点后再打开。")
    return cast(Kind, import_module(f"{__name__}.{name}.schema"))


def title_of(name: str) -> str:
    """The Chinese title; of a kind that is not known here, its name."""
    return kind_of(name).TITLE if name in kinds() else name


def read_content(kind: str, text: str | bytes) -> msgspec.Struct:
    """The content of a paper, read strictly. Raises `UnknownPaper` where it does not fit."""
    try:
        return msgspec.json.decode(text, type=kind_of(kind).Content)
    except msgspec.MsgspecError as error:
        raise UnknownPaper(
            "文书的内容与本版本的格式不符。", "请联系系统管理员，升级后再打开。"
        ) from error


def head_of(kind: str, content: msgspec.Struct) -> Head:
    """Number, day, issuer and person of a paper of any kind."""
    return kind_of(kind).head(content)


def layout_of(kind: str) -> Path:
    """The layout of a kind; it may import what lies in `FOLDER`."""
    if kind not in kinds():
        raise UnknownPaper(f"不认识的文书种类：{kind[:40]}。", "请升级本节点后再打开。")
    return FOLDER / kind / "layout.typ"
