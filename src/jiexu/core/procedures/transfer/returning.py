"""退汇: a payment the bank refused or gave back is made again; no payment is made twice."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec

from jiexu.core.base.codes.bank_account import check_bank_account, check_institution_account
from jiexu.core.base.money import fen_from_yuan, yuan_for_people, yuan_from_fen
from jiexu.core.exchange.kinds.remittance_withdrawn import schema as withdrawn
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.ledger.clearing_postings import payment_returned
from jiexu.core.procedures.case_number import reference_of
from jiexu.core.procedures.outcome import (
    Effect,
    MarkLine,
    MarkOrder,
    Notify,
    Outcome,
    PlaceOrder,
    Post,
    Refusal,
    Send,
    Step,
)
from jiexu.core.procedures.transfer.facts import BankLine, Payment, TransferFacts
from jiexu.core.procedures.transfer.paying import newest, record_of

_MONEY_DOUBTS = frozenset({"BANK_REFUSED", "MONEY_RETURNED"})


class PayAgain(msgspec.Struct, frozen=True, kw_only=True):
    """What the preparer says to pay again: the same details, or new ones with their proof.

    Another agency's new bank details are accepted only by letter and call-back.
    """

    details: Annotated[
        Literal["same", "corrected"],
        msgspec.Meta(
            title="收款账户",
            extra_json_schema={
                "labels": {"same": "原账户无误，再付一次", "corrected": "改用新的账户"}
            },
        ),
    ]
    account_name: Annotated[str, msgspec.Meta(title="户名", description="改用新账户时填写")] = ""
    bank_name: Annotated[str, msgspec.Meta(title="开户银行")] = ""
    account: Annotated[str, msgspec.Meta(title="账号")] = ""
    letter_no: Annotated[
        str, msgspec.Meta(title="对方来函文号", description="付给另一机构的新账户必须有公函")
    ] = ""
    call_back: Annotated[
        str,
        msgspec.Meta(
            title="电话回拨核对记录",
            description="何时、拨打哪个已知号码、与谁核对",
            extra_json_schema={"long": True},
        ),
    ] = ""


def decide_pay_again(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A new order under the next part of the reference; again two people decide.

    Refuses details that are incomplete, another agency's new ones without letter and call-back,
    and a person's account in another name.
    """
    asked: PayAgain = step.payload
    record, last = record_of(facts), newest(facts)
    again = {one.retry_of for one in record.payments if one.state != "cancelled"}
    back = [
        one
        for one in record.payments
        if one.state in {"failed", "returned"} and one.part not in again
    ]
    if not back or last.state in {"placed", "approved"}:
        return Refusal(
            code="NOTHING_RETURNED",
            text="本案没有退回、等待重付的款项。",
            remedy="请刷新页面查看付款状态。",
        )
    payee: ReceiptAccount | Refusal | None = (
        record.payout_account if record.route == "to_bank" else record.receipt_account
    )
    if asked.details == "corrected":
        payee = _corrected(facts, asked)
    if isinstance(payee, Refusal):
        return payee
    if payee is None:
        raise AssertionError("a payment that was made had a payee")
    field = "payout_account" if record.route == "to_bank" else "receipt_account"
    part = max(one.part for one in record.payments) + 1
    old = back[-1]
    new = Payment(part=part, amount_fen=old.amount_fen, hold="committed", retry_of=old.part)
    record = msgspec.structs.replace(record, **{field: payee})
    return Outcome(
        fund_leg="fixed",
        facts=msgspec.structs.replace(record, payments=(*record.payments, new)),
        doubts=tuple(one for one in facts.doubts if one not in _MONEY_DOUBTS),
        effects=(order_for(facts, payee, new, record.route),),
        say="out.pay_again.corrected" if asked.details == "corrected" else "out.pay_again.same",
        args={
            "amount": yuan_for_people(new.amount_fen),
            "letter": asked.letter_no,
            "bank": payee.bank_name,
        },
    )


def order_for(
    facts: TransferFacts, payee: ReceiptAccount, payment: Payment, route: str
) -> PlaceOrder:
    """The order that pays `payment`, to the new place or to the person."""
    record = record_of(facts)
    return PlaceOrder(
        reference=reference_of(facts.case_no, payment.part),
        amount_fen=payment.amount_fen,
        payee_area=record.trafin_admdvs,
        payee_name=payee.account_name,
        payee_bank=payee.bank_name,
        payee_account=payee.account,
        kind="to_bank" if route == "to_bank" else "transfer",
    )


