"""Checks of the database: it answers, is of this version, keeps its laws and what it commits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from jiexu.records import laws
from jiexu.work.finding import Finding, ok, wrong

_ASK = {"sqlite": "PRAGMA", "postgresql": "SHOW"}
_LOST = "断电时可能丢失已经告诉用户办成的业务"
_DURABLE: dict[str, tuple[tuple[str, tuple[str, ...], str], ...]] = {
    "sqlite": (
        ("journal_mode", ("wal", "memory"), "读写会互相等待"),
        ("synchronous", ("2", "3"), _LOST),
        ("foreign_keys", ("1",), "行与行之间的联系没有检查"),
    ),
    "postgresql": (
        ("fsync", ("on",), _LOST),
        ("synchronous_commit", ("on", "remote_apply", "remote_write", "local"), _LOST),
        ("full_page_writes", ("on",), "断电可能损坏数据页"),
    ),
}


def database(now: datetime) -> Iterator[Finding]:
    """It answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    number = ".".join(map(str, connection.get_database_version()))
    yield ok("数据库", f"{connection.display_name} {number} 有应答。")


def migrations(now: datetime) -> Iterator[Finding]:
    """It is of this program's version."""
    executor = MigrationExecutor(connection)
    behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unknown = executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys()
    ours = sorted(f"{app}.{name}" for app, name in unknown)
    if behind:
        yield wrong(
            "数据库版本",
            f"有 {len(behind)} 个升级步骤没有执行。",
            "请重新运行 jiexu serve，它会自动升级数据库。",
        )
    elif ours:
        yield wrong(
            "数据库版本",
            f"数据库比程序新（有 {ours[0]}）。",
            "请安装与数据库相同或更新的程序版本。",
        )
    else:
        yield ok("数据库版本", "与程序一致。")


def triggers(now: datetime) -> Iterator[Finding]:
    """The laws of the database are in force."""
    lost = laws.missing(connection)
    for law in lost:
        yield wrong(
            "数据库守则",
            f"表 {law.table} 的守则“{law.name}”没有生效：记录可能被改动而无人阻止。",
            "请立即停用并运行 jiexu audit verify 和 jiexu ledger verify，再从备份恢复守则。",
        )
    if not lost:
        yield ok("数据库守则", f"{len(laws.expected())} 条全部生效。")


def durability(now: datetime) -> Iterator[Finding]:
    """What is committed is on the disk."""
    for setting, good, text in _DURABLE[connection.vendor]:
        with connection.cursor() as cursor:
            cursor.execute(f"{_ASK[connection.vendor]} {setting}")
            value = str(cursor.fetchone()[0]).lower()
        if value in good:
            yield ok("落盘设置", f"{setting} = {value}")
        else:
            yield wrong(
                "落盘设置",
                f"{setting} = {value}：{text}。",
                f"请把 {setting} 设为 {good[0]} 后重新启动数据库和本系统。",
            )
