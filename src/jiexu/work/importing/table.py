"""A CSV file as rows: which encoding, which kind, how many rows; read twice, never held whole.

Excel in Chinese saves CSV in GB18030 or, when asked, in UTF-8 with a mark in front: both are
read. The first reading goes to the end, so that a damaged file is refused before anything is done.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from jiexu.core.base.errors import BadInput, NotFound
from jiexu.work.importing.cells import clean
from jiexu.work.importing.columns import Kind, recognise
from jiexu.work.importing.rows import EXTRA, RawRow

_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_OTHER_FILES: Final = {
    b"PK\x03\x04": "这是 Excel 工作簿（xlsx），不是 CSV 文件。",
    b"\xd0\xcf\x11\xe0": "这是旧版 Excel 工作簿（xls），不是 CSV 文件。",
    b"\xff\xfe": "这个文件是 UTF-16 编码（“Unicode 文本”）。",
    b"\xfe\xff": "这个文件是 UTF-16 编码（“Unicode 文本”）。",
}
_SAVE_AS = "请在表格软件中选择“另存为 CSV UTF-8（逗号分隔）”，再导入。"


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A readable file: `count` rows of one kind; `unused` are the titles nobody asked for."""

    path: Path
    kind: Kind
    fields: tuple[str | None, ...]
    encoding: str
    delimiter: str
    count: int
    unused: tuple[str, ...]

    def rows(self) -> Iterator[RawRow]:
        """The rows, numbered as a spreadsheet counts them; blank ones are skipped."""
        records = _records(self.path, self.encoding, self.delimiter)
        for number, cells in islice(records, 1, None):
            yield RawRow(number, self._by_field(cells))

    def _by_field(self, cells: list[str]) -> dict[str, str]:
        named = {
            field: clean(cell)
            for field, cell in zip(self.fields, cells, strict=False)
            if field is not None
        }
        if beyond := "".join(cells[len(self.fields) :]).strip():
            named[EXTRA] = beyond
        return named


def read_table(path: Path) -> Table:
    """Recognise a file and read it to its end.

    Raises `NotFound` NO_FILE, `BadInput` NOT_CSV, BAD_ENCODING, BAD_CSV, EMPTY_FILE and what
    `recognise` raises.
    """
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        first = next((line for line in file if line.strip()), "")
    delimiter = "\t" if "\t" in first and "," not in first else ","
    records = _records(path, encoding, delimiter)
    _, header = next(records, (0, []))
    count = sum(1 for _ in records)
    if not header:
        raise BadInput("文件是空的。", "请确认选对了文件。", code="EMPTY_FILE")
    kind, fields = recognise(header)
    unused = [title for title, field in zip(header, fields, strict=True) if field is None]
    return Table(
        path=path,
        kind=kind,
        fields=tuple(fields),
        encoding=encoding,
        delimiter=delimiter,
        count=count,
        unused=tuple(clean(title) for title in unused if clean(title)),
    )


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):
                if any(cell.strip() for cell in cells):
                    yield number, cells
        except csv.Error as error:
            raise BadInput(
                f"第 {number + 1} 行附近的引号不成对，或有一栏长得不像话。",
                "请检查这一行的英文双引号：成对出现，里面的引号写两个。",
                code="BAD_CSV",
            ) from error


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(4)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise NotFound(f"找不到文件：{path}。", "请核对文件名和路径。", code="NO_FILE") from error
    for mark, message in _OTHER_FILES.items():
        if head.startswith(mark):
            raise BadInput(message, _SAVE_AS, code="NOT_CSV")
    for encoding in _ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(1 << 16):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadInput(
        "看不懂这个文件的编码：既不是 UTF-8，也不是 GB18030。", _SAVE_AS, code="BAD_ENCODING"
    )
