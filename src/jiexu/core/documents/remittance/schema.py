"""《基本医疗保险个人账户资金划转通知书》: the old place's bank has paid, as its statement shows.

Source: practice (户名, 开户行, 账号, 金额, 姓名 are what finance compares).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.masks import mask_bank
from jiexu.core.documents.parts import (
    Holder,
    Issuer,
    Part,
    day_cn,
    head_of_parts,
    money_cn,
    place_cn,
    shown_parts,
)

TITLE = "基本医疗保险个人账户资金划转通知书"
LETTERS = "HK"


class Content(Part, frozen=True, kw_only=True):
    """`amount` is yuan; `payment_reference` is what stands in the bank's remark."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    trafin_admdvs: str
    target_name: str
    bank_name: str
    account_name: str
    account: str
    amount: str
    paid_on: date
    payment_reference: str


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the notice; identity and account numbers are masked: the person gets it."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "source": place_cn(content.issuer.admdvs),
        "target": place_cn(content.trafin_admdvs),
        "target_name": content.target_name,
        "bank_name": content.bank_name,
        "account_name": content.account_name,
        "account": mask_bank(content.account),
        "amount": money_cn(content.amount),
        "paid": day_cn(content.paid_on),
        "reference": content.payment_reference,
    }
