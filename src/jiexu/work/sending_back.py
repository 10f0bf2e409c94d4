"""Money that nobody knows goes back to its sender: a preparer asks, an approver decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.bank_account import check_institution_account
from jiexu.core.procedures.outcome import PlaceOrder
from jiexu.core.procedures.transfer.sending_back import AskSendBack
from jiexu.records.audit.write import append_act
from jiexu.records.isolation import acting_for, writing
from jiexu.records.settlement import write as settlement
from jiexu.records.settlement.models import Order, StatementLine
from jiexu.work.refusals import not_here
from jiexu.work.results import Result


def send_line_back(
    actor: Actor, area: str, line_id: int, asked: AskSendBack, version: int, now: datetime
) -> Result:
    """Place the order that sends an unmatched line back; the line can be matched no more.

    Raises `BadInput` for an account number that cannot be one.
    """
    if refusal := _not_you(actor, area):
        return refusal
    account = check_institution_account(asked.account, path="account").text
    with acting_for(area), writing(), transaction.atomic():
        line = StatementLine.objects.of(area).filter(pk=line_id).first()
        if line is None or line.direction != "credit":
            return _no("NOT_FOUND", "没有这条收入流水。", "请从列表进入。")
        before = Order.objects.of(area).filter(line=line, kind="line_back")
        mine = before.exclude(state="cancelled").first()
        if mine is not None and line.state == "leaving":
            return Result(ok=True, case_no=mine.reference, repeated=True)
        changed = (
            StatementLine.objects.of(area)
            .filter(pk=line_id, version=version, state__in=["waiting", "break"])
            .update(state="leaving", version=F("version") + 1)
        )
        if changed != 1:
            return _no(
                "STALE", "这条流水刚被他人处理过，您的操作没有生效。", "请刷新页面查看最新状态。"
            )
        reference = f"TH{area}{line.pk:08d}{before.count() + 1:02d}"
        order = PlaceOrder(
            kind="line_back",
            reference=reference,
            amount_fen=line.amount_fen,
            payee_area="",
            payee_name=asked.account_name,
            payee_bank=asked.bank_name,
            payee_account=account,
        )
        settlement.place_orders(area, [("", order)], now)
        Order.objects.of(area).filter(reference=reference).update(line=line)
        append_act(
            area,
            at=now,
            actor=actor,
            action="payment.send_back",
            content={"line": line.line_key, "reference": reference, "why": asked.reason},
        )
    return Result(ok=True, case_no=reference)


def keep_line(actor: Actor, area: str, line_id: int, version: int, now: datetime) -> Result:
    """Somebody knows the money after all: the order is cancelled while nobody has batched it."""
    if refusal := _not_you(actor, area):
        return refusal
    with acting_for(area), writing(), transaction.atomic():
        cancelled = (
            Order.objects.of(area)
            .filter(line_id=line_id, kind="line_back", state="waiting", bank_answer="")
            .update(state="cancelled")
        )
        kept = (
            StatementLine.objects.of(area)
            .filter(pk=line_id, version=version, state="leaving")
            .update(state="break", version=F("version") + 1)
        )
        if not (cancelled and kept):
            transaction.set_rollback(True)
            return _no(
                "STALE", "退回已经制单或批准，不能撤销。", "要撤销的，请复核人员先退回该批次。"
            )
        append_act(area, at=now, actor=actor, action="payment.keep_line", content={"line": line_id})
    return Result(ok=True)


def _not_you(actor: Actor, area: str) -> Result | None:
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.FINANCE_PREPARER:
        return _no("NOT_YOUR_MOVE", "退回来款由财务经办办理。", "请由财务经办人员登录后办理。")
    return None


def _no(code: str, text: str, remedy: str) -> Result:
    return Result(ok=False, code=code, text=text, remedy=remedy)
