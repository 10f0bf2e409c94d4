"""Payments of the agency's own: money of nobody's case sent back, and the difference of a list.

Their orders go through the same batches and the same four eyes; no case moves with them. The
reference in the remark (`TH` or `QS` and digits) finds them again on the statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from jiexu.core.ledger.clearing_postings import (
    clearing_paid,
    clearing_received,
    send_back_of_line,
    sent_back,
)
from jiexu.core.ledger.postings import Posting
from jiexu.records.isolation import acting_for, writing
from jiexu.records.ledger import write as ledger
from jiexu.records.settlement.models import Clearing, Order, StatementLine

KINDS = ("line_back", "clearing")
_REFERENCE = re.compile(r"(?<![0-9A-Z])((?:TH|QS)[0-9]{14,24})(?![0-9])", re.ASCII)


def find_own_reference(remark: str) -> str:
    """The reference of a payment of the agency's own in a remark; empty if there is none."""
    found = set(_REFERENCE.findall(remark.upper().replace(" ", "")))
    return found.pop() if len(found) == 1 else ""


def approve(area: str, orders: Sequence[Order], now: datetime) -> None:
    """Two people have decided: unknown money leaves 暂收款, a list is being paid."""
    lines = {
        line.pk: line
        for line in StatementLine.objects.of(area).filter(pk__in=[one.line_id for one in orders])
    }
    postings = [
        send_back_of_line(lines[order.line_id].line_key, order.reference, order.amount_fen)
        for order in orders
        if order.kind == "line_back"
    ]
    if postings:
        ledger.post(area, postings, business_date=now.date(), now=now)
    Order.objects.of(area).filter(pk__in=[one.pk for one in orders]).update(state="approved")
    numbers = [one.reference for one in orders if one.kind == "clearing"]
    Clearing.objects.of(area).filter(number__in=numbers, state="agreed").update(state="paying")


def refused(area: str, batch_no: str, words: Mapping[str, str]) -> None:
    """The bank did not pay these: they wait for finance again, with the bank's words."""
    with acting_for(area), writing(), transaction.atomic():
        for order in Order.objects.of(area).filter(
            batch__number=batch_no, reference__in=list(words), kind__in=KINDS, state="approved"
        ):
            Order.objects.of(area).filter(pk=order.pk).update(
                state="waiting", batch=None, bank_answer=words[order.reference][:200]
            )


def take_lines(area: str, lines: Sequence[StatementLine], now: datetime) -> set[int]:
    """Book the lines that are payments of the agency's own; returns the ids that fitted."""
    taken: set[int] = set()
    for line in lines:
        reference = find_own_reference(line.remark)
        if reference:
            with acting_for(area), writing(), transaction.atomic():
                if _take(area, line, reference, now):
                    taken.add(line.pk)
    return taken


def _take(area: str, line: StatementLine, reference: str, now: datetime) -> bool:
    marked = (
        StatementLine.objects.of(area)
        .filter(pk=line.pk, state=line.state, version=line.version)
        .update(
            state="matched",
            doubt="",
            case_no=reference,
            matched_by="system",
            matched_at=now,
            version=F("version") + 1,
        )
    )
    posting = _posting(area, line, reference, now) if marked else None
    if posting is None:
        transaction.set_rollback(True)
        return False
    ledger.post(area, [posting], business_date=now.date(), now=now)
    return True


def _posting(area: str, line: StatementLine, reference: str, now: datetime) -> Posting | None:
    """What the line means for the books, and the marks it leaves; `None` when it does not fit."""
    if line.direction == "debit":
        order = (
            Order.objects.of(area)
            .filter(
                reference=reference,
                kind__in=KINDS,
                state__in=["approved", "accepted"],
                amount_fen=line.amount_fen,
            )
            .first()
        )
        if order is None:
            return None
        Order.objects.of(area).filter(pk=order.pk).update(state="paid")
        if order.kind == "line_back":
            StatementLine.objects.of(area).filter(pk=order.line_id).update(
                state="matched",
                case_no=reference,
                matched_by="system",
                matched_at=now,
                version=F("version") + 1,
            )
            return sent_back(reference, line.amount_fen)
    clearing = (
        Clearing.objects.of(area)
        .filter(
            number=reference,
            state__in=["agreed", "paying"],
            net_fen=line.amount_fen if line.direction == "debit" else -line.amount_fen,
        )
        .first()
    )
    if clearing is None:
        return None
    Clearing.objects.of(area).filter(pk=clearing.pk).update(state="paid")
    if line.direction == "debit":
        return clearing_paid(reference, clearing.counterpart, line.amount_fen)
    return clearing_received(reference, clearing.counterpart, line.line_key, line.amount_fen)
