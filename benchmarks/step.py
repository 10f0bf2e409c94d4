"""How dear is one step through the unit of work, beside the SQL that has the same effect?

The step is `write_record` by a clerk: case to its new state, clock met, insured months written,
message into the outbox, notice to the person, audit entry chained, command remembered. Ours is
`unit_of_work.apply` with all it does (locks, repeats, facts loaded and unsealed, decision, digests,
sealing, laws); once per commit, and 500 per commit. The limit is the bare effect: the very values
that ours wrote, known beforehand, in one data-modifying statement on PostgreSQL and in one
transaction of seven statements on SQLite, on the same tables with the same indexes and triggers.

Each round both start from a fresh copy of the same database with the same waiting cases, one after
the other in alternating order; the median round counts. Every commit is durable.

    python benchmarks/step.py [--json] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import _country
from _country import START, TARGET

BATCH, SINGLY, ROUNDS = 500, 30, 5
CASE_COLUMNS = (
    *("state", "record_leg", "fund_leg", "version", "doubts", "auto_event", "auto_due_at"),
    *("auto_attempts", "chain_head"),
)
NEW_ROWS = (
    "registry_contribution",
    "exchange_outgoing",
    "notices_notice",
    "audit_entry",
    "procedures_command",
)
"""The tables of one agency that a step adds one row to."""


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Steps per second of both, and ours as a part of the limit, on each database."""
    return {
        "benchmark": "step",
        "step": "write_record by a clerk",
        "unit": "steps/s",
        "rounds": rounds,
        "results": {
            vendor: _country.in_worker(__file__, server, [str(rounds)], timeout=300)
            for vendor, server in _country.servers().items()
        },
    }


def _worker(home: Path, rounds: int) -> dict[str, Any]:
    _country.start(home)
    _wait_for_the_clerk(BATCH + SINGLY, home)
    found = {"machine": _country.machine(), "durable": _country.durability()}
    with _country.copies() as fresh:
        fresh()
        steps = _steps()
        before = _highest_ids()
        _ours(steps)  # warms up, and shows what the effect is
        effects = _effects(before)
        breaks = _breaks()
        assert not breaks, breaks[:3]
        taken: dict[str, list[tuple[float, float]]] = {"ours": [], "limit": []}
        for turn in range(rounds):
            order = ("ours", "limit") if turn % 2 else ("limit", "ours")
            for name in order:
                url = fresh()
                if name == "ours":
                    taken[name].append(_ours(steps))
                else:
                    taken[name].append(_limit(url, effects))
                _check(len(steps))
    return found | {"rows": _rows(taken)}


def _rows(taken: dict[str, list[tuple[float, float]]]) -> dict[str, Any]:
    rows = {}
    for place, (name, count) in enumerate((("1 per commit", SINGLY), (f"{BATCH} at once", BATCH))):
        seconds = {
            who: statistics.median(one[place] for one in all_) for who, all_ in taken.items()
        }
        rows[name] = {
            "ours": round(count / seconds["ours"]),
            "limit": round(count / seconds["limit"]),
            "part_of_limit": round(seconds["limit"] / seconds["ours"], 3),
            "ours_ms": round(seconds["ours"] / count * 1000, 2),
            "limit_ms": round(seconds["limit"] / count * 1000, 3),
        }
    return rows


def _wait_for_the_clerk(count: int, home: Path) -> None:
    """`count` cases driven by the real queues until the next move is to write the months."""
    from transfer import application

    from jiexu.work import dispatch, documents, receive, timers, unit_of_work

    country = _country.settle_country(count, home / "bank")
    steps = [application(certno, serial) for serial, certno in enumerate(country.certnos)]
    results = unit_of_work.apply(TARGET, steps, now=START)
    assert all(result.ok for result in results), results
    # Request, acceptance and form, seal, answer and form: then the form lies with the clerk.
    for sweep in (
        *(dispatch.dispatch_due, receive.apply_due, timers.run_autos, documents.seal_due),
        *(dispatch.dispatch_due, receive.apply_due),
    ):
        while sweep(START):
            pass


