"""The whole proof of a node: the audit chain and all it covers, with seals and envelopes.

Seals and envelopes bear signatures, and the keys are known here. Like every proof it only reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from typing import Any

import msgspec
from django.db.models import Exists, OuterRef

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange import merkle
from jiexu.core.exchange.envelope import Envelope as WireEnvelope
from jiexu.core.exchange.envelope import open_envelope
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.audit import verify as audit
from jiexu.records.audit.breaks import CHUNK, Break, Told, chunks, one_moment, rows_of, silent
from jiexu.records.audit.chains import SEALING
from jiexu.records.audit.models import Entry
from jiexu.records.audit.papers import opened
from jiexu.records.documents.models import Issued, Seal
from jiexu.records.exchange.models import Envelope, Incoming, Outgoing
from jiexu.records.procedures.models import Case
from jiexu.work.documents import FORM, text_under_seal
from jiexu.work.keys import verify_signature

_AFTER_FORM = ("form_sent", "done", "withdrawn", "refused")
_ENVELOPES = 4
"""How many envelopes are held at once: each may carry hundreds of messages."""


def verify(area: str | None = None) -> list[Break]:
    """Every break of one agency, or of the whole node; empty when all holds together."""
    return list(breaks(area))


def breaks(area: str | None = None, told: Told = silent) -> Iterator[Break]:
    """The same, one after another as they are found; `told` hears how far the proof is."""
    with one_moment():
        yield from audit.breaks(area, told)
        for part in (seals, envelopes):
            yield from audit.guarded(part, area, told)


def seals(area: str | None, told: Told) -> Iterator[Break]:
    """Every seal covers its very document and is signed by a key of the agency; none is missing."""
    rows = rows_of(Seal, area).select_related("document").order_by("pk")
    genuine = lru_cache(maxsize=1000)(verify_signature)  # one signature stands for many papers
    for part in chunks(rows.iterator(chunk_size=CHUNK)):
        sealing = _sealing_times(area, {(row.agency_id, row.document.case_no) for row in part})
        for row in part:
            if text := _seal(row, sealing.get((row.agency_id, row.document.case_no), ()), genuine):
                yield _broken(row, row.document.case_no, text)
        told(Seal._meta.db_table, len(part))
    papers = Issued.objects.filter(pk=OuterRef("document_id"))
    for row in rows_of(Seal, area).filter(~Exists(papers)).iterator(chunk_size=CHUNK):
        yield _broken(row, "", "签章所盖的文书不见了。")
    sent = rows_of(Case, area).filter(half="out", record_leg__in=_AFTER_FORM)
    for part in chunks(sent.values_list("agency_id", "case_no").iterator(chunk_size=CHUNK)):
        papers = rows_of(Issued, area).filter(
            agency_id__in={agency for agency, _ in part},
            case_no__in={case_no for _, case_no in part},
            kind=FORM,
        )
        # A corrected form may still wait for its seal: as many are bare as were never sealed.
        waiting = Counter(papers.values_list("agency_id", "case_no"))
        for key, times in _sealing_times(area, part).items():
            waiting[key] -= len(times)
        for row in papers.filter(seal__isnull=True).order_by("-pk"):
            key = (row.agency_id, row.case_no)
            waiting[key] -= 1
            if waiting[key] >= 0:
                continue
            yield _broken(row, row.case_no, "信息表已经发出，它的电子签章却不见了。")


def _sealing_times(
    area: str | None, cases: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[Any]]:
    """When the forms of each case `(agency, case_no)` were sealed, by the chain."""
    entries = rows_of(Entry, area).filter(
        agency_id__in={agency for agency, _ in cases},
        stream__in={f"case:out:{case_no}" for _, case_no in cases},
        action__in=SEALING,
    )
    found: dict[tuple[str, str], list[Any]] = {}
    for agency, stream, at in entries.values_list("agency_id", "stream", "at"):
        found.setdefault((agency, stream.removeprefix("case:out:")), []).append(at)
    return found


def _seal(row: Seal, sealed_at: Collection[Any], genuine: Callable[..., bool]) -> str:
    paper = row.document
    content, wrong = opened(paper.content_sealed, paper.digest, context="document.content")
    if wrong or paper.agency_id != row.agency_id:
        return "签章所盖的文书被改动过，或不是本机构的。"
    try:
        root, signature = bytes.fromhex(row.root), bytes.fromhex(row.signature)
        path = tuple(bytes.fromhex(node) for node in msgspec.json.decode(row.path, type=list[str]))
    except (ValueError, msgspec.MsgspecError):
        return "签章的数据读不出来：被改动过。"
    if not merkle.verify(content.encode(), row.leaf_index, row.leaf_count, path, root):
        return "签章不能证明它盖的是这份文书：签章或文书被改动过。"
    signed = text_under_seal(paper.kind, root, row.leaf_count, row.sealed_at)
    if not genuine(row.agency_id, row.key_id, signed, signature):
        return "签章的签名无效、时间被改动，或签名密钥不是本机构的。"
    if paper.kind != FORM:
        return ""  # its moment is under the signature
    return "" if row.sealed_at in sealed_at else "签章的时间与审计记录不同，或记录中没有签过章。"


def envelopes(area: str | None, told: Told) -> Iterator[Break]:
    """Envelopes are genuine, in unbroken order where sent, and hold the messages in rows."""
    last: tuple[Any, ...] = ()
    rows = rows_of(Envelope, area).order_by("agency_id", "direction", "counterpart", "seq")
    for part in chunks(rows.iterator(chunk_size=_ENVELOPES), _ENVELOPES):
        for row in part:
            here = (row.agency_id, row.direction, row.counterpart)
            before = last[1] if last and last[0] == here else 0
            if row.direction == "out" and row.seq != before + 1:
                yield _broken(row, "", f"发出的信封缺号：第 {before + 1} 号不见了。")
            last = (here, row.seq)
            yield from _envelope(row)
        told(Envelope._meta.db_table, len(part))
    kept = Envelope.objects.filter(pk=OuterRef("envelope_id"))
    for model in (Outgoing, Incoming):
        bare = rows_of(model, area).filter(~Exists(kept))
        bare = bare.exclude(state__in=["waiting", "dead"], envelope=None)
        if model is Outgoing:
            bare = bare.filter(errand__isnull=True)  # carried by a clerk: no envelope
        for row in bare.iterator(chunk_size=CHUNK):
            yield _broken(row, row.case_no, "报文已送达或收到，却没有装它的信封。")


def _envelope(row: Envelope) -> Iterator[Break]:
    data, wrong = opened(row.data_sealed, row.digest, context="envelope.data")
    if wrong:
        yield _broken(row, "", f"信封{wrong}")
        return
    receiver = row.agency_id if row.direction == "in" else row.counterpart
    sender = row.counterpart if row.direction == "in" else row.agency_id
    try:
        envelope = open_envelope(data.encode(), receiver=receiver, verify=verify_signature)
    except JiexuError as error:
        yield _broken(row, "", error.message)
        return
    header = envelope.header
    if (header.sender, header.seq) != (sender, row.seq) or row.direction not in {"in", "out"}:
        yield _broken(row, "", "信封的方向、发件机构或序号与内容不同：被改动过。")
    if row.direction == "out" and header.sent_at != row.recorded_at:
        yield _broken(row, "", "信封的时间与内容不同：被改动过。")
    yield from _messages(row, envelope)


def _messages(row: Envelope, envelope: WireEnvelope) -> Iterator[Break]:
    """The rows of an envelope are its messages, no more and no less."""
    model = Incoming if row.direction == "in" else Outgoing
    kept = {one.message_id: one for one in model.objects.of(row.agency_id).filter(envelope=row)}
    for message in envelope.messages:
        one = kept.pop(message.message_id, None)
        if one is None:
            # An inbox keeps a message id once: it may have come before, in another envelope.
            known = model.objects.of(row.agency_id).filter(message_id=message.message_id)
            if row.direction == "out" or not known.exists():
                text = f"信封（第 {row.pk} 行）中的报文 {message.message_id} 在表里不见了。"
                yield Break(
                    agency=row.agency_id,
                    table=model._meta.db_table,
                    row_id=None,
                    stream=message.case_no,
                    text=text,
                )
            continue
        inside = (message.kind, message.case_no, sm3_hex(message.body.encode()), row.counterpart)
        if (one.kind, one.case_no, one.digest, one.counterpart) != inside:
            yield _broken(one, one.case_no, "报文与装它的信封内容不同：被改动过。")
        elif row.direction == "in" and one.received_at != row.recorded_at:
            yield _broken(one, one.case_no, "报文的收到时间与信封不同：被改动过。")
    for one in kept.values():
        yield _broken(one, one.case_no, "装它的信封里没有这份报文：报文是伪造的，或编号被改动。")


def _broken(row: Any, stream: str, text: str) -> Break:
    return Break(
        agency=row.agency_id, table=row._meta.db_table, row_id=row.pk, stream=stream, text=text
    )
