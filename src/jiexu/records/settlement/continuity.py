"""The statements of an agency as chains of spans, one per account, and where they are broken."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.money import yuan_for_people
from jiexu.core.settlement.continuity import Gap, Span, gaps
from jiexu.records.settlement.models import StatementFile, StatementSpan


class StatementBreak(msgspec.Struct, frozen=True, kw_only=True):
    """A place where statements do not join; `found_on` is the first day after it."""

    agency: str
    code: str
    text: str
    remedy: str
    found_on: date


def statement_breaks(area: str) -> list[StatementBreak]:
    """Gaps between the statements of an agency's accounts, and overlaps that disagree."""
    found = [_gap(area, gap) for spans in spans_of(area) for gap in gaps(spans)]
    for file in StatementFile.objects.of(area).filter(overlapping__gt=0).order_by("pk"):
        found.append(
            StatementBreak(
                agency=area,
                code="STATEMENT_OVERLAP",
                text=f"对账单 {file.name} 与以前的对账单重叠，"
                f"有 {file.overlapping} 笔流水的余额与以前不同。",
                remedy="请与银行核对这几笔流水的先后和余额，由银行出具更正的对账单。",
                found_on=file.received_at.date(),
            )
        )
    return found


def spans_of(area: str) -> list[list[Span]]:
    """All spans of the agency, account by account."""
    accounts: dict[bytes, list[Span]] = {}
    for row in StatementSpan.objects.of(area).order_by("pk"):
        accounts.setdefault(bytes(row.account_index), []).append(
            Span(
                opening_fen=row.opening_fen,
                closing_fen=row.closing_fen,
                begins_on=row.begins_on,
                ends_on=row.ends_on,
            )
        )
    return list(accounts.values())


def _gap(area: str, gap: Gap) -> StatementBreak:
    difference_fen = gap.found_fen - gap.left_fen
    way = "少收入" if difference_fen > 0 else "少支出"
    left, found = yuan_for_people(gap.left_fen), yuan_for_people(gap.found_fen)
    apart = yuan_for_people(abs(difference_fen))
    return StatementBreak(
        agency=area,
        code="STATEMENT_GAP",
        text=f"对账单不连续：{gap.left_on} 的期末余额是 {left} 元，"
        f"接着的 {gap.found_on} 的期初余额是 {found} 元，中间{way}的流水净额 {apart} 元。",
        remedy=f"请向银行索取 {gap.left_on} 至 {gap.found_on} 之间缺少的对账单，导入后会自动接上。",
        found_on=gap.found_on,
    )
