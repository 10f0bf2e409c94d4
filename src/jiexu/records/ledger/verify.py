# ruff: noqa: S608 (the statements are put together from words of this file; values are bound)
"""The proof of the books: recompute everything from the rows and name what does not agree.

Nothing is repaired here. Each check reads in one statement, so it may run beside the daily work.
Balances the triggers keep are not trusted, nor is the chart that rows claim to follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from jiexu.core.base.money import Fen, yuan_for_people
from jiexu.core.ledger.chart import Phase, chart
from jiexu.records import laws
from jiexu.records.ledger.models import Account
from jiexu.records.ledger.row_checks import Break, row_breaks

__all__ = ["Break", "verify"]

_POSTED = "CASE WHEN phase IN ('single', 'post') THEN amount_fen ELSE 0 END"
_PENDING = (
    "CASE phase WHEN 'pending' THEN amount_fen WHEN 'post' THEN -amount_fen"
    " WHEN 'void' THEN -amount_fen ELSE 0 END"
)
_BACK = (
    "(t.credit_id = a.id AND t.code = 'transfer_out_returned')"
    " OR (t.debit_id = a.id AND t.code IN ('case_send_back_approved', 'transfer_out_restored'))"
)
"""A payment that came back was counted when it was reserved; what is sent back, or is in the old
account again, is no more here.

