"""Writes partners' lists and what became of their rows. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiexu.records.exchange.models import PartnerList, PartnerListRow
from jiexu.records.rows import insert_rows

_SETTLED = ("applied", "doubtful")


def add_list(
    agency: str,
    *,
    kind: str,
    name: str,
    digest: str,
    data_sealed: bytes,
    taken_by: str,
    now: datetime,
    lease_until: datetime,
) -> int:
    """Keep a list as it came; returns its number here."""
    row = PartnerList(
        agency_id=agency,
        kind=kind,
        name=name,
        digest=digest,
        data_sealed=data_sealed,
        state="taken",
        taken_by=taken_by,
        taken_at=now,
        lease_until=lease_until,
    )
    PartnerList.objects.bulk_create([row])
    return int(row.pk)


def reopen(agency: str, pk: int, lease_until: datetime) -> None:
    """A list that came again is worked through again."""
    PartnerList.objects.of(agency).filter(pk=pk).update(state="taken", lease_until=lease_until)


def finish(agency: str, pk: int, now: datetime) -> None:
    """Every row of a list has its answer."""
    PartnerList.objects.of(agency).filter(pk=pk).update(
        state="done", lease_until=None, finished_at=now
    )


def answer_rows(agency: str, rows: Sequence[PartnerListRow]) -> None:
    """Write the answers of rows; a row that was made keeps that answer when it comes again."""
    if not rows:
        return
    known = {
        (file_id, number): state
        for file_id, number, state in PartnerListRow.objects.of(agency)
        .filter(file_id=rows[0].file_id, number__in=[row.number for row in rows])
        .values_list("file_id", "number", "state")
    }
    insert_rows(agency, [row for row in rows if (row.file_id, row.number) not in known])
    for row in rows:
        before = known.get((row.file_id, row.number))
        if before is None or (before in _SETTLED and row.state == "repeated"):
            continue
        PartnerListRow.objects.of(agency).filter(file_id=row.file_id, number=row.number).update(
            state=row.state,
            case_no=row.case_no,
            half=row.half,
            field=row.field,
            text=row.text,
            remedy=row.remedy,
        )
