"""Writes issued documents and their seals. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.outcome import AttachSeal, Issue
from jiexu.records.access.sealing import vault
from jiexu.records.documents.models import Attachment, Issued, Seal
from jiexu.records.rows import insert_rows


def issue_documents(
    agency: str, papers: Sequence[tuple[str, int | None, Issue]], now: datetime
) -> None:
    """Insert documents `(case_no, person, issue)` with the digest of their canonical content.

    On request of a person there is no case: its number is empty.
    """
    rows = []
    for case_no, person_id, paper in papers:
        content = canonical(paper.content)
        rows.append(
            Issued(
                agency_id=agency,
                number=paper.number,
                kind=paper.kind,
                case_no=case_no,
                person_id=person_id,
                content_sealed=vault().seal(content.decode(), context="document.content"),
                digest=sm3_hex(content),
                issued_at=now,
            )
        )
    insert_rows(agency, rows)


def attach_seals(agency: str, seals: Sequence[AttachSeal], now: datetime) -> None:
    """Put seals beside their documents."""
    ids = dict(
        Issued.objects.of(agency)
        .filter(number__in=[seal.number for seal in seals])
        .values_list("number", "pk")
    )
    insert_rows(
        agency,
        [
            Seal(
                agency_id=agency,
                document_id=ids[seal.number],
                key_id=seal.key_id,
                root=seal.root,
                leaf_index=seal.leaf_index,
                leaf_count=seal.leaf_count,
                path=msgspec.json.encode(seal.path).decode(),
                signature=seal.signature,
                sealed_at=now,
            )
            for seal in seals
        ],
    )


def add_attachment(agency: str, row: Attachment) -> None:
    """Keep that a file belongs to a case; the same content for the same purpose is kept once."""
    insert_rows(agency, [row], known_stay=True)
