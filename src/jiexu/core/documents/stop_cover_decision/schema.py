"""《停保决定书》: from which day cover ends, on what ground, and who bears the arrears."""

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
    shown_parts,
)

TITLE = "停保决定书"
LETTERS = "TD"


class Content(Part, frozen=True, kw_only=True):
    """`stop_on` is the first day without cover; `arrears` are the employer's, empty without any."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    insutype: str
    emp_name: str
    applied_on: date
    stop_on: date
    ground: str
    arrears: str
    remedies: str


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the decision; the identity number is masked."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "insutype": label("insutype", content.insutype),
        "employer": content.emp_name or "原用人单位",
        "applied": day_cn(content.applied_on),
        "stop": day_cn(content.stop_on),
        "ground": content.ground,
        "arrears": f"{content.arrears}，由单位负责，不影响本人"
        if content.arrears
        else "没有登记欠费",
        "remedies": content.remedies,
    }
