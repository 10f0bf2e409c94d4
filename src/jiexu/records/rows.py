"""Few statements for many rows: how `write` modules insert and change whole batches.

What Django's own bulk functions do, at a tenth of their cost: they build one CASE expression per
row and column, or check every value of every row again. Here the statement is made once per table
and the values go to the driver. PostgreSQL takes rows by COPY and changes by array; SQLite takes
both one prepared statement at a time, which is its fastest way. Integrity errors are Django's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models, transaction

from jiexu.records.isolation import IsolationBreach, may_write

_FEW = 3
"""Up to so many rows one INSERT of PostgreSQL is quicker than a COPY."""

_ARRAYS = {
    "CharField": "text[]",  # not varchar(n)[]: a cast to that would cut silently
    "TextField": "text[]",
    "BinaryField": "bytea[]",
    "DateField": "date[]",
    "DateTimeField": "timestamptz[]",
    "BooleanField": "bool[]",
}

Values = Sequence[tuple[Any, ...]]


def insert_rows(agency: str, rows: Sequence[models.Model], *, known_stay: bool = False) -> None:
    """Insert new rows of one table and one agency. Their primary keys are not read back.

    With `known_stay` a row that breaks a unique constraint is passed over.
    """
    if not rows:
        return
    model = type(rows[0])
    _must_be_allowed(model, agency, rows)
    table, columns, names = _plan(model, None)
    values = _values(rows, names)
    with transaction.atomic(savepoint=False), connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            _insert_postgres(model, table, columns, names, values, known_stay)
        else:
            places = ", ".join("?" for _ in columns)
            verb = "INSERT OR IGNORE" if known_stay else "INSERT"
            connection.connection.executemany(
                f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({places})",
                values,
            )


def insert_row(agency: str, row: models.Model) -> int:
    """Insert one new row and set its primary key, which is returned."""
    model = type(row)
    _must_be_allowed(model, agency, [row])
    table, columns, names = _plan(model, None)
    places = ", ".join(["%s"] * len(columns))
    text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608
    (values,) = _values([row], names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{text} RETURNING id", values)
            row.pk = cursor.fetchone()[0]
        else:
            cursor.execute(text, values)
            row.pk = cursor.lastrowid
    row._state.adding = False
    return int(row.pk)


def advance_rows(agency: str, rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Write `fields` of rows whose `version` has just been raised by one; returns how many.

    A row that has another version in the database than it had when it was loaded is not written:
    the caller compares the number. `version` must be among the fields.
    """
    if not rows:
        return 0
    model = type(rows[0])
    _must_be_allowed(model, agency, rows)
    table, columns, names = _plan(model, tuple(fields))
    # The key and the version before come last, as the statement of SQLite asks for them.
    values = [
        (*new, row.pk, row.version - 1)  # type: ignore[attr-defined]
        for row, new in zip(rows, _values(rows, names), strict=True)
    ]
    with transaction.atomic(savepoint=False), connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            return _update_postgres(model, table, columns, names, agency, values)
        sets = ", ".join(f"{column} = ?" for column in columns)
        cursor = connection.connection.executemany(
            f"UPDATE {table} SET {sets} WHERE id = ? AND version = ? AND agency = ?",  # noqa: S608
            [(*value, agency) for value in values],
        )
        return int(cursor.rowcount)


def _must_be_allowed(model: Any, agency: str, rows: Iterable[Any]) -> None:
    """What the guarded query sets check: inside `writing()`, for this agency alone."""
    may_write(model._meta.label, (agency,))
    if any(row.agency_id != agency for row in rows):
        raise IsolationBreach(f"writing for {agency}, given {model._meta.label} of another agency")


@lru_cache(maxsize=256)
def _plan(
    model: Any, fields: tuple[str, ...] | None
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Table, quoted columns and attribute names; without `fields` all but the primary key."""
    quote = connection.ops.quote_name
    chosen = (
        [field for field in model._meta.local_concrete_fields if not field.primary_key]
        if fields is None
        else [model._meta.get_field(name) for name in fields]
    )
    return (
        quote(model._meta.db_table),
        tuple(quote(field.column) for field in chosen),
        tuple(field.attname for field in chosen),
    )


def _values(rows: Iterable[Any], names: Sequence[str]) -> Values:
    found = [tuple([getattr(row, name) for name in names]) for row in rows]
    if connection.vendor == "postgresql":
        return found
    adapt = _sqlite_times()
    return [tuple([adapt(value) for value in values]) for values in found]


def _sqlite_times() -> Callable[[Any], Any]:
    """Dates and times as Django keeps them on SQLite; a batch has few different ones."""
    known: dict[Any, str] = {}
    ops = connection.ops

    def adapt(value: Any) -> Any:
        if not isinstance(value, date):
            return value
        if value not in known:
            known[value] = (
                ops.adapt_datetimefield_value(value)
                if isinstance(value, datetime)
                else ops.adapt_datefield_value(value)
            )
        return known[value]

    return adapt


def _insert_postgres(
    model: Any,
    table: str,
    columns: Sequence[str],
    names: Sequence[str],
    values: Values,
    known_stay: bool,
) -> None:
    into = f"{table} ({', '.join(columns)})"
    with connection.connection.cursor() as cursor:
        stay = " ON CONFLICT DO NOTHING" if known_stay else ""
        if len(values) == 1:
            places = ", ".join(["%s"] * len(columns))
            cursor.execute(f"INSERT INTO {into} VALUES ({places}){stay}", values[0])  # noqa: S608
            return
        if len(values) <= _FEW or known_stay:
            lists = ", ".join(f"%s::{kind}" for kind in _array_types(model, names))
            cursor.execute(
                f"INSERT INTO {into} SELECT * FROM unnest({lists}){stay}",  # noqa: S608
                [list(column) for column in zip(*values, strict=True)],
            )
            return
        with cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


def _array_types(model: Any, names: Sequence[str]) -> list[str]:
    """The array each column is given as. A foreign key is what it points to."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    return [
        _ARRAYS.get(
            getattr(by_name[name], "target_field", by_name[name]).get_internal_type(), "bigint[]"
        )
        for name in names
    ]


def _update_postgres(
    model: Any,
    table: str,
    columns: Sequence[str],
    names: Sequence[str],
    agency: str,
    values: Values,
) -> int:
    arrays = [*_array_types(model, names), "bigint[]", "bigint[]"]
    given = [f"c{place}" for place in range(len(arrays))]
    if len(values) == 1:
        single = ", ".join(f"{column} = %s" for column in columns)
        text = f"UPDATE {table} SET {single} WHERE id = %s AND version = %s AND agency = %s"  # noqa: S608
        with connection.connection.cursor() as cursor:
            cursor.execute(text, [*values[0], agency])
            return int(cursor.rowcount)
    sets = ", ".join(f"{column} = v.{new}" for column, new in zip(columns, given, strict=False))
    lists = ", ".join(f"%s::{kind}" for kind in arrays)
    with connection.connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} t SET {sets} FROM unnest({lists}) AS v({', '.join(given)})"  # noqa: S608
            f" WHERE t.id = v.{given[-2]} AND t.version = v.{given[-1]} AND t.agency = %s",
            [*(list(column) for column in zip(*values, strict=True)), agency],
        )
        return int(cursor.rowcount)
