"""Questions about people who say that they have left: the list, and the answer."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.procedures.stop_cover.states import HERE
from jiexu.faces.employer.place import Place, agents_only
from jiexu.faces.ui.asked import filled, questions
from jiexu.records.employers import queries
from jiexu.records.procedures.queries import actions
from jiexu.work import intake, ports


@require_safe
@agents_only
def notices(request: HttpRequest, place: Place) -> HttpResponse:
    at = place.employer
    return render(
        request,
        "employer/notices.html",
        {"place": place, "tab": "notices", "notices": queries.stop_notices(at.area, at.uscc)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def notice(request: HttpRequest, place: Place, case_no: str) -> HttpResponse:
    at = place.employer
    view = queries.stop_notice(at.area, at.uscc, case_no)
    refused: Any = None
    if request.method == "POST":
        version = request.POST.get("version", "")
        refused = intake.act(
            place.actor,
            at.area,
            case_no,
            HERE,
            request.POST.get("event", ""),
            filled(request.POST),
            int(version) if version.isdecimal() and len(version) < 9 else 0,
            request.POST.get("key", ""),
            ports.clock(),
        )
        if refused.ok:
            messages.success(request, "答复已经收到。")
            return redirect("employer:notice", area=at.area, uscc=at.uscc, case_no=case_no)
        view = queries.stop_notice(at.area, at.uscc, case_no)
    event = request.POST.get("event", "")
    typed = filled(request.POST)
    return render(
        request,
        "employer/notice.html",
        {
            "place": place,
            "tab": "notices",
            "notice": view,
            "actions": [
                (
                    one,
                    uuid.uuid4(),
                    questions(one.fields, typed, refused)
                    if one.event == event
                    else questions(one.fields),
                )
                for one in actions(at.area, case_no, HERE, place.actor)
            ],
            "refused": refused,
        },
        status=409 if refused else 200,
    )
