"""Writes employers and their lists. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from jiexu.records.access.sealing import vault
from jiexu.records.employers.models import Employer, Roster, RosterRow
from jiexu.records.employers.views import Answered, Said
from jiexu.records.rows import insert_rows


class NewEmployer(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an employer now."""

    uscc: str
    name: str
    status: str
    closed_on: date | None
    arrears_since: str


def put_employers(agency: str, employers: Sequence[NewEmployer], now: datetime) -> None:
    """Insert employers, or bring what is known of them up to date."""
    rows = [
        Employer(agency_id=agency, recorded_at=now, **msgspec.structs.asdict(one))
        for one in employers
    ]
    Employer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["agency", "uscc"],
        update_fields=["name", "status", "closed_on", "arrears_since", "recorded_at"],
    )


def open_roster(
    agency: str, uscc: str, kind: str, key: str, by: str, lines: Sequence[Said], now: datetime
) -> None:
    """Keep a list with all its lines, none of them worked yet."""
    roster = Roster.objects.create(
        agency_id=agency,
        uscc=uscc,
        kind=kind,
        key=key,
        sent_by=by,
        sent_at=now,
        total=len(lines),
        due_at=now,
    )
    insert_rows(
        agency,
        [
            RosterRow(
                agency_id=agency,
                roster=roster,
                number=number,
                said_sealed=vault().seal(msgspec.json.encode(line).decode(), context="roster.said"),
                state="waiting",
            )
            for number, line in enumerate(lines, start=1)
        ],
    )


def answer_rows(agency: str, answers: Sequence[tuple[int, Answered]], now: datetime) -> int:
    """Write answers of waiting lines `(row id, answer)`; an answered line keeps its answer."""
    written = 0
    for pk, answer in answers:
        written += (
            RosterRow.objects.of(agency)
            .filter(pk=pk, state="waiting")
            .update(answered_at=now, **msgspec.structs.asdict(answer))
        )
    return written


def finish_roster(agency: str, roster_id: int, now: datetime) -> None:
    """All lines have their answer."""
    Roster.objects.of(agency).filter(pk=roster_id, finished_at__isnull=True).update(
        finished_at=now, lease_until=None
    )
