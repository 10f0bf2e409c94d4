"""Payment batches: prepared by one person, approved by another, filed to the bank, answered by it.

Approval commits the reservations of all cases in the batch together with the batch itself: all or
nothing. Only an approved batch becomes a file, and writing the file twice gives the same file.
The number of a batch follows from the request's key: asked for twice, it is prepared once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localtime

from jiexu.core.base.actors import SYSTEM, Actor, Role
from jiexu.core.base.money import yuan_for_people
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.facts import BankRefusal
from jiexu.records.access.sealing import vault
from jiexu.records.audit.write import append_act
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Agency
from jiexu.records.settlement.models import Batch, Order, StatementLine
from jiexu.records.statements import Read
from jiexu.work import house_money, unit_of_work
from jiexu.work.apart import apart
from jiexu.work.ports import BankFile, PaymentLine, ResultLine, ports
from jiexu.work.refusals import not_here
from jiexu.work.results import Result

log = logging.getLogger(__name__)

MOST_ROWS = 1000
APPROVALS = {
    "transfer": ("out", "approve_payment"),
    "to_bank": ("out", "approve_payment"),
    "send_back": ("in", "approve_send_back"),
}
FAILURES = {
    "transfer": ("out", "payment_failed"),
    "to_bank": ("out", "payment_failed"),
    "send_back": ("in", "send_back_failed"),
}
"""Which move of which half an order asks for; orders without a case are the agency's own money."""
_TRIES = 3
_APPROVED = Read(Batch, "state = 'approved'", fields=("agency", "id"))
STALE = ("您打开页面之后，这一批已被处理，您的操作没有生效。", "请刷新页面查看状态。")


def prepare_batch(
    actor: Actor, area: str, order_ids: Sequence[int], key: str, now: datetime
) -> Result:
    """Put waiting orders into a new batch. The actor becomes its preparer."""
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.FINANCE_PREPARER:
        return no("NOT_YOUR_MOVE", "制单由财务经办办理。", "请由财务经办人员登录后制单。")
    if not 0 < len(set(order_ids)) <= MOST_ROWS:
        return no(
            "NOTHING_CHOSEN", f"请选择 1 至 {MOST_ROWS} 笔待付款。", "勾选要付款的行后再制单。"
        )
    number = f"PL{area}{now:%y%m%d}{sm3_hex(key.encode())[:8].upper()}"
    return _in_turn(lambda: _prepare(actor, area, order_ids, number, now))


def _in_turn(act: Callable[[], Result]) -> Result:
    """Two acts of an agency at one moment: one of them looks again, and finds the other done."""
    for _ in range(_TRIES):
        try:
            return act()
        except IntegrityError as error:
            log.info("two acts at one moment: %s", error)
    return no("CONFLICT", "同一时间有人在办理付款，本次没有办理。", "请刷新页面查看最新状态。")


def _prepare(
    actor: Actor, area: str, order_ids: Sequence[int], number: str, now: datetime
) -> Result:
    with acting_for(area), writing(), transaction.atomic():
        known = Batch.objects.of(area).filter(number=number).first()
        if known is not None:
            return _prepared_before(known, actor, set(order_ids))
        orders = list(Order.objects.of(area).filter(pk__in=set(order_ids), state="waiting"))
        if len(orders) != len(set(order_ids)):
            return no(
                "STALE", "有的款项已被他人制单或已付款，本次没有制单。", "请刷新页面后重新选择。"
            )
        batch = Batch.objects.create(
            agency_id=area,
            number=number,
            state="prepared",
            count=len(orders),
            total_fen=sum(order.amount_fen for order in orders),
            prepared_by=actor.ref,
            prepared_at=now,
        )
        taken = (
            Order.objects.of(area)
            .filter(pk__in=[order.pk for order in orders], state="waiting")
            .update(state="in_batch", batch=batch)
        )
        if taken != len(orders):
            transaction.set_rollback(True)
            return no("STALE", "有的款项刚被他人制单，本次没有制单。", "请刷新页面后重新选择。")
        append_act(
            area,
            at=now,
            actor=actor,
            action="payment.prepare",
            content={
                "batch": number,
                "count": batch.count,
                "total_fen": batch.total_fen,
                "cases": sorted(order.case_no for order in orders),
            },
        )
    return Result(ok=True, case_no=number, version=1)


def _prepared_before(batch: Batch, actor: Actor, order_ids: set[int]) -> Result:
    orders = Order.objects.of(batch.agency_id).filter(batch=batch)
    if batch.prepared_by == actor.ref and set(orders.values_list("pk", flat=True)) == order_ids:
        return Result(ok=True, case_no=batch.number, version=batch.version, repeated=True)
    return no(
        "KEY_REUSED",
        "同一个请求编号已用于另一批付款，本次没有制单。",
        "请刷新页面后重新选择。",
    )


