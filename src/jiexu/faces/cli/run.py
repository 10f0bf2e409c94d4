"""`jiexu run NAME`: batch runs by hand; a worker does the same by itself.

A new run is one line in `RUNS` and a function here; one that proves something and may fail stands
in `PROOFS`. Exit 0 when done, 1 for an unknown name or where a proof found breaks.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from jiexu.core.base.errors import BadInput
from jiexu.faces.cli import month_end
from jiexu.faces.cli.start import start_node

Told = Callable[[int, int], None]
"""Called with how many parts are done, and of how many."""


def _day_digest(told: Told) -> str:
    from jiexu.work.nightly import close_due
    from jiexu.work.ports import clock

    closed = close_due(clock(), told)
    return f"日结了 {closed} 个机构日。" if closed else "没有要日结的：已结束的日子都结过了。"


def _netting(told: Told) -> str:
    from jiexu.work.netting import last_month_end, propose_due
    from jiexu.work.ports import clock

    now = clock()
    until = last_month_end(now.date())
    sent = propose_due(until, now, told)
    return (
        f"截至 {until.isoformat()}：发出 {sent} 份清算清单。"
        if sent
        else f"截至 {until.isoformat()} 没有要清算的。"
    )


def _late_money(told: Told) -> str:
    from jiexu.work.late_money import send_late_money
    from jiexu.work.ports import clock

    made = send_late_money(clock(), told)
    return f"开始了 {made} 笔二次转移。" if made else "已转出的账户都没有余额。"


def _recompute_dates(told: Told) -> str:
    from jiexu.work.ports import clock
    from jiexu.work.recompute import recompute_dates

    changed = recompute_dates(clock(), told)
    return f"重新计算后有变化的案件：{changed} 件。" if changed else "没有要改的期限。"


RUNS: dict[str, tuple[str, Callable[[Told], str]]] = {
    "day-digest": ("每日审计摘要：已结束而没有日结的日子", _day_digest),
    "netting": ("与各机构轧差：上月底以前先行记入的款项", _netting),
    "late-money": ("二次转移：关系已转出、账户又有余额的", _late_money),
    "recompute-dates": ("放假安排公布后，重新计算暂定的期限和承诺日期", _recompute_dates),
}


PROOFS: dict[str, tuple[str, Callable[[argparse.Namespace], int]]] = {
    "month-end": ("月末核对：账面、银行对账单和财政凭证，--month 2026-03", month_end.prove),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    known = "；".join(f"{name}：{words}" for name, (words, _) in [*RUNS.items(), *PROOFS.items()])
    parser.add_argument("name", metavar="NAME", help=known)
    month_end.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run it with a bar of progress on a terminal."""
    if args.name in PROOFS:
        start_node()
        return PROOFS[args.name][1](args)
    if args.name not in RUNS:
        every = [*RUNS.items(), *PROOFS.items()]
        known = "、".join(f"{name}（{words}）" for name, (words, _) in every)
        raise BadInput(
            f"没有“{args.name[:40]}”这个批处理。", f"可用的有：{known}。", code="UNKNOWN_RUN"
        )
    start_node()
    from rich.console import Console
    from rich.progress import Progress

    words, start = RUNS[args.name]
    shown = sys.stderr.isatty()
    with Progress(console=Console(stderr=True), transient=True, disable=not shown) as bar:
        task = bar.add_task(words, total=None)
        answer = start(lambda done, total: bar.update(task, completed=done, total=total))
    print(answer)
    return 0
