"""更正金额: what a corrected form does to money that has not been paid, or not been credited.

Sources: 基本医疗保险个人账户实际转出资金 is the figure that counts (宜兴市医保局 2024-11-17); so an
order that waits follows the corrected figure, and what has come is measured against it. Money that
was paid or credited is not moved by a form: there the difference is a doubt for finance.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from jiexu.core.base.money import Fen, yuan_for_people
from jiexu.core.ledger.postings import Posting, reserve_for_transfer
from jiexu.core.procedures.outcome import Effect, Post, Refusal
from jiexu.core.procedures.transfer.amounts import AMOUNT_DIFFERS, fits, without_difference
from jiexu.core.procedures.transfer.facts import CaseRecord, Payment, TransferFacts
from jiexu.core.procedures.transfer.releasing import release
from jiexu.core.procedures.transfer.returning import order_for


class Amended(NamedTuple):
    """The record and the effects once the amount is the corrected one."""

    record: CaseRecord
    effects: tuple[Effect, ...] = ()


def waits_for_payment(facts: TransferFacts, record: CaseRecord) -> Payment | None:
    """The payment of the form itself, if nobody has made a batch of it yet."""
    live = [one for one in record.payments if one.state != "cancelled"]
    if len(live) != 1 or live[0].state != "placed" or facts.fund_leg != "fixed":
        return None
    return live[0] if not live[0].retry_of and record.route == "remit" else None


def amend_payment(
    facts: TransferFacts, record: CaseRecord, amount_fen: Fen
) -> Amended | Refusal | None:
    """Old place: the order gives way to one over the corrected amount, under the next reference.

    `None` where nothing waits to be paid, or nothing would be left to pay. Refuses an amount that
    is not there, and an order that is in a batch.
    """
    waiting = waits_for_payment(facts, record)
    if waiting is None or not amount_fen or facts.person is None:
        return None
    if facts.order_state != "waiting":
        return Refusal(
            code="IN_BATCH",
            text="这笔付款已经制单，现在不能更正金额。",
            remedy="请财务复核人员先退回该批，再更正信息表的金额。",
        )
    held_fen = waiting.amount_fen if waiting.hold == "reserved" else 0
    if amount_fen > facts.account_available_fen + held_fen:
        there = yuan_for_people(facts.account_available_fen + held_fen)
        return Refusal(
            code="AMOUNT_ABOVE_BALANCE",
            text=f"应转出金额 {yuan_for_people(amount_fen)} 元，超过可转出的 {there} 元。",
            remedy="请核对金额；以后入账的，由二次转移补转。",
        )
    if record.receipt_account is None:
        raise AssertionError("a payment that waits has a payee")
    free = release(facts, record)
    part = max(one.part for one in record.payments) + 1
    payment = Payment(part=part, amount_fen=amount_fen, hold=waiting.hold)
    held: tuple[Posting, ...] = ()
    if waiting.hold == "reserved":
        held = (reserve_for_transfer(facts.case_no, facts.person.ref, amount_fen, part),)
    return Amended(
        msgspec.structs.replace(free.record, payments=(*free.record.payments, payment)),
        (
            *free.effects,
            *((Post(postings=held),) if held else ()),
            order_for(facts, record.receipt_account, payment, record.route),
        ),
    )


class Measured(NamedTuple):
    """The amount as it is now awaited, the doubts about it, and the move that follows."""

    amount_fen: Fen
    doubts: tuple[str, ...]
    auto: str


def measure_anew(facts: TransferFacts, record: CaseRecord, figure_fen: Fen) -> Measured | None:
    """New place: what has come against the corrected figure and the late sums.

    `None` once money is credited, or none was told: then finance looks at the difference.
    """
    awaited = facts.fund_leg in {"fixed", "in_transit", "arrived"} and not record.credited_fen
    if not awaited or not figure_fen:
        return None
    amount_fen = figure_fen + sum(record.late)
    ready = fits(amount_fen, record)
    doubts = without_difference(facts.doubts)
    if record.arrived_fen and not ready:
        doubts = (*doubts, AMOUNT_DIFFERS)
    ends = ready and facts.fund_leg == "arrived" and facts.record_leg == "done"
    return Measured(amount_fen, doubts, "credit_account" if ends else "")