def approve_batch(
    actor: Actor, area: str, number: str, version: int, key: str, now: datetime
) -> Result:
    """The second person approves the whole batch; the money of all its cases is in transit."""
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.FINANCE_APPROVER:
        return no("NOT_YOUR_MOVE", "付款由财务复核批准。", "请由财务复核人员登录后批准。")
    with acting_for(area):
        batch = Batch.objects.of(area).filter(number=number).first()
        if batch is not None and batch.approved_by == actor.ref and version < batch.version:
            # The same person pressed twice: the first time counts.
            return Result(ok=True, case_no=number, version=batch.version, repeated=True)
        refusal = _not_approvable(batch, actor, version)
        if refusal is not None:
            return refusal
        orders = list(Order.objects.of(area).filter(batch=batch))
        if len(orders) != batch.count:
            # Sent back between the two readings: without its orders nothing would look again.
            return no("STALE", *STALE)
        if refusal := _cancelled(orders) or _debited_already(area, orders):
            return refusal
    steps = [
        Step(
            case_no=order.case_no,
            half=APPROVALS[order.kind][0],
            event=APPROVALS[order.kind][1],
            actor=actor,
            key=f"approve:{number}:{order.reference}",
        )
        for order in orders
        if order.kind in APPROVALS
    ]

    def mark(results: object) -> None:
        changed = (
            Batch.objects.of(area)
            .filter(pk=batch.pk, state="prepared", version=version)
            .update(
                state="approved",
                approved_by=actor.ref,
                approved_at=now,
                version=F("version") + 1,
            )
        )
        if changed != 1:
            raise unit_of_work.Stale("这一批刚被他人处理过。", "请刷新页面查看最新状态。")
        house_money.approve(area, [one for one in orders if one.kind not in APPROVALS], now)
        append_act(
            area,
            at=now,
            actor=actor,
            action="payment.approve",
            content={"batch": number, "total_fen": batch.total_fen, "count": batch.count},
        )

    if not steps:
        return _in_turn(lambda: _approve_alone(area, mark, number, version))
    results = unit_of_work.apply(area, steps, now=now, also=mark, together=True)
    for result in results:
        if not result.ok:
            return result
    return Result(ok=True, case_no=number, version=version + 1)


def _approve_alone(area: str, mark: Callable[[object], None], number: str, version: int) -> Result:
    """A batch without any case: the agency's own money only."""
    try:
        with acting_for(area), writing(), transaction.atomic():
            mark(None)
    except unit_of_work.Stale:
        return no("STALE", *STALE)
    return Result(ok=True, case_no=number, version=version + 1)


def _cancelled(orders: Sequence[Order]) -> Result | None:
    """A case that ended after the batch was made takes its order along: the sum no longer fits."""
    gone = [order for order in orders if order.state == "cancelled"]
    if not gone:
        return None
    numbers = "、".join(order.case_no for order in gone[:3])
    more = f"等 {len(gone)} 笔" if len(gone) > 3 else ""
    total = yuan_for_people(sum(order.amount_fen for order in gone))
    return no(
        "ORDER_CANCELLED",
        f"{numbers}{more}（{total} 元）在制单后已终止办理，不能再付，整批没有批准。",
        "请退回本批：终止的款项自动移出，其余款项回到待付，由制单人员重新制单。",
    )


def _debited_already(area: str, orders: Sequence[Order]) -> Result | None:
    """A payment that is made again stops while an unexplained debit of its case and amount waits:
    the first one may have been paid after all.
    """
    for order in orders:
        if "-" not in order.reference:
            continue
        lines = StatementLine.objects.of(area).filter(
            direction="debit", state="break", case_no=order.case_no, amount_fen=order.amount_fen
        )
        if lines.exists():
            return no(
                "DEBIT_UNEXPLAINED",
                f"{order.case_no} 有一条同样金额的付出流水没有核对，可能已经付过，整批没有批准。",
                "请先在银行流水里核对这条流水；确实没有付过的，再批准本批。",
            )
    return None


def reject_batch(
    actor: Actor, area: str, number: str, version: int, key: str, now: datetime
) -> Result:
    """The second person sends the batch back: its orders wait again."""
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.FINANCE_APPROVER:
        return no("NOT_YOUR_MOVE", "退回由财务复核办理。", "请由财务复核人员登录后退回。")
    return _in_turn(lambda: _reject(actor, area, number, version, now))


def _reject(actor: Actor, area: str, number: str, version: int, now: datetime) -> Result:
    with acting_for(area), writing(), transaction.atomic():
        batch = Batch.objects.of(area).filter(number=number).first()
        refusal = _not_approvable(batch, actor, version)
        if refusal is not None:
            return refusal
        changed = (
            Batch.objects.of(area)
            .filter(pk=batch.pk, state="prepared", version=version)
            .update(state="rejected", version=F("version") + 1)
        )
        if changed != 1:
            return no("STALE", *STALE)
        # An order that was cancelled meanwhile leaves the batch, but never waits again.
        mine = Order.objects.of(area).filter(batch=batch)
        mine.filter(state="in_batch").update(state="waiting", batch=None)
        mine.filter(state="cancelled").update(batch=None)
        append_act(area, at=now, actor=actor, action="payment.reject", content={"batch": number})
    return Result(ok=True, case_no=number, version=version + 1)


