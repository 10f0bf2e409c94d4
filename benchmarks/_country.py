"""A throw-away node with two agencies and many people, for benchmarks that drive whole cases.

The parent gives every database a worker process of its own, with a home and a database that are
thrown away; the worker starts the product with its own settings: nothing is switched off.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

SOURCE, TARGET = "320100", "450200"
START = datetime.fromisoformat("2026-03-11T10:00:00+08:00")
BALANCE = "3214.56"
BALANCE_FEN = 321456
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"


def servers() -> dict[str, str]:
    """Where to measure: SQLite always, PostgreSQL when one answers (JIEXU_TEST_POSTGRES_URL)."""
    found = {"sqlite": ""}
    url = os.environ.get("JIEXU_TEST_POSTGRES_URL", SERVER)
    try:
        import psycopg

        psycopg.connect(url, connect_timeout=2).close()
    except Exception as error:
        print(f"PostgreSQL is left out: {error}", file=sys.stderr)
        return found
    return found | {"postgresql": url}


def in_worker(script: str, server: str, arguments: Sequence[str], timeout: float) -> Any:
    """What `script --worker HOME ...` prints as JSON, run on an empty database of its own."""
    with tempfile.TemporaryDirectory(prefix="jiexu-bench-") as home, _database(server) as url:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("JIEXU_")
        } | {
            "JIEXU_HOME": home,
            "JIEXU_DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "jiexu.config.settings",
            "JIEXU_LOG": "ERROR",
        }
        done = subprocess.run(
            [sys.executable, script, "--worker", home, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=timeout,
        )
    return json.loads(done.stdout)


@contextmanager
def _database(server: str) -> Iterator[str]:
    """An empty database on the server, dropped at the end; nothing to do for SQLite."""
    if not server:
        yield ""
        return
    import psycopg

    name = f"jiexu_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            for made in (_copy_of(name), name):
                admin.execute(f"DROP DATABASE IF EXISTS {made} WITH (FORCE)")


def _copy_of(name: str) -> str:
    return f"{name}_copy"


@contextmanager
def copies() -> Iterator[Callable[[], str]]:
    """A function that puts a fresh copy of the worker's database in its place.

    It answers with the address of the copy for another connection: a path, or a URL.
    """
    from django.db import connection

    prepared = connection.settings_dict["NAME"]
    make = _copy_file if connection.vendor == "sqlite" else _copy_database

    def fresh() -> str:
        connection.close()  # the last connection of a SQLite file empties its log into it
        connection.settings_dict["NAME"] = _copy_of(prepared)
        return make(prepared, _copy_of(prepared))

    yield fresh
    connection.close()
    connection.settings_dict["NAME"] = prepared


def _copy_file(prepared: str, copy: str) -> str:
    for end in ("", "-wal", "-shm"):
        Path(copy + end).unlink(missing_ok=True)
    shutil.copy(prepared, copy)
    return copy


def _copy_database(prepared: str, copy: str) -> str:
    import psycopg

    url = os.environ["JIEXU_DATABASE_URL"]
    server = urlunsplit(urlsplit(url)._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {copy} TEMPLATE {prepared}")
        admin.execute("CHECKPOINT")
    return urlunsplit(urlsplit(url)._replace(path=f"/{copy}"))


def start(home: Path) -> None:
    """In the worker: secrets, Django, all tables and laws, and a clock that stands still."""
    from jiexu.work.home import create_secrets

    create_secrets(home)
    import django

    django.setup()
    from django.core.management import call_command

    from jiexu.simulation.clockwork import VirtualClock

    call_command("migrate", verbosity=0, skip_checks=True)
    VirtualClock(START).install()


@dataclass(frozen=True, slots=True)
class Country:
    """Two agencies, their people's identity numbers, and the bank between them."""

    certnos: tuple[str, ...]
    bank_folder: Path


