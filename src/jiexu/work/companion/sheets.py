"""A list as it came (xlsx or csv) as rows of text, numbered as a spreadsheet counts them.

What a spreadsheet keeps as a number or a date becomes the text a person sees; an identity number
that it has rounded becomes a form that is refused, never one that looks right.
"""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import Any, Final

from openpyxl import load_workbook

from jiexu.core.base.errors import BadInput
from jiexu.work.importing.cells import clean

MOST_BYTES: Final = 10_000_000
MOST_ROWS: Final = 20_000
_MOST_UNPACKED_BYTES: Final = 300_000_000
_EXACT_DIGITS: Final = 15
"""A spreadsheet keeps so many digits of a number; the rest are lost."""

Record = tuple[int, list[str]]


def read_records(data: bytes) -> list[Record]:
    """All rows that hold something. `BadInput` TOO_BIG, NOT_A_LIST, BAD_ENCODING, BAD_CSV."""
    if not data:
        raise BadInput("文件是空的。", "请确认选对了文件。", path="file", code="EMPTY_FILE")
    if len(data) > MOST_BYTES:
        raise BadInput(
            "文件超过 10 MB。", "请按日期分几次导出，再逐个导入。", path="file", code="TOO_BIG"
        )
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadInput(
            "这是旧版 Excel 工作簿（xls）。",
            "请另存为 xlsx 或 CSV，再导入。",
            path="file",
            code="NOT_A_LIST",
        )
    rows = _xlsx(data) if data.startswith(b"PK") else _csv(data)
    if len(rows) > MOST_ROWS:
        raise BadInput(
            f"名单超过 {MOST_ROWS} 行。",
            "请分成几个文件，再逐个导入。",
            path="file",
            code="TOO_BIG",
        )
    return rows


def _xlsx(data: bytes) -> list[Record]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED_BYTES:
                raise BadInput(
                    "这个工作簿展开后太大。", "请只保留名单那一页。", path="file", code="TOO_BIG"
                )
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = []
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            cells = [_shown(value) for value in row]
            if any(cells):
                rows.append((number, cells))
            if len(rows) > MOST_ROWS:
                break
        book.close()
    except BadInput:
        raise
    except Exception as error:  # openpyxl raises whatever the broken part makes it raise
        raise BadInput(
            "打不开这个工作簿：文件损坏，或不是 Excel 的 xlsx。",
            "请在表格软件中打开并另存为 xlsx，再导入。",
            path="file",
            code="NOT_A_LIST",
        ) from error
    return rows


def _shown(value: Any) -> str:
    """The text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        whole = int(value)
        if whole != value:
            return repr(value)
        digits = str(whole)
        # Written as a rounded number, so that no reader takes it for the number that was meant.
        return digits if len(digits) <= _EXACT_DIGITS else f"{value:.10E}"
    return clean(str(value))


def _csv(data: bytes) -> list[Record]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    rows: list[Record] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, [clean(cell) for cell in cells]))
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as error:
        raise BadInput(
            f"第 {number + 1} 行附近的引号不成对，或有一栏长得不像话。",
            "请检查这一行的英文双引号：成对出现，里面的引号写两个。",
            path="file",
            code="BAD_CSV",
        ) from error
    return rows


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise BadInput(
        "看不懂这个文件：既不是 xlsx，也不是 UTF-8 或 GB18030 的 CSV。",
        "请在表格软件中另存为 xlsx 或 CSV UTF-8，再导入。",
        path="file",
        code="BAD_ENCODING",
    )
