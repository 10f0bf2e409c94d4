"""Takes envelopes in, and applies the messages of the inbox: each once, for ever.

Accepting is one commit: the envelope as evidence and its messages as rows, or nothing. Applying is
another: the step, its effects and the mark on the inbox row in one commit.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db import IntegrityError, transaction

from jiexu.core.base.actors import agency as agency_actor
from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.envelope import BadEnvelope, Verify, open_envelope
from jiexu.core.exchange.envelope import Envelope as WireEnvelope
from jiexu.core.exchange.kinds import decode_body
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.outcome import Step
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.exchange import write as exchange
from jiexu.records.exchange.models import Envelope, Incoming
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Agency
from jiexu.records.statements import Change, Read
from jiexu.work import netting, unit_of_work
from jiexu.work.apart import DATABASE_AWAY, apart
from jiexu.work.documents import seal_is_genuine
from jiexu.work.keys import verify_signature
from jiexu.work.ports import ports
from jiexu.work.refusals import FAULT
from jiexu.work.results import Result

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
PER_BATCH = 200
MOST_ATTEMPTS = 30
_LONGEST_PAUSE_SECONDS = 600

_LONGEST = (64, 40, 40)
"""Characters of a message's number, kind and case number."""

_UNREADABLE = Result(ok=False, code=FAULT.code, text=FAULT.text, remedy=FAULT.remedy, later=True)

EVENTS = {
    "transfer_request": ("out", "request_received"),
    "precheck_answer": ("in", "answer_received"),
    "information_form": ("in", "form_received"),
    "remittance_notice": ("in", "remittance_noticed"),
    "receipt": ("out", "receipt_received"),
    "remittance_withdrawn": ("in", "remittance_withdrawn"),
    "late_money": ("in", "late_money_told"),
    "life_event": ("", "life_event_received"),
    "transfer_offer": ("in", "offer_received"),
    "withdrawal": ("out", "withdrawal_received"),
    "withdrawal_answer": ("in", "withdrawal_answered"),
    "enquiry": ("out", "enquiry_received"),
    "enquiry_answer": ("in", "enquiry_answered"),
    "date_change": ("in", "date_changed"),
}
"""Which message starts which move of which half. A message that may be for either half names it
in its body (`to_half`, `half`).
"""
CLEARING = frozenset({"clearing_statement", "clearing_answer"})
"""Messages between the agencies themselves: no case moves with them."""
_OPENING = frozenset({"transfer_request", "transfer_offer"})
"""Messages that open a half: they name the person, and the two places."""

_HOSTED = Read(Agency, "area = {area} AND hosted", fields=("area",))
_SAME = Read(
    Envelope,
    "direction = 'in' AND counterpart = {sender} AND seq = {seq}",
    fields=("digest",),
)
_TOLD = Read(Incoming, "message_id {ids:many}", fields=("message_id", "counterpart", "digest"))
_IS_DUE = "state = 'waiting' AND due_at <= {now} AND (lease_until IS NULL OR lease_until <= {now})"
_DUE = Read(Incoming, _IS_DUE, fields=("agency",), distinct=True)
_FREE = Read(Incoming, _IS_DUE, order="id", limit=PER_BATCH, lock="skip locked")
_LEASE = Change(Incoming, "lease_until = {until}", "id {ids:many}")
_MARK = Change(
    Incoming,
    "state = {state}, last_error = {why}, applied_at = {now}, lease_until = NULL",
    "id {ids:many} AND state = 'waiting'",
)


def accept(area: str, data: bytes, now: datetime) -> bool:
    """Take an envelope for `area` in: verified, kept and put into the inbox in one commit.

    Returns False for an envelope that is already here. Raises `BadEnvelope` for one that is not
    genuine or gives a number a second meaning; nothing is kept of it.
    """
    if not _HOSTED.of_node(area=area):
        raise BadEnvelope(f"本节点没有机构 {area[:6]}。", "请核对收件机构的地址。")
    envelope = open_envelope(data, receiver=area, verify=verify_signature)
    sender, seq = envelope.header.sender, envelope.header.seq
    _must_fit(envelope)
    with acting_for(area), writing():
        if _is_here(area, sender, seq, data):
            return False
        _must_mean_one_thing(area, envelope)
        try:
            with transaction.atomic():
                row = exchange.add_envelope(area, "in", sender, seq, data, now)
                exchange.add_incoming(area, row, envelope, now)
        except IntegrityError:
            if not _is_here(area, sender, seq, data):
                raise
            return False  # the same envelope came twice at the same moment
    return True


