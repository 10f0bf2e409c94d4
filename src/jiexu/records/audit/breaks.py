"""What a proof found wrong, and how a proof reads: one moment of the database, row after row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import msgspec
from django.db import connection, transaction

T = TypeVar("T")

Told = Callable[[str, int], None]
"""Called with the name of a table and how many more of its rows have been read."""

CHUNK = 500


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """One place where the record does not hold together.

    `row_id` is `None` where the row itself is missing. `text` says in Chinese what is wrong.
    """

    agency: str
    table: str
    row_id: int | None
    stream: str
    text: str

    def __str__(self) -> str:
        row = f"第 {self.row_id} 行" if self.row_id is not None else "（缺行）"
        stream = f" {self.stream}" if self.stream else ""
        return f"{self.agency} {self.table} {row}{stream}：{self.text}"


def silent(table: str, rows: int) -> None:
    """Nobody wants to hear how far the proof is."""


def rows_of(model: Any, area: str | None) -> Any:
    """The rows of one agency, or of the whole node."""
    return model.objects.of(area) if area else model.objects.across_node()


def chunks(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Parts of at most `size`: a proof holds one part in memory, never a table."""
    source = iter(rows)
    while part := list(islice(source, size)):
        yield part


def heard(rows: Iterable[T], table: str, told: Told) -> Iterator[T]:
    """The same rows; `told` hears of them now and then, and of every one in the end."""
    for part in chunks(rows):
        yield from part
        told(table, len(part))


@contextmanager
def one_moment() -> Iterator[None]:
    """All reads inside see the database as it was at the first of them; nobody has to wait.

    So a node may be proved while it works. Inside another transaction that one's view holds.
    """
    connection.ensure_connection()
    if connection.in_atomic_block or _reading():
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Django's own transactions take SQLite's write lock at once; reading needs none.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _reading() -> bool:
    return connection.vendor == "sqlite" and connection.connection.in_transaction
