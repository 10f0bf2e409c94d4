"""Writes outbox, inbox and envelopes. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiexu.core.exchange.envelope import Envelope as WireEnvelope
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.sealing import vault
from jiexu.records.exchange.models import Envelope, Errand, Incoming, Outgoing
from jiexu.records.rows import insert_row, insert_rows


def enqueue(agency: str, messages: Sequence[tuple[str, str, str, str, str]], now: datetime) -> None:
    """Put `(message_id, counterpart, kind, case_no, canonical body)` into the outbox."""
    insert_rows(
        agency,
        [
            Outgoing(
                agency_id=agency,
                message_id=message_id,
                counterpart=counterpart,
                kind=kind,
                case_no=case_no,
                body_sealed=vault().seal(body, context="message.body"),
                digest=sm3_hex(body.encode()),
                state="waiting",
                due_at=now,
                created_at=now,
            )
            for message_id, counterpart, kind, case_no, body in messages
        ],
    )


def add_envelope(
    agency: str, direction: str, counterpart: str, seq: int, data: bytes, now: datetime
) -> Envelope:
    """Keep the bytes of an envelope as evidence; a sequence number is used once per direction."""
    row = Envelope(
        agency_id=agency,
        direction=direction,
        counterpart=counterpart,
        seq=seq,
        digest=sm3_hex(data),
        data_sealed=vault().seal(data.decode(), context="envelope.data"),
        recorded_at=now,
    )
    insert_row(agency, row)
    return row


def add_incoming(agency: str, row: Envelope, envelope: WireEnvelope, now: datetime) -> None:
    """Put the messages of a genuine envelope into the inbox; a known message id changes nothing."""
    insert_rows(
        agency,
        [
            Incoming(
                agency_id=agency,
                message_id=message.message_id,
                counterpart=envelope.header.sender,
                kind=message.kind,
                case_no=message.case_no,
                body_sealed=vault().seal(message.body, context="message.body"),
                digest=sm3_hex(message.body.encode()),
                envelope=row,
                state="waiting",
                due_at=now,
                received_at=now,
            )
            for message in envelope.messages
        ],
        known_stay=True,
    )


def open_errands(agency: str, errands: Sequence[Errand]) -> None:
    """Put things to do outside on the list; one that is there already stays as it is."""
    insert_rows(agency, errands, known_stay=True)


def close_errand(
    agency: str,
    errand_id: int,
    version: int,
    *,
    state: str,
    by: str,
    reference: str = "",
    reason: str = "",
    now: datetime,
) -> bool:
    """Mark an errand as done or impossible, and its message as delivered when it is done.

    False when it is not as the clerk saw it any more.
    """
    changed = (
        Errand.objects.of(agency)
        .filter(pk=errand_id, version=version)
        .exclude(state="done")
        .update(
            state=state,
            reference=reference,
            reason=reason[:300],
            closed_by=by,
            closed_at=now,
            version=version + 1,
        )
    )
    if changed and state == "done":
        Outgoing.objects.of(agency).filter(errand__pk=errand_id, state="at_desk").update(
            state="delivered", delivered_at=now
        )
    return bool(changed)
