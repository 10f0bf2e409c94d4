"""How fast the ledger records, against plain SQL of the same shape on the same server.

Ours: `post` with everything it does: names to accounts, digests, keys checked, laws by trigger.
Plain SQL: the same tables, indexes and constraints without triggers; account ids known, no digests,
no key asked for twice; one insert of many rows and one balance update per account and side: what
one could at best write by hand. Both commit durably (SQLite synchronous=FULL, PostgreSQL fsync on
as the server has it; the setting is reported). Rounds alternate; the median of five is told.

    python benchmarks/ledger.py [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

AREA, DAY, NOW = "450100", date(2026, 3, 2), datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
ACCOUNTS, ROUNDS = 20_000, 5
BATCHES = {1: 20, 100: 8, 1_000: 2, 10_000: 1}  # size → batches timed together in one round
RAW_COLUMNS = (
    "agency, business_date, recorded_at, key, digest, phase, pending_id, code, debit_id,"
    " credit_id, amount_fen, case_no"
)


def run() -> dict[str, Any]:
    """Measure on SQLite, and on PostgreSQL when one answers: transfers per second and the ratio."""
    results = {"sqlite": _measured("")}
    if server := _postgres():
        results["postgresql"] = _measured(server)
    return {"benchmark": "ledger", "unit": "transfers/s", "rounds": ROUNDS, "results": results}


def _postgres() -> str:
    url = os.environ.get("JIEXU_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
    try:
        import psycopg

        psycopg.connect(url, connect_timeout=2).close()
    except Exception as error:
        print(f"PostgreSQL is left out: {error}", file=sys.stderr)
        return ""
    return url


def _measured(server: str) -> dict[str, Any]:
    """One vendor in a process of its own, with a home and databases that are thrown away."""
    with tempfile.TemporaryDirectory(prefix="jiexu-bench-") as home:
        command = [sys.executable, __file__, "--worker", server or "sqlite", home]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=300)
    return json.loads(done.stdout)


def _worker(server: str, home: str) -> dict[str, Any]:
    if server == "sqlite":
        return _race(f"sqlite://{home}/ours.sqlite3", f"{home}/raw.sqlite3")
    import psycopg

    names = [f"jiexu_bench_{os.getpid()}_{word}" for word in ("ours", "raw")]
    ours, raw = (urlunsplit(urlsplit(server)._replace(path=f"/{name}")) for name in names)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {names[0]}")
        try:
            return _race(ours, raw)
        finally:
            for name in names:
                admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _race(ours_url: str, raw_url: str) -> dict[str, Any]:
    import django
    from django.conf import settings

    from jiexu.work.home import database_settings

    settings.configure(
        DATABASES={"default": database_settings(ours_url, Path())},
        INSTALLED_APPS=["jiexu.records.registry", "jiexu.records.ledger"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        TIME_ZONE="Asia/Shanghai",
        USE_TZ=True,
    )
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, skip_checks=True)
    _open_books()
    raw = (_RawSqlite if connection.vendor == "sqlite" else _RawPostgres)(connection, raw_url)
    table = {}
    for shape in ("uniform", "hot"):
        for size, batches in BATCHES.items():
            times: dict[str, list[float]] = {"ours": [], "raw": []}
            for turn in range(ROUNDS + 1):
                work = [_batch(shape, size, f"{shape}:{size}:{turn}:{i}") for i in range(batches)]
                for name, act in (("ours", _post), ("raw", raw.act)):
                    prepared = work if name == "ours" else [raw.prepare(batch) for batch in work]
                    seconds = _clock(act, prepared) / (size * batches)
                    if turn:  # the first round warms both up
                        times[name].append(seconds)
            medians = {name: statistics.median(values) for name, values in times.items()}
            table[f"{shape}/{size}"] = {
                "ours": round(1 / medians["ours"]),
                "raw_sql": round(1 / medians["raw"]),
                "ratio": round(medians["raw"] / medians["ours"], 2),
            }
    _check(connection)
    return {"durable": _durable(connection), "rows": table}


def _open_books() -> None:
    from django.db import transaction

    from jiexu.core.ledger.postings import matched, opening_balance, paid_out, received
    from jiexu.records.isolation import writing
    from jiexu.records.registry.models import Agency

    with transaction.atomic(), writing():
        Agency.objects.bulk_create(
            [Agency(area=AREA, name="测试经办机构", hosted=True, opened_on=DAY)]
        )
    _post([opening_balance(f"P{i}", 10**9) for i in range(ACCOUNTS)])
    _post([received(f"L{i}", 10**9) for i in range(ACCOUNTS)])
    _post([matched(f"C{i}", f"L{i}", 10**9) for i in range(ACCOUNTS)])
    _post([paid_out("C0", 1)])


def _batch(shape: str, size: int, name: str) -> list[Any]:
    """`uniform`: any case's account to any person's; `hot`: any case's to the one bank account."""
    import msgspec

    from jiexu.core.ledger.postings import credited, paid_out

    chance = random.Random(name)
    made = []
    for i in range(size):
        case = f"C{chance.randrange(ACCOUNTS)}"
        person = f"P{chance.randrange(ACCOUNTS)}"
        posting = credited(case, person, 100) if shape == "uniform" else paid_out(case, 100)
        made.append(msgspec.structs.replace(posting, key=f"{name}:{i}"))
    return made


