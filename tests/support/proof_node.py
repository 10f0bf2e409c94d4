"""Whole nodes in folders of their own, driven by the command as an operator would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
_STORY = """
import sys
sys.path.insert(0, sys.argv[1])
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.support.proof_story import told
with told():
    pass
"""


@dataclass(frozen=True)
class Node:
    """`url` is empty for SQLite in the home."""

    home: Path
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if name[:6] != "JIEXU_"}
        return {
            **mine,
            "JIEXU_HOME": str(self.home),
            "JIEXU_DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "jiexu.config.settings",
        }

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that is in the database, by table."""
        tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        if not self.url:
            tables = (
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'sqlite_stat1'"
            )
        with sql(self) as connection:
            names = [name for (name,) in connection.execute(tables).fetchall()]
            return {
                name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr)
                for name in names
            }

    def jiexu(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "jiexu.faces.cli.main", *words)

    def answer(self, *words: str) -> tuple[int, Any]:
        """Exit code and the JSON that a command prints."""
        done = self.jiexu(*words)
        return done.returncode, json.loads(done.stdout)

    def found(self) -> None:
        """Secrets, database, and the whole story of two people."""
        done = self.python(
            "-c",
            "import pathlib, sys; from jiexu.work.home import create_secrets;"
            "create_secrets(pathlib.Path(sys.argv[1]))",
            str(self.home),
        )
        assert done.returncode == 0, done.stderr
        done = self.python("-c", _STORY, str(ROOT))
        assert done.returncode == 0, done.stderr


def postgres_url() -> str:
    """The server of the PostgreSQL leg; empty on the other leg."""
    url = os.environ.get("JIEXU_DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """The address of an empty database: a new one on PostgreSQL; SQLite makes its own."""
    if not (url := postgres_url()):
        yield ""
        return
    import psycopg

    server, _, _ = url.rpartition("/")
    name = f"jiexu_{name}_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as maintenance:
        maintenance.execute(f"DROP DATABASE IF EXISTS {name}")
        maintenance.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            with suppress(psycopg.Error):
                maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def sql(node: Node, *, lawless: bool = False) -> Iterator[Any]:
    """A connection to the node's database, committed at the end; `lawless`: past every trigger."""
    if node.url:
        import psycopg

        with psycopg.connect(node.url) as connection:
            if lawless:
                connection.execute("SET session_replication_role = replica")
            yield connection
        return
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(node.home / "jiexu.sqlite3")) as connection:
        laws = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        kept = laws.fetchall() if lawless else []
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, text in kept:
            connection.execute(text)
        connection.commit()
