"""`jiexu doctor`: looks at everything the node needs and says what to do about it.

Exit 0 when nothing is wrong (notes included), 1 when something is.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from jiexu.faces.cli.start import start_django

if TYPE_CHECKING:
    from jiexu.work.finding import Finding

_MARKS = {"ok": "正常", "note": "注意", "wrong": "问题"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("--json", action="store_true", help="结果为 JSON")


def run(args: argparse.Namespace) -> int:
    """Look, and say. Raises `HomeError` when there is no node at all."""
    start_django()
    import msgspec

    from jiexu.work.health import examine
    from jiexu.work.node_settings import settings_in_force
    from jiexu.work.ports import clock

    found = examine(clock())
    settings = settings_in_force()
    wrong = sum(finding.level == "wrong" for finding in found)
    if args.json:
        answer = {"ok": not wrong, "findings": found, "settings": settings}
        print(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode())
        return 1 if wrong else 0
    for finding in found:
        print(_line(finding))
    print("\n设置（环境变量）：")
    for one in settings:
        value = f"= {one.value}" if one.value is not None else f"未设置，默认 {one.default}"
        print(f"  {one.name} {value}\n      {one.meaning}")
    notes = sum(finding.level == "note" for finding in found)
    print(f"\n检查了 {len(found)} 项：{wrong} 项有问题，{notes} 项要注意。")
    return 1 if wrong else 0


def _line(finding: Finding) -> str:
    line = f"[{_MARKS[finding.level]}] {finding.name}：{finding.text}"
    return f"{line}\n       怎么办：{finding.remedy}" if finding.remedy else line
