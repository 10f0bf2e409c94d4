"""Database laws that constraints cannot say: triggers, alike on SQLite and PostgreSQL.

A `Law` is one rule about one table with its trigger text per vendor. A migration installs laws
with `Install`; every refusal raises an integrity error with the text `law:<name>`, and `broken_law`
reads that name, or the name of a broken constraint, out of the exception.

On SQLite a later migration that rebuilds a table loses its triggers without a word: `missing`
names every law that should be there and is not, and proofs over the database ask it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import migrations, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)")
_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\(\)")

REFUSE = """
CREATE OR REPLACE FUNCTION law_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'law:%', TG_ARGV[0] USING ERRCODE = 'check_violation';
END $$
"""
"""PostgreSQL's one function that says no; the law's name is the trigger's argument."""


@dataclass(frozen=True, kw_only=True)
class Law:
    """One law: its `name`, its `table`, and the statements that install it, per vendor."""

    name: str
    table: str
    sqlite: tuple[str, ...]
    postgresql: tuple[str, ...]

    def statements(self, vendor: str) -> tuple[str, ...]:
        return self.sqlite if vendor == "sqlite" else self.postgresql

    def triggers(self, vendor: str) -> tuple[str, ...]:
        """The names of the triggers that this law consists of."""
        return tuple(_TRIGGER.findall("\n".join(self.statements(vendor))))


def refusal(name: str, table: str, events: str, condition: str = "", pg: str = "") -> Law:
    """A law that refuses `events` (`UPDATE OF a, b`, `DELETE`, ...) where `condition` holds.

    `condition` is an SQL expression over OLD and NEW that both vendors read; `pg` replaces it where
    they differ. Empty: always.
    """
    when = {
        "sqlite": f"WHEN {condition} " if condition else "",
        "postgresql": f"WHEN ({pg or condition}) " if pg or condition else "",
    }
    trigger = f"law_{name}_{events.split(maxsplit=1)[0].lower()}"
    head = f"CREATE TRIGGER {trigger} BEFORE {events} ON {table} FOR EACH ROW "
    return Law(
        name=name,
        table=table,
        sqlite=(f"{head}{when['sqlite']}BEGIN SELECT RAISE(ABORT, 'law:{name}'); END",),
        postgresql=(f"{head}{when['postgresql']}EXECUTE FUNCTION law_refuse('{name}')",),
    )


def never_deleted(table: str) -> Law:
    """No row of `table` is ever deleted."""
    name = f"{table}_never_deleted"
    law = refusal(name, table, "DELETE")
    truncate = (
        f"CREATE TRIGGER law_{name}_truncate BEFORE TRUNCATE ON {table} "
        f"EXECUTE FUNCTION law_refuse('{name}')"
    )
    return Law(name=name, table=table, sqlite=law.sqlite, postgresql=(*law.postgresql, truncate))


def append_only(table: str) -> tuple[Law, Law]:
    """Rows of `table` are written once: no update, no delete."""
    return refusal(f"{table}_never_changed", table, "UPDATE"), never_deleted(table)


def frozen(table: str, *columns: str, once: str = "") -> Law:
    """These columns of `table` keep their value; with `once`, from when that holds of OLD.

    Writing the same value again is no change.
    """
    guard = f"{once} AND " if once else ""
    changed = [f"OLD.{column} IS NOT NEW.{column}" for column in columns]
    distinct = [f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns]
    return refusal(
        f"{table}_frozen",
        table,
        f"UPDATE OF {', '.join(columns)}",
        f"{guard}({' OR '.join(changed)})",
        pg=f"{guard}({' OR '.join(distinct)})",
    )


