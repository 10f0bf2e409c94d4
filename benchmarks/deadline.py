"""How fast is a due date? Start plus ten working days, ours beside peers and beside the limit.

Every contender answers the same random starts of 2018-2026, single calls, in alternating rounds;
the median round counts. The limit is a bare look-up in two lists, with no checks and no area.
Peers that are not installed are reported as such. Only the ratios mean anything elsewhere.

    python benchmarks/deadline.py [--json]
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib import metadata
from typing import Any

from jiexu.core.calendar.workdays import add_workdays, due_date, is_workday

WORKDAYS = 10
ROUNDS = 7
SEED = 20260302
FIRST = date(2018, 1, 1)
LAST = date(2026, 11, 30)

Counter = Callable[[date], date]


def ours(start: date) -> date:
    return due_date(start, WORKDAYS)[0]


def ours_explained(start: date) -> date:
    return add_workdays(start, WORKDAYS).due


def bare_table() -> Counter:
    """The limit: place by ordinal, then day by place; nothing is checked."""
    base = FIRST.toordinal()
    days: list[date] = []
    places: list[int] = []
    for ordinal in range(base, date(2026, 12, 31).toordinal() + 1):
        day = date.fromordinal(ordinal)
        if is_workday(day):
            days.append(day)
        places.append(len(days) - 1)

    def look_up(start: date) -> date:
        return days[places[start.toordinal() - base] + WORKDAYS]

    return look_up


def chinesecalendar_loop() -> Counter:
    import chinese_calendar

    def count(start: date) -> date:
        day, left = start, WORKDAYS
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)
        return day

    return count


def chinesecalendar_find() -> Counter:
    import chinese_calendar

    def find(start: date) -> date:
        return chinese_calendar.find_workday(WORKDAYS, start)

    return find


def holidays_nth() -> Counter:
    import holidays

    china = holidays.country_holidays("CN", years=range(FIRST.year, LAST.year + 1))

    def nth(start: date) -> date:
        return china.get_nth_working_day(start, WORKDAYS)

    return nth


# name, package, calls per round, how to build it
CONTENDERS: tuple[tuple[str, str | None, int, Callable[[], Counter]], ...] = (
    ("jiexu due_date", None, 20_000, lambda: ours),
    ("jiexu add_workdays (notes, sources)", None, 1_000, lambda: ours_explained),
    ("bare table look-up (limit)", None, 20_000, bare_table),
    ("chinesecalendar is_workday loop", "chinesecalendar", 100, chinesecalendar_loop),
    ("chinesecalendar find_workday", "chinesecalendar", 100, chinesecalendar_find),
    ("holidays get_nth_working_day", "holidays", 500, holidays_nth),
)


def run() -> dict[str, Any]:
    """Race all contenders; calls per second, agreement with ours, and ours as a multiple."""
    chance = random.Random(SEED)
    span = (LAST - FIRST).days
    starts = [FIRST + timedelta(days=chance.randrange(span)) for _ in range(20_000)]
    results: list[dict[str, Any]] = []
    racing: list[tuple[dict[str, Any], Counter, list[date]]] = []
    for name, package, calls, build in CONTENDERS:
        result: dict[str, Any] = {"name": name, "calls_per_round": calls}
        results.append(result)
        try:
            result["version"] = metadata.version(package) if package else None
            counter = build()
        except (metadata.PackageNotFoundError, ImportError):
            result["status"] = "not installed"
            continue
        mine = starts[:calls]
        same = sum(counter(start) == ours(start) for start in mine)
        result |= {"status": "ok", "agrees": f"{same}/{calls}", "rounds_s": []}
        racing.append((result, counter, mine))
    for turn in range(ROUNDS):
        # Every other round backwards: no one always runs on the warm side.
        for result, counter, mine in racing if turn % 2 == 0 else reversed(racing):
            begin = time.perf_counter()
            for start in mine:
                counter(start)
            result["rounds_s"].append(time.perf_counter() - begin)
    for result, _, mine in racing:
        result["ns_per_call"] = statistics.median(result.pop("rounds_s")) / len(mine) * 1e9
        result["calls_per_second"] = 1e9 / result["ns_per_call"]
    mine_ns = results[0]["ns_per_call"]
    for result, _, _ in racing:
        result["ours_is_faster_by"] = result["ns_per_call"] / mine_ns
    return {
        "workload": f"start + {WORKDAYS} working days, random starts {FIRST}..{LAST}, single calls",
        "rounds": ROUNDS,
        "python": platform.python_version(),
        "results": results,
    }


def main() -> None:
    """Print the race as a table, or as JSON."""
    parser = argparse.ArgumentParser(description="Working-day deadlines, ours beside peers.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    report = run()
    if arguments.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
        return
    print(f"{report['workload']}; median of {report['rounds']} rounds, Python {report['python']}")
    print(f"{'':38}{'ns/call':>12}{'calls/s':>14}{'ours faster by':>16}  same answers")
    for result in report["results"]:
        if result["status"] != "ok":
            print(f"{result['name']:38}{result['status']:>12}")
            continue
        print(
            f"{result['name']:38}{result['ns_per_call']:>12,.0f}{result['calls_per_second']:>14,.0f}"
            f"{result['ours_is_faster_by']:>15,.1f}x  {result['agrees']}"
        )


if __name__ == "__main__":
    main()
