"""《一次性告知（补正）通知书》: everything that is missing, told at once.

《优化营商环境条例》 and the rules of 一次性告知: whoever applies hears all of it the first time.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.documents.parts import (
    Holder,
    Issuer,
    Part,
    day_cn,
    head_of_parts,
    place_cn,
    shown_parts,
)

TITLE = "一次性告知（补正）通知书"
LETTERS = "BZ"


class Missing(Part, frozen=True, kw_only=True):
    """One thing to bring or correct: `what`, why it is needed, and how it is put right."""

    what: str
    why: str
    how: str


class Content(Part, frozen=True, kw_only=True):
    """`until` is the day by which it is to be done; `None` where no day is set."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    trafout_admdvs: str
    trafin_admdvs: str
    applied_on: date
    missing: tuple[Missing, ...]
    until: date | None = None


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the notice; the identity number is masked."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "source": place_cn(content.trafout_admdvs),
        "target": place_cn(content.trafin_admdvs),
        "applied": day_cn(content.applied_on),
        "missing": [{"what": one.what, "why": one.why, "how": one.how} for one in content.missing],
        "until": day_cn(content.until, "没有规定期限，补齐后即可继续办理"),
    }
