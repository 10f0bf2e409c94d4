"""请原参保地停保: the person asks that a cover be ended which the old employer has not ended."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.areas import full_name
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import NotFound
from jiexu.core.procedures.asked import fields_of
from jiexu.core.procedures.stop_cover.facts import StopApplication
from jiexu.faces.portal.citizen import actor, citizens_only
from jiexu.faces.ui.asked import filled, questions
from jiexu.records.registry import queries as registry
from jiexu.work import ports
from jiexu.work.stop_cover import apply_for_stop


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def stop(request: HttpRequest, area: str) -> HttpResponse:
    """One form; sent, it leads to the page of the case."""
    cover = next(
        (
            one
            for one in registry.cover_of_citizen(request.user)
            if one.area == area and one.insutype == EMPLOYEE
        ),
        None,
    )
    if cover is None:
        raise NotFound(
            "在本平台没有查到您在这里的职工医保。",
            "请带离职证明等材料到原参保地窗口办理停保，或拨打当地 12393。",
        )
    refused: Any = None
    if request.method == "POST":
        refused = apply_for_stop(
            actor(request),
            area,
            filled(request.POST),
            request.POST.get("key", ""),
            ports.clock(),
            subject=bytes(request.user.certno_index),
        )
        if refused.ok:
            return redirect("portal:case", case_no=refused.case_no)
    return render(
        request,
        "portal/stop.html",
        {
            "cover": cover,
            "area_name": full_name(area),
            "questions": questions(fields_of(StopApplication), filled(request.POST), refused),
            "key": request.POST.get("key") or uuid.uuid4(),
            "refused": refused,
        },
        status=409 if refused else 200,
    )
