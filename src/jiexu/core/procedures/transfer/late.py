"""二次转移: interest, contributions and reversals after closure follow on the same case number.

There is no time limit; each round is a new part. The record leg stays done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from jiexu.core.base.money import fen_from_yuan, yuan_for_people, yuan_from_fen
from jiexu.core.exchange.kinds.late_money import schema as late_money
from jiexu.core.ledger.postings import reserve_for_transfer
from jiexu.core.procedures.case_number import reference_of
from jiexu.core.procedures.outcome import Effect, Notify, Outcome, Post, Refusal, Send, Step
from jiexu.core.procedures.transfer.ahead import owe_effects
from jiexu.core.procedures.transfer.facts import Payment, TransferFacts
from jiexu.core.procedures.transfer.paying import record_of
from jiexu.core.procedures.transfer.returning import order_for
from jiexu.core.procedures.transfer.routes import ROUTES

WHY = {
    "interest": "利息",
    "contribution": "补缴划入",
    "reversal": "冲正退回",
    "credit": "补记入账",
}


class LateMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Why money is in an account whose relation has ended by the transfer."""

    why: Annotated[
        late_money.Why,
        msgspec.Meta(title="这笔钱的来由", extra_json_schema={"labels": WHY}),
    ]


def decide_late_money(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Old place: reserve all that is in the account, tell the new place, place the order.

    Refuses where nothing is there, and where the balance does not go to the new place at all.
    """
    asked: LateMoney = step.payload
    record = record_of(facts)
    route = ROUTES.get(record.route)
    if record.route in {"stays", "to_bank"}:
        return Refusal(
            code="DOES_NOT_MOVE",
            text="按本案适用的规定，余额不转往转入地，不能办理二次转移。",
            remedy="余额留在本地账户的，参保人可继续使用；应支取的，请按本地支取规定办理。",
        )
    amount_fen = facts.account_available_fen
    if amount_fen <= 0 or facts.person is None:
        return Refusal(
            code="NOTHING_LEFT",
            text="个人账户没有可用余额，没有可以补转的资金。",
            remedy="有新的利息、补缴或冲正入账后再办理。",
        )
    if record.receipt_account is None:
        return Refusal(
            code="RECEIPT_ACCOUNT_UNKNOWN",
            text="没有转入地的收款账户，不能付款。",
            remedy="请与转入地联系，请其告知收款账户。",
        )
    part = max((one.part for one in record.payments), default=1) + 1
    ahead = route is not None and route.ahead
    payment = Payment(part=part, amount_fen=amount_fen, state="owed" if ahead else "placed")
    way: tuple[Effect, ...] = (
        owe_effects(facts, part, amount_fen, now)
        if ahead
        else (order_for(facts, record.receipt_account, payment, record.route),)
    )
    return Outcome(
        fund_leg="owed" if ahead else "fixed",
        amount_fen=(facts.amount_fen or 0) + amount_fen,
        facts=msgspec.structs.replace(record, payments=(*record.payments, payment)),
        effects=(
            Post(
                postings=(reserve_for_transfer(facts.case_no, facts.person.ref, amount_fen, part),)
            ),
            *way,
            Send(
                to=facts.counterpart,
                kind="late_money",
                body=late_money.Body(
                    case_no=facts.case_no,
                    part=part,
                    amount=yuan_from_fen(amount_fen),
                    why=asked.why,
                    payment_reference=reference_of(facts.case_no, part),
                    told_on=now.date(),
                    money_route=record.route if ahead else "remit",
                ),
            ),
        ),
        say="out.late_money",
        args={
            "amount": yuan_for_people(amount_fen),
            "why": WHY[asked.why],
            "target": facts.counterpart_name,
        },
    )


def decide_late_money_told(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """New place: another sum follows on this case; it is waited for, or credited ahead."""
    told: late_money.Body = step.payload
    record = record_of(facts)
    amount_fen = fen_from_yuan(told.amount)
    if amount_fen <= 0:
        return Refusal(
            code="INCOMPLETE_MESSAGE",
            text="二次转移通知没有写明金额。",
            remedy="请转出地补齐金额后重新发送。",
        )
    ahead = ROUTES[told.money_route].ahead if told.money_route in ROUTES else False
    over = facts.fund_leg in {"credited", "credited_ahead", "none"}
    return Outcome(
        fund_leg="fixed" if over else None,
        amount_fen=(facts.amount_fen or 0) + amount_fen,
        facts=msgspec.structs.replace(
            record,
            late=(*record.late, amount_fen),
            parts_told=(*record.parts_told, told.part),
            route=told.money_route if ahead else record.route,
        ),
        auto="credit_ahead" if ahead and over else "",
        effects=(
            Notify(
                code="late_money",
                args={
                    "case_no": facts.case_no,
                    "amount": yuan_for_people(amount_fen),
                    "why": WHY[told.why],
                },
            ),
        ),
        say="in.late_money_told",
        args={
            "source": facts.counterpart_name,
            "amount": yuan_for_people(amount_fen),
            "why": WHY[told.why],
        },
    )
