"""Finds one person of an agency by a number they give at the counter."""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.base.errors import BadInput
from jiexu.core.base.masks import mask_certno
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.registry.models import Person


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A person as a counter shows them: the identity number masked."""

    person_id: int
    psn_no: str
    psn_name: str
    certno_masked: str


def by_psn_no(area: str, psn_no: str) -> Found | None:
    """The person with this number at the agency."""
    return _found(Person.objects.of(area).filter(psn_no=psn_no).first()) if psn_no else None


def by_certno(area: str, certno: str) -> Found | None:
    """The person with this identity number, found by its blind index."""
    try:
        index = identity_index(certno)
    except BadInput:
        return None
    return _found(Person.objects.of(area).filter(certno_index=index).first())


def identity_of(area: str, psn_no: str) -> bytes | None:
    """The blind index of the person with this number at the agency."""
    found = Person.objects.of(area).filter(psn_no=psn_no).values_list("certno_index", flat=True)
    index = found.first() if psn_no else None
    return None if index is None else bytes(index)


def _found(row: Any) -> Found | None:
    if row is None:
        return None
    return Found(
        person_id=row.pk,
        psn_no=row.psn_no,
        psn_name=row.psn_name,
        certno_masked=mask_certno(vault().open(row.certno_sealed, context="person.certno")),
    )
