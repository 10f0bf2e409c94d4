"""《不予受理告知书》: why the application is not accepted, all reasons, and the way on.

Reasons come with rule and source; remedies are 行政复议 and 行政诉讼.
"""

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
    place_cn,
    shown_parts,
)
from jiexu.core.documents.reasons import shown_reasons

TITLE = "不予受理告知书"
LETTERS = "BY"
OUTCOMES = {"refuse": "不予受理", "not_yet": "暂不符合受理条件"}


class Content(Part, frozen=True, kw_only=True):
    """`outcome` is refuse or not_yet; `earliest` the first day it would pass, if known."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    outcome: str
    insutype_out: str
    insutype_in: str
    trafout_admdvs: str
    trafin_admdvs: str
    applied_on: date
    reasons: tuple[Reason, ...]
    remedies: str
    earliest: date | None = None


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the decision; the identity number is masked."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "outcome": OUTCOMES.get(content.outcome, content.outcome),
        "source": place_cn(content.trafout_admdvs),
        "target": place_cn(content.trafin_admdvs),
        "insutype_out": label("insutype", content.insutype_out),
        "insutype_in": label("insutype", content.insutype_in),
        "applied": day_cn(content.applied_on),
        "reasons": shown_reasons(content.reasons),
        "earliest": day_cn(content.earliest, "取决于上述事项何时办妥"),
        "remedies": content.remedies,
    }
