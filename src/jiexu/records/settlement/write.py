"""Writes orders, batches and statement lines. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiexu.core.base.errors import Conflict
from jiexu.core.procedures.outcome import MarkOrder, Owe, PlaceOrder
from jiexu.records.access.sealing import vault
from jiexu.records.rows import advance_rows, insert_rows
from jiexu.records.settlement.models import ClearingItem, Order, StatementLine


def place_orders(agency: str, orders: Sequence[tuple[str, PlaceOrder]], now: datetime) -> None:
    """Insert payment orders `(case_no, order)`."""
    insert_rows(
        agency,
        [
            Order(
                agency_id=agency,
                case_no=case_no,
                reference=order.reference,
                amount_fen=order.amount_fen,
                kind=order.kind,
                payee_area=order.payee_area,
                payee_name=order.payee_name,
                payee_bank=order.payee_bank,
                payee_account_sealed=vault().seal(order.payee_account, context="order.account"),
                state="waiting",
                created_at=now,
            )
            for case_no, order in orders
        ],
    )


def add_clearing_items(agency: str, owed: Sequence[tuple[str, Owe]]) -> None:
    """Insert sums `(case_no, owe)` that are settled between the agencies later."""
    insert_rows(
        agency,
        [
            ClearingItem(
                agency_id=agency,
                case_no=case_no,
                part=one.part,
                counterpart=one.counterpart,
                side=one.side,
                amount_fen=one.amount_fen,
                arose_on=one.arose_on,
            )
            for case_no, one in owed
        ],
    )


def mark_orders(agency: str, marks: Sequence[MarkOrder]) -> None:
    """Set the state of orders by reference, grouped by state and words of the bank."""
    groups: dict[tuple[str, str], list[str]] = {}
    for mark in marks:
        groups.setdefault((mark.state, mark.bank_answer), []).append(mark.reference)
    for (state, answer), references in groups.items():
        Order.objects.of(agency).filter(reference__in=references).update(
            state=state, bank_answer=answer[:200]
        )


def match_lines(agency: str, lines: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """Mark statement lines `(line id, case_no, who)` as matched.

    `Conflict` if somebody else has changed one of them since it was loaded.
    """
    rows = {
        line.pk: line
        for line in StatementLine.objects.of(agency).filter(pk__in=[line[0] for line in lines])
    }
    for line_id, case_no, who in lines:
        line = rows[line_id]
        line.state, line.case_no, line.matched_by, line.matched_at = "matched", case_no, who, now
        line.doubt = ""
        line.version += 1
    written = advance_rows(
        agency,
        list(rows.values()),
        ["state", "case_no", "matched_by", "matched_at", "doubt", "version"],
    )
    if written != len(rows):
        raise Conflict("这条流水刚刚被他人处理过。", "请刷新页面查看最新状态。", code="STALE")
