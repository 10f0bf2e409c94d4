"""The pretend bank's spreadsheets: the rows of its CSV files, in a workbook."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date

from openpyxl import Workbook, load_workbook

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import Fen
from jiexu.simulation.bank_files import (
    Answer,
    Entry,
    PaymentFile,
    RefusedFile,
    payment_of,
    result_rows,
    statement_rows,
)


def read_payment(data: bytes) -> PaymentFile:
    """A payment workbook, every cell of it text. Raises `RefusedFile`."""
    try:
        book = load_workbook(io.BytesIO(data))
        sheet = book.worksheets[0]
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise RefusedFile("文件打不开。") from error
    if any(value is not None and not isinstance(value, str) for row in cells for value in row):
        raise RefusedFile("有的单元格不是文本。")
    texts = [[str(value or "") for value in row] for row in cells]
    for row in texts[:4]:
        if any(row[2:]):
            raise RefusedFile("表头与约定不符。")
    try:
        return payment_of([row[:2] for row in texts[:4]] + texts[4:])
    except (BadInput, KeyError, ValueError, IndexError) as error:
        raise RefusedFile("文件格式与约定不符。") from error


def result_bytes(batch_no: str, answers: Sequence[Answer], on: date) -> bytes:
    """The 回盘 of a batch."""
    return _book(result_rows(batch_no, answers), "回盘")


def statement_bytes(account: str, opening_fen: Fen, entries: Sequence[Entry], on: date) -> bytes:
    """The 对账单 of one account."""
    return _book(statement_rows(account, opening_fen, entries), "对账单")


def _book(rows: Sequence[Sequence[str]], title: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(line, place, text)
                cell.data_type = "s"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
