"""One row while it is checked: its cells, and what is wrong with it so far."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeVar

from jiexu.core.base.errors import BadInput
from jiexu.work.importing.columns import Kind
from jiexu.work.importing.report import RowProblem

T = TypeVar("T")

EXTRA: Final = ""
"""The key under which a row keeps what stands beyond the last column of the header."""

# Long runs of digits are identity or bank numbers that slipped into another column.
_NUMBER = re.compile(r"[0-9][0-9Xx \-]{13,}[0-9Xx]")


class RawRow(NamedTuple):
    """A row as it came: its number in the file, and its cells by field, cleaned of padding."""

    number: int
    cells: Mapping[str, str]


class Row:
    """Collects all defects of a row, so that it is mended once."""

    def __init__(self, kind: Kind, raw: RawRow) -> None:
        self.number = raw.number
        self._kind = kind
        self._cells = raw.cells
        self.problems: list[RowProblem] = []
        if raw.cells.get(EXTRA):
            self.refuse(
                "",
                "TOO_MANY_CELLS",
                "这一行的栏数比表头多，后面的内容可能串栏了。",
                "请核对这一行的逗号；内容里有逗号的，要用引号括起来。",
            )

    def text(self, field: str) -> str:
        """A cell; empty when the file has no such column."""
        return self._cells.get(field, "")

    def read(self, field: str, reader: Callable[[str], T]) -> T | None:
        """What `reader` makes of a cell; `None` when it refuses it, and the defect is kept."""
        try:
            return reader(self.text(field))
        except BadInput as error:
            self.refuse(field, error.code, error.message, error.remedy)
            return None

    def read_if_stated(self, field: str, reader: Callable[[str], T]) -> T | None:
        """As `read`; `None` without a defect for an empty cell."""
        return self.read(field, reader) if self.text(field) else None

    def refuse(self, field: str, code: str, text: str, remedy: str) -> None:
        """Keep a defect. Numbers of the length of an identity number are taken out of its words."""
        self.problems.append(
            RowProblem(
                row=self.number,
                field=self._kind.title_of(field),
                code=code,
                text=_NUMBER.sub("(号码略)", text),
                remedy=remedy,
            )
        )
