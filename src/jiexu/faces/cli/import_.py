"""`jiexu import FILE`: persons, relations, months or balances from a CSV file; a report per row.

Exit 0 when every row is in (or was already), 1 when rows were refused; the others are in all the
same. `--dry-run` checks everything and writes nothing but the report.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput
from jiexu.faces.cli.start import operator, start_node

if TYPE_CHECKING:
    from jiexu.work.importing import Report, Table

SHOWN_PROBLEMS = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("file", metavar="FILE", help="CSV 文件，UTF-8 或 GB18030，第一行是栏名")
    parser.add_argument(
        "--agency", metavar="AREA", help="导入到哪个机构；本节点只承办一个机构时可以不写"
    )
    parser.add_argument("--dry-run", action="store_true", help="只检查，不导入")


def run(args: argparse.Namespace) -> int:
    """Import and report."""
    start_node()
    from rich.console import Console
    from rich.progress import Progress

    from jiexu.work.importing import import_table, read_table, write_report
    from jiexu.work.ports import clock

    path = Path(args.file)
    area = args.agency or _only_agency()
    table = read_table(path)
    report_path = path.with_name(f"{path.name}.report.csv")
    _must_be_writable(report_path)
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        doing = "检查" if args.dry_run else "导入"
        task = bar.add_task(f"{doing}{table.kind.title}", total=table.count)
        report = import_table(
            table,
            area=area,
            by=Actor(role=Role.ADMINISTRATOR, ref=operator(), agency=area),
            now=clock(),
            progress=lambda done: bar.update(task, completed=done),
            dry_run=args.dry_run,
        )
    write_report(report_path, report)
    _say(table, report, report_path)
    return 1 if report.refused else 0


def _only_agency() -> str:
    from jiexu.work.agencies import list_agencies

    hosted = [one.area for one in list_agencies() if one.hosted]
    if len(hosted) != 1:
        raise BadInput(
            f"本节点承办 {len(hosted)} 个机构，不知道导入到哪一个。",
            f"请加 --agency：{'、'.join(hosted[:10])}。",
            code="WHICH_AGENCY",
        )
    return hosted[0]


def _must_be_writable(path: Path) -> None:
    """Better to know before the import than after it that nobody will read the report."""
    try:
        path.open("a").close()
    except OSError as error:
        raise BadInput(
            f"不能写逐行报告：{path}。",
            "请把文件放到可以写的目录；报告在别的程序中打开着的，请先关闭。",
            code="NO_REPORT",
        ) from error


def _say(table: Table, report: Report, report_path: Path) -> None:
    done = "可以导入" if report.dry_run else "导入"
    print(
        f"{table.kind.title}：共 {report.rows} 行，{done} {report.added} 行，"
        f"没有变化 {report.unchanged} 行，拒绝 {report.refused_rows} 行。"
    )
    if table.unused:
        print(f"没有用到的栏：{'、'.join(table.unused)}。")
    for one in report.refused[:SHOWN_PROBLEMS]:
        field = f"，{one.field}" if one.field else ""
        print(f"  第 {one.row} 行{field}：{one.text}{one.remedy}")
    if len(report.refused) > SHOWN_PROBLEMS:
        print(f"  ……还有 {len(report.refused) - SHOWN_PROBLEMS} 处，见逐行报告。")
    if report.refused:
        print(f"逐行报告：{report_path}。改好后把整个文件重新导入即可，已导入的行不会重复。")
    if report.dry_run:
        print("以上是检查结果，没有写入任何数据。")
