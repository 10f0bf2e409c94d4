"""Code tables of the field standard (data/codesets.toml): what a code means.

Areas add codes of their own and the tables grow, so an unknown code is kept and flagged.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec

from jiexu.core.base.codes.as_typed import is_hidden
from jiexu.core.base.errors import BadInput

_FILE = Path(__file__).parent.parent / "data" / "codesets.toml"


class Codeset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table: `values` maps code to Chinese name; `length` is the field's, in characters."""

    name: str
    status: str
    sources: tuple[str, ...]
    values: dict[str, str]
    length: int = 30
    note: str = ""


class CodedValue(msgspec.Struct, frozen=True, kw_only=True):
    """A code as it came, its Chinese label, and whether the table knows it."""

    code: str
    label: str
    known: bool


@cache
def codesets() -> dict[str, Codeset]:
    """All tables by field name (`insutype`, `psn_cert_type`, `gend` ...). Read once."""
    with _FILE.open("rb") as file:
        return msgspec.convert(tomllib.load(file), dict[str, Codeset])


def is_known(codeset: str, code: str) -> bool:
    """True if the table lists `code`. Raises `KeyError` for a table that does not exist."""
    return code in codesets()[codeset].values


def label(codeset: str, code: str) -> str:
    """The Chinese name of `code`; for an unknown one the code itself, flagged as such.

    Raises `KeyError` for a table that does not exist: that is a fault in the program.
    """
    return codesets()[codeset].values.get(code) or f"{code}（未收录的代码）"


def check_code(codeset: str, text: str, *, path: str = "") -> CodedValue:
    """Read a code from a file or another system: kept as it is, known or not.

    Raises `BadInput` BAD_CODE only for what the field cannot hold: empty, too long, or with
    control characters or blanks.
    """
    table = codesets()[codeset]
    if not text or len(text) > table.length or any(is_hidden(c) or c.isspace() for c in text):
        raise BadInput(
            f"{table.name}应是 1 到 {table.length} 个字符的代码，中间没有空格。",
            "请按字典中的代码填写。",
            path=path or codeset,
            code="BAD_CODE",
        )
    return CodedValue(code=text, label=label(codeset, text), known=is_known(codeset, text))
