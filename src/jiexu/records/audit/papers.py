"""Proof of what the chain caused: documents, messages and answers to commands.

Each has a digest of its own content, and its effect has a digest in an audit entry: who changes a
paper and its digest together still has the chain against him.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from django.db.models import Count, Exists, OuterRef, Value
from django.db.models.functions import Concat

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.known import PROCEDURES
from jiexu.records.access.sealing import vault
from jiexu.records.audit import clearing_papers, requested
from jiexu.records.audit.breaks import CHUNK, Break, Told, chunks, heard, rows_of
from jiexu.records.audit.chains import SEALED_KIND, SEALING, Content, read_content
from jiexu.records.audit.models import Entry
from jiexu.records.documents.models import Issued
from jiexu.records.exchange.models import Incoming, Outgoing
from jiexu.records.procedures.models import Command

HALVES = tuple({half: None for one in PROCEDURES.values() for half in one.halves})


class Said(NamedTuple):
    """What one entry says: when, by which action, with which content."""

    at: datetime
    action: str
    content: Content

    @property
    def effects(self) -> set[str]:
        return {effect.digest for effect in self.content.effects}


def opened(blob: bytes, digest: str, *, context: str) -> tuple[str, str]:
    """The sealed text, and what is wrong with it: empty when its digest is right."""
    try:
        text = vault().open(blob, context=context)
    except JiexuError:
        return "", "加密内容打不开：被改动，或主密钥不对。"
    return text, "" if sm3_hex(text.encode()) == digest else "内容与摘要不符：被改动过。"


def documents(area: str | None, told: Told) -> Iterator[Break]:
    """Issued papers: content, digest, whose they are, and the entry that issued them."""
    rows = rows_of(Issued, area).order_by("pk")
    for part in chunks(rows.iterator(chunk_size=CHUNK)):
        said = entries_of(area, part, [f"case:{h}:{row.case_no}" for row in part for h in HALVES])
        asked = requested.acts(area, part)
        persons = requested.persons(area, part)
        owners = requested.owners(area, part)
        for row in part:
            content, wrong = opened(row.content_sealed, row.digest, context="document.content")
            if wrong:
                text = f"文书{wrong}"
            elif row.case_no:
                streams = [(row.agency_id, f"case:{half}:{row.case_no}") for half in HALVES]
                entries = [one for key in streams for one in said.get(key, {}).values()]
                text = _paper(row, content, entries)
                if not text and row.person_id not in owners.get((row.agency_id, row.case_no), ()):
                    text = "文书所属的人被改动过。"
            else:
                text = requested.unlike(row, asked.get((row.agency_id, row.number)), persons)
            if text:
                yield _broken(row, f"case:*:{row.case_no}" if row.case_no else "agency", text)
        told(Issued._meta.db_table, len(part))
    yield from requested.gone(area)


def _paper(row: Issued, content: str, entries: Sequence[Said]) -> str:
    effect = _effect(number=row.number, kind=row.kind, content=content)
    by = [entry for entry in entries if effect in entry.effects]
    if not by:
        return "审计记录中没有出具过这份文书：编号、种类、内容或所属案件被改动，或文书是伪造的。"
    return "" if by[0].at == row.issued_at else "文书的出具时间与审计记录不同。"


def _effect(**fields: str) -> str:
    """The digest of an effect; the last field is JSON. Empty when that cannot be read."""
    *_, last = fields
    try:
        return digest_hex({**fields, last: msgspec.json.decode(fields[last])})
    except (msgspec.MsgspecError, TypeError):
        return ""


def outgoing(area: str | None, told: Told) -> Iterator[Break]:
    """Messages sent: body, digest, and the entry that sent them (its number is in the id)."""
    rows = rows_of(Outgoing, area).exclude(kind__in=clearing_papers.KINDS).order_by("pk")
    for part in chunks(rows.iterator(chunk_size=CHUNK)):
        senders = [_sender(row.message_id) for row in part]
        said = entries_of(
            area, part, [stream for stream, _ in senders], {seq for _, seq in senders}
        )
        for row in part:
            stream, seq = _sender(row.message_id)
            if text := _sent(row, said.get((row.agency_id, stream), {}).get(seq)):
                yield _broken(row, stream, text)
        told(Outgoing._meta.db_table, len(part))


def _sent(row: Outgoing, entry: Said | None) -> str:
    body, wrong = opened(row.body_sealed, row.digest, context="message.body")
    if wrong:
        return f"报文{wrong}"
    if entry is None or not row.message_id.startswith(f"{row.case_no}-"):
        return "审计记录中没有发出过这份报文：编号或所属案件被改动，或报文是伪造的。"
    effect = _effect(to=row.counterpart, kind=row.kind, body=body)
    sealing = row.kind == SEALED_KIND and entry.action in SEALING
    if not sealing and effect not in entry.effects:
        return "报文的内容、种类或收件机构与审计记录不同：被改动过。"
    return "" if entry.at == row.created_at else "报文的生成时间与审计记录不同。"


def _sender(message_id: str) -> tuple[str, int]:
    """Stream and number of the entry that sent a message."""
    parts = message_id.rsplit("-", 3)
    if len(parts) != 4 or not parts[2].isdecimal():
        return "", 0
    return f"case:{parts[1]}:{parts[0]}", int(parts[2])


def incoming(area: str | None, told: Told) -> Iterator[Break]:
    """Messages received: body and digest; an applied one was carried out as a command."""
    rows = rows_of(Incoming, area).order_by("pk")
    for row in heard(rows.iterator(chunk_size=CHUNK), Incoming._meta.db_table, told):
        _, wrong = opened(row.body_sealed, row.digest, context="message.body")
        if wrong:
            yield _broken(row, "", f"收到的报文{wrong}")
    done = rows_of(Command, area).filter(
        agency_id=OuterRef("agency_id"), key=Concat(Value("message:"), OuterRef("message_id"))
    )
    carried_out = rows.filter(state="applied").exclude(kind__in=clearing_papers.KINDS)
    for row in carried_out.exclude(Exists(done)).iterator(chunk_size=CHUNK):
        yield _broken(row, "", "报文标为已办理，却没有办理它的命令：编号或状态被改动。")


def commands(area: str | None, told: Told) -> Iterator[Break]:
    """The answers that were given: each is what its entry says, and each entry had a command."""
    rows = rows_of(Command, area).order_by("pk")
    for part in chunks(rows.iterator(chunk_size=CHUNK)):
        answers = [(row, _answer(row.result)) for row in part]
        streams = [stream for _, (stream, _, _) in answers]
        said = entries_of(area, part, streams, {seq for _, (_, seq, _) in answers})
        for row, (stream, seq, answer) in answers:
            entry = said.get((row.agency_id, stream), {}).get(seq)
            if text := _answered(row, entry, answer):
                yield _broken(row, stream, text)
        told(Command._meta.db_table, len(part))
    yield from _as_many_commands_as_entries(area)


def _answer(result: str) -> tuple[str, int, dict[str, Any]]:
    try:
        answer = msgspec.json.decode(result, type=dict[str, Any])
    except msgspec.MsgspecError:
        return "", 0, {}
    stream = f"case:{answer.get('half', '')}:{answer.get('case_no', '')}"
    version = answer.get("version")
    return stream, version if isinstance(version, int) else 0, answer


def _answered(row: Command, entry: Said | None, answer: dict[str, Any]) -> str:
    if not answer:
        return "命令的结果读不出来。"
    if entry is None or answer.get("ok") is not True:
        return "命令的结果在审计记录中没有对应的一条：被改动过。"
    record, fund = entry.content.record[1], entry.content.fund[1]
    legs = (answer.get("record_leg"), answer.get("fund_leg"), answer.get("state"))
    if legs != (record, fund, entry.content.state):
        return "命令的结果与审计记录中的状态不同：被改动过。"
    return "" if row.recorded_at == entry.at else "命令的时间与审计记录不同。"


def _as_many_commands_as_entries(area: str | None) -> Iterator[Break]:
    """A step is remembered once: with a command gone, its request could be made a second time."""
    steps = rows_of(Entry, area).filter(stream__startswith="case:")
    counted = dict(steps.order_by().values_list("agency_id").annotate(Count("pk")))
    kept = rows_of(Command, area).order_by().values_list("agency_id").annotate(Count("pk"))
    for agency, commands_kept in {**dict.fromkeys(counted, 0), **dict(kept)}.items():
        if (entries := counted.get(agency, 0)) != commands_kept:
            yield Break(
                agency=agency,
                table=Command._meta.db_table,
                row_id=None,
                stream="",
                text=f"审计记录有 {entries} 步，命令只记得 {commands_kept} 条：有命令被删除或伪造。"
                if entries > commands_kept
                else f"命令有 {commands_kept} 条，审计记录只有 {entries} 步：有命令是伪造的。",
            )


def entries_of(
    area: str | None, rows: Sequence[Any], streams: Sequence[str], seqs: set[int] | None = None
) -> dict[tuple[str, str], dict[int, Said]]:
    """The entries of these streams, with these numbers: (agency, stream) → number → words."""
    found: dict[tuple[str, str], dict[int, Said]] = {}
    wanted = rows_of(Entry, area).filter(
        agency_id__in={row.agency_id for row in rows}, stream__in=set(streams)
    )
    if seqs is not None:
        wanted = wanted.filter(seq__in=seqs)
    for agency, stream, seq, at, action, text in wanted.values_list(
        "agency_id", "stream", "seq", "at", "action", "content"
    ):
        try:
            said = Said(at, action, read_content(text))
        except msgspec.MsgspecError:
            continue  # the walk along the chain has said so
        found.setdefault((agency, stream), {})[seq] = said
    return found


def _broken(row: Any, stream: str, text: str) -> Break:
    return Break(
        agency=row.agency_id, table=row._meta.db_table, row_id=row.pk, stream=stream, text=text
    )
