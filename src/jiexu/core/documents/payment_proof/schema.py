"""《基本医疗保险缴费证明》: months paid by place, kind and year, as this agency has them.

Shown to third parties: the identity number is masked.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.codes.codesets import label
from jiexu.core.documents.parts import (
    KINDS_OF_MONTHS,
    Holder,
    Issuer,
    Part,
    head_of_parts,
    month_cn,
    place_cn,
    short_place,
    shown_parts,
)

TITLE = "基本医疗保险缴费证明"
LETTERS = "JF"


class YearOfMonths(Part, frozen=True, kw_only=True):
    """Months of one year, one scheme, one kind, paid at one place. `months` are 1 to 12."""

    year: int
    insutype: str
    kind: str
    paid_admdvs: str
    months: tuple[int, ...]


class Content(Part, frozen=True, kw_only=True):
    """`clct_mons` counts each month of a scheme once, however often it is recorded."""

    number: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    lines: tuple[YearOfMonths, ...]
    begn_ym: str
    end_ym: str
    clct_mons: int


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the proof."""
    return shown_parts(content, masked=True) | {
        "place": place_cn(content.issuer.admdvs),
        "span": f"{month_cn(content.begn_ym)}至{month_cn(content.end_ym)}"
        if content.begn_ym
        else "没有缴费记录",
        "total": f"{content.clct_mons} 个月",
        "lines": [
            {
                "year": f"{line.year}年",
                "insutype": label("insutype", line.insutype),
                "kind": KINDS_OF_MONTHS.get(line.kind, line.kind),
                "place": short_place(line.paid_admdvs),
                "months": _runs(line.months),
                "count": str(len(line.months)),
            }
            for line in content.lines
        ],
    }


def _runs(months: tuple[int, ...]) -> str:
    """`1—3月、5月`."""
    runs: list[list[int]] = []
    for month in sorted(months):
        if runs and month == runs[-1][1] + 1:
            runs[-1][1] = month
        else:
            runs.append([month, month])
    return "、".join(f"{a}月" if a == b else f"{a}—{b}月" for a, b in runs)
