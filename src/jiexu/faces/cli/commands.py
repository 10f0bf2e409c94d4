"""The table of commands: add a line here and a module with `add_arguments` and `run`.

`add_arguments(parser)` declares what the command takes; `run(args) -> int` does it and returns
the exit code. A `JiexuError` that leaves `run` is printed for people by the dispatcher.
"""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """Where a command lives and what it does, in Chinese and in English."""

    module: str
    chinese: str
    english: str


COMMANDS: dict[str, Command] = {
    "assess": Command(
        "jiexu.faces.cli.assess",
        "回答一个政策问题（JSON 事实进,JSON 决定出）",
        "answer one policy question from JSON facts",
    ),
    "policy": Command(
        "jiexu.faces.cli.policy", "检查参数文件（check）", "check the parameter files"
    ),
    "init": Command(
        "jiexu.faces.cli.init", "建立一个新节点（正式使用）", "a new node for real use"
    ),
    "user": Command(
        "jiexu.faces.cli.user", "用户：新建、授予角色、重设密码、列出", "who may sign in"
    ),
    "agency": Command(
        "jiexu.faces.cli.agency", "经办机构：开设、名片、伙伴、收款账户、列出", "agencies"
    ),
    "import": Command(
        "jiexu.faces.cli.import_",
        "导入人员、参保关系、缴费年月、余额（CSV，逐行报告）",
        "persons, relations, months, balances from CSV",
    ),
    "serve": Command(
        "jiexu.faces.cli.serve", "启动网页和后台（--demo 为演示）", "web and workers in one"
    ),
    "worker": Command("jiexu.faces.cli.worker", "只启动后台", "workers alone"),
    "doctor": Command(
        "jiexu.faces.cli.doctor", "检查节点：数据库、密钥、时钟、队列、设置", "is the node well?"
    ),
    "audit": Command(
        "jiexu.faces.cli.audit", "核对审计记录（verify）", "prove the audit chain and its papers"
    ),
    "ledger": Command("jiexu.faces.cli.ledger", "核对账目（verify）", "prove the books"),
    "run": Command("jiexu.faces.cli.run", "批处理（day-digest：日结）", "batch runs by hand"),
    "backup": Command(
        "jiexu.faces.cli.backup", "备份整个节点，不用停机", "the whole node in one file"
    ),
    "restore": Command(
        "jiexu.faces.cli.restore", "恢复到空目录，并核对", "a backup into an empty home"
    ),
    "demo": Command(
        "jiexu.simulation.demo", "从头到尾演一遍全部故事", "play every story end to end"
    ),
    "bench": Command("jiexu.faces.cli.bench", "运行性能基准", "run the benchmarks"),
}
