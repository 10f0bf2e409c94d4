"""`jiexu user token add|list|revoke`: keys with which programs use the API as a user."""

from __future__ import annotations

import argparse
import sys

from jiexu.faces.cli.start import operator

_STATES = {"valid": "有效", "expired": "已到期", "revoked": "已作废"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    acts = parser.add_subparsers(dest="token_act", required=True, metavar="add|list|revoke")
    add = acts.add_parser("add", help="换发令牌，只显示一次 (a new token, shown once)")
    add.add_argument("username", metavar="NAME", help="以哪个用户的身份")
    add.add_argument(
        "--scope",
        action="append",
        required=True,
        help="可以做什么：citizen（本人业务）或 角色@统筹区，例如 clerk@450200；可写多次",
    )
    add.add_argument("--label", required=True, help="给哪个程序用，例如 大厅自助机")
    add.add_argument("--days", type=int, default=90, help="有效天数，默认 90，最多 366")
    listing = acts.add_parser("list", help="列出令牌 (tokens, without their text)")
    listing.add_argument("username", metavar="NAME", nargs="?", help="只列这个用户的")
    revoke = acts.add_parser("revoke", help="作废令牌，立即生效 (end a token)")
    revoke.add_argument("id", type=int, metavar="ID", help="编号，见 list")


def run(args: argparse.Namespace) -> None:
    """Do it; the node is started already."""
    {"add": _add, "list": _list, "revoke": _revoke}[args.token_act](args)


def _add(args: argparse.Namespace) -> None:
    from django.utils.timezone import localtime

    from jiexu.work import tokens
    from jiexu.work.ports import clock

    text, line = tokens.issue_token(
        args.username, args.scope, args.label, args.days, operator(), clock()
    )
    until = localtime(line.expires_at).date()
    print(
        f"令牌 {line.id} 已换发给 {args.username}（{line.label}），有效到 {until}。"
        "请立即保存，不会再显示。",
        file=sys.stderr,
    )
    print(text)


def _list(args: argparse.Namespace) -> None:
    from django.utils.timezone import localtime
    from rich.console import Console
    from rich.table import Table

    from jiexu.work.ports import clock
    from jiexu.work.tokens import list_tokens

    table = Table("编号", "用户名", "名称", "权限", "有效到", "最近使用", "状态")
    table.box, table.pad_edge = None, False
    for line in list_tokens(args.username, clock()):
        table.add_row(
            str(line.id),
            line.username,
            line.label,
            "、".join(line.scopes),
            str(localtime(line.expires_at).date()),
            line.last_used_on or "没有用过",
            _STATES[line.state],
        )
    Console(width=None if sys.stdout.isatty() else 240).print(table)


def _revoke(args: argparse.Namespace) -> None:
    from jiexu.work import tokens
    from jiexu.work.ports import clock

    tokens.revoke_token(args.id, operator(), clock())
    print(f"令牌 {args.id} 已作废。")
