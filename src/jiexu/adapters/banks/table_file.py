"""What a table from outside is: a result, a statement or a list of vouchers, by its first line."""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.adapters.banks import result_csv, statement_csv
from jiexu.adapters.banks.csv_text import Row, unreadable
from jiexu.adapters.banks.voucher_table import begins_vouchers, read_vouchers
from jiexu.work.ports import BankFile


def read_table(name: str, data: bytes, rows: Sequence[Row]) -> BankFile:
    """The file as the work takes it; `data` is kept as evidence. Raises `UnreadableFile`."""
    first = rows[0][1][0].strip()
    if first == result_csv.FIRST_LABEL:
        batch_no, results = result_csv.read_result(rows)
        return BankFile(name=name, data=data, kind="result", batch_no=batch_no, results=results)
    if first == statement_csv.FIRST_LABEL:
        statement = statement_csv.read_statement(rows)
        return BankFile(
            name=name,
            data=data,
            kind="statement",
            account=statement.account,
            entries=statement.entries,
            opening_fen=statement.opening_fen,
            closing_fen=statement.closing_fen,
        )
    if begins_vouchers(rows[0][1]):
        return BankFile(name=name, data=data, kind="voucher", entries=read_vouchers(rows))
    raise unreadable(
        f"应当是“批次号”（回盘）或“账号”（对账单），现在是“{first[:20]}”。",
        line=rows[0][0],
        remedy="请确认放入的是银行的回盘文件或对账单。",
    )
