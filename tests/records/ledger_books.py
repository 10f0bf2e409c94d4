"""Shared by the tests of the ledger: agencies with books, and posting as the unit of work does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jiexu.core.ledger.postings import Posting
from jiexu.records import laws
from jiexu.records.isolation import writing
from jiexu.records.ledger.write import post
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency

HERE, THERE = "450100", "310000"
DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 1, 30, 15, 123456, tzinfo=UTC)
EVERY_TABLE = ("procedures_case", "ledger_transfer", "ledger_account", "registry_agency")


def open_agencies() -> None:
    with transaction.atomic(), writing():
        Agency.objects.bulk_create(
            [Agency(area=area, name=area, hosted=True, opened_on=DAY) for area in (HERE, THERE)]
        )


def open_cases(*numbers: str, area: str = HERE, amount_fen: int | None = None) -> None:
    """A case row per number, with whatever its other columns need."""
    given: dict[str, Any] = {"agency_id": area, "half": "out", "amount_fen": amount_fen}
    blank: dict[str, Any] = {}
    for field in Case._meta.concrete_fields:
        if field.name not in {"id", "agency"} and not field.null and not field.has_default():
            kind = field.get_internal_type()
            blank[field.attname] = {"DateTimeField": NOW, "PositiveIntegerField": 1}.get(
                kind, b"" if kind == "BinaryField" else ""
            )
    with transaction.atomic(), writing():
        Case.objects.bulk_create(
            [Case(**blank | given | {"case_no": number}) for number in numbers]
        )


def record(*postings: Posting, area: str = HERE, day: date = DAY, now: datetime = NOW) -> None:
    """Post as the unit of work does."""
    with transaction.atomic(), writing():
        post(area, postings, business_date=day, now=now)


def execute(query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Raw SQL, past every guard but the database's own."""
    with connection.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def refused(law: str) -> Iterator[None]:
    """What happens inside breaks this law of the database, and leaves no trace."""
    with pytest.raises(IntegrityError) as broken, transaction.atomic():
        yield
    assert laws.broken_law(broken.value) == law


def empty(tables: Iterable[str]) -> None:
    """Throw committed rows away: what only a test may do."""
    with laws.suspended(connection):
        for table in tables:
            execute(f"DELETE FROM {table}")
