"""Proof of the chains: every stream from its first entry to its last, each digest recomputed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.machine import NEW
from jiexu.records.audit.breaks import CHUNK, Break, Told, heard, rows_of
from jiexu.records.audit.chain import START, link
from jiexu.records.audit.models import Entry

TABLE = Entry._meta.db_table
AGENCY_STREAM = "agency"
SEALED_KIND = "information_form"
"""The one message whose effect has no digest in the chain: it carries a signature."""

SEALING = frozenset({"transfer.seal_form", "transfer.seal_correction"})
"""Moves that send it."""

OVERALL = {name: one.overall for name, one in PROCEDURES.items()}
"""How the state of a half follows from its legs, per procedure."""

_FIELDS = ("pk", "agency_id", "stream", "seq", "at", "actor_role", "actor_ref", "action")


class EffectDigest(msgspec.Struct, frozen=True):
    """What an entry keeps of one effect."""

    kind: str
    digest: str


class Content(msgspec.Struct, frozen=True):
    """What an entry of a case says, as far as rows can be held against it.

    `record` and `fund` are the state of the leg before and after, `state` that of the half.
    """

    record: tuple[str, str]
    fund: tuple[str, str]
    effects: tuple[EffectDigest, ...]
    amount_fen: int | None
    doubts: str
    facts: str
    state: str


read_content = msgspec.json.Decoder(Content).decode
"""The content of a case's entry. Raises `msgspec.MsgspecError` where it is no such thing."""


@dataclass(slots=True)
class Walk:
    """What is known of a stream when its last entry has been read."""

    agency: str
    stream: str
    row_id: int = 0
    seq: int = 0
    digest: str = START
    opened_at: datetime | None = None
    content: Content | None = None
    record: str = NEW
    fund: str = NEW
    completed_at: datetime | None = None
    papers: int = 0
    messages: int = 0

    @property
    def case(self) -> tuple[str, str] | None:
        """(half, case_no) of a case's stream."""
        kind, _, rest = self.stream.partition(":")
        half, _, case_no = rest.partition(":")
        return (half, case_no) if kind == "case" and half and case_no else None

    def broken(self, text: str, row_id: int | None = None) -> Break:
        return Break(
            agency=self.agency,
            table=TABLE,
            row_id=row_id if row_id is not None else self.row_id,
            stream=self.stream,
            text=text,
        )


def walk(area: str | None, told: Told) -> Iterator[Break | Walk]:
    """Every break of every stream, and each stream's end as it is reached."""
    entries = (
        rows_of(Entry, area)
        .order_by("agency_id", "stream", "seq")
        .values_list(*_FIELDS, "content", "previous", "digest")
    )
    now: Walk | None = None
    for row in heard(entries.iterator(chunk_size=CHUNK), TABLE, told):
        agency, stream = row[1], row[2]
        if now is None or (now.agency, now.stream) != (agency, stream):
            if now is not None:
                yield now
            now = Walk(agency=agency, stream=stream)
            if now.case is None and stream != AGENCY_STREAM:
                yield now.broken("不认识的记录链名称，不属于任何案件或机构。", row[0])
        yield from _step(now, row)
    if now is not None:
        yield now


def _step(now: Walk, row: tuple[Any, ...]) -> Iterator[Break]:
    """One entry: joins the one before, and its digest is that of its content."""
    row_id, agency, stream, seq, at, role, ref, action, content, previous, digest = row
    if seq != now.seq + 1:
        where = "开头" if now.seq == 0 else f"第 {now.seq} 条之后"
        yield now.broken(f"{where}缺少记录：下一条是第 {seq} 条，应为第 {now.seq + 1} 条。", row_id)
    elif previous != now.digest:
        yield now.broken(f"第 {seq} 条与前一条的摘要接不上：前一条或本条被改动过。", row_id)
    expected = link(
        agency=agency,
        stream=stream,
        seq=seq,
        at=at,
        actor_role=role,
        actor_ref=ref,
        action=action,
        content=content,
        previous=previous,
    )
    if digest != expected:
        yield now.broken(f"第 {seq} 条的内容与摘要不符：本条被改动过。", row_id)
    now.row_id, now.seq, now.digest = row_id, seq, digest
    now.opened_at = now.opened_at or at
    if now.case is not None:
        yield from _follow(now, row_id, at, action, content)


def _follow(now: Walk, row_id: int, at: datetime, action: str, text: str) -> Iterator[Break]:
    """The story that the entries of a case tell: each begins where the last one ended."""
    try:
        content = read_content(text)
    except msgspec.MsgspecError:
        yield now.broken(f"第 {now.seq} 条的内容读不出来。", row_id)
        return
    if (content.record[0], content.fund[0]) != (now.record, now.fund):
        yield now.broken(f"第 {now.seq} 条的起始状态与前一条的结果不同。", row_id)
    now.content, now.record, now.fund = content, content.record[1], content.fund[1]
    kinds = [effect.kind for effect in content.effects]
    now.papers += kinds.count("Issue")
    now.messages += kinds.count("Send") + (action in SEALING)
    follows = state_of(action, now.record, now.fund)
    if now.completed_at is None and follows == "completed":
        now.completed_at = at
    # Once completed it stays so: late money shows on the fund leg alone.
    if content.state != ("completed" if now.completed_at else follows):
        yield now.broken(f"第 {now.seq} 条的状态与两个环节不合。", row_id)


def state_of(action: str, record: str, fund: str) -> str | None:
    """The state that follows from the legs, by the procedure named in the action."""
    procedure = action.partition(".")[0]
    follows = OVERALL.get(procedure)
    return follows(record, fund) if follows else None
