"""`jiexu audit verify`: the proof of chain, cases, papers, messages, seals and day digests.

Exit 0 when all holds together, 1 when it breaks: every place is named, with what is wrong there.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jiexu.core.base.errors import NotFound
from jiexu.faces.cli.start import start_node

if TYPE_CHECKING:
    from jiexu.records.audit.breaks import Break

MOST_SHOWN = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("action", choices=["verify"], help="verify：核对 (prove)")
    parser.add_argument("--agency", metavar="AREA", help="只核对一个机构 (one agency only)")
    parser.add_argument("--json", action="store_true", help="结果为 JSON")


def run(args: argparse.Namespace) -> int:
    """Prove, and say the result. Raises `NotFound` for an agency that is not hosted here."""
    start_node()
    import msgspec

    must_be_hosted(args.agency)
    rows: Counter[str] = Counter()
    found = list(_proof(args.agency, rows, quiet=args.json))
    if args.json:
        answer = {"ok": not found, "agency": args.agency, "rows": rows, "breaks": found}
        print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
    else:
        say("审计记录、案件、文书、报文、签章和日摘要", found, sum(rows.values()))
    return 1 if found else 0


def must_be_hosted(area: str | None) -> None:
    """A mistyped agency must not look like one without breaks."""
    from jiexu.records.registry.models import Agency

    if area is not None and not Agency.objects.filter(area=area, hosted=True).exists():
        raise NotFound(f"本节点没有机构 {area[:20]}。", "请用 jiexu agency list 查看本节点的机构。")


def say(what: str, found: list[Break], rows: int | None = None) -> None:
    """The result for people; breaks beyond the first hundred are only counted."""
    for one in found[:MOST_SHOWN]:
        print(f"断点：{one}")
    if len(found) > MOST_SHOWN:
        print(f"……另有 {len(found) - MOST_SHOWN} 处，用 --json 看全部。")
    if found:
        print(f"核对不通过：{what}有 {len(found)} 处对不上。")
        print("怎么办：请保留现场，不要修改数据库；用最近一份核对通过的备份比对，并报告主管。")
    else:
        counted = f"（{rows} 行）" if rows is not None else ""
        print(f"核对通过：{what}{counted}全部一致。")


def _proof(area: str | None, rows: Counter[str], *, quiet: bool) -> Iterator[Break]:
    """The breaks as they are found, with a line of progress on a terminal."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from jiexu.work.proofs import breaks

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    shown = sys.stderr.isatty() and not quiet
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task("正在核对", total=None)

        def told(table: str, count: int) -> None:
            rows[table] += count
            bar.update(task, description=f"正在核对 {table}：{rows[table]} 行")

        yield from breaks(area, told)
