"""Proof of papers without a case: the agency's own chain says who got which, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from jiexu.records.audit.breaks import Break, chunks, rows_of
from jiexu.records.audit.models import Entry
from jiexu.records.documents.models import Issued
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Person

ISSUED_ON_REQUEST = "paper.issue"
"""The act of an agency that issues a paper without a case."""


class Act(NamedTuple):
    """When a paper was issued on request, and what the entry says of it."""

    at: datetime
    content: dict[str, Any]


def acts(area: str | None, rows: Sequence[Issued] | None = None) -> dict[tuple[str, str], Act]:
    """(agency, number) → the entry that issued it; of these papers, or of all."""
    wanted = rows_of(Entry, area).filter(stream="agency", action=ISSUED_ON_REQUEST)
    if rows is not None:
        bare = [row for row in rows if not row.case_no]
        if not bare:
            return {}
        wanted = wanted.filter(
            agency_id__in={row.agency_id for row in bare}, at__in={row.issued_at for row in bare}
        )
    found = {}
    for agency, at, text in wanted.values_list("agency_id", "at", "content"):
        try:
            content = msgspec.json.decode(text, type=dict[str, Any])
        except msgspec.MsgspecError:
            continue  # the walk along the chain has said so
        found[agency, str(content.get("number", ""))] = Act(at, content)
    return found


def unlike(row: Issued, act: Act | None, persons: dict[int, str]) -> str:
    """What a paper on request has otherwise than its entry."""
    kept = {"number": row.number, "kind": row.kind, "digest": row.digest}
    kept["person"] = persons.get(row.person_id or 0, "")
    if act is None or act.content != kept or act.at != row.issued_at:
        return "审计记录中没有应申请出具过这份文书：内容、时间或所属人被改动，或是伪造的。"
    return ""


def gone(area: str | None) -> Iterator[Break]:
    """Papers that an entry speaks of and that are not there."""
    known = acts(area)
    for part in chunks(known):
        numbers = {number for _, number in part}
        kept = set(
            rows_of(Issued, area).filter(number__in=numbers).values_list("agency_id", "number")
        )
        for agency, number in part:
            if (agency, number) not in kept:
                yield Break(
                    agency=agency,
                    table=Issued._meta.db_table,
                    row_id=None,
                    stream="agency",
                    text=f"审计记录中应申请出具的文书 {number} 不见了。",
                )


def persons(area: str | None, rows: Sequence[Issued]) -> dict[int, str]:
    """Person → their number at the agency, of those that on-request papers name."""
    ids = {row.person_id for row in rows if row.person_id}
    found = rows_of(Person, area).filter(pk__in=ids)
    return dict(found.values_list("pk", "psn_no"))


def owners(area: str | None, rows: Sequence[Issued]) -> dict[tuple[str, str], set[int | None]]:
    """(agency, case) → the person of its halves here: whose the case's papers are."""
    wanted = rows_of(Case, area).filter(
        agency_id__in={row.agency_id for row in rows}, case_no__in={row.case_no for row in rows}
    )
    found: dict[tuple[str, str], set[int | None]] = {}
    for agency, case_no, person_id in wanted.values_list("agency_id", "case_no", "person_id"):
        found.setdefault((agency, case_no), set()).add(person_id)
    return found
