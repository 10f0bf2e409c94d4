"""Sends what stands in the outbox: many messages, one envelope, one signature.

Rows are the queue. Four short steps, so that a worker may die between any two of them: claim;
sign (outside any transaction); keep the envelope and mark its messages; deliver. An envelope that
was kept but not delivered goes out again with the same bytes, and the receiver drops what it has.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Q

from jiexu.core.exchange.envelope import WireMessage, seal
from jiexu.core.exchange.kinds import schema_version
from jiexu.records.access.sealing import vault
from jiexu.records.exchange import write as exchange
from jiexu.records.exchange.models import Envelope, Outgoing
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Agency
from jiexu.work.apart import apart
from jiexu.work.companion.errands import hand_over
from jiexu.work.keys import signing_key
from jiexu.work.partners import NODE, partner_kinds
from jiexu.work.ports import Channel, ChannelDown, EnvelopeRefused, ports

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
PER_ENVELOPE = 500
_LONGEST_PAUSE_SECONDS = 3600


class _WrappedMeanwhile(Exception):
    """Some of the messages stand in another envelope already."""


def dispatch_due(now: datetime) -> int:
    """Send everything that is due on this node; returns how many messages were delivered."""
    delivered = 0
    pairs = _due_pairs(now)
    reached = partner_kinds(counterpart for _, counterpart in pairs)
    for agency, counterpart in pairs:
        with apart(f"dispatch from {agency} to {counterpart}"):
            if reached[counterpart] != NODE:
                # A clerk carries these; what is in an envelope already still goes its way.
                delivered += hand_over(agency, counterpart, reached[counterpart], now)
            else:
                with acting_for(agency):
                    _wrap(agency, counterpart, now)
            delivered += _deliver(agency, counterpart, now)
    return delivered


def _free(now: datetime) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lte=now)


def _due_pairs(now: datetime) -> list[tuple[str, str]]:
    rows = (
        Outgoing.objects.across_node()
        .filter(_free(now), state__in=["waiting", "enveloped"], due_at__lte=now)
        .values_list("agency_id", "counterpart")
        .distinct()
    )
    return sorted(rows)


def _wrap(agency: str, counterpart: str, now: datetime) -> None:
    """Put waiting messages into one signed envelope."""
    rows = _claim(agency, counterpart, "waiting", now)
    if not rows:
        return
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
    last = Envelope.objects.of(agency).filter(direction="out", counterpart=counterpart)
    seq = (last.aggregate(last=Max("seq"))["last"] or 0) + 1
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
    claimed = Outgoing.objects.of(agency).filter(pk__in=[row.pk for row in rows], state="waiting")
    try:
        with writing(), transaction.atomic():
            envelope = exchange.add_envelope(agency, "out", counterpart, seq, data, now)
            marked = claimed.update(
                state="enveloped", envelope=envelope, lease_until=None, due_at=now
            )
            if marked != len(rows):
                raise _WrappedMeanwhile
    except (IntegrityError, _WrappedMeanwhile):
        # Another worker took the number, or, after our lease had ended, the messages: let go of
        # the claim, the next sweep wraps what is left.
        with writing():
            claimed.update(lease_until=None)


def _deliver(agency: str, counterpart: str, now: datetime) -> int:
    """Deliver kept envelopes in the order of their numbers; the receiver acts for itself."""
    with acting_for(agency):
        rows = _claim(agency, counterpart, "enveloped", now)
        envelopes = list(
            Envelope.objects.of(agency)
            .filter(pk__in={row.envelope_id for row in rows})
            .order_by("seq")
        )
    channel = _channel(counterpart)
    delivered = 0
    for envelope in envelopes:
        ids = [row.pk for row in rows if row.envelope_id == envelope.pk]
        data = vault().open(envelope.data_sealed, context="envelope.data").encode()
        try:
            channel.deliver(counterpart, agency, envelope.seq, data)
        except ChannelDown as error:
            _later(agency, rows, str(error), now)
            break
        except EnvelopeRefused as error:
            _give_up(agency, ids, str(error))
            continue
        with acting_for(agency), writing():
            Outgoing.objects.of(agency).filter(pk__in=ids).update(
                state="delivered", delivered_at=now, lease_until=None, last_error=""
            )
        delivered += len(ids)
    return delivered


def _claim(agency: str, counterpart: str, state: str, now: datetime) -> list[Outgoing]:
    """Lease due rows, so that two workers do not do the same work twice for nothing."""
    with writing(), transaction.atomic():
        rows = Outgoing.objects.of(agency).filter(
            _free(now), counterpart=counterpart, state=state, due_at__lte=now
        )
        rows = rows.order_by("pk")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        claimed = list(rows[:PER_ENVELOPE])
        Outgoing.objects.of(agency).filter(pk__in=[row.pk for row in claimed]).update(
            lease_until=now + LEASE, attempts=F("attempts") + 1
        )
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
    hosted = Agency.objects.filter(area=counterpart, hosted=True).exists()
    return ports().loopback if hosted else ports().far