class Install(Operation):
    """Migration operation: install laws. Reversing it takes them off again."""

    reversible = True

    def __init__(self, laws: Sequence[Law]) -> None:
        self.laws = tuple(laws)

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Laws do not change what the models look like."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        vendor = schema_editor.connection.vendor
        if vendor == "postgresql":
            schema_editor.execute(REFUSE, params=None)
        for law in self.laws:
            for statement in law.statements(vendor):
                schema_editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        vendor = schema_editor.connection.vendor
        for law in self.laws:
            on = f" ON {law.table}" if vendor == "postgresql" else ""
            for trigger in law.triggers(vendor):
                schema_editor.execute(f"DROP TRIGGER {trigger}{on}", params=None)
            if vendor == "postgresql":
                for function in _FUNCTION.findall("\n".join(law.postgresql)):
                    schema_editor.execute(f"DROP FUNCTION {function}()", params=None)

    def describe(self) -> str:
        return f"Install {len(self.laws)} database laws"


@cache
def expected() -> tuple[Law, ...]:
    """Every law that the migrations of this version install."""
    loader = MigrationLoader(None)
    found: list[Law] = []
    for (label, _), migration in sorted(loader.disk_migrations.items()):
        if apps.get_app_config(label).name.startswith("jiexu."):
            found += [law for step in _installs(migration) for law in step.laws]
    return tuple(found)


def _installs(migration: migrations.Migration) -> list[Install]:
    return [step for step in migration.operations if isinstance(step, Install)]


def missing(connection: Any) -> tuple[Law, ...]:
    """The laws that are not in force on this database: dropped, disabled or lost."""
    there = set(_in_force(connection))
    vendor = connection.vendor
    return tuple(law for law in expected() if not there.issuperset(law.triggers(vendor)))


def _in_force(connection: Any) -> dict[str, tuple[str, str]]:
    """Our triggers that fire: name → (table, text; the text on SQLite alone)."""
    if connection.vendor == "sqlite":
        query = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type='trigger'"
    else:
        query = (
            "SELECT t.tgname, c.relname, '' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND pg_table_is_visible(c.oid)"
        )
    with connection.cursor() as cursor:
        cursor.execute(query)
        rows = cursor.fetchall()
    return {name: (table, text) for name, table, text in rows if name.startswith("law_")}


@contextmanager
def suspended(connection: Any) -> Iterator[None]:
    """Take every law off, and put it back afterwards: for emptying a test database, never at work.

    One transaction: a fault inside undoes everything, the laws are as before. Totals are not kept
    meanwhile. Needs the rights of the tables' owner.
    """
    laws = _in_force(connection)
    tables = sorted({table for table, _ in laws.values()})
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            off = [f"DROP TRIGGER {name}" for name in laws]
            on = [text for _, text in laws.values()]
        else:
            # A table with checks still to come at commit cannot be altered.
            off = ["SET CONSTRAINTS ALL IMMEDIATE"]
            off += [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            on = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
            on.append("SET CONSTRAINTS ALL DEFERRED")
        for statement in off:
            cursor.execute(statement)
        yield
        for statement in on:
            cursor.execute(statement)


_SAID = re.compile(r"law:(\w+)")
_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (\w+)")
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")


def broken_law(error: BaseException) -> str | None:
    """The law or constraint that an integrity error names; `None` when it names none.

    SQLite tells the columns of a broken UNIQUE; they are looked up among the constraints.
    """
    text = str(error)
    if said := _SAID.search(text):
        return said[1]
    if diagnosis := getattr(error.__cause__, "diag", None):
        return diagnosis.constraint_name
    if check := _SQLITE_CHECK.search(text):
        return check[1]
    if unique := _SQLITE_UNIQUE.search(text):
        return _unique_names().get(tuple(unique[1].split(", ")))
    return None


def _unique_names() -> dict[tuple[str, ...], str]:
    names: dict[tuple[str, ...], str] = {}
    for model in apps.get_models():
        meta = model._meta
        for constraint in meta.total_unique_constraints + [
            entry for entry in meta.constraints if getattr(entry, "fields", ())
        ]:
            columns = [meta.get_field(field).column for field in constraint.fields]
            names[tuple(f"{meta.db_table}.{column}" for column in columns)] = constraint.name
    return names
