"""The shapes of a parameter file: entries as written, parameters in force, faults with lines."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from jiexu.core.base.decision import Badge, Source
from jiexu.core.base.errors import JiexuError


class ParameterError(JiexuError):
    """A parameter file that cannot be trusted. `file` and `line` say where to look."""

    code = "PARAMETER_FILE"

    def __init__(self, file: Path, line: int, message: str, remedy: str) -> None:
        super().__init__(
            f"参数文件 {file.parent.name}/{file.name} 第 {line} 行：{message}。",
            remedy,
            details={"file": str(file), "line": line},
        )
        self.file = file
        self.line = line


class SourceText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper or page that values cite."""

    title: str
    number: str | None = None
    url: str | None = None
    text: Literal["official", "reprint"]


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One dated value as written in the file."""

    value: Any
    from_: date | None = msgspec.field(default=None, name="from")
    from_unverified: bool = False
    to: date | None = None
    source: str | None = None
    article: str | None = None
    badge: Badge | None = None
    practice: bool = False
    confidence: Literal["high", "medium", "low"]
    checked: date
    note: str | None = None


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A value in force, with everything needed to show where it comes from."""

    name: str
    value: Any
    area: str
    from_: date | None
    to: date | None
    from_unverified: bool
    badge: Badge | None
    practice: bool
    confidence: str
    checked: date
    article: str | None
    note: str | None
    text: SourceText | None

    def holds_on(self, day: date) -> bool:
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)

    def source(self) -> Source | None:
        """The source as a decision shows it; `None` for practice, never shown as a rule."""
        if self.text is None or self.badge is None:
            return None
        suffix = "" if self.text.text == "official" else "（未见官方正文，据转载）"
        return Source(
            badge=self.badge,
            title=self.text.title + suffix,
            number=self.text.number,
            article=self.article,
            area=self.area,
            from_=self.from_.isoformat() if self.from_ else None,
            confidence=self.confidence,
        )


class Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question whose answer is known. `values` are compared one by one, others are left open."""

    name: str
    question: str
    facts: dict[str, Any]
    outcome: str
    values: dict[str, Any] = {}
    reasons: tuple[str, ...] | None = None


class AreaFile(msgspec.Struct, frozen=True, kw_only=True):
    """What one area says for itself."""

    area: str
    name: str
    path: Path
    parameters: dict[str, tuple[Parameter, ...]]
    examples: tuple[Example, ...]


def line_of_entry(path: Path, name: str, index: int, key: str = "") -> int:
    """The line of `key` in the `index`-th table (or key) called `name`, for messages to people.

    The line of the table itself when the key is not written there, line 1 when there is no table.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    quoted = re.escape(name)
    opens = re.compile(rf"\s*(\[\[?\s*{quoted}\s*\]\]?|{quoted}\s*=)")
    starts = [number for number, line in enumerate(lines, start=1) if opens.match(line)]
    if index >= len(starts):
        return 1
    start = starts[index]
    if not key or lines[start - 1].lstrip().startswith(name):
        return start
    for number in range(start, len(lines)):
        if re.match(r"\s*\[", lines[number]):
            break
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[number]):
            return number + 1
    return start
