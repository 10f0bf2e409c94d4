"""An empty database for each story: made once with all tables and laws, then copied."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def a_database_each() -> Iterator[Callable[[], None]]:
    """A function that puts this process on a new empty database; all are dropped at the end.

    SQLite: files of a temporary folder. PostgreSQL: databases beside the configured one, made from
    a template (so the user of the connection must be allowed to create databases).
    """
    from django.db import connection

    settings = connection.settings_dict
    before = settings["NAME"]
    with tempfile.TemporaryDirectory(prefix="jiexu-databases-") as folder:
        sqlite = connection.vendor == "sqlite"
        prepared = str(Path(folder) / "prepared.sqlite3") if sqlite else f"jiexu_demo_{os.getpid()}"
        copy = str(Path(folder) / "story.sqlite3") if sqlite else f"{prepared}_story"
        settings["TEST"]["NAME"] = prepared
        connection.creation.create_test_db(verbosity=0, autoclobber=True)

        def fresh() -> None:
            connection.close()
            if sqlite:
                for end in ("", "-wal", "-shm"):
                    Path(copy + end).unlink(missing_ok=True)
                shutil.copy(prepared, copy)
            else:
                _admin(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
                _admin(f'CREATE DATABASE "{copy}" TEMPLATE "{prepared}"')
            settings["NAME"] = copy

        try:
            yield fresh
        finally:
            connection.close()
            if not sqlite:
                _admin(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            settings["NAME"] = prepared
            connection.creation.destroy_test_db(before, verbosity=0)


def _admin(statement: str) -> None:
    """Run on a connection of its own to the server, outside any transaction."""
    from django.db import connection

    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
