"""`jiexu user add|grant|password|token|list`: who may sign in, in which role at which agency.

Tokens for programs are in `user_token`.
"""

from __future__ import annotations

import argparse
import sys
from getpass import getpass

from jiexu.core.base.errors import BadInput
from jiexu.faces.cli import user_token
from jiexu.faces.cli.start import ask_password, operator, read_line, start_node


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|grant|password|token|list")
    add = acts.add_parser("add", help="新建用户 (a new user)")
    add.add_argument("username", metavar="NAME", help="用户名")
    add.add_argument("--display-name", default="", help="显示的姓名，默认与用户名相同")
    add.add_argument("--role", help="同时授予的角色，例如 clerk 或 经办人员")
    add.add_argument("--agency", metavar="AREA", help="角色所在的统筹区")
    add.add_argument(
        "--citizen",
        action="store_true",
        help="参保人：另外询问证件号码并绑定（--password-stdin 时为标准输入的第二行）",
    )
    grant = acts.add_parser("grant", help="授予或取消角色 (give or end a role)")
    grant.add_argument("username", metavar="NAME", help="用户名")
    grant.add_argument("role", metavar="ROLE", help="角色，例如 clerk 或 经办人员")
    grant.add_argument("agency", metavar="AREA", help="统筹区代码")
    grant.add_argument("--end", action="store_true", help="取消这个角色")
    grant.add_argument(
        "--employer", metavar="USCC", help="单位经办人授权（角色 employer）：单位的统一社会信用代码"
    )
    password = acts.add_parser("password", help="重设密码，并解除暂停登录 (a new password)")
    password.add_argument("username", metavar="NAME", help="用户名")
    for one in (add, password):
        one.add_argument("--password-stdin", action="store_true", help="从标准输入读密码")
    user_token.add_arguments(acts.add_parser("token", help="程序用的令牌 (tokens for the API)"))
    listing = acts.add_parser("list", help="列出用户 (all users)")
    listing.add_argument("--agency", metavar="AREA", help="只列在这个机构有角色的用户")


def run(args: argparse.Namespace) -> int:
    """Do it. Exit 0 when done."""
    start_node()
    acts = {"add": _add, "grant": _grant, "password": _password, "list": _list}
    acts.get(args.act, user_token.run)(args)
    return 0


def _add(args: argparse.Namespace) -> None:
    from django.db import transaction

    from jiexu.work import accounts, grants
    from jiexu.work.ports import clock

    if (args.role is None) != (args.agency is None):
        raise BadInput(
            "--role 和 --agency 要一起写。",
            "例如：--role clerk --agency 450200；也可以以后用 jiexu user grant 授予。",
            code="ROLE_WITHOUT_AGENCY",
        )
    password = ask_password(from_stdin=args.password_stdin, whose=args.username)
    certno = _ask_certno(args.password_stdin) if args.citizen else None
    with transaction.atomic():
        user = accounts.add_user(
            args.username, args.display_name or args.username, password, clock(), certno=certno
        )
        if args.role is not None:
            grants.grant(user.username, args.role, args.agency, operator(), clock())
    print(f"已新建用户 {user.username}。")


def _ask_certno(from_stdin: bool) -> str:
    """An identity number is typed unseen, and never stands in a command line."""
    if from_stdin:
        return read_line()
    if not sys.stdin.isatty():
        raise BadInput(
            "没有提供证件号码。",
            "请在终端里运行并输入，或加 --password-stdin：第一行密码，第二行证件号码。",
            code="NO_CERTNO",
        )
    return getpass("请输入证件号码（输入时不显示）：")


def _grant(args: argparse.Namespace) -> None:
    from jiexu.work import grants
    from jiexu.work.ports import clock

    if (args.role in {"employer", grants.EMPLOYER_WORD}) != bool(args.employer):
        raise BadInput(
            "单位经办人授权要写明单位，其他角色不写。",
            "例如：jiexu user grant NAME employer 450200 --employer 统一社会信用代码。",
            code="WHICH_EMPLOYER",
        )
    if args.employer:
        put = grants.end_authorisation if args.end else grants.authorise
        put(args.username, args.employer, args.agency, operator(), clock())
        print(f"已{'取消' if args.end else '授权'}：{args.username}，单位经办人，{args.employer}。")
        return
    change = grants.end_grant if args.end else grants.grant
    change(args.username, args.role, args.agency, operator(), clock())
    print(f"已{'取消' if args.end else '授予'}：{args.username}，{args.role}，{args.agency}。")


def _password(args: argparse.Namespace) -> None:
    from jiexu.work import accounts
    from jiexu.work.ports import clock

    password = ask_password(from_stdin=args.password_stdin, whose=args.username)
    accounts.set_password(args.username, password, operator(), clock())
    print(f"已重设 {args.username} 的密码。")


def _list(args: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.table import Table

    from jiexu.core.base.actors import Role
    from jiexu.work.accounts import list_users
    from jiexu.work.grants import EMPLOYER_WORD, STAFF_ROLES
    from jiexu.work.ports import clock

    table = Table("用户名", "姓名", "角色", "状态", box=None, pad_edge=False)
    for user in list_users(args.agency):
        words_of = {**STAFF_ROLES, Role.EMPLOYER: EMPLOYER_WORD}
        roles = [f"{area} {words_of.get(Role(role), role)}" for role, area in user.roles]
        closed = user.locked_until is not None and clock() < user.locked_until
        state = "暂停登录" if closed else "正常" if user.active else "停用"
        words = "、".join([*roles, *(["参保人"] if user.citizen else [])])
        table.add_row(user.username, user.display_name, words, state)
    Console(width=None if sys.stdout.isatty() else 240).print(table)
