"""Whether the node is well: all checks together, for `jiexu doctor` and /readyz.

A check that fails itself is a finding too.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from django.db import DatabaseError

from jiexu.core.base.errors import JiexuError
from jiexu.work import database_checks, node_checks, queue_checks, statement_checks
from jiexu.work.finding import WRONG, Check, Finding, wrong

log = logging.getLogger(__name__)

CHECKS: tuple[tuple[str, Check], ...] = (
    ("Python", node_checks.python),
    ("数据库", database_checks.database),
    ("数据库版本", database_checks.migrations),
    ("数据库守则", database_checks.triggers),
    ("落盘设置", database_checks.durability),
    ("密钥文件", node_checks.secrets),
    ("接口", node_checks.wired),
    ("SM2 签名", node_checks.signer),
    ("签名密钥", node_checks.keys),
    ("目录", node_checks.folders),
    ("磁盘空间", node_checks.disk),
    ("时钟", node_checks.clocks),
    ("队列", queue_checks.queues),
    ("日结", queue_checks.days),
    ("对账单", statement_checks.statements),
    ("设置", node_checks.environment),
)

_READY: tuple[tuple[str, Check], ...] = (
    ("数据库", database_checks.database),
    ("接口", node_checks.wired),
    ("磁盘空间", node_checks.disk),
)
_migrated = False
"""Once applied, migrations stay applied as long as this program runs."""


def examine(now: datetime) -> list[Finding]:
    """Everything `jiexu doctor` looks at, in its order."""
    return [finding for name, check in CHECKS for finding in _made(name, check, now)]


def ready() -> list[Finding]:
    """What keeps this process from serving; empty when it is ready."""
    global _migrated  # noqa: PLW0603  (one process, one program, one database)
    now = datetime.min.replace(tzinfo=UTC)  # these checks ask no clock: it may be what is missing
    found = [finding for name, check in _READY for finding in _made(name, check, now)]
    if not _migrated:
        versions = _made("数据库版本", database_checks.migrations, now)
        _migrated = not any(finding.level == WRONG for finding in versions)
        found += versions
    return [finding for finding in found if finding.level == WRONG]


def _made(name: str, check: Check, now: datetime) -> list[Finding]:
    try:
        return list(check(now))
    except DatabaseError:
        log.warning("check %s: the database does not answer", check.__name__)
        return [wrong(name, "数据库没有应答，没有查成。", "请先让数据库恢复，再运行一次。")]
    except JiexuError as error:
        return [wrong(name, error.message, error.remedy)]
    except Exception as error:
        log.exception("check %s failed", check.__name__)
        text = f"检查本身出错（{type(error).__name__}）。"
        return [wrong(name, text, "请查看日志，并把它交给系统管理员。")]
