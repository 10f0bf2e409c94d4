"""Money that came and is not what the form says goes back to its sender: decided by two people."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from jiexu.core.base.codes.bank_account import check_institution_account
from jiexu.core.base.money import yuan_for_people
from jiexu.core.ledger.clearing_postings import (
    send_back_of_case,
    send_back_of_case_failed,
    sent_back,
)
from jiexu.core.procedures.outcome import (
    MarkLine,
    MarkOrder,
    Outcome,
    PlaceOrder,
    Post,
    Refusal,
    Step,
)
from jiexu.core.procedures.transfer.amounts import fits, without_difference
from jiexu.core.procedures.transfer.facts import (
    BankLine,
    BankRefusal,
    CaseRecord,
    SendBack,
    TransferFacts,
)
from jiexu.core.procedures.transfer.paying import record_of


class AskSendBack(msgspec.Struct, frozen=True, kw_only=True):
    """Where the money goes back to, and why."""

    account_name: Annotated[
        str, msgspec.Meta(title="付款方户名", description="与流水上的对方户名一致")
    ]
    bank_name: Annotated[str, msgspec.Meta(title="付款方开户银行")]
    account: Annotated[str, msgspec.Meta(title="付款方账号")]
    reason: Annotated[str, msgspec.Meta(title="退回理由", extra_json_schema={"long": True})]


def decide_send_back(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Place an order that sends back what is too much, or the whole of a sum that is too little."""
    asked: AskSendBack = step.payload
    record = record_of(facts)
    if facts.amount_fen is None:
        return Refusal(
            code="FORM_NOT_HERE",
            text="还没有收到信息表，不知道应到多少。",
            remedy="请等信息表到后再核对；长期未到的，请联系转出地。",
        )
    if fits(facts.amount_fen, record):
        return Refusal(
            code="NOTHING_TO_SEND_BACK",
            text="到账金额与信息表一致，没有要退回的资金。",
            remedy="请记入个人账户。",
        )
    over = record.arrived_fen > facts.amount_fen
    amount_fen = record.arrived_fen - (facts.amount_fen if over else record.credited_fen)
    if amount_fen <= 0:
        return Refusal(
            code="NOTHING_TO_SEND_BACK",
            text="本案没有已到账、未记账的资金。",
            remedy="请刷新页面查看资金状态。",
        )
    reference = f"{facts.case_no}TH{len(record.send_backs) + 1}"
    back = SendBack(reference=reference, amount_fen=amount_fen)
    return Outcome(
        fund_leg="sending_back",
        facts=msgspec.structs.replace(record, send_backs=(*record.send_backs, back)),
        effects=(
            PlaceOrder(
                reference=reference,
                amount_fen=amount_fen,
                payee_area=facts.counterpart,
                payee_name=asked.account_name,
                payee_bank=asked.bank_name,
                payee_account=check_institution_account(asked.account, path="account").text,
                kind="send_back",
            ),
        ),
        say="in.send_back",
        args={"amount": yuan_for_people(amount_fen), "why": asked.reason},
    )


def decide_approve_send_back(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The second person approves: the money is no longer the case's."""
    back = _newest(facts)
    return Outcome(
        facts=_with(
            facts,
            back,
            "approved",
            arrived_fen=record_of(facts).arrived_fen - back.amount_fen,
        ),
        effects=(
            Post(postings=(send_back_of_case(facts.case_no, back.reference, back.amount_fen),)),
            MarkOrder(reference=back.reference, state="approved"),
        ),
        say="in.approve_send_back",
        args={"amount": yuan_for_people(back.amount_fen)},
    )


def decide_send_back_failed(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The bank did not carry it out: the money is the case's again and waits for a person."""
    answer: BankRefusal = step.payload
    back = _newest(facts)
    if back.state != "approved" or answer.reference not in {"", back.reference}:
        return Refusal(
            code="OLD_PAYMENT",
            text="回盘说的不是本案现在退回的一笔。",
            remedy="请与银行核对。",
        )
    return Outcome(
        fund_leg="arrived",
        facts=_with(
            facts, back, "failed", arrived_fen=record_of(facts).arrived_fen + back.amount_fen
        ),
        effects=(
            Post(
                postings=(send_back_of_case_failed(facts.case_no, back.reference, back.amount_fen),)
            ),
            MarkOrder(reference=back.reference, state="failed", bank_answer=answer.text),
        ),
        say="in.send_back_failed",
        args={"why": answer.text},
    )


def decide_send_back_seen(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The statement shows that it has gone; what is left is credited, or waited for anew."""
    line: BankLine = step.payload
    back = _newest(facts)
    if back.state != "approved" or line.amount_fen != back.amount_fen:
        return Refusal(
            code="AMOUNT_DIFFERS",
            text="流水金额与批准退回的金额不一致，或者这笔退回还没有批准。",
            remedy="请与银行核对这笔流水。",
        )
    record = record_of(facts)
    ready = fits(facts.amount_fen, record)
    all_credited = facts.amount_fen == record.credited_fen
    return Outcome(
        fund_leg="arrived" if ready else ("credited" if all_credited else "fixed"),
        facts=_with(facts, back, "paid"),
        doubts=without_difference(facts.doubts),
        auto="credit_account" if ready and facts.record_leg == "done" else "",
        effects=(
            Post(postings=(sent_back(back.reference, back.amount_fen, facts.case_no),)),
            MarkOrder(reference=back.reference, state="paid"),
            MarkLine(line_id=line.line_id),
        ),
        say="in.send_back_seen",
        args={"amount": yuan_for_people(back.amount_fen), "day": line.booked_on.isoformat()},
    )


def _newest(facts: TransferFacts) -> SendBack:
    backs = record_of(facts).send_backs
    if not backs:
        raise AssertionError("a half that sends money back has an order for it")
    return backs[-1]


def _with(
    facts: TransferFacts, back: SendBack, state: str, arrived_fen: int | None = None
) -> CaseRecord:
    record = record_of(facts)
    return msgspec.structs.replace(
        record,
        arrived_fen=record.arrived_fen if arrived_fen is None else arrived_fen,
        send_backs=(*record.send_backs[:-1], msgspec.structs.replace(back, state=state)),
    )
