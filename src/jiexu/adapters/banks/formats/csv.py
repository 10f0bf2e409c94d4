"""CSV with a closing digest: see `csv_text`, `payment_csv`, `result_csv`, `statement_csv`."""

from __future__ import annotations

from jiexu.adapters.banks.csv_text import decode, read_rows
from jiexu.adapters.banks.formats import Batch, Format
from jiexu.adapters.banks.payment_csv import payment_bytes
from jiexu.adapters.banks.table_file import read_table
from jiexu.work.ports import BankFile


class Csv:
    name = "csv"
    label = "CSV 文本（逗号分隔）"
    suffix = ".csv"
    media_type = "text/csv; charset=utf-8"

    def write(self, batch: Batch) -> bytes:
        return payment_bytes(batch.number, batch.payer_account, batch.lines)

    def read(self, name: str, data: bytes) -> BankFile:
        rows = read_rows(data)
        return read_table(name, data if _is_utf8(data) else decode(data)[0].encode(), rows)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


FORMAT: Format = Csv()
