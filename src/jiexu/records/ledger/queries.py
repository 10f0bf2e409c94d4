"""Reading the ledger: balances, the statement of an account, the money of a case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from django.db.models import Q, QuerySet

from jiexu.core.base.money import Fen
from jiexu.core.ledger.balances import Balance, Totals, balance_of, effect
from jiexu.core.ledger.chart import Phase, chart
from jiexu.core.ledger.postings import AccountRef
from jiexu.records.ledger.models import Account, Transfer

_CHUNK_OWNERS = 500
_TOTALS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")


class TransferView(msgspec.Struct, frozen=True, kw_only=True):
    """One movement as recorded; `label` says in Chinese what it is."""

    id: int
    key: str
    code: str
    label: str
    phase: Phase
    debit: AccountRef
    credit: AccountRef
    amount_fen: Fen
    case_no: str
    business_date: date
    recorded_at: datetime


class StatementLine(TransferView, frozen=True, kw_only=True):
    """One line of an account. `posted_fen` and `reserved_fen` are what the line changed (signed);
    `balance` is what the account held after it.
    """

    posted_fen: Fen
    reserved_fen: Fen
    balance: Balance


def balance(agency: str, ref: AccountRef) -> Balance:
    """What the account holds, in fen; nothing when it was never used."""
    return balances(agency, (ref,))[ref]


def balances(agency: str, refs: Iterable[AccountRef]) -> dict[AccountRef, Balance]:
    """What each of the accounts holds, in fen."""
    owners: dict[str, list[str]] = defaultdict(list)
    found: dict[AccountRef, Balance] = {}
    for ref in refs:
        found[ref] = balance_of(chart().accounts[ref.kind].normal, Totals())
        owners[ref.kind].append(ref.owner)
    for kind, names in owners.items():
        normal = chart().accounts[kind].normal
        for start in range(0, len(names), _CHUNK_OWNERS):
            rows = Account.objects.of(agency).filter(
                kind=kind, owner__in=names[start : start + _CHUNK_OWNERS]
            )
            for owner, *totals in rows.values_list("owner", *_TOTALS):
                found[AccountRef(kind, owner)] = balance_of(normal, Totals(*totals))
    return found


def statement(agency: str, ref: AccountRef) -> tuple[StatementLine, ...]:
    """Every line of one account, oldest first, with the balance after each."""
    account = Account.objects.of(agency).filter(kind=ref.kind, owner=ref.owner).first()
    if account is None:
        return ()
    normal, totals = chart().accounts[ref.kind].normal, Totals()
    lines = []
    rows = Transfer.objects.of(agency).filter(Q(debit=account.pk) | Q(credit=account.pk))
    for view in _views(rows):
        posted, pending = effect(view.phase, view.amount_fen)
        if view.debit == ref:
            change = Totals(debits_posted=posted, debits_pending=pending)
        else:
            change = Totals(credits_posted=posted, credits_pending=pending)
        totals = Totals(*(old + new for old, new in zip(totals, change, strict=True)))
        moved = balance_of(normal, change)
        lines.append(
            StatementLine(
                **msgspec.structs.asdict(view),
                posted_fen=moved.posted_fen,
                reserved_fen=moved.reserved_fen,
                balance=balance_of(normal, totals),
            )
        )
    return tuple(lines)


def transfers_of_case(agency: str, case_no: str) -> tuple[TransferView, ...]:
    """Every movement of one case in the books of this agency, oldest first."""
    return tuple(_views(Transfer.objects.of(agency).filter(case_no=case_no).exclude(case_no="")))


def _views(rows: QuerySet[Any]) -> Iterable[TransferView]:
    columns = (
        *("id", "key", "code", "phase", "amount_fen", "case_no", "business_date", "recorded_at"),
        *("debit__kind", "debit__owner", "credit__kind", "credit__owner"),
    )
    codes = chart().codes
    for id_, key, code, phase, amount, case_no, day, at, *ends in rows.order_by("id").values_list(
        *columns
    ):
        yield TransferView(
            id=id_,
            key=key,
            code=code,
            label=codes[code].label,
            phase=Phase(phase),
            debit=AccountRef(*ends[:2]),
            credit=AccountRef(*ends[2:]),
            amount_fen=amount,
            case_no=case_no,
            business_date=day,
            recorded_at=at,
        )
