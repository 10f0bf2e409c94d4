"""What commands that touch the node share: starting Django, who the operator is, passwords.

Passwords are never options of a command: other users of the machine could read them in the list
of processes. They are typed twice, or read from standard input or, by `init`, the environment.
"""

from __future__ import annotations

import getpass
import os
import sys

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.work.home import HomeError


def start_django() -> None:
    """Start Django for the node of `JIEXU_HOME`. Raises `HomeError` when there is no node."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiexu.config.settings")
    import django

    django.setup()


def start_node() -> None:
    """Start Django and make sure that the database answers and is of this version.

    Raises `HomeError` NO_HOME, DATABASE_DOWN or DATABASE_VERSION.
    """
    start_django()
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise database_down(error) from error
    if behind:
        raise HomeError(
            "数据库还没有建好，或者版本比程序旧。",
            "请先运行一次 jiexu serve（会自动升级数据库），再运行这个命令。",
            code="DATABASE_VERSION",
        )


def database_down(error: Exception) -> JiexuError:
    """The database cannot be reached, said for the operator."""
    return HomeError(
        f"连不上数据库：{str(error).strip().splitlines()[0][:200]}。",
        "请检查数据库是否已启动，以及 JIEXU_DATABASE_URL 是否正确。",
        code="DATABASE_DOWN",
    )


def operator() -> str:
    """Who acts when a command is typed on the machine: `console:` and the name of the login."""
    try:
        return f"console:{getpass.getuser()}"[:60]
    except (KeyError, OSError):  # a container without a user of that number
        return f"console:{os.getuid()}"


def ask_password(*, from_stdin: bool, whose: str, variable: str = "") -> str:
    """A password: from standard input, from the environment `variable`, or typed twice.

    Raises `BadInput` NO_PASSWORD or PASSWORDS_DIFFER.
    """
    if from_stdin:
        given = read_line()
    elif variable and os.environ.get(variable):
        given = os.environ[variable]
    elif sys.stdin.isatty():
        given = getpass.getpass(f"请为 {whose} 设置密码（至少 10 个字符，输入时不显示）：")
        if getpass.getpass("请再输入一次：") != given:
            raise BadInput(
                "两次输入的密码不一样。", "请重新运行这个命令。", code="PASSWORDS_DIFFER"
            )
    else:
        given = ""
    if not given:
        others = f"，或设置环境变量 {variable}" if variable else ""
        raise BadInput(
            "没有提供密码。",
            f"请在终端里运行并输入密码，或加 --password-stdin 从标准输入读取{others}。",
            code="NO_PASSWORD",
        )
    return given


def read_line() -> str:
    """The next line of standard input without its end."""
    return sys.stdin.readline().rstrip("\r\n")
