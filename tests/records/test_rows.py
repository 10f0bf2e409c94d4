"""Whole batches go in and change in few statements, under the same guards as the query sets."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from jiexu.records.isolation import IsolationBreach, acting_for, writing
from jiexu.records.procedures.models import Case, Clock, Command
from jiexu.records.registry.models import Agency
from jiexu.records.rows import advance_rows, insert_rows

pytestmark = pytest.mark.django_db

HERE, THERE = "320100", "450200"
NOW = datetime(2026, 3, 11, 2, 0, 0, 123456, tzinfo=UTC)
FIELDS = ["state", "version", "amount_fen", "facts_sealed", "accepted_on", "completed_at"]
FIELDS += ["promised_provisional", "doubts"]


@pytest.fixture(autouse=True)
def _agencies() -> None:
    with writing(), transaction.atomic():
        Agency.objects.bulk_create(
            [Agency(area=area, name="机构", hosted=True, opened_on=NOW) for area in (HERE, THERE)]
        )


def command(place: int, area: str = HERE, result: str = "{}") -> Command:
    return Command(agency_id=area, key=f"k{place}", digest="0" * 64, result=result, recorded_at=NOW)


def opened(count: int) -> list[Case]:
    rows = [
        Case(
            agency_id=HERE,
            case_no=f"ZY{place}",
            procedure="transfer",
            half="in",
            counterpart=THERE,
            insutype="310",
            state="open",
            record_leg="checking",
            fund_leg="waiting",
            version=1,
            facts_sealed=b"\x00\xff sealed",
            facts_digest="0" * 64,
            opened_at=NOW,
            chain_head="0" * 64,
        )
        for place in range(count)
    ]
    with writing(), transaction.atomic():
        Case.objects.bulk_create(rows)
    return rows


@pytest.mark.parametrize("count", [1, 3, 4, 40])
def test_rows_read_back_as_they_were_given(count: int) -> None:
    cases = opened(1)
    clocks = [
        Clock(
            agency_id=HERE,
            case=cases[0],
            leg="record",
            name=f"clock {place}\t\\N“,",
            holder=THERE,
            started_on=date(2026, 3, 11) + timedelta(days=place),
            limit_workdays=10,
            due_on=date(2026, 3, 25),
            provisional=place % 2 == 0,
            met_on=date(2026, 3, 12) if place % 2 else None,
            late_notified_at=NOW if place % 3 else None,
        )
        for place in range(count)
    ]
    with writing(), transaction.atomic():
        insert_rows(HERE, clocks)
    found = list(Clock.objects.of(HERE).order_by("pk"))
    names = [field.attname for field in Clock._meta.concrete_fields if not field.primary_key]
    assert [[getattr(row, name) for name in names] for row in found] == [
        [getattr(row, name) for name in names] for row in clocks
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_a_broken_constraint_is_djangos_error_and_nothing_stays(count: int) -> None:
    with writing():
        insert_rows(HERE, [command(0)])
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_rows(HERE, [command(place) for place in range(count - 1, -1, -1)])
    assert Command.objects.of(HERE).count() == 1


def test_known_rows_stay_as_they_are() -> None:
    with writing(), transaction.atomic():
        insert_rows(HERE, [command(place, result="first") for place in range(3)])
        insert_rows(HERE, [command(p, result="second") for p in range(5)], known_stay=True)
    results = Command.objects.of(HERE).order_by("key").values_list("result", flat=True)
    assert list(results) == ["first"] * 3 + ["second"] * 2


@pytest.mark.parametrize("count", [1, 2, 40])
def test_advanced_rows_have_the_new_values(count: int) -> None:
    rows = opened(count + 1)[:count]
    for place, row in enumerate(rows):
        row.version += 1
        row.state = f"done {place}"
        row.amount_fen = place if place % 2 else None
        row.facts_sealed = bytes([place, 0, 255])
        row.accepted_on = date(2026, 3, 11) if place % 3 else None
        row.completed_at = NOW + timedelta(microseconds=place)
        row.promised_provisional = place % 2 == 0
        row.doubts = "A B，“\n"
    with writing(), transaction.atomic():
        assert advance_rows(HERE, rows, FIELDS) == count
    found = list(Case.objects.of(HERE).order_by("pk"))

    def values(row: Any) -> list[Any]:
        of_row = [getattr(row, name) for name in FIELDS]
        return [bytes(value) if isinstance(value, memoryview) else value for value in of_row]

    assert [values(row) for row in found[:count]] == [values(row) for row in rows]
    assert (found[count].version, found[count].state) == (1, "open")


def test_a_row_that_somebody_else_has_advanced_is_not_written() -> None:
    rows = opened(3)
    with writing(), transaction.atomic():
        Case.objects.of(HERE).filter(pk=rows[1].pk).update(version=2, state="theirs")
        for row in rows:
            row.version, row.state = 2, "ours"
        assert advance_rows(HERE, rows, ["version", "state"]) == 2
    states = Case.objects.of(HERE).order_by("pk").values_list("state", flat=True)
    assert list(states) == ["ours", "theirs", "ours"]


def test_nothing_to_write_needs_no_leave() -> None:
    insert_rows(HERE, [])
    assert advance_rows(HERE, [], FIELDS) == 0


def test_rows_are_written_inside_writing_alone() -> None:
    case = opened(1)[0]
    case.version += 1
    with pytest.raises(IsolationBreach, match="unit of work alone"):
        insert_rows(HERE, [command(1)])
    with pytest.raises(IsolationBreach, match="unit of work alone"):
        advance_rows(HERE, [case], ["version"])


def test_rows_of_another_agency_are_refused() -> None:
    with writing(), pytest.raises(IsolationBreach, match="another agency"):
        insert_rows(HERE, [command(1), command(2, THERE)])
    with writing(), acting_for(THERE), pytest.raises(IsolationBreach, match="acting for 450200"):
        insert_rows(HERE, [command(1)])
