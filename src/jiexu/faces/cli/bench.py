"""`jiexu bench NAME`: the project's own benchmarks, run from a checkout, peers beside them."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from jiexu.core.base.errors import NotFound

_FOLDER = Path(__file__).resolve().parents[4] / "benchmarks"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("name", help="基准名称，或 all")
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def run(args: argparse.Namespace) -> int:
    """Run one benchmark, or all of them one after another."""
    known = sorted(path.stem for path in _FOLDER.glob("[a-z]*.py"))
    chosen = known if args.name == "all" else [args.name]
    if not set(chosen) <= set(known) or not known:
        raise NotFound(
            f"没有名为 {args.name} 的基准。",
            f"现有：{'、'.join(known) or '无（基准只在源码目录中）'}。",
            code="NO_SUCH_BENCHMARK",
        )
    answers = {}
    for name in chosen:
        command = [sys.executable, str(_FOLDER / f"{name}.py")]
        if not args.json:
            print(f"\n## {name}", flush=True)
            subprocess.run(command, check=True)  # noqa: S603  (our own script, no shell)
            continue
        done = subprocess.run(  # noqa: S603
            [*command, "--json"], check=True, capture_output=True, text=True
        )
        answers[name] = json.loads(done.stdout)
    if args.json:
        print(json.dumps(answers, ensure_ascii=False, indent=1))
    return 0
