"""Lists of a partner's system: import, and what became of every row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.actors import Role
from jiexu.core.base.errors import BadInput
from jiexu.faces.workbench.desk import OUTSIDE, Desk, desk, staff_only
from jiexu.records.exchange import queries as exchange
from jiexu.work import ports
from jiexu.work.companion.list_kinds import list_kinds
from jiexu.work.companion.lists import take_list
from jiexu.work.companion.sheets import MOST_BYTES
from jiexu.work.reads import log_read


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def lists(request: HttpRequest, area: str) -> HttpResponse:
    """The lists so far, and a form for the next one."""
    if request.method != "POST":
        return _lists(request, desk(request, area, OUTSIDE))
    at = desk(request, area, (Role.CLERK,))
    kind, file = request.POST.get("kind", ""), request.FILES.get("file")
    errors = []
    if kind not in list_kinds():
        errors.append(("kind", "请选择是哪一种名单"))
    if file is None:
        errors.append(("file", "请选择一个文件"))
    elif (file.size or 0) > MOST_BYTES:
        errors.append(("file", "文件超过 10 MB，请按日期分几次导出"))
    if errors or file is None:
        return _lists(request, at, errors=errors, kind=kind, status=400)
    try:
        name = file.name or "未命名"
        pk = take_list(at.actor, area, kind, name, file.read(), ports.clock())
    except BadInput as error:
        wrong = [("file", f"{error.message}{error.remedy}")]
        return _lists(request, at, errors=wrong, kind=kind, status=400)
    messages.success(request, "名单已处理，请看逐行结果。")
    return redirect("workbench:list", area=area, pk=pk)


@require_safe
@staff_only
def report(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Every row of one list and its answer."""
    at = desk(request, area, OUTSIDE)
    state = request.GET.get("state", "")
    view = exchange.partner_list(area, pk, state if state in exchange.ROW_LABELS else "")
    log_read(at.actor, area, f"list-{pk}", "查看外部名单的逐行结果", ports.clock())
    kind = list_kinds().get(view.kind)
    return render(
        request,
        "workbench/list.html",
        {
            "desk": at,
            "tab": "lists",
            "list": view,
            "state": state,
            "kind_title": kind.title if kind else view.kind,
        },
    )


def _lists(
    request: HttpRequest, at: Desk, *, errors: Any = (), kind: str = "", status: int = 200
) -> HttpResponse:
    titles = {name: found.title for name, found in list_kinds().items()}
    return render(
        request,
        "workbench/lists.html",
        {
            "desk": at,
            "tab": "lists",
            "kinds": list_kinds().items(),
            "kind": kind,
            "lists": [
                (view, titles.get(view.kind, view.kind)) for view in exchange.partner_lists(at.area)
            ],
            "may_import": at.role == Role.CLERK,
            "errors": errors,
            "wrong": dict(errors),
        },
        status=status,
    )
