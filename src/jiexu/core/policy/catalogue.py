"""The catalogue: which parameters exist, of what type, and who may set them.

Decides whether a value fits its declaration. Keeps no values: these stand in `data/`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import msgspec

CATALOGUE = Path(__file__).with_name("catalogue.toml")

Level = Literal["nation", "province", "pool"]
Type = Literal[
    "flag", "count", "choice", "choices", "money", "ratio", "day", "month_day", "text", "rows"
]

_MONEY = re.compile(r"[0-9]{1,14}(\.[0-9]{1,2})?", re.ASCII)
_RATIO = re.compile(r"[0-9]{1,3}(\.[0-9]{1,6})?", re.ASCII)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", re.ASCII)


class Declaration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a parameter is. `meaning` is printed as the rule wherever a decision turns on it."""

    type: Type
    meaning: str
    override: tuple[Literal["province", "pool"], ...]
    strictness: Literal["free", "not_above", "not_below"]
    unit: str | None = None
    choices: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    promise: bool = False


@cache
def catalogue(path: Path = CATALOGUE) -> dict[str, Declaration]:
    """Every declared parameter by name. A malformed catalogue is a fault of the package."""
    with path.open("rb") as file:
        return msgspec.convert(tomllib.load(file), dict[str, Declaration])


def level_of(area: str) -> Level:
    """The level an area code speaks for: the nation, a province, or a pooling area below it."""
    if area == "100000":
        return "nation"
    return "province" if area.endswith("0000") else "pool"


def misfit(declaration: Declaration, value: object) -> str | None:
    """Why `value` cannot be a value of this parameter, in Chinese; `None` when it can."""
    if declaration.type == "choice":
        return _misfit_choice(declaration, value)
    if declaration.type == "choices":
        if not isinstance(value, list) or not value:
            return "应为至少一项的列表"
        if len(set(map(str, value))) != len(value):
            return "列表里有重复的项"
        return next(filter(None, (_misfit_choice(declaration, one) for one in value)), None)
    if declaration.type == "rows":
        return _misfit_rows(declaration, value)
    return _misfit_simple(declaration.type, value)


def _misfit_choice(declaration: Declaration, value: object) -> str | None:
    if value in declaration.choices:
        return None
    return f"{value!r} 不在可选值内：{'、'.join(declaration.choices)}"


def _misfit_rows(declaration: Declaration, value: object) -> str | None:
    if not isinstance(value, list) or not value:
        return "应为至少一行的表"
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            return f"第 {number} 行应为表"
        if unknown := sorted(set(row) - set(declaration.columns)):
            return f"第 {number} 行有未登记的列 {unknown[0]}"
        for column, kind in declaration.columns.items():
            if column not in row:
                if not kind.endswith("?"):
                    return f"第 {number} 行缺少列 {column}"
            elif problem := _misfit_column(kind.rstrip("?"), row[column]):
                return f"第 {number} 行的 {column} {problem}"
    return None


def _misfit_column(kind: str, value: object) -> str | None:
    """A column is of a simple type, or one of a closed vocabulary: `choice:month|year`."""
    if not kind.startswith("choice:"):
        return _misfit_simple(kind, value)
    words = kind.removeprefix("choice:").split("|")
    return None if value in words else f"{value!r} 不在可选值内：{'、'.join(words)}"


def _is_text(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_SIMPLE: dict[str, tuple[Callable[[Any], bool], str]] = {
    "flag": (lambda value: isinstance(value, bool), "应为 true 或 false"),
    "count": (lambda value: type(value) is int and value >= 0, "应为不小于 0 的整数"),
    "money": (_is_text(_MONEY), '应为元为单位的字符串，如 "95.00"'),
    "ratio": (_is_text(_RATIO), '应为小数字符串，如 "0.02"'),
    "month_day": (_is_text(_MONTH_DAY), '应为“月-日”字符串，如 "01-01"'),
    "day": (lambda value: type(value) is date, "应为日期，如 2025-01-01"),
    "text": (lambda value: isinstance(value, str) and value.strip() != "", "应为非空文字"),
}


def _misfit_simple(kind: str, value: object) -> str | None:
    fits, wanted = _SIMPLE[kind]
    return None if fits(value) else f"{wanted}，写的是 {value!r}"