def _corrected(facts: TransferFacts, asked: PayAgain) -> ReceiptAccount | Refusal:
    missing = [
        title
        for value, title in (
            (asked.account_name, "户名"),
            (asked.bank_name, "开户银行"),
            (asked.account, "账号"),
        )
        if not value.strip()
    ]
    if missing:
        return Refusal(
            code="DETAILS_INCOMPLETE",
            text=f"新账户没有写全：缺{'、'.join(missing)}。",
            remedy="请把户名、开户银行和账号都填写后再提交。",
        )
    record = record_of(facts)
    to_person = record.route == "to_bank"
    if not to_person and not (asked.letter_no.strip() and asked.call_back.strip()):
        return Refusal(
            code="LETTER_AND_CALL_BACK",
            text="对方机构的新账户必须有公函，并按原来知道的电话回拨核对。",
            remedy="请填写来函文号和回拨核对记录；没有收到公函的，请先请对方来函。",
        )
    if to_person and (facts.person is None or asked.account_name != facts.person.psn_name):
        return Refusal(
            code="NOT_OWN_ACCOUNT",
            text="户名与参保人姓名不一致，余额只能付给参保人本人的账户。",
            remedy="请核对户名，改填参保人本人的账户。",
        )
    check = check_bank_account if to_person else check_institution_account
    known = record.payout_account if to_person else record.receipt_account
    return ReceiptAccount(
        kind=known.kind if known else "",
        bank_name=asked.bank_name.strip(),
        account_name=asked.account_name.strip(),
        account=check(asked.account, path="account").text,
    )


def decide_money_returned(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Money booked as paid has come back on the statement: in transit at this agency again.

    The new place is told, so that it no longer waits for this payment.
    """
    line: BankLine = step.payload
    record = record_of(facts)
    paid = [one for one in record.payments if one.state == "paid"]
    payment = next((one for one in paid if one.part == line.part), paid[-1] if paid else None)
    if payment is None or line.amount_fen != payment.amount_fen:
        return Refusal(
            code="RETURN_DIFFERS",
            text="退回的金额与本案已付的款项不一致。",
            remedy="请与银行核对这笔流水；不是本案退汇的，不要与本案匹配。",
        )
    effects: list[Effect] = [
        Post(
            postings=(
                payment_returned(facts.case_no, line.line_key, line.amount_fen, payment.part),
            )
        ),
        MarkLine(line_id=line.line_id),
        MarkOrder(
            reference=reference_of(facts.case_no, payment.part),
            state="failed",
            bank_answer="付出后退汇",
        ),
    ]
    if record.route != "to_bank":
        effects.append(
            Send(
                to=facts.counterpart,
                kind="remittance_withdrawn",
                body=withdrawn.Body(
                    case_no=facts.case_no,
                    payment_reference=reference_of(facts.case_no, payment.part),
                    amount=yuan_from_fen(payment.amount_fen),
                    returned_on=line.booked_on,
                ),
            )
        )
    return Outcome(
        fund_leg="returned",
        facts=record.with_payment(payment.part, state="returned"),
        doubts=(*facts.doubts, "MONEY_RETURNED"),
        effects=tuple(effects),
        say="out.money_returned",
        args={"amount": yuan_for_people(line.amount_fen), "day": _day(line.booked_on)},
    )


def decide_withdrawn(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """New place: a payment that was told has come back to the old place; it is waited for anew.

    Where its money is here nevertheless, both cannot be true: a person looks.
    """
    told: withdrawn.Body = step.payload
    record = record_of(facts)
    part = part_of(told.payment_reference)
    here = facts.fund_leg in {"arrived", "credited"} and part in {1, *record.parts_told}
    was_on_its_way = facts.fund_leg == "in_transit"
    return Outcome(
        fund_leg="fixed" if was_on_its_way else None,
        facts=msgspec.structs.replace(record, parts_withdrawn=(*record.parts_withdrawn, part)),
        doubts=(*facts.doubts, "MONEY_WITHDRAWN") if here else None,
        effects=(
            Notify(
                code="payment_withdrawn",
                args={
                    "case_no": facts.case_no,
                    "amount": yuan_for_people(fen_from_yuan(told.amount)),
                },
            ),
        ),
        say="in.remittance_withdrawn",
        args={
            "source": facts.counterpart_name,
            "amount": yuan_for_people(fen_from_yuan(told.amount)),
            "day": _day(told.returned_on),
        },
    )


def part_of(reference: str) -> int:
    """Which payment a reference means; 1 for one without a number."""
    _, _, number = reference.partition("-")
    return int(number) if number.isdecimal() else 1


def _day(day: date) -> str:
    return day.isoformat()
