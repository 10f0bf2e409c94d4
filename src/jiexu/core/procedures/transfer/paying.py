"""The fund leg at the old place: approval, the bank's answer, the receipt of the new place."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.money import fen_from_yuan, yuan_for_people, yuan_from_fen
from jiexu.core.exchange.kinds.receipt.schema import Body as Receipt
from jiexu.core.exchange.kinds.remittance_notice import schema as remittance_notice
from jiexu.core.ledger.clearing_postings import person_paid
from jiexu.core.ledger.postings import (
    Posting,
    commit_reservation,
    paid_out,
    reserve_for_transfer,
)
from jiexu.core.procedures.case_number import reference_of
from jiexu.core.procedures.outcome import (
    Effect,
    EndRelation,
    MarkLine,
    MarkOrder,
    Notify,
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
    Payment,
    TransferFacts,
)
from jiexu.core.procedures.transfer.residents import old_cover_ends_on


def decide_approve(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The second person approves: the reservation is committed, the money is in transit.

    Four eyes: that preparer and approver differ is checked where the batch is approved, and once
    more by a law of the database (batch_four_eyes). Where the account stayed usable until the
    remittance (`freeze_at` remit) it must still hold the amount of the form. A payment that is
    made again moves nothing: its money never came back into the account.
    """
    payment = newest(facts)
    if facts.person is None:
        raise AssertionError("an outgoing half has a person")
    of = (facts.case_no, facts.person.ref, payment.amount_fen)
    postings: tuple[Posting, ...] = ()
    if payment.hold == "open":
        if facts.account_available_fen < payment.amount_fen:
            return Refusal(
                code="BALANCE_FELL",
                text=(
                    f"账户可用余额 {yuan_for_people(facts.account_available_fen)} 元，少于信息表的 "
                    f"{yuan_for_people(payment.amount_fen)} 元（付款前又有支出），不能付款。"
                ),
                remedy="请退回本批，由经办更正信息表的金额后再付款。",
            )
        postings = (reserve_for_transfer(*of, payment.part), commit_reservation(*of, payment.part))
    elif payment.hold == "reserved":
        postings = (commit_reservation(*of, payment.part),)
    return Outcome(
        fund_leg="approved",
        facts=record_of(facts).with_payment(payment.part, state="approved", hold="committed"),
        effects=(
            *((Post(postings=postings),) if postings else ()),
            MarkOrder(reference=reference_of(facts.case_no, payment.part), state="approved"),
        ),
        say="out.approve_payment",
        args={"amount": yuan_for_people(payment.amount_fen), "target": _payee(facts)},
    )


