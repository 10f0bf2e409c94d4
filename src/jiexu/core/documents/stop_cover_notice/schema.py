"""《停保核实通知书》: the old employer is asked whether the person has left, with a term.

Practice: no national rule on the procedure or its term is known, and the paper says so.
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
    shown_parts,
)

TITLE = "停保核实通知书"
LETTERS = "TZ"


class Content(Part, frozen=True, kw_only=True):
    """`answer_by` ends the term of `answer_workdays`; `basis` says where the term comes from."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    insutype: str
    emp_name: str
    emp_uscc: str
    left_on: date
    evidence: str
    answer_by: date
    answer_workdays: int
    basis: str


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the notice; the employer knows its people: the identity number is masked."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "insutype": label("insutype", content.insutype),
        "employer": content.emp_name or "原用人单位",
        "uscc": content.emp_uscc or "—",
        "left": day_cn(content.left_on),
        "evidence": content.evidence,
        "answer_by": day_cn(content.answer_by),
        "workdays": str(content.answer_workdays),
        "basis": content.basis,
    }
