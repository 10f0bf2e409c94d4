"""The fund leg at the new place: told of the payment, money matched, account credited."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.money import fen_from_yuan, yuan_for_people, yuan_from_fen
from jiexu.core.exchange.kinds.receipt import schema as receipt
from jiexu.core.exchange.kinds.remittance_notice.schema import Body as Notice
from jiexu.core.ledger.postings import credited, matched
from jiexu.core.procedures.outcome import (
    Effect,
    MarkLine,
    Notify,
    Outcome,
    Post,
    Refusal,
    Send,
    Step,
)
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.amounts import (
    AMOUNT_DIFFERS,
    fits,
    round_of,
    without_difference,
)
from jiexu.core.procedures.transfer.facts import BankLine, CaseRecord, TransferFacts
from jiexu.core.procedures.transfer.returning import part_of


def decide_noticed(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The old place says its bank has paid. Money that has already come needs no notice."""
    notice: Notice = step.payload
    amount_fen = fen_from_yuan(notice.amount)
    record = _record(facts)
    if amount_fen not in {*record.late, (facts.amount_fen or 0) - sum(record.late)}:
        return Refusal(
            code="AMOUNT_DIFFERS",
            text="付款通知的金额与信息表不一致。",
            remedy="请转出地核对后重新发送通知。",
        )
    part = part_of(notice.payment_reference)
    # A payment that has come back since, or whose money is credited, is not on its way.
    on_its_way = (
        facts.fund_leg == "fixed"
        and part not in record.parts_withdrawn
        and not (part == 1 and record.credited_fen)
    )
    told = Notify(
        code="paid", args={"case_no": facts.case_no, "amount": yuan_for_people(amount_fen)}
    )
    return Outcome(
        fund_leg="in_transit" if on_its_way else None,
        facts=msgspec.structs.replace(
            record, paid_on=notice.paid_on, parts_told=(*record.parts_told, part)
        ),
        effects=(told,) if on_its_way else (),
        say="in.remittance_noticed",
        args={
            "source": facts.counterpart_name,
            "amount": yuan_for_people(amount_fen),
            "day": notice.paid_on.isoformat(),
        },
    )


def decide_match(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A line of the statement is this case's money: out of 暂收款 into the case.

    Lines add up. An amount that differs from the 信息表 is matched but not credited: it waits for
    the rest, for a person who sends it back, or for a corrected form.
    Credited by itself once the months are written, so once nothing about the person is doubtful;
    until then `write_record` sees that the money is here.
    """
    line: BankLine = step.payload
    record = _record(facts)
    record = msgspec.structs.replace(record, arrived_fen=record.arrived_fen + line.amount_fen)
    differs = facts.amount_fen is not None and not fits(facts.amount_fen, record)
    doubts = without_difference(facts.doubts)
    return Outcome(
        fund_leg="arrived",
        facts=record,
        doubts=(*doubts, AMOUNT_DIFFERS) if differs else doubts,
        auto="credit_account" if facts.record_leg == "done" and not differs else "",
        effects=(
            Post(postings=(matched(facts.case_no, line.line_key, line.amount_fen),)),
            MarkLine(line_id=line.line_id),
        ),
        say="in.match_money",
        args={"amount": yuan_for_people(line.amount_fen), "day": line.booked_on.isoformat()},
    )


def decide_credit(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The money goes into the person's account: only the very amount of the 信息表.

    Source: 宜兴市医保局 2024-11-17 (the figure on the 信息表 is decisive); 医保办发〔2021〕43号
    (match, reconcile, credit).
    """
    record = _record(facts)
    if facts.person is None or facts.amount_fen is None:
        raise AssertionError("money is credited to a known person by a received form")
    if not fits(facts.amount_fen, record):
        return Refusal(
            code="AMOUNT_DIFFERS",
            text=(
                f"到账 {yuan_for_people(record.arrived_fen)} 元，信息表为 "
                f"{yuan_for_people(facts.amount_fen)} 元，不能记入个人账户。"
            ),
            remedy="请与转出地核对差额；金额一致后才能记账。",
        )
    amount_fen = record.arrived_fen - record.credited_fen
    part = round_of(facts.amount_fen, record.arrived_fen, record)
    return Outcome(
        fund_leg="credited" if record.arrived_fen == facts.amount_fen else "fixed",
        facts=msgspec.structs.replace(record, credited_fen=record.arrived_fen),
        doubts=without_difference(facts.doubts),
        effects=(
            Post(postings=(credited(facts.case_no, facts.person.ref, amount_fen, part),)),
            *told_of_credit(facts, amount_fen, now, fund_leg="credited"),
        ),
        say="in.credit_account",
        args={"amount": yuan_for_people(amount_fen), "here": facts.agency.name},
    )


def told_of_credit(
    facts: TransferFacts, amount_fen: int, now: datetime, *, fund_leg: str
) -> tuple[Effect, ...]:
    """Who is told that the account was credited: the old place and the person, with the 办结
    paper when that was the last thing to do.
    """
    return (
        Send(
            to=facts.counterpart,
            kind="receipt",
            body=receipt.Body(
                case_no=facts.case_no,
                leg="fund",
                done_on=now.date(),
                amount=yuan_from_fen(amount_fen),
            ),
        ),
        *papers.completion_if_over(facts, now, fund_leg=fund_leg),
        Notify(
            code="credited",
            args={"case_no": facts.case_no, "amount": yuan_for_people(amount_fen)},
        ),
    )


def _record(facts: TransferFacts) -> CaseRecord:
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record
