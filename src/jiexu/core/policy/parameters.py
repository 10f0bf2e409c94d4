"""Looking values up: the pooling area speaks first, then its province, then the nation.

A value is taken from the nearest level that has one in force on the day. Only the files of that
chain are read, once per process. Hearsay never resolves.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from jiexu.core.base.areas import chain
from jiexu.core.base.decision import Badge
from jiexu.core.policy.catalogue import CATALOGUE, catalogue
from jiexu.core.policy.entries import AreaFile, Parameter, ParameterError
from jiexu.core.policy.parameter_files import DATA, read

__all__ = [
    "AreaFile",
    "Parameter",
    "ParameterError",
    "area_file",
    "history",
    "in_force",
    "lookup",
    "lookup_hearsay",
]


@cache
def area_file(area: str, data: Path = DATA) -> AreaFile | None:
    """What the area says for itself; `None` when it has no file. Raises `ParameterError`."""
    path = next(iter(sorted(data.glob(f"*/{area}.toml"))), None)
    return read(path) if path is not None else None


def lookup(name: str, area: str, on: date, *, data: Path = DATA) -> Parameter | None:
    """The value of `name` that holds in `area` on the day `on`, from the nearest level.

    `None` when no level has a sourced value (or a known practice) for that day: the answer then
    is "ask the area", never a neighbour's value. Raises `ParameterError` for an undeclared name.
    """
    return next(
        (one for one in history(name, area, data=data) if _resolves(one) and one.holds_on(on)),
        None,
    )


def lookup_hearsay(name: str, area: str, on: date, *, data: Path = DATA) -> tuple[Parameter, ...]:
    """What people say about `name` there, to be shown under the badge 网传 and never used."""
    return tuple(
        one
        for one in history(name, area, data=data)
        if one.badge is Badge.HEARSAY and one.holds_on(on)
    )


def history(name: str, area: str, *, data: Path = DATA) -> tuple[Parameter, ...]:
    """Every entry of `name` that `area` sees, nearest level first, in the order of the files."""
    if name not in catalogue():
        raise ParameterError(
            CATALOGUE, 1, f"参数 {name} 没有登记", "请改正名称，或先在目录里登记。"
        )
    files = (area_file(code, data) for code in chain(area))
    return tuple(one for file in files if file for one in file.parameters.get(name, ()))


def in_force(area: str, on: date, *, data: Path = DATA) -> dict[str, Parameter]:
    """Everything that applies in `area` on the day, by name in the order of the catalogue."""
    found = ((name, lookup(name, area, on, data=data)) for name in catalogue())
    return {name: one for name, one in found if one is not None}


def _resolves(parameter: Parameter) -> bool:
    return parameter.badge is not Badge.HEARSAY
