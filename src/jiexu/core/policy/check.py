"""Checking every parameter file: what `jiexu policy check` prints, one line per problem.

A single file is checked when it is read. Here come the questions that need several: is there one
file per area, does a city stay within what its province and the nation leave it, does each file's
own example still give its answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from jiexu.core.base.areas import NATION, area, chain
from jiexu.core.base.decision import Badge
from jiexu.core.base.errors import BadInput
from jiexu.core.policy.asking import ask
from jiexu.core.policy.catalogue import catalogue
from jiexu.core.policy.entries import (
    AreaFile,
    Example,
    Parameter,
    ParameterError,
    line_of_entry,
)
from jiexu.core.policy.parameter_files import DATA, read


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake, with the place where to mend it."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file.parent.name}/{self.file.name}:{self.line}: {self.message}"


def check_all(data: Path = DATA, *, examples: bool = True) -> list[Problem]:
    """Every problem in the parameter files under `data`, in the order of the files.

    Examples are answered from the package's own files; pass `examples=False` for a folder that
    is not (yet) the package's.
    """
    files: dict[str, AreaFile] = {}
    problems: list[Problem] = []
    for path in sorted(data.glob("*/*.toml")):
        try:
            found = read(path)
        except ParameterError as error:
            problems.append(Problem(file=error.file, line=error.line, message=str(error)))
            continue
        if (first := files.get(found.area)) is not None:
            problems.append(
                _problem(path, "area", 0, f"{found.area} 已经有文件 {first.path.parent.name}/")
            )
            continue
        files[found.area] = found
    for found in files.values():
        problems.extend(_place(found, files))
        problems.extend(_gaps(found))
        problems.extend(_strictness(found, files))
        if examples:
            problems.extend(_examples(found))
    return problems


def _place(found: AreaFile, files: dict[str, AreaFile]) -> Iterator[Problem]:
    try:
        known = area(found.area)
    except BadInput as error:
        yield _problem(found.path, "area", 0, str(error))
        return
    if known.name != found.name and found.area != NATION:
        yield _problem(found.path, "name", 0, f"name 应为 {known.name}，写的是 {found.name}")
    folder = {one.area[:2] for one in files.values() if one.path.parent == found.path.parent}
    if len(folder) > 1:
        yield _problem(found.path, "area", 0, "同一文件夹里有不同省份的文件")


def _gaps(found: AreaFile) -> Iterator[Problem]:
    """A day without a national value between two that have one: nothing stands behind it."""
    if found.area != NATION:
        return
    for name, entries in found.parameters.items():
        rules = sorted(
            (one for one in enumerate(entries) if one[1].badge is not Badge.HEARSAY),
            key=lambda one: one[1].from_ or date.min,
        )
        for (_, earlier), (index, later) in pairwise(rules):
            if earlier.to and later.from_ and later.from_ > earlier.to + timedelta(days=1):
                yield _problem(
                    found.path,
                    name,
                    index,
                    f"{name} 在 {earlier.to} 之后、{later.from_} 之前没有值",
                )


def _strictness(found: AreaFile, files: dict[str, AreaFile]) -> Iterator[Problem]:
    if found.area not in files or found.area == NATION:
        return
    try:
        above = [files[code] for code in chain(found.area)[1:] if code in files]
    except BadInput:
        return
    for name, entries in found.parameters.items():
        strictness = catalogue()[name].strictness
        if strictness == "free":
            continue
        for index, one in enumerate(entries):
            for upper in (other for file in above for other in file.parameters.get(name, ())):
                if Badge.HEARSAY in {one.badge, upper.badge} or not _overlap(one, upper):
                    continue
                if strictness == "not_above" and one.value > upper.value:
                    text = f"{name} 是 {one.value}，不得高于上级（{upper.area}）的 {upper.value}"
                    yield _problem(found.path, name, index, text, "value")
                if strictness == "not_below" and one.value < upper.value:
                    text = f"{name} 是 {one.value}，不得低于上级（{upper.area}）的 {upper.value}"
                    yield _problem(found.path, name, index, text, "value")


def _overlap(one: Parameter, other: Parameter) -> bool:
    starts = max(one.from_ or date.min, other.from_ or date.min)
    return starts <= min(one.to or date.max, other.to or date.max)


def _examples(found: AreaFile) -> Iterator[Problem]:
    for index, example in enumerate(found.examples):
        for difference in _differences(example):
            yield _problem(
                found.path, "examples", index, f"例子“{example.name}”不再成立：{difference}"
            )


def _differences(example: Example) -> Iterator[str]:
    try:
        decision = ask(example.question, example.facts)
    except BadInput as error:
        yield str(error)
        return
    except ParameterError:
        return  # the file that cannot be read has been named with its own line
    if decision.outcome != example.outcome:
        yield f"outcome 应为 {example.outcome}，答的是 {decision.outcome}"
    codes = tuple(one.code for one in decision.reasons)
    if example.reasons is not None and set(codes) != set(example.reasons):
        yield f"reasons 应为 {list(example.reasons)}，答的是 {list(codes)}"
    for name, wanted in example.values.items():
        if (given := decision.values.get(name, _MISSING)) != wanted:
            yield f"{name} 应为 {wanted!r}，答的是 {given!r}"


_MISSING: Any = "（没有这个值）"


def _problem(path: Path, table: str, index: int, message: str, key: str = "") -> Problem:
    return Problem(file=path, line=line_of_entry(path, table, index, key), message=message)
