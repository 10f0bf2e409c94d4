"""What finance does about the file of a batch: the money it waits for, and carrying it by hand."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from jiexu.core.base.actors import Actor, Role
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.audit.write import append_act
from jiexu.records.isolation import acting_for, writing
from jiexu.records.settlement.models import Batch
from jiexu.work.payments import STALE, as_file, may_be_filed, no
from jiexu.work.ports import OutFile, ports
from jiexu.work.refusals import not_here
from jiexu.work.results import Result


def note_appropriation(
    actor: Actor,
    area: str,
    number: str,
    version: int,
    plan_no: str,
    appropriated_on: date | None,
    now: datetime,
) -> Result:
    """Finance enters 用款计划 and, when it has come, 财政拨款; until filed, both may change."""
    if refusal := not_here(actor, area):
        return refusal
    if actor.role != Role.FINANCE_PREPARER:
        return no("NOT_YOUR_MOVE", "用款计划由财务经办登记。", "请由财务经办人员登录后登记。")
    plan_no = plan_no.strip()
    if not 0 < len(plan_no) <= 40 or not plan_no.isprintable():
        return no("BAD_PLAN", "用款计划号应有 1 到 40 个字。", "请按财政批复填写用款计划号。")
    if appropriated_on is not None and appropriated_on > now.date():
        return no("BAD_DAY", "拨款日期在将来。", "请填写财政实际拨款的日期，还没有拨款的先不填。")
    with acting_for(area), writing(), transaction.atomic():
        batch = Batch.objects.of(area).filter(number=number).first()
        if batch is None:
            return no("NOT_FOUND", "没有这一批付款。", "请从付款列表进入。")
        changed = (
            Batch.objects.of(area)
            .filter(pk=batch.pk, state__in=["prepared", "approved"], version=version)
            .update(plan_no=plan_no, appropriated_on=appropriated_on, version=F("version") + 1)
        )
        if changed != 1:
            return no("STALE", *STALE)
        content = {
            "batch": number,
            "plan_no": plan_no,
            "appropriated_on": appropriated_on.isoformat() if appropriated_on else "",
        }
        append_act(area, at=now, actor=actor, action="payment.appropriation", content=content)
    return Result(ok=True, case_no=number, version=version + 1)


def hand_out(actor: Actor, area: str, number: str, now: datetime) -> OutFile | Result:
    """The file of an approved batch for a person who carries it to the bank; noted in the audit."""
    if refusal := not_here(actor, area):
        return refusal
    if actor.role not in {Role.FINANCE_PREPARER, Role.FINANCE_APPROVER}:
        return no("NOT_YOUR_MOVE", "付款文件由财务人员领取。", "请由财务人员登录后下载。")
    with acting_for(area):
        batch = Batch.objects.of(area).filter(number=number).first()
        if batch is None:
            return no("NOT_FOUND", "没有这一批付款。", "请从付款列表进入。")
        if batch.state not in {"approved", "filed", "answered"}:
            return no("NOT_APPROVED", "这一批还没有批准，没有付款文件。", "请先由另一人复核批准。")
        if not may_be_filed(batch):
            return no(
                "NOT_APPROPRIATED",
                "这一批还没有登记用款计划和财政拨款，不能交银行。",
                "请先登记用款计划号和拨款日期。",
            )
    payer, lines, words = as_file(area, batch)
    file = ports().bank.payment_file(batch.number, payer, lines, **words)
    with acting_for(area), writing(), transaction.atomic():
        append_act(
            area,
            at=now,
            actor=actor,
            action="payment.download",
            content={"batch": number, "file": file.name, "digest": sm3_hex(file.data)},
        )
    return file
