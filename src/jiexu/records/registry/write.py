"""Writes persons, relations and contributions. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from jiexu.core.procedures.outcome import (
    CorrectPerson,
    EndRelation,
    NoteLife,
    PauseRelation,
)
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.registry.models import (
    Contribution,
    FormerIdentity,
    LifeEvent,
    Person,
    Relation,
)
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
    _change(
        agency, [(person_id, end.insutype, end.on) for person_id, end in ends], "terminated", now
    )


def pause_relations(
    agency: str, pauses: Sequence[tuple[int, PauseRelation]], now: datetime
) -> None:
    """Suspend participations from a day on; months and plan stay."""
    _change(agency, [(person_id, one.insutype, one.on) for person_id, one in pauses], "paused", now)


def begin_cover(
    agency: str,
    person_id: int,
    *,
    insutype: str,
    plan: str,
    on: date,
    emp_name: str,
    emp_uscc: str,
    now: datetime,
) -> None:
    """Somebody is insured by an employer from a day on; a suspended cover ends the day before."""
    open_rows = list(
        Relation.objects.of(agency).filter(
            person_id=person_id,
            insutype=insutype,
            superseded_at__isnull=True,
            valid_to__isnull=True,
        )
    )
    Relation.objects.of(agency).filter(pk__in=[row.pk for row in open_rows]).update(
        superseded_at=now
    )
    same = {"agency_id": agency, "person_id": person_id, "insutype": insutype, "recorded_at": now}
    ended = [
        Relation(
            **same,
            plan=row.plan,
            status=row.status,
            valid_from=row.valid_from,
            valid_to=on - timedelta(days=1),
            emp_name=row.emp_name,
            emp_uscc=row.emp_uscc,
        )
        for row in open_rows
        if row.valid_from < on
    ]
    begun = Relation(
        **same, plan=plan, status="normal", valid_from=on, emp_name=emp_name, emp_uscc=emp_uscc
    )
    insert_rows(agency, [*ended, begun])


def _change(
    agency: str, changes: Sequence[tuple[int, str, date]], status: str, now: datetime
) -> None:
    wanted = {(person_id, insutype): on for person_id, insutype, on in changes}
    open_rows = [
        row
        for row in Relation.objects.of(agency).filter(
            person_id__in=[person_id for person_id, _, _ in changes],
            superseded_at__isnull=True,
            valid_to__isnull=True,
        )
        if (row.person_id, row.insutype) in wanted and row.status not in {status, "terminated"}
    ]
    Relation.objects.of(agency).filter(pk__in=[row.pk for row in open_rows]).update(
        superseded_at=now
    )
    insert_rows(
        agency,
        [
            new
            for row in open_rows
            for new in _changed(row, status, wanted[row.person_id, row.insutype], now)
        ],
    )


def _changed(row: Relation, status: str, on: date, now: datetime) -> list[Relation]:
    same = {
        "agency_id": row.agency_id,
        "person_id": row.person_id,
        "insutype": row.insutype,
        "plan": row.plan,
        "emp_name": row.emp_name,
        "cover_year": row.cover_year,
        "retired": row.retired,
        "emp_uscc": row.emp_uscc,
        "recorded_at": now,
    }
    begin = max(on, row.valid_from)
    ended = Relation(**same, status=status, valid_from=begin)
    if begin == row.valid_from:
        return [ended]
    before = Relation(
        **same,
        status=row.status,
        valid_from=row.valid_from,
        valid_to=begin - timedelta(days=1),
    )
    return [before, ended]


def note_life(agency: str, events: Sequence[tuple[int, str, NoteLife]], now: datetime) -> None:
    """Keep what happened to persons; what is known already stays as it is."""
    known = set(
        LifeEvent.objects.of(agency)
        .filter(person_id__in=[person_id for person_id, _, _ in events])
        .values_list("person_id", "kind", "on")
    )
    insert_rows(
        agency,
        [
            LifeEvent(
                agency_id=agency,
                person_id=person_id,
                kind=event.kind,
                on=event.on,
                evidence=event.evidence,
                case_no=case_no,
                recorded_at=now,
            )
            for person_id, case_no, event in events
            if (person_id, event.kind, event.on) not in known
        ],
    )


def correct_persons(
    agency: str, corrections: Sequence[tuple[int, str, CorrectPerson]], now: datetime
) -> None:
    """Put a corrected identity on record; the former one is kept and still finds the person."""
    for person_id, case_no, new in corrections:
        row = Person.objects.of(agency).get(pk=person_id)
        insert_rows(
            agency,
            [
                FormerIdentity(
                    agency_id=agency,
                    person_id=person_id,
                    psn_name=row.psn_name,
                    psn_cert_type=row.psn_cert_type,
                    certno_sealed=row.certno_sealed,
                    certno_index=row.certno_index,
                    evidence=new.evidence,
                    case_no=case_no,
                    recorded_at=now,
                )
            ],
        )
        Person.objects.of(agency).filter(pk=person_id).update(
            psn_name=new.psn_name,
            psn_cert_type=new.psn_cert_type,
            certno_sealed=vault().seal(new.certno, context="person.certno"),
            certno_index=identity_index(new.certno),
        )


def resume_relation(
    agency: str, row: Relation, on: date, emp_name: str, cover_year: int | None, now: datetime
) -> None:
    """A relation that was paused or ended is normal again from a day on; its history stays."""
    Relation.objects.of(agency).filter(pk=row.pk).update(superseded_at=now)
    same = {
        "agency_id": agency,
        "person_id": row.person_id,
        "insutype": row.insutype,
        "plan": row.plan,
        "retired": row.retired,
        "recorded_at": now,
    }
    rows = [
        Relation(**same, status="normal", valid_from=on, emp_name=emp_name, cover_year=cover_year)
    ]
    if row.valid_from < on:
        rows.insert(
            0,
            Relation(
                **same,
                status=row.status,
                valid_from=row.valid_from,
                valid_to=on - timedelta(days=1),
                emp_name=row.emp_name,
                cover_year=row.cover_year,
            ),
        )
    insert_rows(agency, rows)
