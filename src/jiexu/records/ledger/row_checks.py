"""Row by row: is each transfer what it was when it was recorded, and does it fit its neighbours?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection

from jiexu.core.ledger.chart import chart
from jiexu.core.ledger.digests import Stamp, row_digest
from jiexu.records.ledger.models import Transfer

_CHUNK_ROWS = 5000


class Break(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that does not agree: where it is, and what it is, in words for people.

    `row_id` is `None` for what concerns a whole table, `agency` empty for the whole node.
    """

    agency: str = ""
    table: str
    row_id: int | None = None
    code: str
    text: str


class _Row(msgspec.Struct):
    """A transfer with its accounts and its pending one, in the order of `_COLUMNS`."""

    id: int
    agency: str
    key: str
    digest: str
    phase: str
    code: str
    amount_fen: int
    case_no: str
    business_date: date
    recorded_at: datetime
    debit_id: int
    debit_kind: str
    debit_owner: str
    credit_id: int
    credit_kind: str
    credit_owner: str
    pending_id: int | None
    pending_agency: str | None
    pending_key: str | None
    pending_phase: str | None
    pending_debit_id: int | None
    pending_credit_id: int | None
    pending_amount_fen: int | None


_COLUMNS = (
    *("id", "agency_id", "key", "digest", "phase", "code", "amount_fen", "case_no"),
    *("business_date", "recorded_at", "debit_id", "debit__kind", "debit__owner"),
    *("credit_id", "credit__kind", "credit__owner", "pending_id", "pending__agency_id"),
    *("pending__key", "pending__phase", "pending__debit_id", "pending__credit_id"),
    "pending__amount_fen",
)


def row_breaks(area: str | None) -> Iterator[Break]:
    """Every transfer whose content, accounts or reservation is not what it must be."""
    yield from _foreign_accounts(area)
    yield from _resolved_twice(area)
    rows = Transfer.objects.across_node() if area is None else Transfer.objects.of(area)
    values = rows.order_by("id").values_list(*_COLUMNS)
    stamps: dict[tuple[str, date, datetime], Stamp] = {}
    for value in values.iterator(chunk_size=_CHUNK_ROWS):
        row = _Row(*value)
        at = (row.agency, row.business_date, row.recorded_at)
        stamp = stamps.get(at)
        if stamp is None:
            stamps = {at: Stamp.of(*at)}  # rows of one act follow each other
            stamp = stamps[at]
        if words := _wrong(row, stamp):
            code, text = words
            yield Break(
                agency=row.agency, table="ledger_transfer", row_id=row.id, code=code, text=text
            )


def _wrong(row: _Row, stamp: Stamp) -> tuple[str, str] | None:
    digest = row_digest(
        stamp,
        key=row.key,
        code=row.code,
        phase=row.phase,
        debit=(row.debit_kind, row.debit_owner),
        credit=(row.credit_kind, row.credit_owner),
        amount_fen=row.amount_fen,
        case_no=row.case_no,
        pending_key=row.pending_key,
    )
    if digest != row.digest:
        return "DIGEST_DIFFERS", f"记账“{row.key}”入账后内容被改动。"
    rule = chart().codes.get(row.code)
    if rule is None or (rule.phase, rule.debit, rule.credit) != (
        row.phase,
        row.debit_kind,
        row.credit_kind,
    ):
        return "NOT_IN_CHART", f"记账“{row.key}”的业务代码、账户与科目表不一致。"
    if row.amount_fen <= 0:
        return "AMOUNT", f"记账“{row.key}”的金额不大于零。"
    transit = {"debit": row.debit_owner, "credit": row.credit_owner}
    for side, kind in (("debit", row.debit_kind), ("credit", row.credit_kind)):
        if kind == "in_transit" and transit[side] != row.case_no:
            return "CASE_DIFFERS", f"记账“{row.key}”动用了别的业务的在途资金。"
    pending = (
        *(row.pending_agency, row.pending_phase, row.pending_debit_id),
        *(row.pending_credit_id, row.pending_amount_fen),
    )
    resolves = row.phase in {"post", "void"}
    if resolves and pending != (
        *(row.agency, "pending", row.debit_id),
        *(row.credit_id, row.amount_fen),
    ):
        return "PENDING_DIFFERS", f"记账“{row.key}”与原占用的账户或金额不一致。"
    if not resolves and row.pending_id is not None:
        return "PENDING_DIFFERS", f"记账“{row.key}”不应指向占用。"
    return None


def _foreign_accounts(area: str | None) -> Iterator[Break]:
    """Transfers one of whose accounts is not there or is another agency's."""
    for agency, id_, key in _rows(
        "SELECT t.agency, t.id, t.key FROM ledger_transfer t"
        " LEFT JOIN ledger_account d ON d.id = t.debit_id AND d.agency = t.agency"
        " LEFT JOIN ledger_account c ON c.id = t.credit_id AND c.agency = t.agency"
        " WHERE (d.id IS NULL OR c.id IS NULL OR t.debit_id = t.credit_id)",
        area,
    ):
        yield Break(
            agency=agency,
            table="ledger_transfer",
            row_id=id_,
            code="FOREIGN_ACCOUNT",
            text=f"记账“{key}”的借方或贷方账户不属于本经办机构，或者是同一个账户。",
        )


def _resolved_twice(area: str | None) -> Iterator[Break]:
    """Reservations that were committed or given back more than once."""
    for agency, id_, key in _rows(
        "SELECT t.agency, t.id, t.key FROM ledger_transfer t WHERE t.id IN"
        " (SELECT pending_id FROM ledger_transfer WHERE pending_id IS NOT NULL"
        " GROUP BY pending_id HAVING count(*) > 1)",
        area,
    ):
        yield Break(
            agency=agency,
            table="ledger_transfer",
            row_id=id_,
            code="RESOLVED_TWICE",
            text=f"占用“{key}”被处理了不止一次。",
        )


def _rows(query: str, area: str | None) -> list[tuple[Any, ...]]:
    narrowed, values = (query, ()) if area is None else (f"{query} AND t.agency = %s", (area,))
    with connection.cursor() as cursor:
        cursor.execute(f"{narrowed} ORDER BY t.id", values)
        return cursor.fetchall()
