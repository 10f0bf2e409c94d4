"""Payments: orders that wait, batches, and the second pair of eyes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.actors import Role
from jiexu.faces.workbench.desk import MONEY, Desk, desk, staff_only
from jiexu.records.settlement import queries as settlement
from jiexu.work import intake, ports

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@_FORM
@staff_only
def payments(request: HttpRequest, area: str) -> HttpResponse:
    """What waits to be paid; a preparer puts it into a batch."""
    if request.method != "POST":
        return _list(request, desk(request, area, MONEY))
    at = desk(request, area, (Role.FINANCE_PREPARER,))
    chosen = [int(text) for text in request.POST.getlist("order") if text.isdecimal()]
    if not chosen:
        return _list(request, at, errors=[("orders", "请至少勾选一笔付款")], status=400)
    key = request.POST.get("key", "")
    result = intake.prepare_batch(at.actor, area, chosen, key, ports.clock())
    if not result.ok:
        return _list(request, at, refused=result, status=409)
    messages.success(request, "付款批次已制单，等待另一个人复核。")
    return redirect("workbench:payment", area=area, number=result.case_no)


@_FORM
@staff_only
def batch(request: HttpRequest, area: str, number: str) -> HttpResponse:
    """One batch; an approver who did not prepare it approves or sends it back."""
    if request.method != "POST":
        return show_batch(request, desk(request, area, MONEY), number)
    at = desk(request, area, (Role.FINANCE_APPROVER,))
    approving = "approve" in request.POST
    do = intake.approve_batch if approving else intake.reject_batch
    text = request.POST.get("version", "")
    version = int(text) if text.isdecimal() else 0
    key = request.POST.get("key", "")
    result = do(at.actor, area, number, version, key, ports.clock())
    if not result.ok:
        return show_batch(request, at, number, refused=result)
    messages.success(request, "已批准，等待银行付款。" if approving else "已退回，等待重新制单。")
    return redirect("workbench:payment", area=area, number=number)


def _list(
    request: HttpRequest,
    at: Desk,
    *,
    errors: Any = (),
    refused: Any = None,
    status: int = 200,
) -> HttpResponse:
    orders = settlement.orders_waiting(at.area)
    return render(
        request,
        "workbench/payments.html",
        {
            "desk": at,
            "tab": "payments",
            "orders": orders,
            "total_fen": sum(order.amount_fen for order in orders),
            "batches": settlement.batches(at.area),
            "returned": settlement.returned(at.area),
            "clearings": settlement.clearings(at.area),
            "may_prepare": at.role == Role.FINANCE_PREPARER,
            "key": uuid.uuid4(),
            "errors": errors,
            "refused": refused,
        },
        status=status,
    )


def show_batch(request: HttpRequest, at: Desk, number: str, refused: Any = None) -> HttpResponse:
    """One batch, with what this desk may do about it."""
    view = settlement.batch(at.area, number)
    carries = at.role in {Role.FINANCE_PREPARER, Role.FINANCE_APPROVER}
    return render(
        request,
        "workbench/batch.html",
        {
            "desk": at,
            "tab": "payments",
            "batch": view,
            "mine": view.prepared_by == at.username,
            "may_plan": at.role == Role.FINANCE_PREPARER and view.state in {"prepared", "approved"},
            "may_download": carries
            and view.state in {"approved", "filed", "answered"}
            and not view.awaits,
            "may_approve": at.role == Role.FINANCE_APPROVER,
            "key": uuid.uuid4(),
            "refused": refused,
        },
        status=409 if refused else 200,
    )
