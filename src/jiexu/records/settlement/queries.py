"""Reads of orders, batches and statement lines."""

from __future__ import annotations

from datetime import date

from jiexu.core.base.errors import NotFound
from jiexu.core.settlement.matching import DOUBTS
from jiexu.records.access.sealing import vault
from jiexu.records.access.vault import mask_bank
from jiexu.records.procedures.models import Case
from jiexu.records.procedures.queries import summaries
from jiexu.records.procedures.views import CaseSummary
from jiexu.records.registry.models import Agency
from jiexu.records.settlement.appropriation import AWAITS, awaits, needs_appropriation
from jiexu.records.settlement.models import (
    Batch,
    Clearing,
    Order,
    StatementFile,
    StatementLine,
)
from jiexu.records.settlement.views import (
    BatchView,
    ClearingView,
    FileView,
    LineView,
    OrderView,
)

ORDER_LABELS = {
    "waiting": "待制单",
    "in_batch": "已制单，待复核",
    "approved": "已批准，待银行",
    "accepted": "银行已受理",
    "failed": "银行退回",
    "paid": "已付",
    "cancelled": "已撤销",
}
ORDER_KINDS = {
    "transfer": "转移款",
    "to_bank": "付给本人",
    "send_back": "退回来款",
    "line_back": "退回来款（无主）",
    "clearing": "清算差额",
}
CLEARING_LABELS = {
    "proposed": "已发对方核对",
    "disputed": "对方有不同，下次重发",
    "agreed": "双方一致，待付差额",
    "paying": "差额已批准付款",
    "paid": "差额已付，正在结清",
    "settled": "已结清",
}
BATCH_LABELS = {
    "prepared": "待复核",
    "approved": "已批准",
    "filed": "已送银行",
    "answered": "银行已回盘",
    "rejected": "已退回",
}
FILE_LABELS = {
    "result": "回盘文件",
    "statement": "银行对账单",
    "notification": "到账通知",
    "voucher": "财政缴拨凭证",
}
LINE_LABELS = {
    "waiting": "待匹配",
    "break": "待人工处理",
    "matched": "已匹配",
    "leaving": "正在退回",
}


def orders_waiting(area: str) -> list[OrderView]:
    """Payments that nobody has put into a batch yet, oldest first."""
    return _orders(area, list(Order.objects.of(area).filter(state="waiting").order_by("pk")))


def batches(area: str) -> list[BatchView]:
    """Batches, newest first."""
    rows = Batch.objects.of(area).order_by("-pk")[:100]
    waits = needs_appropriation(area)
    return [_batch(row, waits=waits) for row in rows]


def batch(area: str, number: str) -> BatchView:
    """One batch with its orders. Raises `NotFound`."""
    row = Batch.objects.of(area).filter(number=number).first()
    if row is None:
        raise NotFound("没有这一批付款。", "请从付款列表进入。")
    orders = _orders(area, list(Order.objects.of(area).filter(batch=row).order_by("pk")))
    return _batch(row, tuple(orders), waits=needs_appropriation(area))


def files(area: str) -> list[FileView]:
    """Bank and voucher files taken in, newest first."""
    return [
        FileView(
            name=row.name,
            kind_label=FILE_LABELS.get(row.kind, row.kind),
            rows=row.rows,
            brought_by=row.brought_by,
            received_at=row.received_at,
        )
        for row in StatementFile.objects.of(area).defer("data").order_by("-pk")[:20]
    ]


def lines(area: str, state: str, today: date | None = None) -> list[LineView]:
    """Statement lines in a state; doubtful credits with the cases they may be for.

    Newest first once matched, oldest first while somebody waits: with `today` the days are counted.
    """
    order = ("-pk",) if state == "matched" else ("booked_on", "pk")
    rows = list(StatementLine.objects.of(area).filter(state=state).order_by(*order)[:200])
    return [_line(area, row, today) for row in rows]


