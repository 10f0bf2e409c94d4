"""《不予停保告知书》: why cover is not ended, where that stands, and the way on."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.codes.codesets import label
from jiexu.core.base.decision import Reason
from jiexu.core.documents.parts import (
    Holder,
    Issuer,
    Part,
    day_cn,
    head_of_parts,
    shown_parts,
)
from jiexu.core.documents.reasons import shown_reasons

TITLE = "不予停保告知书"
LETTERS = "BT"


class Content(Part, frozen=True, kw_only=True):
    """`reasons` are all reasons at once, with rule, source and repair."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    insutype: str
    emp_name: str
    applied_on: date
    reasons: tuple[Reason, ...]
    remedies: str


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the decision; the identity number is masked."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "insutype": label("insutype", content.insutype),
        "employer": content.emp_name or "原用人单位",
        "applied": day_cn(content.applied_on),
        "reasons": shown_reasons(content.reasons),
        "remedies": content.remedies,
    }