def _is_here(area: str, sender: str, seq: int, data: bytes) -> bool:
    """Whether this very envelope has been taken in; another one of its number is refused."""
    known = next((one for (one,) in _SAME.of(area, sender=sender, seq=seq)), None)
    if known is not None and known != sm3_hex(data):
        raise BadEnvelope("同一序号的信封内容不同。", "请发送方核对序号后重新发送。")
    return known is not None


def _must_fit(envelope: WireEnvelope) -> None:
    """Numbers and names fit the fields they are kept in, and no message stands there twice."""
    ids = [message.message_id for message in envelope.messages]
    texts = [(message.message_id, message.kind, message.case_no) for message in envelope.messages]
    if (
        not 0 < envelope.header.seq < 2**63
        or len(set(ids)) != len(ids)
        or any(
            not 0 < len(text) <= longest or not text.isprintable()
            for three in texts
            for text, longest in zip(three, _LONGEST, strict=True)
        )
    ):
        raise BadEnvelope(
            "信封的序号，或报文的编号、种类、业务流水号不能用。", "请发送方改正后重新发送。"
        )


def _must_mean_one_thing(area: str, envelope: WireEnvelope) -> None:
    """A message number that is known came from the same agency and says the same."""
    told = {message.message_id: sm3_hex(message.body.encode()) for message in envelope.messages}
    for message_id, counterpart, digest in _TOLD.of(area, ids=told):
        if (counterpart, digest) != (envelope.header.sender, told[message_id]):
            raise BadEnvelope(
                f"报文编号 {message_id} 已经用过，内容或发送机构与上次不同。",
                "请发送方核对报文编号后重新发送。",
            )


def collect(now: datetime) -> int:
    """Ask the channels that must be asked; returns how many envelopes came."""
    came = 0
    far = ports().far
    for area in Agency.objects.filter(hosted=True).values_list("area", flat=True):
        with apart(f"collecting for {area}"):
            for name, data in far.collect(area):
                with apart(f"envelope {name} for {area}"):
                    came += _take(area, name, data, now)
    return came


def _take(area: str, name: str, data: bytes, now: datetime) -> bool:
    try:
        came = accept(area, data, now)
    except JiexuError as error:
        log.warning("envelope %s for %s refused: %s", name, area, error.message)
        ports().far.done(area, name, refused=error.message)
        return False
    ports().far.done(area, name)
    return came


def apply_due(now: datetime) -> int:
    """Apply waiting messages; returns how many were taken from the queue for good."""
    applied = 0
    for (area,) in sorted(_DUE.across_node(now=now)):
        with apart(f"messages for {area}"):
            applied += _apply_for(area, now)
    return applied


def _apply_for(area: str, now: datetime) -> int:
    with acting_for(area), writing(), transaction.atomic():
        rows: list[Incoming] = _FREE.of(area, now=now)
        _LEASE.of(area, ids=[row.pk for row in rows], until=now + LEASE)
    steps: list[Step] = []
    taken: list[Incoming] = []
    verify = cache(verify_signature)  # forms that were sealed together bear one signature
    for row in rows:
        if row.kind in CLEARING:
            with apart(f"message {row.message_id} for {area}"):
                _take_clearing(area, row, now)
            continue
        try:
            steps.append(_step_of(row, verify))
            taken.append(row)
        except JiexuError as error:
            _mark(area, [(row, "refused", error.message)], now)
        except DATABASE_AWAY:
            raise
        except Exception:
            log.exception("message %s for %s cannot be read", row.message_id, area)
            _mark_results(area, {row: _UNREADABLE}, now)

    def mark(results: Mapping[int, Result]) -> None:
        _mark_results(area, {taken[place]: result for place, result in results.items()}, now)

    results = unit_of_work.apply(area, steps, now=now, also=mark) if steps else []
    # A step that fell out of its commit (a law stood against it) left no mark there.
    _mark_fallen(area, taken, results, now)
    return len(rows)


