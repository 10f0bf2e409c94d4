"""`jiexu init --agency AREA`: a new node for real use: secrets, database, agency, administrator.

All or nothing: what this command made is taken away again when a later step fails, so that it can
simply be run once more. A node that exists is never touched.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from jiexu.core.base.errors import Conflict
from jiexu.faces.cli.start import ask_password, database_down, operator, start_django
from jiexu.work.home import HomeError, create_secrets, home, secrets_file

PASSWORD_VARIABLE = "JIEXU_ADMIN_PASSWORD"  # noqa: S105  (the name of it)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument(
        "--agency", metavar="AREA", required=True, help="统筹区代码，六位 (pooling area)"
    )
    parser.add_argument("--name", default="", help="经办机构全称 (name of the agency)")
    parser.add_argument(
        "--admin", metavar="NAME", default="admin", help="第一个系统管理员的用户名，默认 admin"
    )
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help=f"从标准输入读管理员密码；也可用环境变量 {PASSWORD_VARIABLE}",
    )


def run(args: argparse.Namespace) -> int:
    """Make the node and say what to do next. Exit 0 when it stands."""
    folder = home()
    if secrets_file(folder).exists():
        raise HomeError(
            f"这里已经有一个节点：{folder}。",
            "如要新建，请换一个 JIEXU_HOME 目录；如要增加机构，请用 jiexu agency add。",
            code="HOME_EXISTS",
        )
    there_before = set(folder.iterdir()) if folder.is_dir() else None
    try:
        _make_home(folder)
        start_django()
        _found(args)
    except BaseException:
        _take_away(folder, there_before)
        raise
    _say_next(args.agency, args.admin, folder)
    return 0


def _make_home(folder: Path) -> None:
    try:
        create_secrets(folder)
    except OSError as error:
        raise HomeError(
            f"不能在这里建立节点：{folder}。",
            "请用 JIEXU_HOME 指定一个可以写的目录。",
            code="HOME_NOT_WRITABLE",
        ) from error


def _found(args: argparse.Namespace) -> None:
    from django.core.management import call_command
    from django.db import DatabaseError, transaction

    from jiexu.core.base.actors import Role
    from jiexu.core.base.areas import full_name
    from jiexu.work import accounts, agencies, grants, passwords
    from jiexu.work.ports import clock

    agencies.check_pool(args.agency)
    password = ask_password(
        from_stdin=args.password_stdin, whose=args.admin, variable=PASSWORD_VARIABLE
    )
    passwords.check_password_strength(password, args.admin)
    print("正在建立数据库……", flush=True)
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise database_down(error) from error
    if agencies.list_agencies():
        raise Conflict(
            "这个数据库里已经有一个节点的数据，它的密钥不在这里。",
            "请给新节点换一个空的数据库，或用 JIEXU_HOME 指向原来的节点。",
            code="DATABASE_IN_USE",
        )
    name = args.name or f"{full_name(args.agency)}医疗保障经办机构"
    now = clock()
    with transaction.atomic():
        agencies.open_agency(args.agency, name=name, now=now, by=operator())
        accounts.add_user(args.admin, "系统管理员", password, now)
        grants.grant(args.admin, Role.ADMINISTRATOR, args.agency, operator(), now)


def _take_away(folder: Path, there_before: set[Path] | None) -> None:
    """Remove what this run made. Nothing that was there before is touched."""
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        connections.close_all()
    if not folder.is_dir():
        return
    for path in set(folder.iterdir()) - (there_before or set()):
        if path.name == "secrets.toml" or path.name.startswith("jiexu.sqlite3"):
            path.unlink()
    if there_before is None and not any(folder.iterdir()):
        folder.rmdir()


def _say_next(area: str, admin: str, folder: Path) -> None:
    from jiexu.work.agencies import list_agencies

    agency = list_agencies()[0]
    print(
        f"节点已经建好：{folder}\n"
        f"  经办机构：{agency.name}（{area}）\n"
        f"  签名密钥编号：{agency.key_id[:16]}……\n"
        f"  系统管理员：{admin}\n"
        "\n"
        "下一步：\n"
        f"  1. 把 {secrets_file(folder)} 另外备份：丢了它，证件号码和银行账号再也读不出来。\n"
        f"  2. jiexu agency bank {area} --receipt-kind 财政专户 --bank-name 开户银行 \\\n"
        "       --account-name 户名 --account 账号        登记接收转移资金的账户\n"
        f"  3. jiexu user add 用户名 --display-name 姓名 --role clerk --agency {area}\n"
        "                                                 增加经办、财务人员\n"
        f"  4. jiexu import 人员.csv --agency {area} --dry-run\n"
        "                                                 先检查，再去掉 --dry-run 导入\n"
        f"  5. jiexu agency card {area} --out {area}.json\n"
        "                                                 导出机构名片，交给伙伴机构\n"
        "  6. jiexu serve                                 启动网页和后台"
    )
