"""The fund leg at the old place: approval, the bank's answer, the receipt of the new place."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.core.base.money import fen_from_yuan, yuan_for_people, yuan_from_fen
from jiexu.core.exchange.kinds.receipt.schema import Body as Receipt
from jiexu.core.exchange.kinds.remittance_notice import schema as remittance_notice
from jiexu.core.ledger.postings import commit_reservation, paid_out
from jiexu.core.procedures.outcome import (
    EndRelation,
    Issue,
    MarkLine,
    MarkOrder,
    Outcome,
    Post,
    Refusal,
    Send,
    Step,
)
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.facts import (
    BankLine,
    BankRefusal,
    CaseRecord,
    TransferFacts,
)
from jiexu.core.procedures.transfer.residents import old_cover_ends_on


def decide_approve(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The second person approves: the reservation is committed, the money is in transit.

    Four eyes: that preparer and approver differ is checked where the batch is approved, and once
    more by a law of the database (batch_four_eyes).
    """
    amount_fen = _amount(facts)
    if facts.person is None:
        raise AssertionError("an outgoing half has a person")
    return Outcome(
        fund_leg="approved",
        effects=(
            Post(postings=(commit_reservation(facts.case_no, facts.person.ref, amount_fen),)),
            MarkOrder(reference=facts.case_no, state="approved"),
        ),
        say="out.approve_payment",
        args={"amount": yuan_for_people(amount_fen), "target": facts.counterpart_name},
    )


def decide_failed(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The bank did not pay: the money stays in transit at this agency, a person takes over."""
    answer: BankRefusal = step.payload
    return Outcome(
        fund_leg="returned",
        doubts=(*facts.doubts, "BANK_REFUSED"),
        effects=(MarkOrder(reference=facts.case_no, state="failed", bank_answer=answer.text),),
        say="out.payment_failed",
        args={"why": answer.text},
    )


def decide_debit_seen(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Our own bank statement shows the debit: booked as 转移支出, the new place is told.

    The bank's proof is what counts; no answer of the other side is waited for.
    """
    line: BankLine = step.payload
    amount_fen = _amount(facts)
    if line.amount_fen != amount_fen:
        return Refusal(
            code="AMOUNT_DIFFERS",
            text=(
                f"流水金额 {yuan_for_people(line.amount_fen)} 元与应付金额 "
                f"{yuan_for_people(amount_fen)} 元不一致。"
            ),
            remedy="请与银行核对这笔流水，不要与本案匹配。",
        )
    return Outcome(
        fund_leg="paid",
        facts=msgspec.structs.replace(_record(facts), paid_on=line.booked_on),
        effects=(
            Post(postings=(paid_out(facts.case_no, amount_fen),)),
            MarkOrder(reference=facts.case_no, state="paid"),
            MarkLine(line_id=line.line_id),
            Send(
                to=facts.counterpart,
                kind="remittance_notice",
                body=remittance_notice.Body(
                    case_no=facts.case_no,
                    payment_reference=facts.case_no,
                    amount=yuan_from_fen(amount_fen),
                    paid_on=line.booked_on,
                ),
            ),
            *_remittance_paper(facts, amount_fen, line.booked_on, now),
        ),
        say="out.debit_seen",
        args={
            "amount": yuan_for_people(amount_fen),
            "day": line.booked_on.isoformat(),
            "target": facts.counterpart_name,
        },
    )


def decide_receipt_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The new place reports a leg done. With the record leg the old relation ends by itself."""
    told: Receipt = step.payload
    if told.leg == "record":
        if facts.record_leg == "done":
            return Outcome(say="out.receipt.again", args={"target": facts.counterpart_name})
        ends_on = old_cover_ends_on(_record(facts), told.done_on)
        return Outcome(
            record_leg="done",
            effects=(EndRelation(insutype=_record(facts).insutype_out, on=ends_on),),
            say="out.receipt.record",
            args={
                "target": facts.counterpart_name,
                "day": told.done_on.isoformat(),
                "ends": ends_on.isoformat(),
            },
        )
    return Outcome(
        say="out.receipt.fund",
        args={
            "target": facts.counterpart_name,
            "amount": yuan_for_people(fen_from_yuan(told.amount or "0")),
            "day": told.done_on.isoformat(),
        },
    )


def _remittance_paper(
    facts: TransferFacts, amount_fen: int, paid_on: date, now: datetime
) -> tuple[Issue, ...]:
    account = _record(facts).receipt_account
    if account is None:
        return ()
    return (papers.remittance_paper(facts, account, amount_fen, paid_on, now),)


def _amount(facts: TransferFacts) -> int:
    if not facts.amount_fen:
        raise AssertionError("a half that pays has an amount")
    return facts.amount_fen


def _record(facts: TransferFacts) -> CaseRecord:
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record
