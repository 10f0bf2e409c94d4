"""The bank's answer to a payment batch (回盘), row by row, as a table: CSV or xlsx.

批次号,PL340100...
笔数,2
合计金额,5000.00
序号,附言,金额,结果,原因
1,ZY...,3000.00,成功,
2,ZY...,2000.00,失败，账号户名不符
校验码,...                                  (may be missing)
"""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.adapters.banks import csv_text
from jiexu.adapters.banks.csv_text import Row, cells_of, each, labelled, money, unreadable
from jiexu.core.base.money import yuan_from_fen
from jiexu.work.ports import ResultLine

FIRST_LABEL = "批次号"
COLUMNS = ("序号", "附言", "金额", "结果", "原因")
LONGEST_TEXT = 200
_WORDS = {"成功": True, "失败": False}


def read_result(rows: Sequence[Row]) -> tuple[str, tuple[ResultLine, ...]]:
    """Batch number and lines. Raises `UnreadableFile`: all of a file or nothing of it."""
    if len(rows) < 4:
        raise unreadable("回盘文件不完整，缺少表头。")
    batch_no = csv_text.short(labelled(rows[0], FIRST_LABEL), 40, name=FIRST_LABEL, line=1)
    said = csv_text.count(labelled(rows[1], "笔数"), name="笔数", line=rows[1][0])
    total_fen = money(labelled(rows[2], "合计金额"), name="合计金额", line=rows[2][0])
    csv_text.check_header(rows[3], COLUMNS)
    lines = tuple(each(rows[4:], _line))
    if len(lines) != said:
        raise unreadable(f"笔数写的是 {said}，文件里有 {len(lines)} 笔。", line=rows[1][0])
    found_fen = sum(line.amount_fen for line in lines)
    if found_fen != total_fen:
        raise unreadable(
            f"合计金额写的是 {yuan_from_fen(total_fen)}，各笔相加是 {yuan_from_fen(found_fen)}。",
            line=rows[2][0],
        )
    return batch_no, lines


def _line(row: Row, place: int) -> ResultLine:
    number, remark, amount, word, text = cells_of(row, COLUMNS)
    line = row[0]
    if number.strip() != str(place):
        raise unreadable(f"序号应当是 {place}，现在是“{number.strip()[:20]}”。", line=line)
    accepted = _WORDS.get(word.strip())
    if accepted is None:
        raise unreadable(f"结果应当是“成功”或“失败”，现在是“{word.strip()[:20]}”。", line=line)
    if not accepted and not text.strip():
        raise unreadable("结果是失败，却没有写原因。", line=line)
    return ResultLine(
        row=place,
        remark=csv_text.short(remark, LONGEST_TEXT, name="附言", line=line),
        amount_fen=money(amount, name="金额", line=line),
        accepted=accepted,
        text=csv_text.short(text.strip(), LONGEST_TEXT, name="原因", line=line),
    )
