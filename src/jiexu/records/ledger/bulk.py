"""Few statements for many rows: how `write` reads and inserts, per database.

PostgreSQL takes rows by COPY and names by array; SQLite takes rows by VALUES of many rows, because
it keeps a rollback journal per statement that has a trigger, and that costs more than the row.
Every function runs on the connection's open transaction; integrity errors are Django's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from itertools import chain
from typing import Any

import msgspec

from jiexu.core.ledger.chart import chart
from jiexu.core.ledger.postings import AccountRef

SHARED = ("agency", "business_date", "recorded_at")
OWN = ("key", "digest", "phase", "pending_id", "code", "debit_id", "credit_id", "amount_fen")
COLUMNS = (*OWN, "case_no")
"""The columns of a row as `insert_transfers` takes them, in this order, after an optional id."""

_SQLITE_ROWS = 3000  # at most 10 values each: below the 32766 parameters of a statement

_REFS = {
    "sqlite": (
        "SELECT a.id, a.kind, a.owner FROM json_each(%s) w CROSS JOIN ledger_account a"
        " ON a.agency = %s AND a.kind = json_extract(w.value, '$[0]')"
        " AND a.owner = json_extract(w.value, '$[1]')"
    ),
    # LIMIT keeps the planner from reading all accounts for a few hundred names.
    "postgresql": (
        "SELECT a.id, w.kind, w.owner FROM unnest(%s::text[], %s::text[]) AS w(kind, owner),"
        " LATERAL (SELECT id FROM ledger_account"
        " WHERE agency = %s AND kind = w.kind AND owner = w.owner LIMIT 1) a"
    ),
}
_KEYS = {
    "sqlite": (
        "SELECT key, id FROM ledger_transfer"
        " WHERE agency = %s AND key IN (SELECT value FROM json_each(%s))"
    ),
    "postgresql": "SELECT key, id FROM ledger_transfer WHERE agency = %s AND key = ANY(%s)",
}
_OPEN = (
    "INSERT INTO ledger_account (agency, kind, owner, normal, floor_zero, opened_at,"
    " debits_posted, credits_posted, debits_pending, credits_pending, last_transfer_id) "
)
_OPEN_ROWS = {
    "sqlite": "VALUES (%s, %s, %s, %s, %s, %s, 0, 0, 0, 0, 0)",
    "postgresql": (
        "SELECT %s, w.kind, w.owner, w.normal, w.floor_zero, %s, 0, 0, 0, 0, 0"
        " FROM unnest(%s::text[], %s::text[], %s::text[], %s::bool[])"
        " AS w(kind, owner, normal, floor_zero)"
    ),
}


def account_ids(connection: Any, agency: str, refs: Collection[AccountRef]) -> dict[Any, int]:
    """The ids of those accounts that are open, by (kind, owner)."""
    vendor = connection.vendor
    names: tuple[Any, ...] = (_json(list(refs)), agency)
    if vendor == "postgresql":
        names = ([ref.kind for ref in refs], [ref.owner for ref in refs], agency)
    with connection.cursor() as cursor:
        cursor.execute(_REFS[vendor], names)
        return {(kind, owner): id_ for id_, kind, owner in cursor.fetchall()}


def open_accounts(
    connection: Any, agency: str, refs: Iterable[AccountRef], opened_at: datetime
) -> None:
    """Open accounts; one that another transaction opened meanwhile is left as it is.

    In the order of their names: two transactions that open the same ones wait, and never deadlock.
    """
    vendor, kinds = connection.vendor, chart().accounts
    at = connection.ops.adapt_datetimefield_value(opened_at)
    rows = [
        (ref.kind, ref.owner, kinds[ref.kind].normal, kinds[ref.kind].floor_zero)
        for ref in sorted(refs)
    ]
    with connection.cursor() as cursor:
        if vendor == "postgresql":
            columns = [list(column) for column in zip(*rows, strict=True)]
            query = f"{_OPEN}{_OPEN_ROWS[vendor]} ON CONFLICT (agency, kind, owner) DO NOTHING"
            cursor.execute(query, (agency, at, *columns))
        else:  # under the one write lock nobody opens accounts meanwhile
            query = f"{_OPEN}{_OPEN_ROWS[vendor]}"
            cursor.executemany(query, [(agency, *row, at) for row in rows])


def transfer_ids(connection: Any, agency: str, keys: Collection[str]) -> dict[str, int]:
    """The ids of those transfers that are recorded, by key."""
    asked = list(keys)
    value = asked if connection.vendor == "postgresql" else _json(asked)
    with connection.cursor() as cursor:
        cursor.execute(_KEYS[connection.vendor], (agency, value))
        return dict(cursor.fetchall())


def next_ids(connection: Any, count: int) -> Sequence[int]:
    """Ids for `count` new transfers, so that one may name another of the same batch.

    On SQLite the caller holds the write lock: nobody else takes them meanwhile.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence('ledger_transfer', 'id'))"
                " FROM generate_series(1, %s)",
                (count,),
            )
            return [id_ for (id_,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = 'ledger_transfer'")
        found = cursor.fetchone()
        first = (found[0] if found else 0) + 1
        return range(first, first + count)


def insert_transfers(
    connection: Any,
    shared: tuple[str, date, datetime],
    rows: Sequence[tuple[Any, ...]],
    *,
    with_ids: bool,
) -> None:
    """Insert rows of `COLUMNS`, each led by its id when `with_ids`. The triggers count them.

    Goes to the driver itself: Django's cursor would rewrite every placeholder of every chunk.
    """
    columns = ("id", *COLUMNS) if with_ids else COLUMNS
    with connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            _copy(connection, shared, columns, rows)
        else:
            _values(connection, shared, columns, rows)


def _copy(
    connection: Any,
    shared: tuple[str, date, datetime],
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    names = ", ".join((*SHARED, *columns))
    with (
        connection.connection.cursor() as cursor,
        cursor.copy(f"COPY ledger_transfer ({names}) FROM STDIN") as copy,
    ):
        write = copy.write_row
        for row in rows:
            write(shared + row)


def _values(
    connection: Any,
    shared: tuple[str, date, datetime],
    columns: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
) -> None:
    agency, day, at = shared
    head = (
        agency,
        connection.ops.adapt_datefield_value(day),
        connection.ops.adapt_datetimefield_value(at),
    )
    names = ", ".join((*SHARED, *columns))
    one = f"(?1, ?2, ?3, {', '.join('?' for _ in columns)})"
    for start in range(0, len(rows), _SQLITE_ROWS):
        part = rows[start : start + _SQLITE_ROWS]
        places = ", ".join([one] * len(part))
        query = f"INSERT INTO ledger_transfer ({names}) VALUES {places}"  # noqa: S608 (own words)
        connection.connection.execute(query, [*head, *chain.from_iterable(part)])


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
