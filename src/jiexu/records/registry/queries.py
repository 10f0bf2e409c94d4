"""Reads of persons, relations and contributions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jiexu.core.base.areas import full_name
from jiexu.core.base.codes.codesets import label
from jiexu.core.base.periods import Month, Spell, spells_of
from jiexu.core.ledger.postings import person_account
from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.ledger.queries import balances
from jiexu.records.registry.models import Agency, Contribution, LifeEvent, Person, Relation
from jiexu.records.registry.views import CoverView

STATUS_LABELS = {"normal": "正常参保", "paused": "暂停参保", "terminated": "已终止"}


def cover_of_citizen(user: User, on: date | None = None) -> list[CoverView]:
    """The citizen's relations at every agency of this node, the present ones first.

    With `on` as they stand on that day; without, as they stand in the end.
    """
    found = [
        cover for area, person_id in person_refs(user) for cover in _cover(area, person_id, on)
    ]
    order = {"normal": 0, "paused": 1, "terminated": 2}
    return sorted(found, key=lambda cover: (order.get(cover.status, 3), cover.area))


def cover_here(area: str, person_id: int, on: date) -> list[CoverView]:
    """One person's cover at one agency, for its staff."""
    return _cover(area, person_id, on)


def hosted(areas: Iterable[str]) -> frozenset[str]:
    """Which of these areas have their agency on this node."""
    rows = Agency.objects.filter(area__in=list(areas), hosted=True)
    return frozenset(rows.values_list("area", flat=True))


def _standing(rows: Iterable[Relation], on: date | None) -> list[Relation]:
    """Of each scheme the row that stands: in force on the day, else the one nearest to it."""
    chosen: dict[str, Relation] = {}
    for row in rows:
        if on is None:
            if row.valid_to is None:
                chosen[row.insutype] = row
        elif row.valid_from <= on or row.insutype not in chosen:
            chosen[row.insutype] = row
    return list(chosen.values())


def _cover(area: str, person_id: int, on: date | None) -> list[CoverView]:
    person = Person.objects.of(area).get(pk=person_id)
    rows = Relation.objects.of(area).filter(person_id=person_id, superseded_at__isnull=True)
    relations = _standing(rows.order_by("insutype", "valid_from"), on)
    life = tuple(
        LifeEvent.objects.of(area).filter(person_id=person_id).values_list("kind", flat=True)
    )
    ref = person_account(person.psn_no)
    balance = balances(area, [ref])[ref]
    views = []
    for relation in relations:
        months = {
            month
            for row in Contribution.objects.of(area).filter(
                person_id=person_id, insutype=relation.insutype, superseded_at__isnull=True
            )
            for month in Spell(Month.parse(row.begn_ym), Month.parse(row.end_ym)).each()
        }
        employee = relation.insutype == "310"
        views.append(
            CoverView(
                area=area,
                area_name=full_name(area),
                person_id=person_id,
                psn_no=person.psn_no,
                psn_name=person.psn_name,
                insutype=relation.insutype,
                insutype_label=label("insutype", relation.insutype),
                plan=relation.plan,
                status=relation.status,
                status_label=STATUS_LABELS.get(relation.status, relation.status),
                valid_from=relation.valid_from,
                emp_name=relation.emp_name,
                last_month=str(max(months)) if months else None,
                months_total=len(months),
                balance_fen=balance.posted_fen if employee else 0,
                reserved_fen=balance.reserved_fen if employee else 0,
                cover_year=relation.cover_year,
                retired=relation.retired,
                life=life,
                spells=tuple((str(spell.begin), str(spell.end)) for spell in spells_of(months)),
            )
        )
    return views
