"""The queue, the list of all cases, and one case with its moves."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.procedures.stop_cover.states import HERE
from jiexu.faces.ui.asked import filled, questions
from jiexu.faces.workbench.desk import CASES, OUTSIDE, Desk, desk, staff_only
from jiexu.records.exchange import case_messages
from jiexu.records.ledger import queries as ledger
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures import stop_covers
from jiexu.work import intake, ports
from jiexu.work.attachments import attachments_of
from jiexu.work.reads import log_read


@require_safe
@staff_only
def queue(request: HttpRequest, area: str) -> HttpResponse:
    at = desk(request, area, CASES)
    today = ports.clock().date()
    return render(
        request,
        "workbench/queue.html",
        {"desk": at, "tab": "queue", "cases": procedures.queue(area, at.role, today)},
    )


@require_safe
@staff_only
def cases(request: HttpRequest, area: str) -> HttpResponse:
    at = desk(request, area, CASES)
    text = request.GET.get("q", "").strip()[:60]
    page = procedures.all_cases(area, text=text, page=_number(request.GET.get("page", "1")))
    return render(
        request,
        "workbench/cases.html",
        {"desk": at, "tab": "cases", "page": page, "q": text},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def case(request: HttpRequest, area: str, half: str, case_no: str) -> HttpResponse:
    at = desk(request, area, CASES)
    if request.method != "POST":
        return _show(request, at, half, case_no)
    result = intake.act(
        at.actor,
        area,
        case_no,
        half,
        request.POST.get("event", ""),
        filled(request.POST),
        _number(request.POST.get("version", "")),
        request.POST.get("key", ""),
        ports.clock(),
    )
    if result.ok:
        messages.success(request, "已经办好。")
        return redirect("workbench:case", area=area, half=half, case_no=case_no)
    return _show(request, at, half, case_no, refused=result)


def _show(
    request: HttpRequest, at: Desk, half: str, case_no: str, refused: Any = None
) -> HttpResponse:
    now = ports.clock()
    view = procedures.case_for_clerk(at.area, case_no, half, now.date())
    log_read(at.actor, at.area, case_no, "查看业务", now)
    actions = procedures.actions(at.area, case_no, half, at.actor)
    typed = filled(request.POST) if refused else {}
    event = request.POST.get("event", "")
    return render(
        request,
        "workbench/case.html",
        {
            "desk": at,
            "tab": "cases",
            "case": view,
            "half_label": view.half_label,
            "stop": stop_covers.told(at.area, case_no) if half == HERE else (),
            "actions": [
                (
                    action,
                    uuid.uuid4(),
                    questions(action.fields, typed, refused)
                    if action.event == event
                    else questions(action.fields),
                )
                for action in actions
            ],
            "messages_between": case_messages.messages_of_case(at.area, case_no),
            "ledger": ledger.transfers_of_case(at.area, case_no),
            "attachments": attachments_of(at.area, case_no),
            "may_open": at.role in OUTSIDE,
            "refused": refused,
            "tried": event,
        },
        status=409 if refused else 200,
    )


def _number(text: str) -> int:
    """A number from an address or a hidden field; 1 for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) <= 9
    return max(1, int(text)) if plain else 1
