"""The proof over everything the chain covers: whether what is written is what happened.

Reads the node row after row at one moment of the database, in flat memory, while it works. Seals
and envelopes need the signer: `work.proofs` adds them to this.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from jiexu.records.audit import case_rows, clearing_papers, days, lives, papers
from jiexu.records.audit.breaks import Break, Told, one_moment, silent
from jiexu.records.audit.chains import TABLE, Walk, walk

log = logging.getLogger(__name__)

Part = Callable[[str | None, Told], Iterator[Break]]


def verify(area: str | None = None) -> list[Break]:
    """Every break of one agency, or of the whole node; empty when all holds together."""
    return list(breaks(area))


def breaks(area: str | None = None, told: Told = silent) -> Iterator[Break]:
    """The same, one after another as they are found; `told` hears how far the proof is."""
    with one_moment():
        for part in PARTS:
            yield from guarded(part, area, told)


def chains(area: str | None, told: Told) -> Iterator[Break]:
    """Streams and cases: each entry joins the one before, each case its last entry."""

    def ends() -> Iterator[Walk]:
        for one in walk(area, told):
            if isinstance(one, Break):
                found.append(one)
            else:
                yield one

    found: list[Break] = []
    for one in case_rows.against_rows(ends(), area, told):
        yield from found
        found.clear()
        yield one
    yield from found
    yield from case_rows.without_entries(area)


PARTS: tuple[Part, ...] = (
    chains,
    papers.documents,
    papers.outgoing,
    clearing_papers.messages,
    papers.incoming,
    papers.commands,
    lives.events,
    lives.identities,
    days.proved,
)


def guarded(part: Part, area: str | None, told: Told) -> Iterator[Break]:
    """A row so damaged that it cannot even be read ends its part of the proof, and is told."""
    try:
        yield from part(area, told)
    except Exception as error:
        log.exception("proof %s stopped", part.__name__)
        yield Break(
            agency=area or "全部机构",
            table=TABLE if part is chains else part.__name__,
            row_id=None,
            stream="",
            text=f"有数据损坏到无法读取，这一部分没有核对完（{type(error).__name__}）。",
        )
