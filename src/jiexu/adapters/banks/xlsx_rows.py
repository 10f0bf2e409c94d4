"""Rows of a spreadsheet file: text cells alone are written, and what is read is only ever data.

An xlsx is a zip of XML files: before anything is opened its parts are counted, measured and looked
through for document types, so that neither a zip nor an entity can grow beyond the limits here.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from jiexu.adapters.banks.csv_text import (
    Row,
    UnreadableFile,
    checked,
    unreadable,
    without_empty_tail,
)

LARGEST_FILE_BYTES = 16 * 1024 * 1024
LARGEST_OPENED_BYTES = 128 * 1024 * 1024
MOST_PARTS = 200
MOST_ROWS = 100_000
MOST_COLUMNS = 30

_SAVE_AGAIN = "请用表格软件重新另存为 xlsx 工作簿，或改用 CSV 文件。"
_AS_TEXT = "请把这一列设为“文本”格式，按银行原件重新填写后再提供。"
_LONGEST_WHOLE = 10**15  # beyond it a spreadsheet has forgotten the last digits
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_BEGINNING = datetime(2000, 1, 1)  # noqa: DTZ001  (workbooks know no time zone)


def write_workbook(rows: Iterable[Sequence[str]], *, title: str, header: int) -> bytes:
    """A workbook of one sheet, every cell text; the same rows give the same bytes.

    `header` is the row of the headings, from 1. Cells must be safe already (`safe_cell`).
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    book.properties.created = _BEGINNING
    widths: dict[int, int] = {}
    for line, cells in enumerate(rows, start=1):
        for place, text in enumerate(cells, start=1):
            cell = sheet.cell(row=line, column=place, value=text)
            cell.data_type = "s"  # never a formula, never a number: the account keeps its digits
            cell.number_format = "@"
            if line == header:
                cell.font = Font(bold=True)
            widths[place] = max(widths.get(place, 0), len(text))
    for place, width in widths.items():
        letter = sheet.cell(row=1, column=place).column_letter
        sheet.column_dimensions[letter].width = min(60, 6 + 1.6 * width)
    sheet.freeze_panes = f"A{header + 1}"
    kept = io.BytesIO()
    book.save(kept)
    return _without_clock(kept.getvalue())


def read_workbook(data: bytes) -> list[Row]:
    """The rows of the only sheet, as text. Raises `UnreadableFile`."""
    _check_zip(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheets = [(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    except UnreadableFile:
        raise
    except Exception as error:  # openpyxl answers damage with whatever stumbled over it
        raise unreadable("工作簿损坏，打不开。", remedy=_SAVE_AGAIN) from error
    filled = [(title, rows) for title, rows in sheets if rows]
    if not filled:
        raise unreadable("文件里没有内容。")
    if len(filled) > 1:
        names = "、".join(title[:20] for title, _ in filled)
        raise unreadable(
            f"工作簿里有多张有内容的工作表：{names}。", remedy="请只留一张工作表后重新提供。"
        )
    rows = filled[0][1]
    width = max(len(cells) for _, cells in rows)
    return [checked((line, cells + [""] * (width - len(cells)))) for line, cells in rows]


def _rows(sheet: Any) -> list[Row]:
    sheet.reset_dimensions()  # what a file says of its size is not believed
    rows: list[Row] = []
    for line, cells in enumerate(sheet.iter_rows(), start=1):
        if line > MOST_ROWS:
            raise unreadable(f"超过 {MOST_ROWS} 行。", remedy="请拆分后重新提供。")
        texts = without_empty_tail([_text(cell, line) for cell in cells])
        if len(texts) > MOST_COLUMNS:
            raise unreadable(f"超过 {MOST_COLUMNS} 列。", line=line, remedy="请删除多余的列。")
        rows.append((line, texts))
    while rows and not rows[-1][1]:
        rows.pop()
    return rows


def _text(cell: Any, line: int) -> str:
    """A cell as text. A formula is not data: nobody knows what it said at the bank."""
    value, kind = cell.value, getattr(cell, "data_type", "n")
    if value is None:
        return ""
    where = f"{getattr(cell, 'column_letter', '')} 列"
    if kind == "f":
        raise unreadable(f"{where}是公式，没有采用。", line=line, remedy="请粘贴为数值后重新提供。")
    if kind == "e":
        raise unreadable(f"{where}是错误值 {value}。", line=line, remedy="请改正后重新提供。")
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        raise unreadable(f"{where}是逻辑值。", line=line, remedy=_AS_TEXT)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value, where, line)
    raise unreadable(f"{where}的内容看不懂。", line=line, remedy=_AS_TEXT)


def _number(value: int | float, where: str, line: int) -> str:
    if abs(value) >= _LONGEST_WHOLE:
        raise unreadable(
            f"{where}是数字格式，太长，后几位可能已经丢失。", line=line, remedy=_AS_TEXT
        )
    if isinstance(value, float) and not value.is_integer():
        return repr(value)  # the shortest text that is this number: 0.1 stays 0.1
    return str(int(value))


def _check_zip(data: bytes) -> None:
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise unreadable("这是旧版 Excel 工作簿（xls），或加了密码。", remedy=_SAVE_AGAIN)
    if len(data) > LARGEST_FILE_BYTES:
        limit = LARGEST_FILE_BYTES // 1024**2
        raise unreadable(f"工作簿超过 {limit} MB，没有打开。", remedy="请拆分后重新提供。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as bag:
            _check_parts(bag)
    except UnreadableFile:
        raise
    except Exception as error:  # each way of packing has faults of its own: zlib, lzma, bz2
        raise unreadable("不是完整的 xlsx 工作簿，没有传完或被改动。") from error


def _check_parts(bag: zipfile.ZipFile) -> None:
    parts = bag.infolist()
    if len(parts) > MOST_PARTS or len({part.filename for part in parts}) != len(parts):
        raise unreadable("工作簿里的部件太多或重复，没有打开。", remedy=_SAVE_AGAIN)
    names = {part.filename for part in parts}
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise unreadable("压缩包里不是 xlsx 工作簿。", remedy=_SAVE_AGAIN)
    if any("vbaProject" in name for name in names):
        raise unreadable("工作簿里有宏，没有打开。", remedy=_SAVE_AGAIN)
    opened = 0
    for part in parts:
        with bag.open(part) as file:
            head = b""
            # Measured while unpacking: the sizes that a zip tells of itself may be lies.
            while chunk := file.read(1 << 20):
                opened += len(chunk)
                if opened > LARGEST_OPENED_BYTES:
                    raise unreadable("工作簿解开后太大，没有打开。", remedy=_SAVE_AGAIN)
                if part.filename.endswith((".xml", ".rels")) and (
                    b"<!DOCTYPE" in (seen := head[-16:] + chunk)
                    or b"<!ENTITY" in seen
                    or chunk[:2] in (b"\xff\xfe", b"\xfe\xff")
                ):
                    raise unreadable("工作簿里有不该有的文档类型声明。", remedy=_SAVE_AGAIN)
                head = chunk


def _without_clock(data: bytes) -> bytes:
    """The same workbook without the time of day: a batch written twice is one file."""
    kept = io.BytesIO()
    stamp = f"{_BEGINNING:%Y-%m-%dT%H:%M:%SZ}".encode()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            entry = zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return kept.getvalue()
