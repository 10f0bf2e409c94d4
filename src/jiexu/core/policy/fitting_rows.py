"""The row of a table that fits the facts, when facts may be missing.

A row states conditions and an effect in columns. A condition on a fact that was not stated is
open. A table answers only if no open row could have said something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from jiexu.core.policy.parameters import Parameter

Row = Mapping[str, Any]
Condition = tuple[str, Callable[[Any], bool | None]]
"""The fact it turns on, and whether a value of the column fits it: `None` when not stated."""


class Fitting(msgspec.Struct, frozen=True, kw_only=True):
    """`row` with the parameter it stands in; no row and `lacking` when facts are missing."""

    row: Row | None = None
    by: Parameter | None = None
    lacking: frozenset[str] = frozenset()


def fitting_row(levels: Iterable[Parameter], conditions: Mapping[str, Condition]) -> Fitting:
    """The first row that fits, nearest level first; rows in the order of the file."""
    for by in levels:
        lacking: set[str] = set()
        open_rows: list[Row] = []
        for row in by.value:
            fits, unknown = _fits(row, conditions)
            if fits is False:
                continue
            if fits is None:
                open_rows.append(row)
                lacking |= unknown
                continue
            if all(_effect(one, conditions) == _effect(row, conditions) for one in open_rows):
                return Fitting(row=row, by=by)
            break
        if open_rows:
            return Fitting(by=by, lacking=frozenset(lacking))
    return Fitting()


def _fits(row: Row, conditions: Mapping[str, Condition]) -> tuple[bool | None, set[str]]:
    unknown: set[str] = set()
    for column, (fact, fits) in conditions.items():
        if column not in row:
            continue
        found = fits(row[column])
        if found is False:
            return False, set()
        if found is None:
            unknown.add(fact)
    return (None if unknown else True), unknown


def _effect(row: Row, conditions: Mapping[str, Condition]) -> dict[str, Any]:
    return {column: value for column, value in row.items() if column not in conditions}


def same(stated: object | None) -> Callable[[Any], bool | None]:
    """Fits when the fact is the value of the column."""
    return lambda value: None if stated is None else stated == value


def at_least(stated: Any) -> Callable[[Any], bool | None]:
    """Fits from the value of the column on, the value included."""
    return lambda value: None if stated is None else stated >= value


def at_most(stated: Any) -> Callable[[Any], bool | None]:
    """Fits up to the value of the column, the value included."""
    return lambda value: None if stated is None else stated <= value
