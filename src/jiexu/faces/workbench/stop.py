"""代办停保: a clerk takes the application of a person who stands at the counter."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.actors import Role
from jiexu.core.base.codes.certno import check_certno
from jiexu.core.base.errors import BadInput
from jiexu.core.procedures.asked import fields_of
from jiexu.core.procedures.stop_cover.facts import StopApplication
from jiexu.core.procedures.stop_cover.states import HERE
from jiexu.faces.ui.asked import filled, questions
from jiexu.faces.workbench.desk import Desk, desk, staff_only
from jiexu.records.access.sealing import identity_index
from jiexu.work import ports
from jiexu.work.results import Result
from jiexu.work.stop_cover import apply_for_stop


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stop(request: HttpRequest, area: str) -> HttpResponse:
    at = desk(request, area, (Role.CLERK,))
    refused: Any = None
    if request.method == "POST":
        refused = _apply(request, at)
        if refused.ok:
            return redirect("workbench:case", area=area, half=HERE, case_no=refused.case_no)
    return render(
        request,
        "workbench/stop.html",
        {
            "desk": at,
            "tab": "stop",
            "certno": request.POST.get("certno", ""),
            "questions": questions(fields_of(StopApplication), filled(request.POST), refused),
            "key": request.POST.get("key") or uuid.uuid4(),
            "refused": refused,
        },
        status=409 if refused else 200,
    )


def _apply(request: HttpRequest, at: Desk) -> Result:
    now = ports.clock()
    try:
        certno = check_certno(request.POST.get("certno", ""), today=now.date()).text
    except BadInput as error:
        return Result(
            ok=False, code=error.code, text=error.message, remedy=error.remedy, path="certno"
        )
    return apply_for_stop(
        at.actor,
        at.area,
        filled(request.POST),
        request.POST.get("key", ""),
        now,
        subject=identity_index(certno),
        channel="window",
    )
