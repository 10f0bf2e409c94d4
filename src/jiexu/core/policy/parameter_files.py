"""Reading one area file: every value dated, sourced, of its declared type, or the file is refused.

An area file holds, in TOML:

    area = "320000"
    name = "江苏省"

    [sources.guide_2022]                # named once, used by any number of values
    title = "江苏省医疗保障办事指南"
    url = "https://..."                 # where it was read; left out when not known
    text = "official"                   # official | reprint (official text itself not seen)

    [[credit_after_arrival_workdays]]   # several entries, told apart by their dates
    value = 5
    from = 2022-04-27                   # first day; left out when not known
    to = 2024-12-31                     # last day, included; left out while it holds
    source = "guide_2022"
    badge = "省市规定"
    confidence = "high"
    checked = 2026-11-21                # when a person last held it against its source

    [[examples]]                        # a question with its answer, run by `check_all`

Practice (`practice = true`) is a known way of working without a text: no source, no badge, never
shown as a rule. Hearsay (badge 网传) may be stored to be shown; it never decides.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from jiexu.core.base.decision import Badge
from jiexu.core.policy.catalogue import Declaration, catalogue, level_of, misfit
from jiexu.core.policy.entries import (
    AreaFile,
    Entry,
    Example,
    Parameter,
    ParameterError,
    SourceText,
    line_of_entry,
)

DATA = Path(__file__).with_name("data")
RESERVED = frozenset({"area", "name", "sources", "examples"})


def read(path: Path) -> AreaFile:
    """Read and check one area file. Raises `ParameterError` at the first mistake."""
    reader = _Reader(path)
    return reader.read()


class _Reader:
    """Holds the text of a file, so that every complaint can name its line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")

    def read(self) -> AreaFile:
        try:
            raw = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"at line (\d+)", str(error))
            line = int(found[1]) if found else self.text.count("\n") + 1
            raise self._error(line, f"不是合法的 TOML({error})", "请改正这一行的写法") from error
        area = raw.get("area")
        if area != self.path.stem:
            raise self._error(
                self._line_of_key("area"),
                f"area 写的是 {area!r}，与文件名 {self.path.stem} 不一致",
                "请让 area 等于文件名里的六位区划代码",
            )
        if not isinstance(raw.get("name"), str):
            raise self._error(1, "缺少 name", "请写上地区名称")
        sources = {
            name: self._convert(one, SourceText, f"sources.{name}", 0)
            for name, one in raw.get("sources", {}).items()
        }
        return AreaFile(
            area=area,
            name=raw["name"],
            path=self.path,
            parameters={
                name: self._parameters(name, entries, area, sources)
                for name, entries in raw.items()
                if name not in RESERVED
            },
            examples=tuple(
                self._convert(one, Example, "examples", index)
                for index, one in enumerate(raw.get("examples", ()))
            ),
        )

    def _parameters(
        self, name: str, entries: object, area: str, sources: dict[str, SourceText]
    ) -> tuple[Parameter, ...]:
        declaration = catalogue().get(name)
        if declaration is None:
            raise self._error(
                self._line_of_table(name, 0),
                f"参数 {name} 没有在目录 catalogue.toml 里登记",
                "请改正名称，或先在目录里登记它的类型和含义",
            )
        if not isinstance(entries, list):
            raise self._error(
                self._line_of_table(name, 0),
                f"参数 {name} 应写成 [[{name}]]",
                "请用双方括号，使同一参数可以有多个时段",
            )
        if not _may_set(area, declaration):
            raise self._error(
                self._line_of_table(name, 0),
                f"参数 {name} 不能由本级（{area}）设定",
                "请写在允许的上级文件里，或修改目录里的 override",
            )
        parameters = []
        for index, one in enumerate(entries):
            entry = self._convert(one, Entry, name, index)
            self._check_entry(entry, name, index, declaration, sources)
            parameters.append(
                Parameter(
                    name=name,
                    value=entry.value,
                    area=area,
                    from_=entry.from_,
                    to=entry.to,
                    from_unverified=entry.from_unverified,
                    badge=entry.badge,
                    practice=entry.practice,
                    confidence=entry.confidence,
                    checked=entry.checked,
                    article=entry.article,
                    note=entry.note,
                    text=sources[entry.source] if entry.source else None,
                )
            )
        self._check_overlaps(name, parameters)
        return tuple(parameters)

    def _check_entry(
        self,
        entry: Entry,
        name: str,
        index: int,
        declaration: Declaration,
        sources: dict[str, SourceText],
    ) -> None:
        def refuse(key: str, message: str, remedy: str) -> ParameterError:
            return self._error(self._line_of_entry(name, index, key), f"{name} {message}", remedy)

        if problem := misfit(declaration, entry.value):
            raise refuse("value", f"的值{problem}", "请按目录里登记的类型填写")
        if entry.from_ and entry.to and entry.to < entry.from_:
            raise refuse("to", "的 to 早于 from", "请改正起止日期，两头都包含在内")
        if entry.practice:
            if entry.source or entry.badge:
                raise refuse(
                    "practice", "是惯例，不能带来源或标识", "有出处就去掉 practice，没有就去掉来源"
                )
            return
        if entry.source is None:
            raise refuse("source", "没有来源", "请写明来源；没有出处的数不能作为规则")
        if entry.source not in sources:
            raise refuse(
                "source",
                f"引用的来源 {entry.source} 没有登记",
                f"请在本文件写上 [sources.{entry.source}]",
            )
        if entry.badge is None:
            raise refuse("badge", "没有标识", "请写明 国家规定、省市规定、经办承诺 或 网传")
        if entry.badge is not Badge.HEARSAY and declaration.promise != (
            entry.badge is Badge.PROMISE
        ):
            raise refuse(
                "badge",
                "的标识与目录不符：承诺只能写在承诺类参数里，规则也不能标成承诺",
                "请改正标识，或换用对应的参数",
            )

    def _check_overlaps(self, name: str, parameters: list[Parameter]) -> None:
        rules = [one for one in enumerate(parameters) if one[1].badge is not Badge.HEARSAY]
        ordered = sorted(rules, key=lambda one: one[1].from_ or date.min)
        for (_, earlier), (index, later) in pairwise(ordered):
            if earlier.to is None or (later.from_ or date.min) <= earlier.to:
                raise self._error(
                    self._line_of_entry(name, index, "from"),
                    f"{name} 的两个时段重叠",
                    "请给前一个时段写上 to，使每一天只有一个值",
                )

    def _convert(self, raw: object, kind: type[Any], table: str, index: int) -> Any:
        try:
            return msgspec.convert(raw, kind)
        except msgspec.ValidationError as error:
            text = str(error)
            field = re.search(r"field `(\w+)`|`\$\.(\w+)", text)
            key = next((one for one in field.groups() if one), "") if field else ""
            raise self._error(
                self._line_of_entry(table, index, key),
                f"{table} 的写法不对（{text}）",
                "请对照 parameter_files.py 开头的格式改正",
            ) from error

    def _error(self, line: int, message: str, remedy: str) -> ParameterError:
        return ParameterError(self.path, line, message, remedy + "。")

    def _line_of_key(self, key: str) -> int:
        return line_of_entry(self.path, key, 0)

    def _line_of_table(self, name: str, index: int) -> int:
        return line_of_entry(self.path, name, index)

    def _line_of_entry(self, name: str, index: int, key: str) -> int:
        return line_of_entry(self.path, name, index, key)


def _may_set(area: str, declaration: Declaration) -> bool:
    """A province may be one pool, so whatever a pool may set a province may set too."""
    level = level_of(area)
    return level == "nation" or (
        level in declaration.override or (level == "province" and "pool" in declaration.override)
    )
