"""The bank's statement (对账单) of one account as a table, CSV or xlsx.

Every entry stands in it, with running balance and totals.

    账号,...
    期初余额,100000.00
    流水号,日期,借贷,金额,对方户名,附言,余额
    ...,2026-03-02,借,3000.00,...,ZY...,97000.00
    期末余额,97000.00
    笔数,1
    借方合计,3000.00
    贷方合计,0.00
    校验码,...                                  (may be missing)

借 is money that left the account, 贷 money that came: the words of the bank to its customer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from jiexu.adapters.banks import csv_text
from jiexu.adapters.banks.csv_text import Row, cells_of, each, labelled, money, unreadable
from jiexu.core.base.money import Fen, yuan_from_fen
from jiexu.work.ports import StatementEntry

FIRST_LABEL = "账号"
COLUMNS = ("流水号", "日期", "借贷", "金额", "对方户名", "附言", "余额")
CLOSING = ("期末余额", "笔数", "借方合计", "贷方合计")
_DIRECTIONS = {"借": "debit", "贷": "credit"}
_ENTRY_NO = re.compile(r"[^\s:：]{1,60}")
_DATE = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})", re.ASCII)


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A whole statement of one account, its sums checked."""

    account: str
    opening_fen: Fen
    closing_fen: Fen
    entries: tuple[StatementEntry, ...]


def read_statement(rows: Sequence[Row]) -> Statement:
    """The statement, after every sum in the file has been checked.

    Raises `UnreadableFile`.
    """
    if len(rows) < 3 + len(CLOSING):
        raise unreadable("对账单不完整，缺少表头或结尾的期末余额、笔数和合计。")
    account = labelled(rows[0], FIRST_LABEL)
    opening_fen = balance_fen = _balance(rows[1], "期初余额")
    csv_text.check_header(rows[2], COLUMNS)
    body, closing = rows[3 : -len(CLOSING)], rows[-len(CLOSING) :]
    for row, label in zip(closing, CLOSING, strict=True):
        labelled(row, label)  # a cut or shifted ending is named before its rows are blamed
    entries: list[StatementEntry] = []
    seen: dict[str, int] = {}
    for row, entry in zip(body, each(body, _entry), strict=True):
        if entry.entry_no in seen:
            raise unreadable(
                f"流水号 {entry.entry_no} 与第 {seen[entry.entry_no]} 行重复。", line=row[0]
            )
        seen[entry.entry_no] = row[0]
        balance_fen += entry.amount_fen if entry.direction == "credit" else -entry.amount_fen
        _agree(entry.balance_fen, balance_fen, "余额", row[0])
        entries.append(entry)
    _agree(_balance(closing[0], CLOSING[0]), balance_fen, CLOSING[0], closing[0][0])
    said = csv_text.count(labelled(closing[1], CLOSING[1]), name=CLOSING[1], line=closing[1][0])
    if said != len(entries):
        raise unreadable(f"笔数写的是 {said}，文件里有 {len(entries)} 笔。", line=closing[1][0])
    for row, label, direction in (
        (closing[2], CLOSING[2], "debit"),
        (closing[3], CLOSING[3], "credit"),
    ):
        found_fen = sum(entry.amount_fen for entry in entries if entry.direction == direction)
        _agree(_balance(row, label), found_fen, label, row[0])
    return Statement(
        account=account,
        opening_fen=opening_fen,
        closing_fen=balance_fen,
        entries=tuple(entries),
    )


def _entry(row: Row, place: int) -> StatementEntry:
    """The entry of a row, with the balance the bank writes after it."""
    entry_no, day, side, amount, counterparty, remark, balance = cells_of(row, COLUMNS)
    line = row[0]
    entry_number(entry_no, name="流水号", line=line)
    direction = _DIRECTIONS.get(side.strip())
    if direction is None:
        raise unreadable(f"借贷应当是“借”或“贷”，现在是“{side.strip()[:20]}”。", line=line)
    return StatementEntry(
        entry_no=entry_no,
        direction=direction,
        amount_fen=money(amount, name="金额", line=line),
        booked_on=day_of(day.strip(), line),
        counterparty=csv_text.short(counterparty, 100, name="对方户名", line=line),
        remark=csv_text.short(remark, 200, name="附言", line=line),
        balance_fen=money(balance, name="余额", line=line, may_be_zero=True),
    )


def entry_number(text: str, *, name: str, line: int) -> str:
    """A number the books can keep. Raises `UnreadableFile`."""
    if _ENTRY_NO.fullmatch(text) is None:
        raise unreadable(f"{name}应有 1 到 60 个字，不能有空格和冒号。", line=line)
    return text


def day_of(text: str, line: int) -> date:
    """A day as banks write it, with or without strokes. Raises `UnreadableFile`."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError as error:
        raise unreadable(
            f"没有这一天：“{text[:20]}”。", line=line, remedy="日期应写成 2026-03-02 的样子。"
        ) from error


def _balance(row: Row, label: str) -> Fen:
    return money(labelled(row, label), name=label, line=row[0], may_be_zero=True)


def _agree(said_fen: Fen | None, found_fen: Fen, name: str, line: int) -> None:
    if said_fen != found_fen:
        raise unreadable(
            f"{name}写的是 {yuan_from_fen(said_fen or 0)}，"
            f"按明细计算是 {yuan_from_fen(found_fen)}。",
            line=line,
        )
