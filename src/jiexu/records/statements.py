"""Statements of the hot path, written once: what the queues and the unit of work ask every time.

Building an ORM query costs ten times what running it does, and one step asks a dozen of them. A
`Read` or `Change` is a constant beside its caller: the text is made once per database, only values
change. It keeps the laws of the query sets: a caller says for whom, rows of another agency raise,
and changes are made inside `writing()` alone.

In the text `{name}` is a value and `{names:many}` a list (`case_no {numbers:many}`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, datetime
from string import Formatter
from typing import Any

from django.db import connection, models

from jiexu.records.isolation import AgencyRow, IsolationBreach, acting_agency, may_write

_Parts = tuple[tuple[str, str, bool], ...]
"""(text before, name of the value, whether it is a list); the last name is empty."""


class _Statement(ABC):
    def __init__(self, model: type[models.Model]) -> None:
        self.model = model
        self._made: dict[str, Any] = {}

    def _for_vendor(self) -> Any:
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make()
        return made

    @abstractmethod
    def _make(self) -> Any:
        """The text for the database of this process, parsed."""

    def _must_be_ours(self, area: str) -> None:
        acting = acting_agency()
        if acting is not None and acting != area:
            raise IsolationBreach(f"acting for {acting}, asked for rows of {area}")

    def _table(self) -> str:
        return connection.ops.quote_name(self.model._meta.db_table)


class Read(_Statement):
    """A SELECT. Gives rows of the model; with `fields` plain tuples of these attributes.

    `lock` is `update` or `skip locked`: where the database locks rows (on SQLite the one writer
    holds the whole file).
    """

    def __init__(
        self,
        model: type[models.Model],
        where: str,
        *,
        fields: Sequence[str] = (),
        order: str = "",
        limit: int = 0,
        distinct: bool = False,
        lock: str = "",
    ) -> None:
        super().__init__(model)
        self._where, self._fields, self._distinct = where, tuple(fields), distinct
        self._order, self._limit, self._lock = order, limit, lock

    def of(self, area: str, **given: Any) -> list[Any]:
        """The rows of one agency."""
        self._must_be_ours(area)
        return self._run(self._for_vendor()[0], {**given, "_area": area})

    def of_node(self, **given: Any) -> list[Any]:
        """Rows of the node itself, which belong to no agency alone (directory, keys)."""
        if issubclass(self.model, AgencyRow):
            raise IsolationBreach(f"{self.model._meta.label}: say whose rows, with .of(area)")
        return self._run(self._for_vendor()[1], given)

    def across_node(self, **given: Any) -> list[Any]:
        """Rows of every hosted agency: for sweeping queues."""
        if acting_agency() is not None:
            raise IsolationBreach("a sweep over the node cannot run while acting for one agency")
        return self._run(self._for_vendor()[1], given)

    def _run(self, parts: _Parts, given: dict[str, Any]) -> list[Any]:
        _, _, names, converters = self._for_vendor()
        sql, values = _filled(parts, given)
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            rows = cursor.fetchall()
        for place, expression, converts in converters:
            rows = [
                (*row[:place], _converted(row[place], expression, converts), *row[place + 1 :])
                for row in rows
            ]
        if self._fields:
            return rows
        return [self.model.from_db(connection.alias, names, row) for row in rows]

    def _make(self) -> Any:
        meta, quote = self.model._meta, connection.ops.quote_name
        fields = (
            [_field(meta, name) for name in self._fields]
            if self._fields
            else list(meta.concrete_fields)
        )
        columns = ", ".join(quote(field.column) for field in fields)
        verb = "SELECT DISTINCT" if self._distinct else "SELECT"
        begin = f"{verb} {columns} FROM {self._table()}"
        end = f" ORDER BY {self._order}" if self._order else ""
        end += f" LIMIT {self._limit}" if self._limit else ""
        if self._lock and connection.features.has_select_for_update:
            end += " FOR UPDATE" + (" SKIP LOCKED" if self._lock == "skip locked" else "")
        ours = _parsed(f"{begin} WHERE agency = {{_area}} AND ({self._where}){end}")
        all_of = _parsed(f"{begin} WHERE ({self._where}){end}")
        names = [field.attname for field in fields]
        return ours, all_of, names, _converters(fields)


class Change(_Statement):
    """An UPDATE of rows of one agency; answers how many were changed."""

    def __init__(self, model: type[models.Model], sets: str, where: str) -> None:
        super().__init__(model)
        self._sets, self._where = sets, where

    def of(self, area: str, **given: Any) -> int:
        may_write(self.model._meta.label, (area,))
        sql, values = _filled(self._for_vendor(), {**given, "_area": area})
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.rowcount)

    def _make(self) -> Any:
        whose = f"agency = {{_area}} AND ({self._where})"
        return _parsed(f"UPDATE {self._table()} SET {self._sets} WHERE {whose}")  # noqa: S608


def _parsed(text: str) -> _Parts:
    return tuple(
        (before.replace("%", "%%"), name or "", spec == "many")
        for before, name, spec, _ in Formatter().parse(text)
    )


def _filled(parts: _Parts, given: dict[str, Any]) -> tuple[str, list[Any]]:
    """The statement for the driver and its values in order."""
    arrays = connection.vendor == "postgresql"
    text, values = [], []
    for before, name, many in parts:
        text.append(before)
        if not name:
            continue
        value = given[name]
        listed = list(value) if many else [value]
        if not many or len(listed) == 1:  # one of a list: an array costs more than the question
            text.append("= %s" if many else "%s")
            values.append(listed[0] if arrays else _adapted(listed[0]))
        elif arrays:
            text.append("= ANY(%s)")
            values.append(listed)
        else:
            text.append(f"IN ({', '.join(['%s'] * len(listed)) or 'NULL'})")
            values.extend(listed)
    return "".join(text), values


def _adapted(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value


def _field(meta: Any, name: str) -> Any:
    return next(field for field in meta.concrete_fields if name in {field.attname, field.name})


def _converters(fields: Sequence[Any]) -> list[tuple[int, Any, list[Callable[..., Any]]]]:
    """What turns a value of the driver into that of the field, where something does."""
    found = []
    for place, field in enumerate(fields):
        expression = field.get_col(field.model._meta.db_table)
        converts = [
            *connection.ops.get_db_converters(expression),
            *expression.get_db_converters(connection),
        ]
        if converts:
            found.append((place, expression, converts))
    return found


def _converted(value: Any, expression: Any, converts: Sequence[Callable[..., Any]]) -> Any:
    for convert in converts:
        value = convert(value, expression, connection)
    return value
