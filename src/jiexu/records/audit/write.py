"""Appends to the audit chain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from jiexu.core.base.actors import Actor
from jiexu.records.audit.chain import START, canonical_content, link
from jiexu.records.audit.models import Entry
from jiexu.records.rows import insert_rows


def make_entry(
    *,
    agency: str,
    stream: str,
    seq: int,
    previous: str,
    at: datetime,
    actor: Actor,
    action: str,
    content: Any,
) -> Entry:
    """One linked entry, not yet written. Its `digest` is the `previous` of the next."""
    text = canonical_content(content)
    return Entry(
        agency_id=agency,
        stream=stream,
        seq=seq,
        at=at,
        actor_role=actor.role,
        actor_ref=actor.ref,
        action=action,
        content=text,
        previous=previous,
        digest=link(
            agency=agency,
            stream=stream,
            seq=seq,
            at=at,
            actor_role=actor.role,
            actor_ref=actor.ref,
            action=action,
            content=text,
            previous=previous,
        ),
    )


def add_entries(entries: Iterable[Entry]) -> None:
    """Write linked entries."""
    rows = list(entries)
    insert_rows(rows[0].agency_id if rows else "", rows)


def append_act(agency: str, *, at: datetime, actor: Actor, action: str, content: Any) -> None:
    """Append an act of the agency itself (import, user, batch) to its stream `agency`.

    Two acts at the same moment cannot take the same number: the second one fails and is tried
    again by its caller's transaction.
    """
    last = (
        Entry.objects.of(agency)
        .filter(stream="agency")
        .order_by("-seq")
        .values("seq", "digest")
        .first()
    )
    add_entries(
        [
            make_entry(
                agency=agency,
                stream="agency",
                seq=last["seq"] + 1 if last else 1,
                previous=last["digest"] if last else START,
                at=at,
                actor=actor,
                action=action,
                content=content,
            )
        ]
    )
