"""What an import came to: counts, and every defect of every refused row, for the person who mends.

A report names rows and columns and never repeats an identity number.
"""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec

_FORMULA = ("=", "+", "-", "@", "\t")


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One defect of a row: where, what is wrong, what to do. `field` is the column's title."""

    row: int
    field: str
    code: str
    text: str
    remedy: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """`ok` rows are in: `added` now, `unchanged` because they were there already.

    `refused` lists every defect in the order of the rows; a row may have several.
    """

    kind: str
    rows: int
    ok: int
    added: int
    unchanged: int
    refused: list[RowProblem]
    dry_run: bool = False

    @property
    def refused_rows(self) -> int:
        """How many rows were refused."""
        return len({problem.row for problem in self.refused})


def write_report(path: Path, report: Report) -> None:
    """Write the defects as CSV that spreadsheets open as Chinese; without any, the header."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["行号", "栏目", "问题", "怎么办"])
        for one in report.refused:
            writer.writerow([one.row, *map(_harmless, (one.field, one.text, one.remedy))])


def _harmless(text: str) -> str:
    """No cell of ours is ever run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
