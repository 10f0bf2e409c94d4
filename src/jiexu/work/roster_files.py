"""Lists as people have them: xlsx or csv in, xlsx out. Read whole, with limits, outside requests'
transactions.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jiexu.core.base.errors import BadInput
from jiexu.records.employers.views import RosterLine, Said
from jiexu.work.importing.cells import clean
from jiexu.work.importing.columns import Column, spelled

MOST_BYTES: Final = 5 * 1024 * 1024
_MOST_UNPACKED: Final = 50 * 1024 * 1024
_CERTNO = Column(field="certno", title="证件号码", also=("身份证号", "身份证号码", "证件号"))
_NAME = Column(field="psn_name", title="姓名", also=("人员姓名",))
COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    "transfer": (
        _CERTNO,
        _NAME,
        Column(field="area", title="原参保地", also=("转出地", "原参保地区")),
        Column(field="insutype", title="险种", also=("险种类型",), required=False),
        Column(
            field="wish",
            title="其他要求",
            also=("备注", "统筹账户余额", "统筹余额", "要求"),
            required=False,
        ),
    ),
    "stop": (
        _CERTNO,
        _NAME,
        Column(field="day", title="停保日期", also=("减员日期",)),
        Column(field="reason", title="原因", also=("减员原因", "停保原因"), required=False),
    ),
    "enrol": (_CERTNO, _NAME, Column(field="day", title="参保日期", also=("增员日期",))),
}
_POOL_COLUMNS: Final = frozenset({"统筹账户余额", "统筹余额"})


def read_roster(kind: str, name: str, data: bytes) -> list[Said]:
    """The lines of a file. Raises `BadInput` for what is no such list, with what is missing."""
    if len(data) > MOST_BYTES:
        raise BadInput("文件太大，最多 5 MB。", "请分成几份上传。", path="file", code="TOO_BIG")
    rows = _xlsx(data) if data[:4] == b"PK\x03\x04" else _csv(data)
    rows = [row for row in rows if any(cell for cell in row)]
    if not rows:
        raise BadInput("文件是空的。", "请确认选对了文件。", path="file", code="EMPTY_FILE")
    header, lines = rows[0], rows[1:]
    fields = _fields(kind, header)
    pool = [place for place, title in enumerate(header) if spelled(title) in _POOL_COLUMNS]
    return [_said(fields, row, pool) for row in lines]


def result_file(title: str, lines: Iterable[RosterLine]) -> bytes:
    """The answers as a workbook, a line each, in the order of the list."""
    titles = ["行号", "姓名", "证件号码", "结果", "业务流水号", "说明", "怎么办", "另行答复"]
    rows = [
        [
            str(one.number),
            one.psn_name,
            one.certno_masked,
            one.state_label,
            one.case_no,
            one.text,
            one.remedy,
            one.note,
        ]
        for one in lines
    ]
    return _workbook(title, [titles, *rows])


def blank_form(kind: str) -> bytes:
    """An empty list with the titles of its columns."""
    return _workbook("名单", [[column.title for column in COLUMNS[kind]]])


def _fields(kind: str, header: Sequence[str]) -> dict[str, int]:
    columns = COLUMNS[kind]
    found: dict[str, int] = {}
    for column in columns:
        names = {spelled(name) for name in (column.field, column.title, *column.also)}
        places = [place for place, title in enumerate(header) if spelled(title) in names]
        if places:
            found[column.field] = places[0]
    missing = [one.title for one in columns if one.required and one.field not in found]
    if missing:
        raise BadInput(
            f"第一行缺少这些栏：{'、'.join(missing)}。",
            f"第一行应是栏名：{'、'.join(one.title for one in columns)}。可以先下载空白表。",
            path="file",
            code="UNKNOWN_HEADER",
        )
    return found


def _said(fields: dict[str, int], row: Sequence[str], pool: Sequence[int]) -> Said:
    values = {field: row[place] for field, place in fields.items() if place < len(row)}
    if any(place < len(row) and row[place] for place in pool):
        # A filled cell of a column about the pooled fund is a question about it.
        values["wish"] = f"统筹账户余额 {values.get('wish', '')}".strip()
    return Said(**{field: text[:200] for field, text in values.items()})


def _xlsx(data: bytes) -> list[list[str]]:
    bad = BadInput(
        "这个 Excel 文件打不开。",
        "请在表格软件中另存为 xlsx 或 CSV 后再上传。",
        path="file",
        code="BAD_XLSX",
    )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
                raise bad
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            return [
                [_cell(value) for value in row]
                for row in sheet.iter_rows(values_only=True, max_row=20000, max_col=50)
            ]
        finally:
            book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise bad from error


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else clean(str(value))


def _csv(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        first = text.partition("\n")[0]
        delimiter = "\t" if "\t" in first and "," not in first else ","
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
            return [[clean(cell) for cell in row] for row in rows]
        except csv.Error:
            break
    raise BadInput(
        "看不懂这个文件。",
        "请上传 xlsx，或另存为“CSV UTF-8（逗号分隔）”后再上传。",
        path="file",
        code="BAD_FILE",
    )


def _workbook(title: str, rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "".join(one for one in title if one not in "[]:*?/\\")[:31]
    for number, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(row=number, column=place)
            cell.value = text
            cell.data_type = "s"  # text stays text: a name that begins with = is no formula
            cell.number_format = "@"
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGH", (10, 14, 22, 16, 26, 50, 50, 40), strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