def _steps() -> list[Any]:
    from jiexu.core.base.actors import Actor, Role
    from jiexu.core.procedures.outcome import Step
    from jiexu.records.procedures.models import Case

    clerk = Actor(role=Role.CLERK, ref="jingban", agency=TARGET)
    rows = Case.objects.of(TARGET).filter(half="in", record_leg="form_received").order_by("pk")
    return [
        Step(
            case_no=row.case_no,
            half="in",
            event="write_record",
            actor=clerk,
            key=f"act:{row.case_no}",
            expected_version=row.version,
        )
        for row in rows
    ]


def _ours(steps: Sequence[Any]) -> tuple[float, float]:
    """Seconds for SINGLY steps in a commit each, and for BATCH in one."""
    from jiexu.work import unit_of_work

    assert len(steps) == SINGLY + BATCH, len(steps)
    begin = time.perf_counter()
    results = [unit_of_work.apply(TARGET, [step], now=START)[0] for step in steps[:SINGLY]]
    middle = time.perf_counter()
    results += unit_of_work.apply(TARGET, steps[SINGLY:], now=START)
    end = time.perf_counter()
    assert all(result.ok for result in results), results[0]
    return middle - begin, end - middle


def _check(steps: int) -> None:
    """Whoever it was: the same rows are there and the cases stand where they should."""
    from jiexu.records.audit.models import Entry
    from jiexu.records.procedures.models import Case, Clock

    cases = Case.objects.of(TARGET).filter(half="in", record_leg="done", state="open")
    assert cases.count() == steps
    assert Clock.objects.of(TARGET).filter(name="record_in", met_on=START.date()).count() == steps
    entries = Entry.objects.of(TARGET).filter(action="transfer.write_record")
    assert entries.count() == steps


def _breaks() -> list[Any]:
    from jiexu.records.ledger.verify import verify as verify_ledger
    from jiexu.work.proofs import verify as verify_proofs

    return [*verify_ledger(), *verify_proofs()]


# What the limit writes: read from the rows that ours left.


