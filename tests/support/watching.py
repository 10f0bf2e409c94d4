"""Watching the database at work: statements, commits, and dying at any one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from jiexu.records import laws


class Seen:
    """What went to the database: the statements, and how often something was committed."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.commits = 0

    @property
    def count(self) -> int:
        return len(self.statements)


@contextmanager
def watching() -> Iterator[Seen]:
    """Counts statements and real commits of this thread's connection."""
    seen = Seen()
    commit = connection._commit

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.statements.append(sql)
        return execute(sql, params, many, context)

    def counted() -> None:
        seen.commits += 1
        commit()

    connection._commit = counted
    try:
        with connection.execute_wrapper(look):
            yield seen
    finally:
        connection._commit = commit


class Died(BaseException):
    """The process is gone at this very instant: no handler of the product may catch it."""


class Death:
    """Dies now and then. Instants are counted over the whole run: before each statement, before
    and after each commit, and after a statement that is a commit of its own.

    `gaps` are the instants between two deaths. They must differ: a machine that always dies after
    the same time never gets any further.
    """

    def __init__(self, gaps: Iterable[int]) -> None:
        self.instant = 0
        self.where: list[str] = []
        self._gaps = iter(gaps)
        self._next = next(self._gaps, 0)

    @property
    def deaths(self) -> int:
        return len(self.where)

    def strikes(self, what: str) -> bool:
        """Whether this instant is one of them."""
        if self.instant != self._next:
            return False
        self._next += next(self._gaps, 0)
        return True

    def pass_by(self, what: str) -> None:
        self.instant += 1
        if self.strikes(what):
            self.where.append(what)
            # What the server does with the transaction of a client that is no more.
            connection.connection.rollback()
            raise Died(what)


class DeathAtCommits(Death):
    """Dies `when` (before or after) of one commit in three."""

    def __init__(self, when: str, chance: Random) -> None:
        super().__init__(())
        self.what = f"{when} COMMIT"
        self.chance = chance

    def strikes(self, what: str) -> bool:
        return what == self.what and self.chance.random() < 1 / 3


@contextmanager
def dying(death: Death) -> Iterator[None]:
    """Within, the process dies where `death` says: `Died` leaves the block each time."""
    commit = connection._commit

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        death.pass_by(f"before {sql[:60]}")
        answer = execute(sql, params, many, context)
        if not connection.in_atomic_block and not sql.startswith(("SELECT", "BEGIN")):
            death.pass_by(f"after {sql[:60]}")
        return answer

    def passed() -> None:
        death.pass_by("before COMMIT")
        commit()
        death.pass_by("after COMMIT")

    connection._commit = passed
    try:
        with connection.execute_wrapper(look):
            yield
    finally:
        connection._commit = commit


def empty_everything() -> None:
    """Throw all rows of the product away: what only a test may do."""
    tables = [
        f'"{model._meta.db_table}"'
        for model in apps.get_models()
        if model.__module__.startswith("jiexu.")
    ]
    with laws.suspended(connection), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)}")
            return
        with transaction.atomic():
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
