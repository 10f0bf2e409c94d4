"""The month-end proof: the agency's books against the bank's statements and the bureau's vouchers.

Every fen that a statement or voucher shows until the end of the month is in the books, or is named
as an open item; the statements join, and begin plus movements is their end. Only reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import msgspec
from django.db.models import Sum

from jiexu.core.base.areas import full_name
from jiexu.core.base.money import Fen, yuan_for_people
from jiexu.core.base.periods import Month
from jiexu.core.settlement.continuity import outer_balances
from jiexu.records.audit.breaks import one_moment
from jiexu.records.registry.models import Agency
from jiexu.records.settlement.continuity import spans_of, statement_breaks
from jiexu.records.settlement.models import Order, StatementLine
from jiexu.work.booked import booked, booked_of


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One party's movements until the end of the month: what its paper says, what we booked."""

    source: str
    label: str
    came_fen: Fen
    came_booked_fen: Fen
    went_fen: Fen
    went_booked_fen: Fen
    open_went_fen: Fen


class MonthEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The proof of one agency and month; `breaks` empty when all agrees.

    `opening_fen` and `closing_fen` are the bank's balances, `None` without statements.
    `suspense_fen` (暂收款) is money that came and is nobody's yet, `unpaid_fen` what was approved
    and has not been seen at the bank: open items, no breaks.
    """

    area: str
    name: str
    month: str
    opening_fen: Fen | None
    closing_fen: Fen | None
    last_entry_on: date | None
    sides: tuple[Side, ...]
    suspense_fen: Fen
    unpaid_fen: Fen
    breaks: tuple[str, ...]


def month_ends(month: Month, area: str | None = None) -> Iterator[MonthEnd]:
    """The proof of every agency hosted here, or of one."""
    hosted = Agency.objects.filter(hosted=True).order_by("area")
    for agency in hosted if area is None else hosted.filter(area=area):
        with one_moment():
            yield _prove(agency, month)


def _prove(agency: Agency, month: Month) -> MonthEnd:
    area, end = agency.area, month.shift(1).first_day - timedelta(days=1)
    lines = list(StatementLine.objects.of(area).filter(booked_on__lte=end).order_by("pk"))
    breaks = [one.text for one in statement_breaks(area) if one.found_on <= end]
    sides = []
    for source, label in (("statement", "银行对账单"), ("voucher", "财政缴拨凭证")):
        side = _side(area, source, label, [line for line in lines if line.source == source])
        sides.append(side)
        breaks += _disagreements(side)
    breaks += [
        f"{line.booked_on} {_way(line)} {yuan_for_people(line.amount_fen)} 元"
        f"（{line.line_key}）对不上：请在“银行流水”里处理。"
        for line in lines
        if line.state == "break"
    ]
    waiting = [line for line in lines if line.state != "matched" and line.direction == "credit"]
    unpaid = Order.objects.of(area).filter(
        state__in=["approved", "accepted"], batch__approved_at__date__lte=end
    )
    opening_fen, last_fen = _outer_balances(area)
    # What only a notification has told so far is in no balance yet.
    moved = sum(_signed(line) for line in lines if line.balance_fen is not None)
    every = StatementLine.objects.of(area).filter(balance_fen__isnull=False)
    ever = (opening_fen or 0) + sum(map(_signed, every))
    if opening_fen is not None and not statement_breaks(area) and ever != last_fen:
        breaks.append(
            f"银行期初余额加全部流水是 {yuan_for_people(ever)} 元，"
            f"最后一份对账单的余额是 {yuan_for_people(last_fen or 0)} 元。"
        )
    return MonthEnd(
        area=area,
        name=agency.name or full_name(area),
        month=str(month),
        opening_fen=opening_fen,
        closing_fen=None if opening_fen is None else opening_fen + moved,
        last_entry_on=max((line.booked_on for line in lines), default=None),
        sides=tuple(sides),
        suspense_fen=sum(line.amount_fen for line in waiting),
        unpaid_fen=unpaid.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        breaks=tuple(breaks),
    )


def _side(area: str, source: str, label: str, lines: Sequence[StatementLine]) -> Side:
    came = [line for line in lines if line.direction == "credit"]
    went = [line for line in lines if line.direction == "debit"]
    matched = [line for line in went if line.state == "matched"]
    return Side(
        source=source,
        label=label,
        came_fen=sum(line.amount_fen for line in came),
        came_booked_fen=booked(
            area, codes=["transfer_in_received"], key=[f"received:{line.line_key}" for line in came]
        ),
        went_fen=sum(line.amount_fen for line in went),
        went_booked_fen=booked_of(area, matched),
        open_went_fen=sum(line.amount_fen for line in went if line.state != "matched"),
    )


def _disagreements(side: Side) -> Iterator[str]:
    if side.came_fen != side.came_booked_fen:
        yield (
            f"{side.label}收入 {yuan_for_people(side.came_fen)} 元，"
            f"账上记了 {yuan_for_people(side.came_booked_fen)} 元。"
        )
    if side.went_fen != side.went_booked_fen + side.open_went_fen:
        yield (
            f"{side.label}支出 {yuan_for_people(side.went_fen)} 元，"
            f"账上记了 {yuan_for_people(side.went_booked_fen)} 元，"
            f"未匹配 {yuan_for_people(side.open_went_fen)} 元。"
        )


def _outer_balances(area: str) -> tuple[Fen | None, Fen | None]:
    """The balances before and after everything statements ever brought, all accounts together."""
    found = [outer for spans in spans_of(area) if (outer := outer_balances(spans))]
    if not found:
        return None, None
    return sum(first for first, _ in found), sum(last for _, last in found)


def _signed(line: StatementLine) -> Fen:
    return line.amount_fen if line.direction == "credit" else -line.amount_fen


def _way(line: StatementLine) -> str:
    return "收入" if line.direction == "credit" else "支出"
