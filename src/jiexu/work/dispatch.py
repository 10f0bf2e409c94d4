"""Sends what stands in the outbox: many messages, one envelope, one signature.

Rows are the queue. Four short steps, so that a worker may die between any two of them: claim;
sign (outside any transaction); keep the envelope and mark its messages; deliver. An envelope that
was kept but not delivered goes out again with the same bytes, and the receiver drops what it has.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction

from jiexu.core.exchange.envelope import WireMessage, seal
from jiexu.core.exchange.kinds import schema_version
from jiexu.records.access.sealing import vault
from jiexu.records.exchange import write as exchange
from jiexu.records.exchange.models import Envelope, Outgoing
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Agency
from jiexu.records.statements import Change, Read
from jiexu.work.apart import apart
from jiexu.work.companion.errands import hand_over
from jiexu.work.keys import signing_key
from jiexu.work.partners import NODE, partner_kinds
from jiexu.work.ports import Channel, ChannelDown, EnvelopeRefused, ports

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
PER_ENVELOPE = 500
_LONGEST_PAUSE_SECONDS = 3600


_IS_FREE = "due_at <= {now} AND (lease_until IS NULL OR lease_until <= {now})"
_DUE = Read(
    Outgoing,
    f"state IN ('waiting', 'enveloped') AND {_IS_FREE}",
    fields=("agency", "counterpart", "state"),
    distinct=True,
)
_FREE = Read(
    Outgoing,
    f"counterpart = {{counterpart}} AND state = {{state}} AND {_IS_FREE}",
    order="id",
    limit=PER_ENVELOPE,
    lock="skip locked",
)
_LEASE = Change(Outgoing, "lease_until = {until}, attempts = attempts + 1", "id {ids:many}")
_LET_GO = Change(Outgoing, "lease_until = NULL", "id {ids:many} AND state = 'waiting'")
_WRAPPED = Change(
    Outgoing,
    "state = 'enveloped', envelope_id = {envelope}, due_at = {now}",
    "id {ids:many} AND state = 'waiting'",
)
_DELIVERED = Change(
    Outgoing,
    "state = 'delivered', delivered_at = {now}, lease_until = NULL, last_error = ''",
    "id {ids:many}",
)
_HOSTED = Read(Agency, "area = {area} AND hosted", fields=("area",))
_LAST = Read(
    Envelope,
    "direction = 'out' AND counterpart = {counterpart}",
    fields=("seq",),
    order="seq DESC",
    limit=1,
)


class _WrappedMeanwhile(Exception):
    """Some of the messages stand in another envelope already."""


def dispatch_due(now: datetime) -> int:
    """Send everything that is due on this node; returns how many messages were delivered."""
    delivered = 0
    due = _due(now)
    reached = partner_kinds(counterpart for _, counterpart in due) if due else {}
    for (agency, counterpart), states in due.items():
        with apart(f"dispatch from {agency} to {counterpart}"):
            by_message = reached[counterpart] == NODE
            if "waiting" in states and not by_message:
                delivered += hand_over(agency, counterpart, reached[counterpart], now)
            with acting_for(agency):
                letters = _kept(agency, counterpart, now) if "enveloped" in states else []
                if "waiting" in states and by_message:
                    letters += _wrap(agency, counterpart, now)
            delivered += _deliver(agency, counterpart, letters, now)
    return delivered


class _Letter(NamedTuple):
    """An envelope that is kept here, with the rows of its messages; leased to this worker."""

    seq: int
    data: bytes
    rows: list[Outgoing]


def _due(now: datetime) -> dict[tuple[str, str], set[str]]:
    """What is due, by sender and receiver: which states its messages are in."""
    found: dict[tuple[str, str], set[str]] = {}
    for agency, counterpart, state in sorted(_DUE.across_node(now=now)):
        found.setdefault((agency, counterpart), set()).add(state)
    return found


def _wrap(agency: str, counterpart: str, now: datetime) -> list[_Letter]:
    """Put waiting messages into one signed envelope and keep it; they stay leased to us."""
    rows = _claim(agency, counterpart, "waiting", now)
    if not rows:
        return []
    messages = [
        WireMessage(
            message_id=row.message_id,
            kind=row.kind,
            version=schema_version(row.kind),
            case_no=row.case_no,
            body=vault().open(row.body_sealed, context="message.body"),
        )
        for row in rows
    ]
    seq = next((seq for (seq,) in _LAST.of(agency, counterpart=counterpart)), 0) + 1
    key_id, private = signing_key(agency, now)
    data = seal(
        messages,
        sender=agency,
        receiver=counterpart,
        seq=seq,
        sent_at=now,
        key_id=key_id,
        sign=lambda signed: ports().signer.sign(private, signed),
    )
    ids = [row.pk for row in rows]
    try:
        with writing(), transaction.atomic():
            envelope = exchange.add_envelope(agency, "out", counterpart, seq, data, now)
            if _WRAPPED.of(agency, ids=ids, envelope=envelope.pk, now=now) != len(rows):
                raise _WrappedMeanwhile
    except (IntegrityError, _WrappedMeanwhile):
        # Another worker took the number, or, after our lease had ended, the messages: let go of
        # the claim, the next sweep wraps what is left.
        with writing():
            _LET_GO.of(agency, ids=ids)
        return []
    return [_Letter(seq, data, rows)]


def _kept(agency: str, counterpart: str, now: datetime) -> list[_Letter]:
    """Envelopes that were kept but not delivered, in the order of their numbers."""
    rows = _claim(agency, counterpart, "enveloped", now)
    envelopes = Envelope.objects.of(agency).filter(pk__in={row.envelope_id for row in rows})
    return [
        _Letter(
            envelope.seq,
            vault().open(envelope.data_sealed, context="envelope.data").encode(),
            [row for row in rows if row.envelope_id == envelope.pk],
        )
        for envelope in envelopes.order_by("seq")
    ]


def _deliver(agency: str, counterpart: str, letters: list[_Letter], now: datetime) -> int:
    """Deliver envelopes in the order of their numbers; the receiver acts for itself."""
    if not letters:
        return 0
    channel = _channel(counterpart)
    delivered = 0
    for place, letter in enumerate(letters):
        ids = [row.pk for row in letter.rows]
        try:
            channel.deliver(counterpart, agency, letter.seq, letter.data)
        except ChannelDown as error:
            left = [row for later in letters[place:] for row in later.rows]
            _later(agency, left, str(error), now)
            break
        except EnvelopeRefused as error:
            _give_up(agency, ids, str(error))
            continue
        with acting_for(agency), writing():
            _DELIVERED.of(agency, ids=ids, now=now)
        delivered += len(ids)
    return delivered


def _claim(agency: str, counterpart: str, state: str, now: datetime) -> list[Outgoing]:
    """Lease due rows, so that two workers do not do the same work twice for nothing."""
    with writing(), transaction.atomic():
        claimed: list[Outgoing] = _FREE.of(agency, counterpart=counterpart, state=state, now=now)
        _LEASE.of(agency, ids=[row.pk for row in claimed], until=now + LEASE)
    return claimed


def _later(agency: str, rows: list[Outgoing], why: str, now: datetime) -> None:
    """The channel is down: all that was not delivered waits, a little longer each time."""
    pause = min(2 ** (max(row.attempts for row in rows) + 1), _LONGEST_PAUSE_SECONDS)
    log.warning("envelopes of %s not delivered, again in %s s: %s", agency, pause, why)
    with acting_for(agency), writing():
        Outgoing.objects.of(agency).filter(
            pk__in=[row.pk for row in rows], state="enveloped"
        ).update(due_at=now + timedelta(seconds=pause), lease_until=None, last_error=why[:300])


def _give_up(agency: str, ids: list[int], why: str) -> None:
    """The receiver will never take this envelope: a person must look, the others go on."""
    log.error("an envelope of %s was refused for good: %s", agency, why)
    with acting_for(agency), writing():
        Outgoing.objects.of(agency).filter(pk__in=ids, state="enveloped").update(
            state="dead", lease_until=None, last_error=why[:300]
        )


def _channel(counterpart: str) -> Channel:
    return ports().loopback if _HOSTED.of_node(area=counterpart) else ports().far
