"""What people settle before the form: where the money goes without a rule, and to which account."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from jiexu.core.base.codes.bank_account import check_bank_account
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.procedures.outcome import Outcome, Refusal, Step
from jiexu.core.procedures.transfer.facts import TALK_DOUBTS, TransferFacts
from jiexu.core.procedures.transfer.paying import record_of

_SHORTEST_BASIS = 6


class SettleByHand(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk's choice where no rule is known, with the rule it rests on."""

    way: Annotated[
        Literal["remit", "stays"],
        msgspec.Meta(
            title="资金去向",
            extra_json_schema={
                "labels": {"remit": "逐笔汇往转入地", "stays": "不划转，留在本地个人账户"}
            },
        ),
    ]
    basis: Annotated[
        str,
        msgspec.Meta(
            title="依据",
            description="写明文件名称、文号和条款，或双方机构的书面约定",
            extra_json_schema={"long": True},
        ),
    ]


class BankAccountOfPerson(msgspec.Struct, frozen=True, kw_only=True):
    """The person's own bank account."""

    account_name: Annotated[str, msgspec.Meta(title="户名", description="须是参保人本人")]
    bank_name: Annotated[str, msgspec.Meta(title="开户银行")]
    account: Annotated[str, msgspec.Meta(title="银行账号")]


def decide_settle_by_hand(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The clerk chooses between remittance and leaving the money, and says on what ground."""
    asked: SettleByHand = step.payload
    if "ROUTE_BY_HAND" not in facts.doubts:
        return Refusal(
            code="ROUTE_IS_KNOWN",
            text="本案资金怎样处理已有规定，不能由人工另行确定。",
            remedy="请按系统给出的办法办理；规定有误的，请维护本地参数。",
        )
    if len(asked.basis.strip()) < _SHORTEST_BASIS:
        return Refusal(
            code="BASIS_TOO_SHORT",
            text="没有写明依据。",
            remedy="请写明文件名称、文号和条款，或双方机构的书面约定。",
        )
    left = tuple(doubt for doubt in facts.doubts if doubt != "ROUTE_BY_HAND")
    return Outcome(
        facts=msgspec.structs.replace(record_of(facts), route=asked.way, basis=asked.basis.strip()),
        doubts=left,
        auto="" if set(left) - TALK_DOUBTS else "issue_form",
        say="out.settle_by_hand.remit" if asked.way == "remit" else "out.settle_by_hand.stays",
        args={"basis": asked.basis.strip(), "target": facts.counterpart_name},
    )


def decide_give_bank_account(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The person's own account for a balance that is paid out to them."""
    asked: BankAccountOfPerson = step.payload
    if "BANK_ACCOUNT_NEEDED" not in facts.doubts:
        return Refusal(
            code="NOT_PAID_OUT",
            text="本案的余额不付给个人，不需要银行账户。",
            remedy="请刷新页面查看本案资金的办理办法。",
        )
    if facts.person is None or asked.account_name.strip() != facts.person.psn_name:
        return Refusal(
            code="NOT_OWN_ACCOUNT",
            text="户名与参保人姓名不一致，余额只能付给参保人本人的账户。",
            remedy="请核对户名，改填参保人本人的账户。",
        )
    left = tuple(doubt for doubt in facts.doubts if doubt != "BANK_ACCOUNT_NEEDED")
    return Outcome(
        facts=msgspec.structs.replace(
            record_of(facts),
            payout_account=ReceiptAccount(
                kind="本人账户",
                bank_name=asked.bank_name.strip(),
                account_name=asked.account_name.strip(),
                account=check_bank_account(asked.account, path="account").text,
            ),
        ),
        doubts=left,
        auto="" if set(left) - TALK_DOUBTS else "issue_form",
        say="out.give_bank_account",
        args={"bank": asked.bank_name.strip()},
    )
