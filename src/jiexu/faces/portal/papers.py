"""我的证明: the citizen's own papers, and asking for a new one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.areas import full_name
from jiexu.core.base.errors import BadInput
from jiexu.faces.portal.citizen import actor, citizens_only
from jiexu.faces.ui.pdf import pdf_answer
from jiexu.records.access.queries import person_refs
from jiexu.records.documents import queries as documents
from jiexu.work import issue, ports


@require_safe
@citizens_only
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """One of the citizen's own papers as PDF; anybody else's is not found."""
    return pdf_answer(request, documents.paper_of_citizen(request.user, number), actor(request))


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def mine(request: HttpRequest) -> HttpResponse:
    """All papers; asked with a place and a kind, a new one is issued and stands at the top."""
    if request.method != "POST":
        return _show(request)
    area, _, choice = request.POST.get("paper", "").partition("/")
    if not area:
        return _show(request, errors=[("papers-01", "请选择要开具的证明")])
    try:
        number = issue.issue_for_citizen(request.user, actor(request), area, choice, ports.clock())
    except BadInput as error:
        return _show(request, errors=[("papers-01", error.message)])
    messages.success(request, f"已开具，编号 {number}。点名称打开 PDF，可以保存或打印。")
    return redirect("portal:papers")


def _show(request: HttpRequest, errors: Any = ()) -> HttpResponse:
    places = [
        (full_name(area), [(f"{area}/{choice}", label) for choice, label in choices])
        for area, person_id in person_refs(request.user)
        if (choices := issue.choices_of(area, person_id))
    ]
    return render(
        request,
        "portal/papers.html",
        {
            "papers": documents.papers_of_citizen(request.user),
            "places": places,
            "errors": errors,
            "chosen": request.POST.get("paper", ""),
        },
        status=400 if errors else 200,
    )
