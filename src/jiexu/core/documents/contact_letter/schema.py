"""《基本医疗保险关系转移接续联系函》: the new place asks the old place, on paper.

人社厅发〔2016〕94号 and 人社险中心函〔2010〕58号 name its parts; the official layout was not seen.
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

TITLE = "基本医疗保险关系转移接续联系函"
LETTERS = "LH"


class Content(Part, frozen=True, kw_only=True):
    """`account` is where the money is to go, in full: the letter is what finance pays by."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    trafout_admdvs: str
    source_name: str
    insutype_out: str
    insutype_in: str
    enrolled_on: date
    bank_name: str
    account_name: str
    account: str
    address: str = ""
    postcode: str = ""


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the letter, from agency to agency: all numbers in full."""
    return shown_parts(content, masked=False) | {
        "case_no": content.case_no,
        "source": place_cn(content.trafout_admdvs),
        "source_name": content.source_name,
        "target": place_cn(content.issuer.admdvs),
        "insutype_out": label("insutype", content.insutype_out),
        "insutype_in": label("insutype", content.insutype_in),
        "enrolled": day_cn(content.enrolled_on),
        "bank_name": content.bank_name,
        "account_name": content.account_name,
        "account": content.account,
        "address": content.address,
        "postcode": content.postcode,
    }
