"""The bank statement: what waits, what nobody knows, what has been matched."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jiexu.core.base.actors import Role
from jiexu.faces.workbench.desk import MONEY, Desk, desk, staff_only
from jiexu.records.settlement import queries as settlement
from jiexu.records.settlement.continuity import statement_breaks
from jiexu.work import intake, ports

STATES = (("break", "待人工处理"), ("waiting", "待自动匹配"), ("matched", "已匹配"))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def bank(request: HttpRequest, area: str) -> HttpResponse:
    """Lines by state; a preparer joins a line to the case it belongs to."""
    state = request.GET.get("state", "")
    if state not in dict(STATES):
        state = "break"
    if request.method != "POST":
        return _lines(request, desk(request, area, MONEY), state)
    at = desk(request, area, (Role.FINANCE_PREPARER,))
    line, version = request.POST.get("line", ""), request.POST.get("version", "")
    case_no = request.POST.get("other", "").strip() or request.POST.get("case_no", "")
    if not (line.isdecimal() and version.isdecimal()) or not case_no:
        errors = [(f"line-{line}" if line.isdecimal() else "", "请选择或填写这笔钱属于哪一件业务")]
        return _lines(request, at, state, errors=errors, status=400)
    key = request.POST.get("key", "")
    result = intake.match_line(at.actor, area, int(line), case_no, int(version), key, ports.clock())
    if not result.ok:
        return _lines(request, at, state, refused=result, status=409)
    messages.success(request, f"已匹配到业务 {case_no}。")
    return redirect(f"{reverse('workbench:bank', args=[area])}?state={state}")


def _lines(
    request: HttpRequest,
    at: Desk,
    state: str,
    *,
    errors: Any = (),
    refused: Any = None,
    status: int = 200,
) -> HttpResponse:
    lines = settlement.lines(at.area, state)
    return render(
        request,
        "workbench/bank.html",
        {
            "desk": at,
            "tab": "bank",
            "state": state,
            "states": STATES,
            "gaps": statement_breaks(at.area),
            "may_upload": at.role == Role.FINANCE_PREPARER,
            "lines": [(line, uuid.uuid4()) for line in lines],
            "may_match": at.role == Role.FINANCE_PREPARER and state != "matched",
            "errors": errors,
            "refused": refused,
        },
        status=status,
    )
