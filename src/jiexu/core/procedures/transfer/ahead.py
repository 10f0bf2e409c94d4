"""先记入后清算: the account is credited with the form, the agencies settle among themselves."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.money import Fen, yuan_for_people
from jiexu.core.ledger.clearing_postings import claimed, owed
from jiexu.core.ledger.postings import commit_reservation, credited
from jiexu.core.procedures.outcome import Effect, Outcome, Owe, Post, Refusal, Step
from jiexu.core.procedures.transfer.amounts import round_of
from jiexu.core.procedures.transfer.crediting import told_of_credit
from jiexu.core.procedures.transfer.facts import TransferFacts
from jiexu.core.procedures.transfer.paying import record_of
from jiexu.core.procedures.transfer.routes import AHEAD


def owe_effects(
    facts: TransferFacts, part: int, amount_fen: Fen, now: datetime
) -> tuple[Effect, ...]:
    """Old place: the reserved money leaves the account and is owed to the new place."""
    if facts.person is None:
        raise AssertionError("an outgoing half has a person")
    to = facts.counterpart
    return (
        Post(
            postings=(
                commit_reservation(facts.case_no, facts.person.ref, amount_fen, part),
                owed(facts.case_no, to, amount_fen, part),
            )
        ),
        Owe(counterpart=to, side="owe", part=part, amount_fen=amount_fen, arose_on=now.date()),
    )


def decide_credit_ahead(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """New place: credit what the form says at once; the old place owes it from now on.

    Only once the months are written, so once nothing about the person is doubtful.
    """
    record = record_of(facts)
    if facts.person is None or facts.amount_fen is None:
        raise AssertionError("money is credited to a known person by a received form")
    if record.route not in AHEAD:
        return Refusal(
            code="NOT_AHEAD",
            text="本案的资金要到账核对后才能记入，不能先行记入。",
            remedy="请等资金到账。",
        )
    amount_fen = facts.amount_fen - record.credited_fen
    part = round_of(facts.amount_fen, facts.amount_fen, record)
    return Outcome(
        fund_leg="credited_ahead",
        facts=msgspec.structs.replace(record, credited_fen=facts.amount_fen),
        effects=(
            Post(
                postings=(
                    claimed(facts.case_no, facts.counterpart, amount_fen, part),
                    credited(facts.case_no, facts.person.ref, amount_fen, part),
                )
            ),
            Owe(
                counterpart=facts.counterpart,
                side="claim",
                part=part,
                amount_fen=amount_fen,
                arose_on=now.date(),
            ),
            *told_of_credit(facts, amount_fen, now, fund_leg="credited_ahead"),
        ),
        say="in.credit_ahead",
        args={
            "amount": yuan_for_people(amount_fen),
            "here": facts.agency.name,
            "source": facts.counterpart_name,
        },
    )


def decide_cleared(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The list that holds a sum of this case is settled; `payload` is the number of the list."""
    number: str = step.payload
    incoming = facts.half == "in"
    waits = facts.fund_leg in {"owed", "credited_ahead"}
    return Outcome(
        fund_leg=("credited" if incoming else "paid") if waits else None,
        say="in.cleared" if incoming else "out.cleared",
        args={"number": number, "other": facts.counterpart_name},
    )
