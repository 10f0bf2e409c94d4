"""《参保凭证》: that and how long a person was insured here, in three parts.

Cells after the printed form of the 2010s; the official drawing belonging to 医保办发〔2021〕43号
was not seen. Where the node keeps no 户籍 the cell stays empty for the pen.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.codes.codesets import label
from jiexu.core.documents.parts import (
    Holder,
    Issuer,
    Part,
    day_cn,
    head_of_parts,
    money_cn,
    month_cn,
    place_cn,
    shown_parts,
)

TITLE = "参保凭证"
LETTERS = "PZ"
COPIES = ("第一联：转移接续用", "第二联：转出地经办机构留存", "第三联：参保人留存")


class Content(Part, frozen=True, kw_only=True):
    """Months are `yyyyMM`, empty where unknown; `balance_amt` is yuan, `None` without account."""

    number: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    insutype: str
    insured_from: str
    insured_to: str
    clct_mons: int
    benefit_from: str = ""
    benefit_to: str = ""
    balance_amt: str | None = None
    household_address: str = ""
    household_kind: str = ""
    householder_name: str = ""
    householder_certno: str = ""
    contact: str = ""


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the certificate, the whole number included: the new place must know it."""
    own_number = content.holder.psn_no != content.holder.certno
    return shown_parts(content, masked=False) | {
        "copies": list(COPIES),
        "psn_no": content.holder.psn_no if own_number else "同公民身份号码",
        "insutype": label("insutype", content.insutype),
        "place": place_cn(content.issuer.admdvs),
        "insured_from": _month(content.insured_from),
        "insured_to": _month(content.insured_to),
        "months": f"{content.clct_mons} 个月",
        "benefit_from": _month(content.benefit_from),
        "benefit_to": _month(content.benefit_to),
        "balance": money_cn(content.balance_amt)
        if content.balance_amt is not None
        else {"small": "没有个人账户", "words": "—"},
        "household_address": content.household_address,
        "household_kind": content.household_kind,
        "householder_name": content.householder_name,
        "householder_certno": content.householder_certno,
        "contact": content.contact,
        "printed": day_cn(content.issued_on),
    }


def _month(text: str) -> str:
    return month_cn(text) if text else "—"
