"""How long from pressing Enter to the answer? `jiexu assess` cold, beside bare Python.

Each run is a new process with compiled bytecode (kept in a temporary folder, whatever the
environment says about writing it). The contenders take turns; the median counts. The limit is an
interpreter that does nothing, and one that imports msgspec, which reads the facts.

    python benchmarks/assess_start.py [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROUNDS = 10
GOAL_MS = 100

DEADLINE = {"start": "2026-03-02", "workdays": 10}
TRANSFER = {
    "on": "2026-03-02",
    "person": {"retired": False},
    "from": {"area": "450200", "insutype": "310", "status": "paused", "balance": "3214.56"},
    "to": {"area": "320100", "insutype": "310", "status": "normal", "paid_this_month": True},
}


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure; milliseconds, median and fastest of `rounds` per contender."""
    with tempfile.TemporaryDirectory(prefix="jiexu-bench-") as folder:
        contenders = _contenders(Path(folder))
        environment = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        } | {"PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
        taken: dict[str, list[float]] = {name: [] for name in contenders}
        for command in contenders.values():
            _once(command, environment)  # compiles what it imports
        for _ in range(rounds):
            for name, command in contenders.items():
                taken[name].append(_once(command, environment))
    rows = {
        name: {"median_ms": round(statistics.median(one), 1), "fastest_ms": round(min(one), 1)}
        for name, one in taken.items()
    }
    bare = rows["bare python"]["median_ms"]
    for row in rows.values():
        row["times_bare"] = round(row["median_ms"] / bare, 1)
    return {
        "benchmark": "assess_start",
        "rounds": rounds,
        "python": platform.python_version(),
        "goal_ms": GOAL_MS,
        "reached": rows["jiexu assess deadline"]["median_ms"] <= GOAL_MS,
        "rows": rows,
    }


def _contenders(folder: Path) -> dict[str, list[str]]:
    files = {}
    for question, facts in (("deadline", DEADLINE), ("transfer", TRANSFER)):
        files[question] = folder / f"{question}.json"
        files[question].write_text(json.dumps(facts), encoding="utf-8")
    assess = [sys.executable, "-m", "jiexu.faces.cli.main", "assess"]
    return {
        "bare python": [sys.executable, "-c", "pass"],
        "import msgspec": [sys.executable, "-c", "import msgspec"],
        "jiexu assess deadline": [*assess, "deadline", str(files["deadline"])],
        "jiexu assess transfer": [*assess, "transfer", str(files["transfer"])],
    }


def _once(command: list[str], environment: dict[str, str]) -> float:
    clock: Callable[[], float] = time.perf_counter
    begin = clock()
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return (clock() - begin) * 1000


def main() -> None:
    """Print the table, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    found = run(args.rounds)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    print(f"{'':24}{'median ms':>11}{'fastest ms':>12}{'x bare':>8}")
    for name, row in found["rows"].items():
        print(f"{name:24}{row['median_ms']:>11}{row['fastest_ms']:>12}{row['times_bare']:>8}")
    print(f"goal: {GOAL_MS} ms for deadline, {'reached' if found['reached'] else 'MISSED'}")


if __name__ == "__main__":
    main()
