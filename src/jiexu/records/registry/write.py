"""Writes persons, relations and contributions. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from jiexu.core.procedures.outcome import EndRelation
from jiexu.records.registry.models import Contribution, Relation
from jiexu.records.rows import insert_rows


def add_spells(
    agency: str,
    spells: Sequence[tuple[int, str, tuple[str, str, str, str, str]]],
    now: datetime,
) -> None:
    """Insert insured months `(person id, case_no, (insutype, kind, begn, end, paid area))`."""
    insert_rows(
        agency,
        [
            Contribution(
                agency_id=agency,
                person_id=person_id,
                insutype=insutype,
                kind=kind,
                begn_ym=begn_ym,
                end_ym=end_ym,
                paid_area=paid_area,
                case_no=case_no,
                recorded_at=now,
            )
            for person_id, case_no, (insutype, kind, begn_ym, end_ym, paid_area) in spells
        ],
    )


def supersede_spells(agency: str, cases: Sequence[tuple[int, str]], now: datetime) -> None:
    """The months that these cases `(person id, case_no)` brought are no longer held to be true.

    The rows stay: what was known before can still be told.
    """
    for person_id, case_no in cases:
        Contribution.objects.of(agency).filter(
            person_id=person_id, case_no=case_no, superseded_at__isnull=True
        ).update(superseded_at=now)


def end_relations(agency: str, ends: Sequence[tuple[int, EndRelation]], now: datetime) -> None:
    """End relations on a day: the open row is superseded by one that ends the day before, and a
    terminated row begins. Earlier rows keep what was known before.
    """
    wanted = {(person_id, end.insutype): end.on for person_id, end in ends}
    open_rows = [
        row
        for row in Relation.objects.of(agency).filter(
            person_id__in=[person_id for person_id, _ in ends],
            superseded_at__isnull=True,
            valid_to__isnull=True,
        )
        if (row.person_id, row.insutype) in wanted and row.status != "terminated"
    ]
    Relation.objects.of(agency).filter(pk__in=[row.pk for row in open_rows]).update(
        superseded_at=now
    )
    insert_rows(
        agency,
        [new for row in open_rows for new in _ended(row, wanted[row.person_id, row.insutype], now)],
    )


def _ended(row: Relation, on: date, now: datetime) -> list[Relation]:
    same = {
        "agency_id": row.agency_id,
        "person_id": row.person_id,
        "insutype": row.insutype,
        "plan": row.plan,
        "emp_name": row.emp_name,
        "recorded_at": now,
    }
    begin = max(on, row.valid_from)
    ended = Relation(**same, status="terminated", valid_from=begin)
    if begin == row.valid_from:
        return [ended]
    before = Relation(
        **same,
        status=row.status,
        valid_from=row.valid_from,
        valid_to=begin - timedelta(days=1),
    )
    return [before, ended]