def _post(batch: Sequence[Any]) -> None:
    from django.db import transaction

    from jiexu.records.isolation import writing
    from jiexu.records.ledger.write import post

    with transaction.atomic(), writing():
        post(AREA, batch, business_date=DAY, now=NOW)


def _clock(act: Callable[[Any], None], work: Iterable[Any]) -> float:
    start = time.perf_counter()
    for item in work:
        act(item)
    return time.perf_counter() - start


class _Raw:
    """Plain SQL on a copy of the database without its triggers."""

    def __init__(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT kind, owner, id FROM ledger_account")
            self.ids = {(kind, owner): id_ for kind, owner, id_ in cursor.fetchall()}

    def prepare(self, batch: Sequence[Any]) -> list[tuple[Any, ...]]:
        head = (AREA, DAY.isoformat(), NOW.isoformat(sep=" "))
        digest = "0" * 64
        return [
            (
                *(*head, p.key, digest, p.phase.value, None, p.code),
                *(self.ids[p.debit], self.ids[p.credit], p.amount_fen, p.case_no),
            )
            for p in batch
        ]

    @staticmethod
    def sums(rows: Sequence[tuple[Any, ...]]) -> tuple[dict[int, int], dict[int, int]]:
        debits: dict[int, int] = defaultdict(int)
        credits_: dict[int, int] = defaultdict(int)
        for row in rows:
            debits[row[8]] += row[10]
            credits_[row[9]] += row[10]
        return debits, credits_


class _RawSqlite(_Raw):
    def __init__(self, connection: Any, path: str) -> None:
        super().__init__(connection)
        import sqlite3

        connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(connection.settings_dict["NAME"], path)
        self.raw = sqlite3.connect(path, isolation_level=None)
        self.raw.executescript(connection.settings_dict["OPTIONS"]["init_command"])
        for (name,) in self.raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            self.raw.execute(f"DROP TRIGGER {name}")

    def act(self, rows: Sequence[tuple[Any, ...]]) -> None:
        execute = self.raw.execute
        execute("BEGIN IMMEDIATE")
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            places = ",".join(["(?,?,?,?,?,?,?,?,?,?,?,?)"] * len(part))
            values = [value for row in part for value in row]
            execute(f"INSERT INTO ledger_transfer ({RAW_COLUMNS}) VALUES {places}", values)
        for side, sums in zip(("debits", "credits"), self.sums(rows), strict=True):
            self.raw.executemany(
                f"UPDATE ledger_account SET {side}_posted = {side}_posted + ? WHERE id = ?",
                [(amount, id_) for id_, amount in sums.items()],
            )
        execute("COMMIT")


class _RawPostgres(_Raw):
    def __init__(self, connection: Any, url: str) -> None:
        super().__init__(connection)
        import psycopg

        ours, name = connection.settings_dict["NAME"], urlsplit(url).path.lstrip("/")
        connection.close()
        server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {ours}")
        self.raw = psycopg.connect(url, autocommit=True)
        for table in ("ledger_transfer", "ledger_account"):
            self.raw.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def act(self, rows: Sequence[tuple[Any, ...]]) -> None:
        with self.raw.transaction():
            cursor = self.raw.cursor()
            with cursor.copy(f"COPY ledger_transfer ({RAW_COLUMNS}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            for side, sums in zip(("debits", "credits"), self.sums(rows), strict=True):
                cursor.execute(
                    f"UPDATE ledger_account a SET {side}_posted = a.{side}_posted + s.amount"
                    " FROM unnest(%s::bigint[], %s::bigint[]) AS s(id, amount) WHERE a.id = s.id",
                    (list(sums), list(sums.values())),
                )


def _durable(connection: Any) -> str:
    name = "synchronous" if connection.vendor == "sqlite" else "fsync"
    with connection.cursor() as cursor:
        cursor.execute(f"{'PRAGMA' if connection.vendor == 'sqlite' else 'SHOW'} {name}")
        return f"{name}={cursor.fetchone()[0]}"


def _check(connection: Any) -> None:
    """What was measured was right: every fen of the rows is in the totals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(debits_posted), sum(credits_posted) FROM ledger_account")
        debits, credits_ = cursor.fetchone()
        cursor.execute("SELECT sum(amount_fen) FROM ledger_transfer")
        (moved,) = cursor.fetchone()
    assert debits == credits_ == moved, "totals and rows differ"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--worker", nargs=2, metavar=("SERVER", "HOME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(_worker(*options.worker)))
        return
    report = run()
    if options.json:
        print(json.dumps(report, indent=1))
        return
    for vendor, result in report["results"].items():
        print(f"{vendor} ({result['durable']})")
        print(f"  {'shape/batch':16}{'ours':>10}{'plain SQL':>12}{'ratio':>8}   transfers/s")
        for name, row in result["rows"].items():
            print(f"  {name:16}{row['ours']:>10,}{row['raw_sql']:>12,}{row['ratio']:>8}")


if __name__ == "__main__":
    main()
