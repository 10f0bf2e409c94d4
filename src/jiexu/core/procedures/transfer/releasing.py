"""Money that has not left: what becomes of it when a transfer ends at the old place.

Reserved money is free again, money that is in transit here (the bank refused it or gave it back)
returns into the old account, and the order that waits is cancelled. Money that was paid stays paid.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from jiexu.core.base.money import Fen
from jiexu.core.ledger.clearing_postings import restored
from jiexu.core.ledger.postings import Posting, void_reservation
from jiexu.core.procedures.case_number import reference_of
from jiexu.core.procedures.outcome import Effect, MarkOrder, Post
from jiexu.core.procedures.transfer.facts import CaseRecord, Payment, TransferFacts

STILL_HERE = frozenset({"waiting", "fixed", "returned", "none"})
"""States of the old place's fund leg in which its money has not left."""


class Released(NamedTuple):
    """What follows: the record, the fund leg, the amount that the case still moves, the effects.

    `freed_fen` is what is back in the old account; `None` where nothing was set aside.
    """

    record: CaseRecord
    fund_leg: str
    amount_fen: Fen | None
    effects: tuple[Effect, ...]
    freed_fen: Fen | None = None


def release(facts: TransferFacts, record: CaseRecord) -> Released:
    """Give back what the case holds. `record` is the case's, perhaps changed by the same move."""
    if facts.person is None:
        raise AssertionError("an outgoing half that runs has a person")
    person = facts.person.ref
    postings: list[Posting] = []
    orders: list[Effect] = []
    if record.reserved_fen:
        postings.append(void_reservation(facts.case_no, person, record.reserved_fen))
        record = msgspec.structs.replace(record, reserved_fen=0)
    last = record.payment
    if last is not None and last.state in {"placed", "failed", "returned"}:
        postings += _given_back(facts.case_no, person, last)
        if last.state == "placed":
            reference = reference_of(facts.case_no, last.part)
            orders.append(MarkOrder(reference=reference, state="cancelled"))
        record = record.with_payment(last.part, state="cancelled")
    stays = [one for one in record.payments if one.state in {"paid", "owed", "cleared"}]
    owed = any(one.state == "owed" for one in stays)
    post: tuple[Effect, ...] = (Post(postings=tuple(postings)),) if postings else ()
    return Released(
        record=record,
        fund_leg="none" if not stays else ("owed" if owed else "paid"),
        amount_fen=sum(one.amount_fen for one in stays) if stays else None,
        effects=(*post, *orders),
        freed_fen=sum(one.amount_fen for one in postings) or None,
    )


def _given_back(case_no: str, person: str, payment: Payment) -> tuple[Posting, ...]:
    if payment.hold == "reserved":
        return (void_reservation(case_no, person, payment.amount_fen, payment.part),)
    if payment.hold == "committed":
        return (restored(case_no, person, payment.amount_fen, payment.part),)
    return ()  # still usable: nothing was set aside