def file_approved(now: datetime) -> int:
    """Write the files of approved batches for the bank; returns how many were written."""
    filed = 0
    for area, pk in sorted(_APPROVED.across_node()):
        # One bad batch does not hold up the others.
        with apart(f"filing batch {pk} of {area}"):
            filed += _file(area, pk, now)
    return filed


def _file(area: str, pk: int, now: datetime) -> int:
    with acting_for(area):
        batch = Batch.objects.of(area).get(pk=pk)
        if not may_be_filed(batch):
            return 0
    payer, lines, words = as_file(area, batch)
    ports().bank.write_batch(area, batch.number, payer, lines, **words)
    with acting_for(area), writing():
        return int(
            Batch.objects.of(area)
            .filter(pk=pk, state="approved")
            .update(state="filed", filed_at=now, version=F("version") + 1)
        )


def may_be_filed(batch: Batch) -> bool:
    """Whether the money for a batch is there: plan and appropriation, where they are needed."""
    if not Agency.objects.get(area=batch.agency_id).needs_appropriation:
        return True
    return bool(batch.plan_no and batch.appropriated_on)


def as_file(area: str, batch: Batch) -> tuple[str, tuple[PaymentLine, ...], dict[str, Any]]:
    """What the bank adapter makes a file of: payer's account, lines, and the words around them."""
    with acting_for(area):
        agency = Agency.objects.get(area=area)
        lines = tuple(
            PaymentLine(
                row=row,
                amount_fen=order.amount_fen,
                payee_name=order.payee_name,
                payee_bank=order.payee_bank,
                payee_account=vault().open(order.payee_account_sealed, context="order.account"),
                remark=order.reference,
            )
            for row, order in enumerate(
                Order.objects.of(area).filter(batch=batch).order_by("pk"), start=1
            )
        )
        payer = vault().open(agency.account_sealed, context="agency.account")
    approved_at = localtime(batch.approved_at) if batch.approved_at else None
    return (
        payer,
        lines,
        {
            "form": agency.bank_format,
            "payer_name": agency.account_name,
            "payer_bank": agency.bank_name,
            "made_at": approved_at,
        },
    )


def take_results(area: str, file: BankFile, now: datetime) -> bool:
    """The bank's answer to a batch: refused rows go back to their cases, the others wait for the
    statement. The bank's word alone moves no money in our books: only the statement does.

    A row counts only for a payment of this very batch. False: something stood in the way for the
    moment, and the file has to be read again.
    """
    with acting_for(area):
        orders = Order.objects.of(area).filter(batch__number=file.batch_no).order_by("pk")
        paid_here = {order.reference: order for order in orders}
    if file.refused_whole:
        results = tuple(
            ResultLine(
                row=row,
                remark=order.reference,
                amount_fen=order.amount_fen,
                accepted=False,
                text=file.refused_whole,
            )
            for row, order in enumerate(paid_here.values(), start=1)
        )
        file = msgspec.structs.replace(file, results=results)
    for line in file.results:
        if line.remark not in paid_here:
            log.warning("%s: row %s of %s is no payment of it", area, line.row, file.batch_no)
    steps = [
        Step(
            case_no=paid_here[line.remark].case_no,
            half=FAILURES[paid_here[line.remark].kind][0],
            event=FAILURES[paid_here[line.remark].kind][1],
            actor=SYSTEM,
            key=f"bank-refused:{file.batch_no}:{line.row}",
            payload=BankRefusal(text=line.text, reference=line.remark),
        )
        for line in file.results
        if not line.accepted
        and line.remark in paid_here
        and paid_here[line.remark].kind in FAILURES
    ]
    house_money.refused(
        area,
        file.batch_no,
        {line.remark: line.text for line in file.results if not line.accepted},
    )
    answers = unit_of_work.apply(area, steps, now=now)
    for result in answers:
        if not result.ok:
            log.warning("%s: %s not marked as refused: %s", area, result.case_no, result.text)
    if any(result.later for result in answers):
        return False
    with acting_for(area), writing():
        accepted = [line.remark for line in file.results if line.accepted]
        Order.objects.of(area).filter(
            reference__in=accepted, batch__number=file.batch_no, state="approved"
        ).update(state="accepted")
        Batch.objects.of(area).filter(number=file.batch_no, state__in=["approved", "filed"]).update(
            state="answered", answered_at=now, version=F("version") + 1
        )
    return True


def _not_approvable(batch: Batch | None, actor: Actor, version: int) -> Result | None:
    if batch is None:
        return no("NOT_FOUND", "没有这一批付款。", "请从付款列表进入。")
    if batch.version != version or batch.state != "prepared":
        return no("STALE", *STALE)
    if batch.prepared_by == actor.ref:
        return no(
            "FOUR_EYES",
            f"这一批（{yuan_for_people(batch.total_fen)} 元）由您制单，不能由您复核。",
            "请由另一位财务复核人员办理。",
        )
    return None


def no(code: str, text: str, remedy: str) -> Result:
    """A refusal."""
    return Result(ok=False, code=code, text=text, remedy=remedy)
