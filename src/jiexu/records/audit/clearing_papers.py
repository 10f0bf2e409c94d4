"""Proof of the lists between agencies: each message stands in the agency's own acts."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from jiexu.records.audit.breaks import CHUNK, Break, Told, heard, rows_of
from jiexu.records.audit.chains import AGENCY_STREAM
from jiexu.records.audit.models import Entry
from jiexu.records.exchange.models import Incoming, Outgoing

KINDS = ("clearing_statement", "clearing_answer")


class _Act(msgspec.Struct, frozen=True):
    """What an act of a list keeps: which message, and the digest of its body."""

    message_id: str = ""
    digest: str = ""


def messages(area: str | None, told: Told) -> Iterator[Break]:
    """Every message of a list that was sent or applied without an act that says so."""
    acts: set[tuple[str, str, str]] = set()
    rows = rows_of(Entry, area).filter(stream=AGENCY_STREAM, action__startswith="clearing.")
    for agency, content in rows.values_list("agency_id", "content"):
        try:
            act = msgspec.json.decode(content, type=_Act)
        except msgspec.MsgspecError:
            continue  # an act that cannot be read is a break of its own stream
        acts.add((agency, act.message_id, act.digest))
    sent = rows_of(Outgoing, area).filter(kind__in=KINDS).order_by("pk")
    taken = rows_of(Incoming, area).filter(kind__in=KINDS, state="applied").order_by("pk")
    for query in (sent, taken):
        table = query.model._meta.db_table
        for row in heard(query.iterator(chunk_size=CHUNK), table, told):
            if (row.agency_id, row.message_id, row.digest) not in acts:
                yield Break(
                    agency=row.agency_id,
                    table=table,
                    row_id=row.pk,
                    stream=AGENCY_STREAM,
                    text=f"清算清单 {row.case_no} 的报文在机构的审计记录中没有：被改动或是伪造的。",
                )