def _query(sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [column[0] for column in cursor.description], cursor.fetchall()


def _highest_ids() -> dict[str, int]:
    return {table: _query(f"SELECT max(id) FROM {table}")[1][0][0] or 0 for table in NEW_ROWS}


def _effects(before: dict[str, int]) -> dict[str, Any]:
    """For each table the columns and, in the order of the cases, the values of the new rows."""
    columns = ", ".join(("id", *CASE_COLUMNS))
    where = f"agency = '{TARGET}' AND half = 'in' ORDER BY id"
    cases = _query(f"SELECT {columns} FROM procedures_case WHERE {where}")[1]
    tables = {}
    for table, highest in before.items():
        names, rows = _query(f"SELECT * FROM {table} WHERE id > {highest} ORDER BY id")
        assert len(rows) == len(cases), table
        tables[table] = (names[1:], [row[1:] for row in rows])
    return {"cases": cases, "tables": tables}


def _limit(url: str, effects: dict[str, Any]) -> tuple[float, float]:
    from django.db import connection

    act = (_LimitSqlite if connection.vendor == "sqlite" else _LimitPostgres)(url, effects)
    parts = [slice(place, place + 1) for place in range(SINGLY)]
    begin = time.perf_counter()
    for part in parts:
        act(part)
    middle = time.perf_counter()
    act(slice(SINGLY, SINGLY + BATCH))
    end = time.perf_counter()
    act.close()
    return middle - begin, end - middle


class _LimitSqlite:
    """Seven statements in one transaction."""

    def __init__(self, url: str, effects: dict[str, Any]) -> None:
        import sqlite3

        from django.db import connection

        self._db = sqlite3.connect(url, isolation_level=None)
        self._db.executescript(connection.settings_dict["OPTIONS"]["init_command"])
        sets = ", ".join(f"{name} = ?" for name in CASE_COLUMNS)
        self._case = f"UPDATE procedures_case SET {sets} WHERE id = ? AND version = ?"
        self._cases = [(*row[1:], row[0], row[4] - 1) for row in effects["cases"]]
        self._clock = (
            "UPDATE procedures_clock SET met_on = ?"
            " WHERE case_id = ? AND name = 'record_in' AND met_on IS NULL"
        )
        self._clocks = [(START.date().isoformat(), row[0]) for row in effects["cases"]]
        self._inserts = [
            (
                f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",
                rows,
            )
            for table, (names, rows) in effects["tables"].items()
        ]

    def __call__(self, part: slice) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany(self._case, self._cases[part])
        self._db.executemany(self._clock, self._clocks[part])
        for statement, rows in self._inserts:
            self._db.executemany(statement, rows[part])
        self._db.execute("COMMIT")

    def close(self) -> None:
        self._db.close()


class _LimitPostgres:
    """One data-modifying statement, values as arrays, prepared by the server."""

    def __init__(self, url: str, effects: dict[str, Any]) -> None:
        import psycopg

        self._db = psycopg.connect(url, autocommit=True)
        self._columns: list[list[Any]] = []
        parts = []
        row = [*("bigint", "text", "text", "text", "bigint", "text", "text"), "timestamptz"]
        row += ["bigint", "text"]
        cases = list(zip(*effects["cases"], strict=True))
        sets = ", ".join(f"{name} = v.{name}" for name in CASE_COLUMNS)
        parts.append(
            f"a AS (UPDATE procedures_case t SET {sets}"
            f" FROM {self._unnest(('id', *CASE_COLUMNS), row, cases)}"
            " WHERE t.id = v.id AND t.version = v.version - 1 RETURNING t.id)"
        )
        parts.append(
            f"b AS (UPDATE procedures_clock t SET met_on = DATE '{START.date()}'"
            f" FROM {self._unnest(('id',), ['bigint'], cases[:1])}"
            " WHERE t.case_id = v.id AND t.name = 'record_in' AND t.met_on IS NULL)"
        )
        for place, (table, (names, rows)) in enumerate(effects["tables"].items()):
            kinds = [self._kind(table, name) for name in names]
            values = self._unnest(names, kinds, list(zip(*rows, strict=True)))
            parts.append(
                f"t{place} AS (INSERT INTO {table} ({', '.join(names)}) SELECT * FROM {values})"
            )
        self._statement = f"WITH {', '.join(parts)} SELECT count(*) FROM a"

    def _kind(self, table: str, column: str) -> str:
        return self._db.execute(
            "SELECT CASE WHEN data_type = 'character varying' THEN 'text' ELSE data_type END"
            " FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            (table, column),
        ).fetchone()[0]

    def _unnest(self, names: Sequence[str], kinds: Sequence[str], columns: Sequence[Any]) -> str:
        self._columns += [list(column) for column in columns]
        lists = ", ".join(f"%s::{kind}[]" for kind in kinds)
        return f"unnest({lists}) AS v({', '.join(names)})"

    def __call__(self, part: slice) -> None:
        values = [column[part] for column in self._columns]
        done = self._db.execute(self._statement, values, prepare=True).fetchone()[0]
        assert done == len(values[0]), done

    def close(self) -> None:
        self._db.close()


def main() -> None:
    """Print the table, or JSON with `--json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(_worker(Path(options.worker[0]), int(options.worker[1]))))
        return
    report = run(options.rounds)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
        return
    print(f"{report['step']}, median of {report['rounds']} rounds, steps/s")
    for vendor, result in report["results"].items():
        facts = {**result["machine"], **result["durable"]}
        print(f"{vendor}: {', '.join(f'{name} {value}' for name, value in facts.items())}")
        print(f"  {'':14}{'ours':>8}{'limit':>8}{'part':>7}{'ours ms':>9}{'limit ms':>10}")
        for name, row in result["rows"].items():
            print(
                f"  {name:14}{row['ours']:>8,}{row['limit']:>8,}{row['part_of_limit']:>7.2f}"
                f"{row['ours_ms']:>9.2f}{row['limit_ms']:>10.3f}"
            )


if __name__ == "__main__":
    main()
