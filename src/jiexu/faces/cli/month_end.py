"""`jiexu run month-end`: the month-end proof per agency. Exit 1 where something does not agree."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jiexu.work.month_end import MonthEnd


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the proof takes."""
    parser.add_argument("--month", metavar="YYYY-MM", help="月末核对的月份，默认是上个月")
    parser.add_argument("--agency", metavar="AREA", help="只核对一个机构 (one agency only)")
    parser.add_argument("--json", action="store_true", help="月末核对的结果为 JSON")


def prove(args: argparse.Namespace) -> int:
    """Prove, and say the result. Raises `BadInput` for a month that cannot be, `NotFound`."""
    import msgspec

    from jiexu.core.base.periods import Month
    from jiexu.faces.cli.audit import must_be_hosted
    from jiexu.work.month_end import month_ends
    from jiexu.work.ports import clock

    must_be_hosted(args.agency)
    today = clock().date()
    month = Month.parse(args.month) if args.month else Month.of(today).shift(-1)
    found = list(month_ends(month, args.agency))
    broken = sum(len(one.breaks) for one in found)
    if args.json:
        answer = {"ok": not broken, "month": str(month), "agencies": found}
        print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
        return 1 if broken else 0
    for one in found:
        _print(one)
    if broken:
        print(f"月末核对不通过：{broken} 处对不上。")
        print("怎么办：逐条处理上面的断点后再运行一次；账目本身请用 jiexu ledger verify 核对。")
        return 1
    print(f"月末核对通过：{len(found)} 个机构 {month} 的账面、银行对账单和财政凭证一致。")
    return 0


def _print(one: MonthEnd) -> None:
    from jiexu.core.base.money import yuan_for_people

    print(f"{one.area} {one.name} {one.month}")
    if one.opening_fen is None or one.closing_fen is None:
        print("  银行对账单：还没有导入过。")
    else:
        opening, closing = yuan_for_people(one.opening_fen), yuan_for_people(one.closing_fen)
        print(f"  银行余额：开始 {opening} 元，月末 {closing} 元，最后一笔 {one.last_entry_on}。")
    for side in one.sides:
        if side.came_fen or side.went_fen:
            print(
                f"  {side.label}：收入 {yuan_for_people(side.came_fen)} 元"
                f"（账上 {yuan_for_people(side.came_booked_fen)} 元），"
                f"支出 {yuan_for_people(side.went_fen)} 元"
                f"（账上 {yuan_for_people(side.went_booked_fen)} 元，"
                f"未匹配 {yuan_for_people(side.open_went_fen)} 元）。"
            )
    print(
        f"  未达账项：暂收款 {yuan_for_people(one.suspense_fen)} 元，"
        f"已批准未见付款 {yuan_for_people(one.unpaid_fen)} 元。税务：本系统没有往来。"
    )
    for text in one.breaks:
        print(f"  断点：{text}")
