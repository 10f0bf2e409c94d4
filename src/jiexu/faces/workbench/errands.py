"""What is to be keyed in on the national platform or posted: the list, and closing an item."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.actors import Role
from jiexu.faces.workbench.desk import OUTSIDE, Desk, desk, staff_only
from jiexu.work import ports
from jiexu.work.companion import errands as outside
from jiexu.work.companion.errand_list import STATES, errand_groups, errands_workbook
from jiexu.work.reads import log_read

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def errands(request: HttpRequest, area: str) -> HttpResponse:
    """The list in one state; a clerk closes an item or reports that it cannot be done."""
    state = request.GET.get("state", "")
    if state not in STATES:
        state = "open"
    if request.method != "POST":
        return _list(request, desk(request, area, OUTSIDE), state)
    at = desk(request, area, (Role.CLERK,))
    item, version = request.POST.get("item", ""), request.POST.get("version", "")
    if not (_is_number(item) and _is_number(version)):
        return _list(request, at, state, status=400)
    now = ports.clock()
    if request.POST.get("act") == "impossible":
        reason = request.POST.get("reason", "")
        result = outside.report_impossible(at.actor, area, int(item), int(version), reason, now)
    else:
        reference = request.POST.get("reference", "")
        result = outside.close_errand(at.actor, area, int(item), int(version), reference, now)
    if not result.ok:
        return _list(request, at, state, refused=result, item=int(item), status=409)
    messages.success(request, f"业务 {result.case_no} 的这一项已登记。")
    return redirect(f"{reverse('workbench:errands', args=[area])}?state={state}")


@require_safe
@staff_only
def workbook(request: HttpRequest, area: str) -> HttpResponse:
    """The open items as xlsx."""
    at = desk(request, area, (Role.CLERK,))
    now = ports.clock()
    answer = HttpResponse(errands_workbook(at.actor, area, now), content_type=_XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="errands-{now:%Y%m%d-%H%M}.xlsx"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _list(
    request: HttpRequest,
    at: Desk,
    state: str,
    *,
    refused: Any = None,
    item: int = 0,
    status: int = 200,
) -> HttpResponse:
    groups = errand_groups(at.area, state)
    if groups:
        log_read(at.actor, at.area, "errands", "查看外部办理清单", ports.clock())
    path = refused.path if refused else ""
    return render(
        request,
        "workbench/errands.html",
        {
            "desk": at,
            "tab": "errands",
            "state": state,
            "states": STATES.items(),
            "groups": groups,
            "may_close": at.role == Role.CLERK and state != "done",
            "refused": None if path else refused,
            "errors": [(f"item-{item}-{path}", refused.text)] if path else (),
            "wrong_item": item,
            "wrong": path,
            "wrong_text": f"{refused.text}{refused.remedy}" if path else "",
            "typed": request.POST.get(path, "") if path else "",
        },
        status=status,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15
