"""How the chain is made: canonical content, joined to the entry before it by SM3.

Anybody who has the entries can recompute it; a changed, removed or inserted entry shows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from jiexu.core.exchange.canonical import canonical, digest_hex

START = "0" * 64
"""What stands before the first entry of a stream."""


def canonical_content(content: Any) -> str:
    return canonical(content).decode()


def link(
    *,
    agency: str,
    stream: str,
    seq: int,
    at: datetime,
    actor_role: str,
    actor_ref: str,
    action: str,
    content: str,
    previous: str,
) -> str:
    """The digest of one entry, 64 hexadecimal digits. Time is taken to the microsecond in UTC."""
    return digest_hex(
        [
            agency,
            stream,
            seq,
            at.astimezone(UTC).isoformat(timespec="microseconds"),
            actor_role,
            actor_ref,
            action,
            content,
            previous,
        ]
    )
