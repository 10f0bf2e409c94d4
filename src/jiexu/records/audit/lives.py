"""Proof of what is on record about persons by a case: life events and former identities.

A life event is the effect of an entry, word by word. Of a former identity the entry knows when and
that a correction was made; the number it keeps must still be the one it is found by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.procedures.outcome import NoteLife
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.audit.breaks import CHUNK, Break, Told, chunks, rows_of
from jiexu.records.audit.papers import HALVES, Said, entries_of
from jiexu.records.registry.models import FormerIdentity, LifeEvent


def events(area: str | None, told: Told) -> Iterator[Break]:
    """Life events: kind, day and evidence are what the entry at that moment noted."""
    for row, said in _with_entries(LifeEvent, area, told):
        effect = digest_hex(NoteLife(kind=row.kind, on=row.on, evidence=row.evidence))
        if not any(effect in one.effects for one in said):
            yield _broken(row, "审计记录中没有登记过这项参保人变动：内容被改动，或是伪造的。")


def identities(area: str | None, told: Told) -> Iterator[Break]:
    """Former identities: a correction was made at that moment, and number and index agree."""
    for row, said in _with_entries(FormerIdentity, area, told):
        kinds = {effect.kind for one in said for effect in one.content.effects}
        try:
            number = vault().open(bytes(row.certno_sealed), context="person.certno")
            agrees = identity_index(number) == bytes(row.certno_index)
        except JiexuError:
            agrees = False
        if not agrees:
            yield _broken(row, "更正前的证件号码打不开，或与查找用的索引不符：被改动过。")
        elif "CorrectPerson" not in kinds:
            yield _broken(row, "审计记录中没有更正过身份信息：记录被改动，或是伪造的。")


def _with_entries(
    model: Any, area: str | None, told: Told
) -> Iterator[tuple[Any, tuple[Said, ...]]]:
    """Each row with the entries of its case at the moment it was recorded."""
    rows = rows_of(model, area).order_by("pk")
    for part in chunks(rows.iterator(chunk_size=CHUNK)):
        said = entries_of(area, part, [f"case:{half}:{r.case_no}" for r in part for half in HALVES])
        for row in part:
            streams = [(row.agency_id, f"case:{half}:{row.case_no}") for half in HALVES]
            found = (one for key in streams for one in said.get(key, {}).values())
            yield row, tuple(one for one in found if one.at == row.recorded_at)
        told(model._meta.db_table, len(part))


def _broken(row: Any, text: str) -> Break:
    return Break(
        agency=row.agency_id,
        table=row._meta.db_table,
        row_id=row.pk,
        stream=f"case:*:{row.case_no}",
        text=text,
    )