A send-back that failed comes in again as a credit.
"""
_TOTALS = ("debits_posted", "credits_posted", "debits_pending", "credits_pending")
_LABELS = ("借方累计", "贷方累计", "借方占用", "贷方占用")


def verify(area: str | None = None) -> list[Break]:
    """Prove the books of one agency, or of every agency of the node: empty when all agrees."""
    # Asks the guards who may look: one agency's own, or a sweep acting for nobody.
    _ = Account.objects.across_node() if area is None else Account.objects.of(area)
    return [
        *_laws_in_force(),
        *row_breaks(area),
        *_totals(area),
        *_accounts(area),
        *_in_transit(area),
        *_both_sides(area),
        *_persons(area),
        *_clearing(area),
    ]


def _laws_in_force() -> Iterator[Break]:
    for law in laws.missing(connection):
        yield Break(table=law.table, code="LAW_MISSING", text=f"数据库守则“{law.name}”没有生效。")


def _totals(area: str | None) -> Iterator[Break]:
    """Totals of an account are the sums of its rows."""
    side = (
        f"SELECT {{side}}_id AS account, sum({_POSTED}) AS posted, sum({_PENDING}) AS pending"
        " FROM ledger_transfer GROUP BY {side}_id"
    )
    sums = ("d.posted", "c.posted", "d.pending", "c.pending")
    differs = " OR ".join(
        f"a.{total} <> coalesce({sum_}, 0)" for total, sum_ in zip(_TOTALS, sums, strict=True)
    )
    rows = _rows(
        f"SELECT a.agency, a.id, a.kind, a.owner, {', '.join(f'a.{total}' for total in _TOTALS)},"
        f" {', '.join(f'coalesce({sum_}, 0)' for sum_ in sums)} FROM ledger_account a"
        f" LEFT JOIN ({side.format(side='debit')}) d ON d.account = a.id"
        f" LEFT JOIN ({side.format(side='credit')}) c ON c.account = a.id"
        f" WHERE ({differs}) {_only('a.agency', area)} ORDER BY a.id",
        area,
    )
    for agency, id_, kind, owner, *values in rows:
        for label, kept, summed in zip(_LABELS, values[:4], values[4:], strict=True):
            if kept != summed:
                yield Break(
                    agency=agency,
                    table="ledger_account",
                    row_id=id_,
                    code="TOTAL_DIFFERS",
                    text=f"{_account(kind, owner)}的{label}是 {_yuan(kept)} 元，"
                    f"明细合计是 {_yuan(summed)} 元。",
                )


def _accounts(area: str | None) -> Iterator[Break]:
    """Accounts follow the chart and keep their floor, reserved money counted."""
    rows = _rows(
        f"SELECT agency, id, kind, owner, normal, floor_zero, {', '.join(_TOTALS)}"
        f" FROM ledger_account WHERE true {_only('agency', area)} ORDER BY id",
        area,
    )
    kinds = chart().accounts
    for agency, id_, kind, owner, normal, floor_zero, *totals in rows:
        at: dict[str, Any] = {"agency": agency, "table": "ledger_account", "row_id": id_}
        law = kinds.get(kind)
        if law is None or (normal, bool(floor_zero)) != (law.normal, law.floor_zero):
            yield Break(**at, code="NOT_IN_CHART", text=f"{_account(kind, owner)}与科目表不一致。")
            continue
        debits, credits_, debits_pending, credits_pending = totals
        available = credits_ - debits - debits_pending
        if law.normal == "debit":
            available = debits - credits_ - credits_pending
        if law.floor_zero and available < 0:
            yield Break(
                **at,
                code="BELOW_ZERO",
                text=f"{_account(kind, owner)}透支 {_yuan(-available)} 元。",
            )


def _in_transit(area: str | None) -> Iterator[Break]:
    """Money in transit belongs to a case of this agency and is no more than the case moves."""
    rows = _rows(
        "SELECT a.agency, a.id, a.owner, a.credits_posted + a.credits_pending"
        f" - coalesce((SELECT sum(CASE WHEN {_BACK} THEN t.amount_fen ELSE 0 END)"
        "  FROM ledger_transfer t WHERE t.credit_id = a.id OR t.debit_id = a.id), 0),"
        " count(c.id), max(c.amount_fen) FROM ledger_account a"
        " LEFT JOIN procedures_case c ON c.agency = a.agency AND c.case_no = a.owner"
        f" WHERE a.kind = 'in_transit' {_only('a.agency', area)}"
        " GROUP BY a.id, a.agency, a.owner, a.credits_posted, a.credits_pending ORDER BY a.id",
        area,
    )
    for agency, id_, case_no, moved, cases, amount in rows:
        at: dict[str, Any] = {"agency": agency, "table": "ledger_account", "row_id": id_}
        if moved and not cases:
            text = f"在途资金 {_yuan(moved)} 元没有对应的业务：{case_no}。"
            yield Break(**at, code="CASE_UNKNOWN", text=text)
        elif amount is not None and moved > amount:
            text = f"业务 {case_no} 应转 {_yuan(amount)} 元，进入在途的有 {_yuan(moved)} 元。"
            yield Break(**at, code="MORE_THAN_CASE", text=text)


def _both_sides(area: str | None) -> Iterator[Break]:
    """Per agency: all debits equal all credits, posted and reserved."""
    sums = ", ".join(f"sum({total})" for total in _TOTALS)
    rows = _rows(
        f"SELECT agency, {sums} FROM ledger_account WHERE true {_only('agency', area)}"
        " GROUP BY agency ORDER BY agency",
        area,
    )
    for agency, debits, credits_, debits_pending, credits_pending in rows:
        for label, left, right in (
            ("发生额", debits, credits_),
            ("占用额", debits_pending, credits_pending),
        ):
            if left != right:
                yield Break(
                    agency=agency,
                    table="ledger_account",
                    code="SIDES_DIFFER",
                    text=f"借方{label}合计 {_yuan(left)} 元，贷方{label}合计 {_yuan(right)} 元。",
                )


def _persons(area: str | None) -> Iterator[Break]:
    """Per agency: what persons hold is what was opened and came in, less what went out."""
    posted = [code for code in chart().codes.values() if code.phase in {Phase.SINGLE, Phase.POST}]
    plus = tuple(code.code for code in posted if code.credit == "person_account")
    minus = tuple(code.code for code in posted if code.debit == "person_account")
    change = (
        f"sum(CASE WHEN code IN ({_marks(plus)}) THEN amount_fen"
        f" WHEN code IN ({_marks(minus)}) THEN -amount_fen ELSE 0 END)"
    )
    rows = _rows(
        "SELECT p.agency, p.held, coalesce(t.moved, 0) FROM"
        " (SELECT agency, sum(credits_posted - debits_posted) AS held FROM ledger_account"
        "  WHERE kind = 'person_account' GROUP BY agency) p"
        f" LEFT JOIN (SELECT agency, {change} AS moved FROM ledger_transfer GROUP BY agency) t"
        f" ON t.agency = p.agency WHERE p.held <> coalesce(t.moved, 0) {_only('p.agency', area)}"
        " ORDER BY p.agency",
        area,
        *plus,
        *minus,
    )
    for agency, held, moved in rows:
        yield Break(
            agency=agency,
            table="ledger_account",
            code="PERSONS_DIFFER",
            text=f"个人账户余额合计 {_yuan(held)} 元，期初加转入减转出是 {_yuan(moved)} 元。",
        )


def _clearing(area: str | None) -> Iterator[Break]:
    """What is due from and to another agency is what the lists between them still say."""
    signed = "CASE a.kind WHEN 'due_to' THEN 'owe' ELSE 'claim' END"
    held = "CASE a.kind WHEN 'due_to' THEN 1 ELSE -1 END * (a.credits_posted - a.debits_posted)"
    agreed = "('agreed', 'paying')"
    rows = _rows(
        f"SELECT a.agency, a.id, a.kind, a.owner, {held},"
        " coalesce((SELECT sum(i.amount_fen) FROM settlement_clearingitem i"
        "  LEFT JOIN settlement_clearing c ON c.id = i.clearing_id"
        f"  WHERE i.agency = a.agency AND i.counterpart = a.owner AND i.side = {signed}"
        "  AND (c.id IS NULL OR c.state IN ('proposed', 'disputed'))), 0)"
        " + coalesce((SELECT sum(CASE WHEN c.net_fen > 0 AND a.kind = 'due_to' THEN c.net_fen"
        "   WHEN c.net_fen < 0 AND a.kind = 'due_from' THEN -c.net_fen ELSE 0 END)"
        "  FROM settlement_clearing c WHERE c.agency = a.agency AND c.counterpart = a.owner"
        f"  AND c.state IN {agreed}), 0)"
        " FROM ledger_account a WHERE a.kind IN ('due_from', 'due_to')"
        f" {_only('a.agency', area)} ORDER BY a.id",
        area,
    )
    for agency, id_, kind, owner, balance, told in rows:
        if balance != told:
            yield Break(
                agency=agency,
                table="ledger_account",
                row_id=id_,
                code="CLEARING_DIFFERS",
                text=f"{_account(kind, owner)}余额 {_yuan(balance)} 元，"
                f"未结清的清算明细合计 {_yuan(told)} 元。",
            )


def _rows(query: str, area: str | None, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, (*values, *(() if area is None else (area,))))
        return cursor.fetchall()


def _only(column: str, area: str | None) -> str:
    return "" if area is None else f"AND {column} = %s"


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join(["%s"] * len(values))


def _account(kind: str, owner: str) -> str:
    known = chart().accounts.get(kind)
    label = known.label if known else kind
    return f"{label}（{owner}）" if owner else label


def _yuan(amount_fen: Any) -> str:
    amount: Fen = int(amount_fen)
    return yuan_for_people(amount)
