"""`jiexu ledger verify`: the proof of the books, recomputed from every row.

Exit 0 when all agrees, 1 when it does not: every place is named, with what is wrong there.
"""

from __future__ import annotations

import argparse
import sys

from jiexu.faces.cli.audit import MOST_SHOWN, must_be_hosted
from jiexu.faces.cli.start import start_node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("action", choices=["verify"], help="verify：核对 (prove)")
    parser.add_argument("--agency", metavar="AREA", help="只核对一个机构 (one agency only)")
    parser.add_argument("--json", action="store_true", help="结果为 JSON")


def run(args: argparse.Namespace) -> int:
    """Prove, and say the result. Raises `NotFound` for an agency that is not hosted here."""
    start_node()
    import msgspec
    from rich.console import Console

    from jiexu.records.ledger.verify import verify

    must_be_hosted(args.agency)
    console = Console(stderr=True, quiet=args.json or not sys.stderr.isatty())
    with console.status("正在逐行核对账目"):
        found = verify(args.agency)
    if args.json:
        answer = {"ok": not found, "agency": args.agency, "breaks": found}
        print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
        return 1 if found else 0
    for one in found[:MOST_SHOWN]:
        row = f" 第 {one.row_id} 行" if one.row_id is not None else ""
        print(f"断点：{one.agency or '全节点'} {one.table}{row}：{one.text}")
    if len(found) > MOST_SHOWN:
        print(f"……另有 {len(found) - MOST_SHOWN} 处，用 --json 看全部。")
    if found:
        print(f"核对不通过：账目有 {len(found)} 处对不上。")
        print("怎么办：请停止付款，保留现场，不要修改数据库；报告主管，并与备份和银行流水比对。")
        return 1
    print("核对通过：每一笔记账、每个账户的余额和占用、借贷两方全部一致。")
    return 0
