"""Loads what one agency has on record of a person, as papers on request are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from jiexu.core.documents.on_request import Request, Standing
from jiexu.core.documents.parts import Holder, Issuer
from jiexu.core.exchange.kinds.information_form.schema import Spell
from jiexu.core.ledger.postings import person_account
from jiexu.records.access.sealing import vault
from jiexu.records.ledger.queries import balance
from jiexu.records.registry.models import Agency, Contribution, Person, Relation

_STATUS_ORDER = {"normal": 0, "paused": 1, "terminated": 2}


def relations(area: str, person_id: int) -> Any:
    """The relations of a person that are in force, as rows."""
    return Relation.objects.of(area).filter(
        person_id=person_id, superseded_at__isnull=True, valid_to__isnull=True
    )


def record_of(area: str, person: Person, number: str, now: datetime) -> Request:
    """Relations, months and balance as they stand, for the paper of this number."""
    agency = Agency.objects.get(area=area)
    money = balance(area, person_account(person.psn_no))
    standing: Sequence[Relation] = sorted(
        relations(area, person.pk),
        key=lambda row: (_STATUS_ORDER.get(row.status, 3), row.insutype),
    )
    months = Contribution.objects.of(area).filter(person_id=person.pk, superseded_at__isnull=True)
    return Request(
        number=number,
        day=now.date(),
        issuer=Issuer(admdvs=area, name=agency.name, phone=agency.phone),
        holder=Holder(
            psn_no=person.psn_no,
            psn_name=person.psn_name,
            psn_cert_type=person.psn_cert_type,
            certno=vault().open(person.certno_sealed, context="person.certno"),
        ),
        standings=tuple(
            Standing(
                insutype=row.insutype,
                status=row.status,
                valid_from=row.valid_from,
                emp_name=row.emp_name,
                balance_fen=money.available_fen if row.plan == "account" else None,
            )
            for row in standing
        ),
        spells=tuple(
            Spell(
                insutype=row.insutype,
                kind=row.kind,
                begn_ym=row.begn_ym,
                end_ym=row.end_ym,
                paid_admdvs=row.paid_area,
            )
            for row in months.order_by("insutype", "begn_ym", "pk")
        ),
    )