def suspense_ages(area: str, today: date) -> list[tuple[str, int, int]]:
    """暂收款 by age: words, how many lines, fen. The bands are a month, a quarter, a half year."""
    bands = [(30, "30 天以内"), (90, "31 至 90 天"), (180, "91 至 180 天"), (None, "180 天以上")]
    found = {words: [0, 0] for _, words in bands}
    rows = StatementLine.objects.of(area).filter(direction="credit").exclude(state="matched")
    for booked_on, amount_fen in rows.values_list("booked_on", "amount_fen"):
        days = (today - booked_on).days
        words = next(words for most, words in bands if most is None or days <= most)
        found[words][0] += 1
        found[words][1] += amount_fen
    return [(words, count, fen) for words, (count, fen) in found.items() if count]


def returned(area: str) -> list[CaseSummary]:
    """退汇: cases whose payment came back and waits to be made again, oldest first."""
    cases = Case.objects.of(area).filter(half="out", fund_leg="returned")
    return summaries(area, list(cases.select_related("person").order_by("pk")[:200]))


def clearings(area: str) -> list[ClearingView]:
    """Lists between this agency and others, newest first."""
    names = dict(Agency.objects.values_list("area", "name"))
    return [
        ClearingView(
            number=row.number,
            counterpart_name=names.get(row.counterpart, row.counterpart),
            until=row.until,
            owe_fen=row.owe_fen,
            claim_fen=row.claim_fen,
            net_fen=abs(row.net_fen),
            we_pay=row.net_fen > 0,
            state=row.state,
            state_label=CLEARING_LABELS.get(row.state, row.state),
        )
        for row in Clearing.objects.of(area).order_by("-pk")[:50]
    ]


def _orders(area: str, rows: list[Order]) -> list[OrderView]:
    names = {
        case.case_no: case.person.psn_name
        for case in Case.objects.of(area)
        .filter(case_no__in=[row.case_no for row in rows if row.case_no])
        .select_related("person")
        if case.person
    }
    return [
        OrderView(
            id=row.pk,
            case_no=row.case_no,
            half="in" if row.kind == "send_back" else "out",
            kind_label=ORDER_KINDS.get(row.kind, row.kind),
            reference=row.reference,
            psn_name=names.get(row.case_no, ""),
            amount_fen=row.amount_fen,
            payee_name=row.payee_name,
            payee_bank=row.payee_bank,
            payee_account_masked=mask_bank(
                vault().open(row.payee_account_sealed, context="order.account")
            ),
            state=row.state,
            state_label=ORDER_LABELS.get(row.state, row.state),
            bank_answer=row.bank_answer,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _batch(row: Batch, orders: tuple[OrderView, ...] = (), *, waits: bool = False) -> BatchView:
    waiting = awaits(row) if waits else ""
    label = BATCH_LABELS.get(row.state, row.state)
    return BatchView(
        number=row.number,
        state=row.state,
        state_label=AWAITS[waiting] if waiting and row.state == "approved" else label,
        plan_no=row.plan_no,
        appropriated_on=row.appropriated_on,
        awaits=waiting,
        count=row.count,
        total_fen=row.total_fen,
        prepared_by=row.prepared_by,
        prepared_at=row.prepared_at,
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        version=row.version,
        orders=orders,
    )


def _line(area: str, row: StatementLine, today: date | None) -> LineView:
    candidates = ()
    if row.state == "break":
        half, legs = (
            ("out", ["approved"])
            if row.direction == "debit"
            else ("in", ["waiting", "fixed", "in_transit"])
        )
        cases = Case.objects.of(area).filter(
            half=half, fund_leg__in=legs, amount_fen=row.amount_fen
        )
        candidates = tuple(summaries(area, list(cases.select_related("person")[:5])))
    return LineView(
        id=row.pk,
        booked_on=row.booked_on,
        days=(today - row.booked_on).days if today else 0,
        direction=row.direction,
        amount_fen=row.amount_fen,
        counterparty=row.counterparty,
        remark=row.remark,
        source=row.source,
        returned=row.returned,
        state=row.state,
        state_label=LINE_LABELS.get(row.state, row.state),
        doubt=row.doubt,
        doubt_label=DOUBTS.get(row.doubt, row.doubt),
        case_no=row.case_no,
        version=row.version,
        candidates=candidates,
    )
