"""Reasons as papers show them: what, after which rule, where it stands, and the way on."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.decision import Badge, Reason, Source
from jiexu.core.documents.parts import day_cn

RECONSIDERATION_DAYS = 60
"""《行政复议法》第二十条: 60 days from knowing of the act."""
LAWSUIT_MONTHS = 6
"""《行政诉讼法》第四十六条: six months from knowing of the act."""

REMEDIES = (
    f"对本决定不服的，可以自收到本决定之日起 {RECONSIDERATION_DAYS} 日内依法申请行政复议，"
    f"也可以自收到之日起 {LAWSUIT_MONTHS} 个月内依法向人民法院提起行政诉讼。"
)


def shown_reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    """Each reason with its rule, sources and repair in words; hearsay is never a source here."""
    return [
        {
            "text": reason.text,
            "rule": reason.rule,
            "sources": [_source(one) for one in reason.sources if one.badge != Badge.HEARSAY],
            "repair": _repair(reason),
        }
        for reason in reasons
    ]


def _source(source: Source) -> str:
    number = f"（{source.number}）" if source.number else ""
    article = f"{source.article}" if source.article else ""
    title = source.title if source.title.startswith("《") else f"《{source.title}》"
    return f"{source.badge}：{title}{number}{article}"


def _repair(reason: Reason) -> str:
    if reason.repair is None:
        return "—"
    begin = f"（最早{_day(reason.repair.from_)}）" if reason.repair.from_ else ""
    return f"{reason.repair.who}：{reason.repair.how}{begin}"


def _day(text: str) -> str:
    """A day in words; another agency may have written it in its own way, which stays."""
    try:
        return day_cn(date.fromisoformat(text))
    except ValueError:
        return text
