"""xlsx workbooks with the rows of the CSV files: see `xlsx_rows`, `payment_csv`, `table_file`."""

from __future__ import annotations

from jiexu.adapters.banks.formats import Batch, Format
from jiexu.adapters.banks.payment_csv import COLUMNS, payment_rows
from jiexu.adapters.banks.table_file import read_table
from jiexu.adapters.banks.xlsx_rows import read_workbook, write_workbook
from jiexu.work.ports import BankFile


class Xlsx:
    name = "xlsx"
    label = "Excel 工作簿（xlsx）"
    suffix = ".xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def write(self, batch: Batch) -> bytes:
        rows = payment_rows(batch.number, batch.payer_account, batch.lines)
        return write_workbook(rows, title="批量付款", header=rows.index(COLUMNS) + 1)

    def read(self, name: str, data: bytes) -> BankFile:
        return read_table(name, data, read_workbook(data))


FORMAT: Format = Xlsx()