def _take_clearing(area: str, row: Incoming, now: datetime) -> None:
    """A list between the agencies, or its answer: no case moves, but the same once and for all."""
    try:
        with acting_for(area), writing(), transaction.atomic():
            body = decode_body(
                row.kind, vault().open(row.body_sealed, context="message.body").encode()
            )
            if body.case_no != row.case_no:  # type: ignore[attr-defined]
                raise BadEnvelope("报文的清单编号与信封不一致。", "请发送方改正后重新发送。")
            netting.take(area, row.counterpart, body, now)
            netting.note(area, row.kind, row.message_id, row.digest, now)
            _mark(area, [(row, "applied", "")], now)
    except JiexuError as error:
        _mark(area, [(row, "refused", error.message)], now)


def _step_of(row: Incoming, verify: Verify) -> Step:
    """The step that a message asks for. Raises `JiexuError` for one that cannot be understood."""
    body = decode_body(row.kind, vault().open(row.body_sealed, context="message.body").encode())
    half, event = EVENTS[row.kind]
    half = getattr(body, "to_half", half) or body.half  # type: ignore[attr-defined]
    if row.kind == "information_form" and body.form.replaces:  # type: ignore[attr-defined]
        event = "form_corrected"
    if body.case_no != row.case_no:  # type: ignore[attr-defined]
        raise BadEnvelope("报文的业务流水号与信封不一致。", "请发送方改正后重新发送。")
    subject = b""
    if row.kind in _OPENING:
        between = (body.trafin_admdvs, body.trafout_admdvs)  # type: ignore[attr-defined]
        if row.kind == "transfer_offer":
            between = between[::-1]
        if between != (row.counterpart, row.agency_id):
            raise BadEnvelope(
                "申请通知里的转入地或转出地不是收发双方。", "请发送方核对后重新发送。"
            )
        subject = identity_index(body.certno)  # type: ignore[attr-defined]
    if row.kind == "information_form" and not seal_is_genuine(row.counterpart, body, verify):
        raise BadEnvelope("信息表的电子签章无效。", "请转出地重新签章后发送。")
    return Step(
        case_no=row.case_no,
        half=half,
        event=event,
        actor=agency_actor(row.counterpart),
        key=f"message:{row.message_id}",
        payload=body,
        subject=subject,
    )


def _mark_results(area: str, results: Mapping[Incoming, Result], now: datetime) -> None:
    done: list[tuple[Incoming, str, str]] = []
    for row, result in results.items():
        if result.ok:
            done.append((row, "applied", ""))
        elif result.later and row.attempts + 1 < MOST_ATTEMPTS:
            _try_later(area, row, result.text, now)
        else:
            done.append((row, "refused", result.text))
    _mark(area, done, now)


def _mark(area: str, rows: Sequence[tuple[Incoming, str, str]], now: datetime) -> None:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row, state, why in rows:
        groups[state, why].append(row.pk)
    with acting_for(area), writing():
        for (state, why), ids in groups.items():
            _MARK.of(area, ids=ids, state=state, why=why[:300], now=now)


def _try_later(area: str, row: Incoming, why: str, now: datetime) -> None:
    """Out of order, or in conflict: the message waits a little longer each time."""
    pause = min(2**row.attempts, _LONGEST_PAUSE_SECONDS)
    with acting_for(area), writing():
        Incoming.objects.of(area).filter(pk=row.pk, state="waiting").update(
            due_at=now + timedelta(seconds=pause),
            attempts=row.attempts + 1,
            lease_until=None,
            last_error=why[:300],
        )


def _mark_fallen(
    area: str, taken: Sequence[Incoming], results: Sequence[Result], now: datetime
) -> None:
    fallen = {
        row: result
        for row, result in zip(taken, results, strict=True)
        if not result.ok and not result.repeated
    }
    with acting_for(area):
        waiting = set(
            Incoming.objects.of(area)
            .filter(pk__in=[row.pk for row in fallen], state="waiting", lease_until__gt=now)
            .values_list("pk", flat=True)
        )
    _mark_results(area, {row: r for row, r in fallen.items() if row.pk in waiting}, now)
