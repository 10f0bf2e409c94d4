"""What the books hold of the lines of a statement: for the month-end proof. Only reads."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Sum

from jiexu.core.base.money import Fen
from jiexu.core.ledger.chart import chart
from jiexu.core.ledger.postings import PAYMENT_BANK
from jiexu.records.ledger.models import Transfer
from jiexu.records.settlement.models import StatementLine

_CHUNK = 400


def _paid_by_bank() -> list[str]:
    """Everything that the books know of our bank paying: transfers, persons, send-backs, lists."""
    return [one.code for one in chart().codes.values() if one.credit == PAYMENT_BANK.kind]


def booked_of(area: str, matched: Sequence[StatementLine]) -> Fen:
    """What was booked for these debits: by their case, or by the reference of the agency's own.

    A case may be paid in parts: what its other debits brought, perhaps later, is not these.
    """
    names, codes = sorted({line.case_no for line in matched}), _paid_by_bank()
    keys = [f"{word}:{name}" for word in ("sentback", "clearing-paid") for name in names]
    total = booked(area, codes=codes, case_no=names) + booked(area, codes=codes, key=keys)
    mine = {line.pk for line in matched}
    for start in range(0, len(names), _CHUNK):
        others = StatementLine.objects.of(area).filter(
            direction="debit", state="matched", case_no__in=names[start : start + _CHUNK]
        )
        total -= sum(fen for pk, fen in others.values_list("pk", "amount_fen") if pk not in mine)
    return total


def booked(area: str, codes: Sequence[str], **wanted: list[str]) -> Fen:
    """What the books hold of these kinds under these keys or cases."""
    ((name, values),) = wanted.items()
    values = sorted(set(values))
    total = 0
    for start in range(0, len(values), _CHUNK):
        rows = Transfer.objects.of(area).filter(
            **{f"{name}__in": values[start : start + _CHUNK]}, code__in=codes
        )
        total += rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0
    return total
