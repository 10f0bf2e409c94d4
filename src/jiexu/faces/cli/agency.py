"""`jiexu agency add|set|card|partner|bank|list`: agencies hosted here, and partners elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from jiexu.core.base.errors import BadInput, NotFound
from jiexu.faces.cli.start import operator, start_node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    acts = parser.add_subparsers(
        dest="act", required=True, metavar="add|set|card|partner|bank|list"
    )
    add = acts.add_parser("add", help="在本节点开设一个经办机构 (host one more agency)")
    add.add_argument("area", metavar="AREA", help="统筹区代码，六位")
    add.add_argument("--name", required=True, help="经办机构全称")
    add.add_argument("--phone", default="", help="对外电话")
    add.add_argument(
        "--partner",
        choices=("platform", "paper"),
        help="不由本节点承办：对方在国家平台（platform）或用纸质函件（paper）办理",
    )
    _bank_arguments(add, required=False)
    _pay_arguments(add)
    change = acts.add_parser(
        "set", help="设定付款方式，或变更与伙伴机构的对接方式 (how an agency pays or is reached)"
    )
    change.add_argument("area", metavar="AREA", help="统筹区代码")
    change.add_argument(
        "--partner", choices=("node", "platform", "paper"), help="伙伴机构的对接方式"
    )
    _pay_arguments(change)
    card = acts.add_parser("card", help="导出机构名片，交给伙伴机构 (what to hand to a partner)")
    card.add_argument("area", metavar="AREA", help="统筹区代码")
    card.add_argument("--out", metavar="FILE", help="写入文件，不写则打印")
    partner = acts.add_parser("partner", help="登记伙伴机构的名片 (keep a partner's card)")
    partner.add_argument("file", metavar="FILE", help="对方用 jiexu agency card 导出的名片")
    partner.add_argument(
        "--told",
        metavar="DIGITS",
        required=True,
        help="按公函上的电话回拨，对方念出的密钥编号前 8 位",
    )
    bank = acts.add_parser("bank", help="登记或变更收款账户 (bank details)")
    bank.add_argument("area", metavar="AREA", help="统筹区代码")
    _bank_arguments(bank, required=True)
    bank.add_argument("--evidence", default="", help="伙伴机构：公函文号和回电核实的记录")
    acts.add_parser("list", help="列出本节点知道的机构 (all agencies)")


def _bank_arguments(parser: argparse.ArgumentParser, *, required: bool) -> None:
    said = {"required": required} if required else {"default": ""}
    parser.add_argument("--receipt-kind", help="账户类型：财政专户 或 收入户", **said)
    parser.add_argument("--bank-name", help="开户银行", **said)
    parser.add_argument("--account-name", help="户名", **said)
    parser.add_argument("--account", help="账号", **said)


def _pay_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--bank-format", metavar="FORMAT", help="付款文件的格式：csv、xlsx 或 iso20022"
    )
    parser.add_argument(
        "--needs-appropriation",
        choices=["yes", "no"],
        help="付款前是否要登记用款计划和财政拨款：yes 或 no",
    )


def run(args: argparse.Namespace) -> int:
    """Do it. Exit 0 when done."""
    start_node()
    acts = {
        "add": _add,
        "set": _set,
        "card": _card,
        "partner": _partner,
        "bank": _bank,
        "list": _list,
    }
    acts[args.act](args)
    return 0


def _add(args: argparse.Namespace) -> None:
    from jiexu.work import agencies
    from jiexu.work.ports import clock

    agencies.open_agency(
        args.area,
        name=args.name,
        phone=args.phone,
        **_bank_of(args),
        now=clock(),
        by=operator(),
        hosted=args.partner is None,
        partner=args.partner or "node",
    )
    _write_settings(args)
    print(f"已{'登记伙伴机构' if args.partner else '开设'}：{args.name}（{args.area}）。")


def _set(args: argparse.Namespace) -> None:
    from jiexu.work import partners
    from jiexu.work.ports import clock

    pays = args.bank_format is not None or args.needs_appropriation is not None
    if args.partner is None and not pays:
        raise BadInput(
            "没有说要设定什么。",
            "请写 --partner、--bank-format 或 --needs-appropriation。",
            code="NOTHING_SET",
        )
    if args.partner is not None:
        partners.set_partner(args.area, args.partner, now=clock(), by=operator())
        print(f"{args.area} 从现在起按“{partners.KINDS[args.partner]}”对接。")
    if pays:
        _write_settings(args)
        print(f"已设定 {args.area} 的付款方式。")


def _write_settings(args: argparse.Namespace) -> None:
    from jiexu.work import bank_settings
    from jiexu.work.ports import clock

    if args.bank_format is None and args.needs_appropriation is None:
        return
    bank_settings.set_bank_settings(
        args.area,
        bank_format=args.bank_format,
        needs_appropriation=None
        if args.needs_appropriation is None
        else args.needs_appropriation == "yes",
        now=clock(),
        by=operator(),
    )


def _card(args: argparse.Namespace) -> None:
    from jiexu.work import cards

    card = cards.public_card(args.area)
    text = json.dumps(card, ensure_ascii=False, indent=2)
    if args.out is None:
        print(text)
        return
    Path(args.out).write_text(f"{text}\n", encoding="utf-8")
    print(
        f"机构名片已写入 {args.out}。\n"
        f"对方回电核对时，请念密钥编号的前 8 位：{card['key_id'][: cards.TOLD_DIGITS]}"
    )


def _partner(args: argparse.Namespace) -> None:
    from jiexu.work import cards
    from jiexu.work.ports import clock

    try:
        data = Path(args.file).read_bytes()
    except OSError as error:
        raise NotFound(
            f"读不了文件：{args.file}。", "请核对文件名和路径。", code="NO_FILE"
        ) from error
    area = cards.add_partner(data, now=clock(), by=operator(), told=args.told)
    print(f"已登记伙伴机构 {area}。")


def _bank(args: argparse.Namespace) -> None:
    from jiexu.work import bank_details
    from jiexu.work.ports import clock

    bank_details.set_bank(
        args.area, **_bank_of(args), evidence=args.evidence, now=clock(), by=operator()
    )
    print(f"已登记 {args.area} 的收款账户。")


def _list(_: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.table import Table

    from jiexu.work.agencies import list_agencies
    from jiexu.work.partners import KINDS

    table = Table(
        *("区划", "名称", "承办", "密钥编号", "收款账户", "电话"), box=None, pad_edge=False
    )
    for one in list_agencies():
        bank = f"{one.receipt_kind} {one.bank_name} {one.account}" if one.bank_name else "未登记"
        here = "本节点" if one.hosted else f"伙伴（{KINDS[one.partner]}）"
        table.add_row(one.area, one.name, here, one.key_id[:8], bank, one.phone)
    Console(width=None if sys.stdout.isatty() else 240).print(table)


def _bank_of(args: argparse.Namespace) -> dict[str, str]:
    return {
        "receipt_kind": args.receipt_kind,
        "bank_name": args.bank_name,
        "account_name": args.account_name,
        "account": args.account,
    }
