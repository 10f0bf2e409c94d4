"""Lists that were sent in: how far they are, line by line, and as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiexu.faces.employer.place import Place, agents_only
from jiexu.faces.employer.send import XLSX
from jiexu.faces.ui.busy import Busy, with_refresh
from jiexu.records.employers import queries
from jiexu.work import roster_files


@require_safe
@agents_only
def rosters(request: HttpRequest, place: Place) -> HttpResponse:
    at = place.employer
    return render(
        request,
        "employer/lists.html",
        {"place": place, "tab": "lists", "lists": queries.rosters(at.area, at.uscc)},
    )


@require_safe
@agents_only
def roster(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """While lines wait, the page looks again by itself, as long as it is open."""
    at = place.employer
    view, lines = queries.roster(at.area, at.uscc, key)
    busy = None
    if not view.finished:
        stopped = request.GET.get("try") == "stop"
        busy = Busy(
            title=f"正在办理：{view.answered} / {view.total} 行",
            words="名单已经保存，您可以离开本页，以后在“办理记录”里查看结果。",
            again="" if stopped else request.path,
            stop=f"{request.path}?try=stop",
        )
    page = render(
        request,
        "employer/list.html",
        {"place": place, "tab": "lists", "list": view, "lines": lines, "busy": busy},
    )
    return with_refresh(page, busy)


@require_safe
@agents_only
def result(request: HttpRequest, place: Place, key: str) -> HttpResponse:
    """The answers as they stand now, as a workbook."""
    at = place.employer
    view, lines = queries.roster(at.area, at.uscc, key)
    response = HttpResponse(roster_files.result_file(view.title, lines), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="result-{key[:8]}.xlsx"'
    return response