def settle_country(count: int, bank_folder: Path) -> Country:
    """`count` people: seven years insured and 3,214.56 yuan at SOURCE, since March at TARGET."""
    from jiexu.simulation.bank_files import Account, write_accounts
    from jiexu.simulation.node import LocalNode
    from jiexu.simulation.people import invent_people

    node = LocalNode()
    accounts = []
    for area, name, kind, money in (
        (SOURCE, "甲市医疗保险中心", "收入户", count * BALANCE_FEN + 100),
        (TARGET, "乙市医疗保险中心", "财政专户", 100),
    ):
        number = f"9999{area}00000000"
        node.open_agency(
            area=area,
            name=name,
            phone="12393",
            receipt_kind=kind,
            bank_name="演示银行",
            account_name=f"{name}（演示账户）",
            account=number,
        )
        accounts.append(
            Account(area=area, number=number, name=f"{name}（演示账户）", opening_fen=money)
        )
    bank_folder.mkdir(parents=True, exist_ok=True)
    write_accounts(bank_folder, accounts)
    people = invent_people(
        Random(20260311),
        count=count,
        area=SOURCE,
        today=START.date(),
        born_between=(date(1970, 1, 1), date(1998, 12, 31)),
    )
    for area in (SOURCE, TARGET):
        rows = [{"姓名": p.name, "证件类型": "01", "证件号码": p.certno} for p in people]
        node.import_rows("persons", area, rows)
    old, new = "normal 2019-03-01 2026-02-28", "paused 2026-03-01 "
    node.import_rows(
        "relations", SOURCE, [_relation(p, past) for p in people for past in (old, new)]
    )
    node.import_rows("relations", TARGET, [_relation(p, "normal 2026-03-01 ") for p in people])
    months = [_months(p.certno, "2019-03", "2026-02", SOURCE) for p in people]
    node.import_rows("contributions", SOURCE, months)
    months = [_months(p.certno, "2026-03", "2026-03", TARGET) for p in people]
    node.import_rows("contributions", TARGET, months)
    node.import_rows(
        "balances", SOURCE, [{"证件号码": p.certno, "个人账户余额": BALANCE} for p in people]
    )
    return Country(certnos=tuple(p.certno for p in people), bank_folder=bank_folder)


def _relation(person: Any, past: str) -> dict[str, str]:
    status, begin, end = past.split(" ")
    return {
        "证件号码": person.certno,
        "险种": "310",
        "参保类型": "account",
        "状态": status,
        "起始日期": begin,
        "终止日期": end,
        "单位名称": person.employer.name if status == "normal" else "",
    }


def _months(certno: str, first: str, last: str, area: str) -> dict[str, str]:
    return {
        "证件号码": certno,
        "险种": "310",
        "类型": "actual",
        "起始年月": first,
        "终止年月": last,
        "缴费地": area,
    }


def durability() -> dict[str, str]:
    """The settings that make a commit durable, as the database itself tells them."""
    from django.db import connection

    names = {
        "sqlite": ("PRAGMA {}", ("journal_mode", "synchronous")),
        "postgresql": ("SHOW {}", ("fsync", "synchronous_commit", "full_page_writes")),
    }
    ask, settings = names[connection.vendor]
    found = {}
    with connection.cursor() as cursor:
        for name in settings:
            cursor.execute(ask.format(name))
            found[name] = str(cursor.fetchone()[0])
    durable = found.get("synchronous") == "2" or (
        found.get("fsync") == "on" and found.get("synchronous_commit") == "on"
    )
    assert durable, f"commits are not durable here: {found}"
    return found


def machine() -> dict[str, str | int]:
    """What the figures depend on: cores, Python, database; no names."""
    import sqlite3

    from django.db import connection

    from jiexu.adapters.signing import best_signer

    version = sqlite3.sqlite_version
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0].split(" ")[0]
    return {
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "database": f"{connection.vendor} {version}",
        "signer": best_signer().name,
        "load_1min": round(os.getloadavg()[0], 1),
    }
