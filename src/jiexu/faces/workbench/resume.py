"""恢复参保: a clerk enrols somebody again who was insured here before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.actors import Role
from jiexu.core.procedures.asked import fields_of
from jiexu.core.procedures.resuming import Resumption
from jiexu.faces.ui.asked import filled, questions
from jiexu.faces.workbench.desk import desk, staff_only
from jiexu.work import ports, resuming


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def resume(request: HttpRequest, area: str) -> HttpResponse:
    at = desk(request, area, (Role.CLERK,))
    refused: Any = None
    typed = filled(request.POST) if request.method == "POST" else {}
    if request.method == "POST":
        refused = resuming.resume_as_asked(at.actor, area, typed, ports.clock())
        if refused.ok:
            messages.success(request, refused.text)
            return redirect("workbench:resume", area=area)
    return render(
        request,
        "workbench/resume.html",
        {
            "desk": at,
            "tab": "resume",
            "refused": refused,
            "fields": questions(fields_of(Resumption), typed, refused),
        },
        status=409 if refused else 200,
    )
