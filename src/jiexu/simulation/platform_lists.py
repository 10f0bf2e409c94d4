"""A pretend export of the national platform: Chinese titles, odd formats, mistakes and repeats.

The platform's real export is not published. What is invented here is what clerks complain of in
exports everywhere: padding, full-width digits, dates three ways, numbers that a spreadsheet has
touched, rows that stand twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from openpyxl import Workbook

from jiexu.core.base.areas import full_name

_EPOCH = date(1899, 12, 30)
_FULL_WIDTH = {ord(digit): chr(ord(digit) + 0xFEE0) for digit in "0123456789"}
PAYEE = ("目的地医疗保障事业管理中心", "演示银行目的地支行", "6222000000000000001")
"""Name, bank and account that a list says the money goes to."""
HEADER_ROWS = 2
"""A title and the column names stand above the first row."""

CASES = (
    *("序号", "业务流水号", "姓名", "身份证号码", "转出地", "转入地", "险种类型", "业务状态"),
    *("申请时间", "受理时间", "办结时间", "退回原因", "转入地参保日期", "收款单位"),
    *("开户行（全称）", "银行账号"),
)
FORMS = (
    *("业务流水号", "信息表编号", "姓名", "证件号码", "险种", "缴费起止年月", "实际缴费月数"),
    *("基本医疗保险个人账户实际转出资金（元）", "出具时间"),
)
REMITTANCES = ("业务流水号", "姓名", "身份证号", "拨付金额", "拨付日期")
RECEIPTS = ("业务流水号", "姓名", "身份证号", "办结类型", "办结时间", "到账金额")


class Traveller(NamedTuple):
    """Somebody of a list, with the platform's number of the case."""

    name: str
    certno: str
    number: str


class Export(NamedTuple):
    """Rows below the header; `bad` and `repeated` are row numbers as a spreadsheet counts them."""

    title: str
    header: tuple[str, ...]
    rows: list[list[Any]]
    bad: frozenset[int] = frozenset()
    repeated: frozenset[int] = frozenset()


def number_of(area: str, day: date, serial: int) -> str:
    """A number as the platform gives it (shape invented): area, day, serial."""
    return f"{area}{day:%Y%m%d}{serial:06d}"


def export_cases(
    chance: Random,
    travellers: Sequence[Traveller],
    *,
    source: str,
    target: str,
    status: str,
    today: date,
    wrong: int = 0,
    twice: int = 0,
    answered_on: date | None = None,
    why: str = "",
    payee: tuple[str, str, str] = PAYEE,
) -> Export:
    """A list of cases; `wrong` rows bear an identity number with a slip, `twice` stand twice."""
    rows: list[list[Any]] = []
    bad: set[int] = set()
    repeated: set[int] = set()
    slips = set(chance.sample(range(len(travellers)), wrong))
    again = [place for place in range(len(travellers)) if place not in slips]
    doubles = set(chance.sample(again, twice))
    for place, one in enumerate(travellers):
        certno = _slip(chance, one.certno) if place in slips else _untidy(chance, one.certno)
        row = [
            len(rows) + 1,
            one.number,
            _spaced(chance, one.name),
            certno,
            chance.choice([source, full_name(source), f" {source} "]),
            chance.choice([target, full_name(target)]),
            chance.choice(["职工基本医疗保险", "310", "职工医保"]),
            f" {status}" if chance.random() < 0.2 else status,
            _day(chance, today - timedelta(days=1)),
            _day(chance, answered_on) if answered_on else None,
            None,
            why or None,
            _day(chance, date(2026, 3, 1)),
            *payee,
        ]
        rows.append(row)
        if place in slips:
            bad.add(len(rows) + HEADER_ROWS)
        if place in doubles:
            rows.append([len(rows) + 1, *row[1:]])
            repeated.add(len(rows) + HEADER_ROWS)
    return Export("转移接续业务查询导出", CASES, rows, frozenset(bad), frozenset(repeated))


def export_forms(
    chance: Random,
    told: Sequence[tuple[Traveller, str, int, int]],
    *,
    today: date,
) -> Export:
    """A list of 信息表: per person the periods, the months and the amount in fen."""
    rows = [
        [
            one.number,
            f"XXB{one.number}",
            _spaced(chance, one.name),
            _untidy(chance, one.certno),
            "职工医保",
            spells,
            chance.choice([months, str(months), f"{months}个月"]),
            _money(chance, amount_fen),
            _day(chance, today),
        ]
        for one, spells, months, amount_fen in told
    ]
    return Export("信息表导出", FORMS, rows)


def export_remittances(
    chance: Random, paid: Sequence[tuple[Traveller, int]], *, today: date
) -> Export:
    """A list of payments the old places have made, in fen."""
    rows = [
        [one.number, one.name, one.certno, _money(chance, fen), _day(chance, today)]
        for one, fen in paid
    ]
    return Export("资金拨付导出", REMITTANCES, rows)


def export_receipts(chance: Random, done: Sequence[Traveller], *, today: date) -> Export:
    """A list of record legs that new places have finished."""
    rows = [[one.number, one.name, one.certno, "年限", _day(chance, today), None] for one in done]
    return Export("办结导出", RECEIPTS, rows)


def as_xlsx(export: Export) -> bytes:
    """The export as a workbook, with its title above the column names."""
    book = Workbook()
    sheet = book.active
    sheet.append([export.title])
    sheet.append(list(export.header))
    for row in export.rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(export: Export, encoding: str = "gb18030") -> bytes:
    """The export as CSV, as spreadsheets in China save it."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([export.title])
    writer.writerow(export.header)
    for row in export.rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    return out.getvalue().encode(encoding)


def _untidy(chance: Random, number: str) -> str:
    return chance.choice(
        [number, f" {number} ", number.translate(_FULL_WIDTH), f"{number[:6]} {number[6:]}", number]
    )


def _slip(chance: Random, number: str) -> Any:
    """An identity number that cannot be one: a digit lost, two swapped, or rounded."""
    kind = chance.randrange(3)
    if kind == 0:
        return number[:-1]
    if kind == 1:
        return f"{number[:-1]}{'1' if number[-1] != '1' else '2'}"
    return float(int(number[:17]) * 10)


def _spaced(chance: Random, name: str) -> str:
    return chance.choice([name, name, f"{name} ", f"{name[0]}\u3000{name[1:]}"])


def _day(chance: Random, day: date) -> Any:
    """As text with slashes, as ISO, as a spreadsheet's serial number, or with a time of day."""
    return chance.choice(
        [
            f"{day.year}/{day.month}/{day.day}",
            day.isoformat(),
            (day - _EPOCH).days,
            f"{day.isoformat()} 10:05:00",
            f"{day.year}年{day.month}月{day.day}日",
        ]
    )


def _money(chance: Random, fen: int) -> Any:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    grouped = f"{fen // 100:,}.{fen % 100:02d}"
    return chance.choice([yuan, grouped, f"￥{grouped}", f"{yuan}元"])
