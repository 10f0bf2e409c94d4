"""The finance bureau's list of vouchers (缴拨凭证) as a table, CSV or xlsx.

    凭证号,日期,收支,金额,对方户名,附言
    2026-0311-01,2026-03-11,缴款,3000.00,南京市...,ZY...
    笔数,1                                       (笔数 and 合计金额 may be missing)
    合计金额,3000.00

Where 财政专户 receives the money, the agency learns of arrivals from this list, not from a
statement of its own (财社〔2017〕144号 arts 40-42). 收支 may be missing: every line is then 缴款,
money that came. Bureaus head the columns differently; the words known are in `_COLUMNS`, and their
order is free.
"""

from __future__ import annotations

from collections.abc import Sequence

from jiexu.adapters.banks import csv_text
from jiexu.adapters.banks.csv_text import (
    Row,
    each,
    labelled,
    money,
    unreadable,
    without_empty_tail,
)
from jiexu.adapters.banks.statement_csv import day_of, entry_number
from jiexu.core.base.money import yuan_from_fen
from jiexu.work.ports import StatementEntry

_COLUMNS = {
    "凭证号": ("凭证号", "凭证编号", "缴拨凭证号"),
    "日期": ("日期", "凭证日期"),
    "收支": ("收支", "凭证类型", "类型"),
    "金额": ("金额",),
    "对方户名": ("对方户名", "付款方", "收付款方", "付款单位"),
    "附言": ("附言", "用途", "附言/用途", "摘要"),
}
_OPTIONAL = frozenset({"收支"})
_DIRECTIONS = {"缴款": "credit", "收入": "credit", "收": "credit"} | dict.fromkeys(
    ("拨款", "支出", "支"), "debit"
)
_CLOSING = ("笔数", "合计金额")


def begins_vouchers(cells: Sequence[str]) -> bool:
    """Whether a file whose first row this is lists vouchers."""
    return bool(set(_COLUMNS["凭证号"]) & {cell.strip() for cell in cells})


def read_vouchers(rows: Sequence[Row]) -> tuple[StatementEntry, ...]:
    """The vouchers as entries. Raises `UnreadableFile`: all of a file or nothing of it."""
    places = _places(rows[0])
    width = len(rows[0][1])
    body, closing = list(rows[1:]), []
    while body and len(closing) < len(_CLOSING) and body[-1][1][0].strip() in _CLOSING:
        closing.append(body.pop())

    def entry(row: Row, place: int) -> StatementEntry:
        return _entry(row, places, width)

    entries = tuple(each(body, entry))
    seen: dict[str, int] = {}
    for (line, _), one in zip(body, entries, strict=True):
        if one.entry_no in seen:
            raise unreadable(f"凭证号 {one.entry_no} 与第 {seen[one.entry_no]} 行重复。", line=line)
        seen[one.entry_no] = line
    for row in closing:
        _check_closing(row, entries)
    return entries


def _places(row: Row) -> dict[str, int]:
    line, cells = row
    said = [cell.strip() for cell in without_empty_tail(cells)]
    places: dict[str, int] = {}
    for name, words in _COLUMNS.items():
        found = [place for place, word in enumerate(said) if word in words]
        if len(found) > 1:
            raise unreadable(f"“{name}”有两列。", line=line, remedy="请只保留一列。")
        if found:
            places[name] = found[0]
        elif name not in _OPTIONAL:
            need = "、".join(name for name in _COLUMNS if name not in _OPTIONAL)
            raise unreadable(f"缺少列：{name}。", line=line, remedy=f"至少要有这些列：{need}。")
    unknown = [word for place, word in enumerate(said) if place not in places.values()]
    if unknown:
        raise unreadable(
            f"有不认识的列：{'、'.join(word[:20] or '（空）' for word in unknown)}。",
            line=line,
            remedy=f"可用的列是：{'、'.join(_COLUMNS)}。请删除其他列。",
        )
    return places


def _entry(row: Row, places: dict[str, int], width: int) -> StatementEntry:
    line, cells = row
    if len(cells) != width:
        raise unreadable(f"应有 {width} 列，现有 {len(cells)} 列。", line=line)
    said = {name: cells[place] for name, place in places.items()}
    word = said.get("收支", "缴款").strip()
    direction = _DIRECTIONS.get(word)
    if direction is None:
        raise unreadable(f"收支应当是“缴款”或“拨款”，现在是“{word[:20]}”。", line=line)
    return StatementEntry(
        entry_no=csv_text.short(
            entry_number(said["凭证号"].strip(), name="凭证号", line=line),
            50,
            name="凭证号",
            line=line,
        ),
        direction=direction,
        amount_fen=money(said["金额"], name="金额", line=line),
        booked_on=day_of(said["日期"].strip(), line),
        counterparty=csv_text.short(said["对方户名"], 100, name="对方户名", line=line),
        remark=csv_text.short(said["附言"], 200, name="附言", line=line),
    )


def _check_closing(row: Row, entries: Sequence[StatementEntry]) -> None:
    line, label = row[0], row[1][0].strip()
    said = labelled(row, label)
    if label == "笔数":
        if csv_text.count(said, name=label, line=line) != len(entries):
            raise unreadable(f"笔数写的是 {said}，文件里有 {len(entries)} 笔。", line=line)
        return
    total_fen = sum(entry.amount_fen for entry in entries)
    if money(said, name=label, line=line, may_be_zero=True) != total_fen:
        raise unreadable(
            f"合计金额写的是 {said}，各笔相加是 {yuan_from_fen(total_fen)}。", line=line
        )