def decide_failed(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The bank did not pay: the money stays in transit at this agency, a person takes over."""
    answer: BankRefusal = step.payload
    payment = newest(facts)
    reference = reference_of(facts.case_no, payment.part)
    if answer.reference not in {"", reference}:
        return Refusal(
            code="OLD_PAYMENT",
            text=f"回盘说的是 {answer.reference}，本案现在付的是 {reference}。",
            remedy="请与银行核对；以前那一笔的结果不影响现在这一笔。",
        )
    return Outcome(
        fund_leg="returned",
        facts=record_of(facts).with_payment(payment.part, state="failed"),
        doubts=(*facts.doubts, "BANK_REFUSED"),
        effects=(MarkOrder(reference=reference, state="failed", bank_answer=answer.text),),
        say="out.payment_failed",
        args={"why": answer.text},
    )


def decide_debit_seen(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Our own bank statement shows the debit: booked as 转移支出, the new place is told.

    The bank's proof is what counts; no answer of the other side is waited for. It also counts
    against the bank's own earlier word that it had refused: then the payment that was to be made
    again is cancelled, so that nothing is paid twice.
    """
    line: BankLine = step.payload
    record, last = record_of(facts), newest(facts)
    part = line.part or last.part
    payment = next((one for one in record.payments if one.part == part), None)
    if payment is None or payment.state not in {"approved", "failed"}:
        return _not_paid_now(part)
    if payment.part != last.part and last.state != "placed":
        return Refusal(
            code="PAID_AFTER_ALL",
            text=f"第 {payment.part} 笔付款银行曾说未付成，现在又有付出流水；重付的一笔已经批准。",
            remedy="请立即与银行核对，止付重付的一笔，再处理这条流水。",
        )
    if line.amount_fen != payment.amount_fen:
        return Refusal(
            code="AMOUNT_DIFFERS",
            text=(
                f"流水金额 {yuan_for_people(line.amount_fen)} 元与应付金额 "
                f"{yuan_for_people(payment.amount_fen)} 元不一致。"
            ),
            remedy="请与银行核对这笔流水，不要与本案匹配。",
        )
    record = record.with_payment(payment.part, state="paid")
    reference = reference_of(facts.case_no, payment.part)
    effects: list[Effect] = [
        MarkOrder(reference=reference, state="paid"),
        MarkLine(line_id=line.line_id),
    ]
    if payment.part != last.part:
        record = record.with_payment(last.part, state="cancelled")
        again = reference_of(facts.case_no, last.part)
        effects.append(MarkOrder(reference=again, state="cancelled"))
    return Outcome(
        fund_leg="paid",
        facts=msgspec.structs.replace(record, paid_on=line.booked_on),
        doubts=tuple(one for one in facts.doubts if one not in {"BANK_REFUSED", "MONEY_RETURNED"}),
        effects=(*_paid(facts, payment, line, now), *effects),
        say="out.debit_seen",
        args={
            "amount": yuan_for_people(payment.amount_fen),
            "day": line.booked_on.isoformat(),
            "target": _payee(facts),
        },
    )


def _paid(
    facts: TransferFacts, payment: Payment, line: BankLine, now: datetime
) -> tuple[Effect, ...]:
    """What the payment posts, and who is told: the new place, or the person who was paid."""
    if record_of(facts).route == "to_bank":
        return (
            Post(postings=(person_paid(facts.case_no, payment.amount_fen, payment.part),)),
            Notify(
                code="paid_to_bank",
                args={"case_no": facts.case_no, "amount": yuan_for_people(payment.amount_fen)},
            ),
        )
    return (
        Post(postings=(paid_out(facts.case_no, payment.amount_fen, payment.part),)),
        Send(
            to=facts.counterpart,
            kind="remittance_notice",
            body=remittance_notice.Body(
                case_no=facts.case_no,
                payment_reference=reference_of(facts.case_no, payment.part),
                amount=yuan_from_fen(payment.amount_fen),
                paid_on=line.booked_on,
            ),
        ),
        *papers.remittance_paper(facts, payment, line.booked_on, now),
    )


def _not_paid_now(part: int) -> Refusal:
    return Refusal(
        code="NOT_EXPECTED",
        text=f"本案第 {part} 笔付款现在不等待银行付出。",
        remedy="请核对流水的附言；重复付出的，请立即与银行联系追回。",
    )


def decide_receipt_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The new place reports a leg done. With the record leg the old relation ends by itself."""
    told: Receipt = step.payload
    if told.leg == "record":
        if facts.record_leg == "done":
            return Outcome(say="out.receipt.again", args={"target": facts.counterpart_name})
        ends_on = old_cover_ends_on(record_of(facts), told.done_on)
        return Outcome(
            record_leg="done",
            effects=(EndRelation(insutype=record_of(facts).insutype_out, on=ends_on),),
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


def newest(facts: TransferFacts) -> Payment:
    """The payment that is being made."""
    payment = record_of(facts).payment
    if payment is None:
        raise AssertionError("a half that pays has a payment")
    return payment


def record_of(facts: TransferFacts) -> CaseRecord:
    """What the half remembers; a half that exists has a record."""
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record


def _payee(facts: TransferFacts) -> str:
    return "参保人本人" if record_of(facts).route == "to_bank" else facts.counterpart_name
