"""Writes agencies, and the persons, relations and months an import brings. For `work` alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
from django.db import connection

from jiexu.records.registry.models import Agency, Contribution, OpenClaim, Person, Relation


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person to be recorded, numbers sealed already."""

    psn_no: str
    psn_name: str
    psn_cert_type: str
    certno_sealed: bytes
    certno_index: bytes
    gend: str
    brdy: date
    phone_sealed: bytes | None


class NewRelation(msgspec.Struct, frozen=True, kw_only=True):
    """A status of a participation to be recorded."""

    person_id: int
    insutype: str
    plan: str
    status: str
    valid_from: date
    valid_to: date | None
    emp_name: str
    cover_year: int | None = None
    retired: bool = False
    emp_uscc: str = ""


class NewMonths(msgspec.Struct, frozen=True, kw_only=True):
    """Insured months to be recorded, `yyyyMM`, both ends included."""

    person_id: int
    insutype: str
    kind: str
    begn_ym: str
    end_ym: str
    paid_area: str


class NewClaim(msgspec.Struct, frozen=True, kw_only=True):
    """Something still to be settled here to be recorded."""

    person_id: int
    claim_no: str
    kind: str
    amount_fen: int | None
    due_on: date | None
    settled_on: date | None


class BankDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Where transfer money arrives; all empty while it is not known."""

    receipt_kind: str = ""
    bank_name: str = ""
    account_name: str = ""
    account_sealed: bytes | None = None


def insert_agency(
    area: str,
    *,
    name: str,
    phone: str,
    hosted: bool,
    bank: BankDetails,
    opened_on: date,
    partner: str = "node",
) -> None:
    """Insert an agency, hosted or partner."""
    Agency.objects.create(
        area=area,
        name=name,
        hosted=hosted,
        partner=partner,
        phone=phone,
        opened_on=opened_on,
        **msgspec.structs.asdict(bank),
    )


def connect_agency(area: str, *, name: str, phone: str, hosted: bool, bank: BankDetails) -> None:
    """A partner that was reached by the platform or on paper speaks by messages from now on."""
    Agency.objects.filter(area=area).update(
        name=name, phone=phone, hosted=hosted, partner="node", **msgspec.structs.asdict(bank)
    )


def set_partner_kind(area: str, partner: str) -> None:
    """Write how a partner is reached: node, platform or paper."""
    Agency.objects.filter(area=area).update(partner=partner)


def set_bank_details(area: str, bank: BankDetails) -> None:
    """Write where transfer money of an agency arrives from now on."""
    Agency.objects.filter(area=area).update(**msgspec.structs.asdict(bank))


def write_bank_settings(area: str, *, bank_format: str, needs_appropriation: bool) -> None:
    """Write how a hosted agency pays."""
    Agency.objects.filter(area=area).update(
        bank_format=bank_format, needs_appropriation=needs_appropriation
    )


def lock_agency(area: str) -> None:
    """Whoever else works on the agency as a whole waits until this transaction ends.

    On SQLite the transaction itself is the only writer.
    """
    if connection.features.has_select_for_update:
        Agency.objects.select_for_update().get(area=area)


def add_persons(agency: str, persons: Sequence[NewPerson], now: datetime) -> None:
    """Insert persons."""
    Person.objects.bulk_create(
        [
            Person(agency_id=agency, recorded_at=now, **msgspec.structs.asdict(one))
            for one in persons
        ]
    )


def add_relations(agency: str, relations: Sequence[NewRelation], now: datetime) -> None:
    """Insert statuses of participations."""
    Relation.objects.bulk_create(
        [
            Relation(agency_id=agency, recorded_at=now, **msgspec.structs.asdict(one))
            for one in relations
        ]
    )


def add_months(agency: str, months: Sequence[NewMonths], now: datetime) -> None:
    """Insert insured months that no transfer brought."""
    Contribution.objects.bulk_create(
        [
            Contribution(agency_id=agency, recorded_at=now, **msgspec.structs.asdict(one))
            for one in months
        ]
    )


def add_claims(agency: str, claims: Sequence[NewClaim], now: datetime) -> None:
    """Insert what persons have still to settle here."""
    OpenClaim.objects.bulk_create(
        [
            OpenClaim(agency_id=agency, recorded_at=now, **msgspec.structs.asdict(one))
            for one in claims
        ]
    )


def settle_claims(agency: str, settled: Mapping[str, date]) -> None:
    """Claims by number that were settled on a day."""
    for claim_no, day in settled.items():
        rows = OpenClaim.objects.of(agency).filter(claim_no=claim_no, settled_on__isnull=True)
        rows.update(settled_on=day)
