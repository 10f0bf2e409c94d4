"""`jiexu policy check`: every parameter file proved against the catalogue and its own examples."""

from __future__ import annotations

import argparse

from jiexu.core.policy.check import check_all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("act", choices=["check"], help="check：检查全部参数文件")


def run(args: argparse.Namespace) -> int:
    """Check; exit 1 with file and line of each problem."""
    problems = check_all()
    for problem in problems:
        print(problem)
    print("参数文件全部通过。" if not problems else f"共 {len(problems)} 处问题。")
    return 1 if problems else 0
