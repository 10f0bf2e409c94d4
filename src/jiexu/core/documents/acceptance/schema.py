"""《基本医疗保险关系转移接续受理通知书》: the application is accepted, and what is promised.

医保办发〔2021〕43号: after acceptance the old place has 10 working days, the new place 5.
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
    place_cn,
    shown_parts,
)

TITLE = "基本医疗保险关系转移接续受理通知书"
LETTERS = "SL"


class Content(Part, frozen=True, kw_only=True):
    """`out_due_on` is the old place's limit, `promised_on` the day the record leg is to be done."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    insutype_out: str
    insutype_in: str
    trafout_admdvs: str
    trafin_admdvs: str
    source_name: str
    applied_on: date
    accepted_on: date
    out_due_on: date
    promised_on: date
    provisional: bool


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the notice; the identity number is masked: it is handed over or posted."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "source": place_cn(content.trafout_admdvs),
        "source_name": content.source_name,
        "target": place_cn(content.trafin_admdvs),
        "insutype_out": label("insutype", content.insutype_out),
        "insutype_in": label("insutype", content.insutype_in),
        "applied": day_cn(content.applied_on),
        "accepted": day_cn(content.accepted_on),
        "out_due": day_cn(content.out_due_on),
        "promised": day_cn(content.promised_on),
        "provisional": "其中有年度放假安排尚未公布的日子，日期为暂定。"
        if content.provisional
        else "",
    }
