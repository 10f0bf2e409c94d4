"""The payment batch (批量付款) as a table, CSV or xlsx.

What goes to the bank after the second approval.

批次号,PL340100...
付款账号,...
笔数,2
合计金额,5000.00
序号,收款人名称,收款人开户行,收款人账号,金额,附言
1,...
校验码,<SM3 of all bytes before this line>
"""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.adapters.banks.csv_text import safe_cell, write_rows
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import MAX_FEN, Fen, yuan_from_fen
from jiexu.work.ports import PaymentLine

COLUMNS = ("序号", "收款人名称", "收款人开户行", "收款人账号", "金额", "附言")


def payment_bytes(batch_no: str, payer_account: str, lines: Sequence[PaymentLine]) -> bytes:
    """The file of a batch; the same batch gives the same bytes. Raises as `payment_rows` does."""
    return write_rows(payment_rows(batch_no, payer_account, lines))


def check_lines(lines: Sequence[PaymentLine]) -> Fen:
    """The total of lines that can be paid, whatever the format of the file.

    Raises `BadInput` for a batch without lines, lines not numbered 1, 2, 3... or an amount that is
    not a positive sum the standard can hold.
    """
    if not lines or [line.row for line in lines] != list(range(1, len(lines) + 1)):
        raise BadInput(
            "付款批次没有明细，或明细没有从 1 起连续编号。", "请重新制单。", path="lines"
        )
    total_fen = sum(_amount(line) for line in lines)
    if total_fen > MAX_FEN:
        raise BadInput("付款批次的合计金额太大。", "请分成几批制单。", path="lines")
    return total_fen


def payment_rows(
    batch_no: str, payer_account: str, lines: Sequence[PaymentLine]
) -> list[Sequence[str]]:
    """The batch as rows of a table, the same for CSV and xlsx.

    Raises `BadInput` for a batch without lines, lines not numbered 1, 2, 3..., an amount that is
    not a positive sum the standard can hold, an empty field, or a cell unsafe in a spreadsheet.
    """
    total_fen = check_lines(lines)
    rows: list[Sequence[str]] = [
        ("批次号", _cell(batch_no, "批次号", 0)),
        ("付款账号", _cell(payer_account, "付款账号", 0)),
        ("笔数", str(len(lines))),
        ("合计金额", yuan_from_fen(total_fen)),
        COLUMNS,
    ]
    rows += [
        (
            str(line.row),
            _cell(line.payee_name, "收款人名称", line.row),
            safe_cell(line.payee_bank, name="收款人开户行", row=line.row),
            _cell(line.payee_account, "收款人账号", line.row),
            yuan_from_fen(line.amount_fen),
            _cell(line.remark, "附言", line.row),
        )
        for line in lines
    ]
    return rows


def _amount(line: PaymentLine) -> int:
    if not 0 < line.amount_fen <= MAX_FEN:
        raise BadInput(
            f"第 {line.row} 笔的金额不能付款：{yuan_from_fen(line.amount_fen)}。",
            "请核对信息表的金额后重新制单。",
            path=f"lines.{line.row}.amount_fen",
            code="BAD_MONEY",
        )
    return line.amount_fen


def _cell(text: str, name: str, row: int) -> str:
    if not text.strip():
        where = f"第 {row} 笔的" if row else ""
        raise BadInput(
            f"{where}{name}是空的，不能付款。", f"请补全{name}后重新制单。", path=f"lines.{row}"
        )
    return safe_cell(text, name=name, row=row)
