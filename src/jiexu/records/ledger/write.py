"""Recording postings: the one way into the ledger, for one or ten thousand at a time.

Only the unit of work comes here, inside its transaction and `writing()`. The laws are the
database's; this module says them in words and finds the posting that broke one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from jiexu.core.ledger.chart import chart
from jiexu.core.ledger.digests import Stamp, row_digest
from jiexu.core.ledger.laws import Law, LedgerLaw, key_reused
from jiexu.core.ledger.postings import Posting
from jiexu.records.isolation import IsolationBreach, acting_agency
from jiexu.records.laws import broken_law
from jiexu.records.ledger import bulk
from jiexu.records.ledger.models import Transfer

_CHUNK_KEYS = 500


def post(agency: str, postings: Sequence[Posting], *, business_date: date, now: datetime) -> None:
    """Record all postings in the books of `agency`, or none of them.

    A posting whose key is recorded with the same content is done already and is passed over; with
    other content it is `Conflict`. Accounts open by themselves. A broken law is `LedgerLaw`, and
    names the first posting that breaks it; the transaction around stays usable. Give postings in
    causal order, and post once per agency and transaction (two transactions that post in several
    goes may have to wait for each other, and PostgreSQL then ends one).
    """
    connection = transaction.get_connection()
    assert connection.in_atomic_block, "post() belongs inside transaction.atomic()"
    if acting_agency() not in (None, agency):
        raise IsolationBreach(f"acting for {acting_agency()}, asked to post for {agency}")
    Transfer.objects.bulk_create([])  # raises outside writing()
    batch = _distinct(postings)
    shared = (agency, business_date, now)
    while batch:
        try:
            with transaction.atomic():
                _record(connection, shared, batch)
            return
        except IntegrityError as error:
            # The key may be here already, from before or from a transaction that was faster.
            # So a new key costs no question, and each round leaves fewer postings.
            remaining = _unrecorded(connection, agency, batch)
            if len(remaining) == len(batch):
                raise _explained(connection, shared, batch, error) from error
            batch = remaining


def _distinct(postings: Sequence[Posting]) -> list[Posting]:
    by_key: dict[str, Posting] = {}
    codes = chart().codes
    for posting in postings:
        code = codes[posting.code]
        assert (code.phase, code.debit, code.credit) == (
            posting.phase,
            posting.debit.kind,
            posting.credit.kind,
        ), f"{posting.code} does not move so in the chart"
        if by_key.setdefault(posting.key, posting) != posting:
            raise key_reused((posting.key,))
    return list(by_key.values())


def _record(connection: Any, shared: tuple[str, date, datetime], batch: Sequence[Posting]) -> None:
    agency, _, now = shared
    accounts = _accounts(connection, agency, batch, now)
    ids, pending = _pending_ids(connection, agency, batch)
    stamp = Stamp.of(*shared)
    rows = [
        (
            posting.key,
            _digest(stamp, posting),
            posting.phase,
            # An unknown one is for the law to refuse: no row has the id 0.
            None if posting.pending_key is None else pending.get(posting.pending_key, 0),
            posting.code,
            accounts[posting.debit],
            accounts[posting.credit],
            posting.amount_fen,
            posting.case_no,
        )
        for posting in batch
    ]
    if ids:
        rows = [(id_, *row) for id_, row in zip(ids, rows, strict=True)]
    bulk.insert_transfers(connection, shared, rows, with_ids=bool(ids))


def _digest(stamp: Stamp, posting: Posting) -> str:
    return row_digest(
        stamp,
        key=posting.key,
        code=posting.code,
        phase=posting.phase,
        debit=posting.debit,
        credit=posting.credit,
        amount_fen=posting.amount_fen,
        case_no=posting.case_no,
        pending_key=posting.pending_key,
    )


def _accounts(
    connection: Any, agency: str, batch: Sequence[Posting], now: datetime
) -> Mapping[Any, int]:
    refs = {posting.debit for posting in batch} | {posting.credit for posting in batch}
    accounts = bulk.account_ids(connection, agency, refs)
    if absent := refs - accounts.keys():
        bulk.open_accounts(connection, agency, absent, now)
        accounts |= bulk.account_ids(connection, agency, absent)
    return accounts


def _pending_ids(
    connection: Any, agency: str, batch: Sequence[Posting]
) -> tuple[Sequence[int], dict[str, int]]:
    """The ids of the named pending transfers; ids for the batch if one of them is in it."""
    named = {posting.pending_key for posting in batch if posting.pending_key is not None}
    if not named:
        return (), {}
    pending = bulk.transfer_ids(connection, agency, named)
    new = named - pending.keys()
    if new.isdisjoint(posting.key for posting in batch):
        return (), pending
    ids = bulk.next_ids(connection, len(batch))
    own = {posting.key: id_ for id_, posting in zip(ids, batch, strict=True)}
    return ids, own | pending


def _unrecorded(connection: Any, agency: str, batch: Sequence[Posting]) -> list[Posting]:
    """The postings whose key is not there yet. `Conflict` if one is there with other content."""
    by_key = {posting.key: posting for posting in batch}
    there = sorted(bulk.transfer_ids(connection, agency, by_key.keys()))
    for start in range(0, len(there), _CHUNK_KEYS):
        recorded = Transfer.objects.of(agency).filter(key__in=there[start : start + _CHUNK_KEYS])
        for key, digest, day, at in recorded.values_list(
            "key", "digest", "business_date", "recorded_at"
        ):
            # As it would be digested had it been asked for on the day of the first time.
            if _digest(Stamp.of(agency, day, at), by_key.pop(key)) != digest:
                raise key_reused((key,))
    return list(by_key.values())


def _explained(
    connection: Any,
    shared: tuple[str, date, datetime],
    batch: Sequence[Posting],
    error: IntegrityError,
) -> Exception:
    """The broken law in words, with the first posting that breaks it: found by halving."""
    with transaction.atomic():
        while len(batch) > 1:
            half = len(batch) // 2
            if _refusal(connection, shared, batch[:half]) is None:
                batch = batch[half:]
            else:
                batch = batch[:half]
        error = _refusal(connection, shared, batch) or error
        transaction.set_rollback(True)
    law = broken_law(error)
    if law not in set(Law):
        return error
    return LedgerLaw(Law(law), keys=tuple(posting.key for posting in batch))


def _refusal(
    connection: Any, shared: tuple[str, date, datetime], batch: Sequence[Posting]
) -> IntegrityError | None:
    try:
        with transaction.atomic():
            _record(connection, shared, batch)
    except IntegrityError as error:
        return error
    return None
