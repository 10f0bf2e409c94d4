"""《基本医疗保险参保证明》: the person's cover at this agency on one day.

Shown to third parties: the identity number is masked, and no amount is on it.
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
    month_cn,
    place_cn,
    shown_parts,
)

TITLE = "基本医疗保险参保证明"
LETTERS = "CB"
STATUSES = {"normal": "正常参保", "paused": "暂停参保", "terminated": "已终止"}


class Cover(Part, frozen=True, kw_only=True):
    """One scheme: status since a day, months on record, the last of them `yyyyMM`."""

    insutype: str
    status: str
    valid_from: date
    emp_name: str
    clct_mons: int
    last_ym: str


class Content(Part, frozen=True, kw_only=True):
    number: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    covers: tuple[Cover, ...]


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the proof."""
    return shown_parts(content, masked=True) | {
        "place": place_cn(content.issuer.admdvs),
        "covers": [
            {
                "insutype": label("insutype", cover.insutype),
                "status": STATUSES.get(cover.status, cover.status),
                "since": day_cn(cover.valid_from),
                "employer": cover.emp_name or "—",
                "months": f"{cover.clct_mons} 个月",
                "last": month_cn(cover.last_ym) if cover.last_ym else "—",
            }
            for cover in content.covers
        ],
    }
