"""What the citizen may do in their own case: each move on a page of its own, asked before made."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.errors import NotFound
from jiexu.faces.portal.citizen import actor, citizens_only, today
from jiexu.faces.ui.asked import filled, questions
from jiexu.records.procedures import queries as procedures
from jiexu.work import intake, ports

DONE = {
    "withdraw": "撤回已提交，结果会显示在“经过”里。",
    "remind": "已催办。",
    "supplement": "已提交，等待经办机构核对。",
    "dispute": "异议已提交，经办机构会在期限内答复。",
}


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def act(request: HttpRequest, case_no: str, event: str) -> HttpResponse:
    """Ask, then make the move. What is not possible any more leads back to the case, with why."""
    case = procedures.case_for_citizen(request.user, case_no, today())
    offered = procedures.actions_of_citizen(request.user, case_no)
    action = next((one for one in offered if one.event == event), None)
    if request.method != "POST":
        if action is None:
            raise NotFound("现在不能办理这一步。", "请回到这笔转移，查看最新进度。")
        return _ask(request, case, action)
    area, half = request.POST.get("area", ""), request.POST.get("half", "")
    mine = procedures.halves_of_citizen(request.user, case_no)
    if (area, half) not in {(place, which) for place, which, _ in mine}:
        raise NotFound("没有找到这笔业务，或者它不属于您。", "请从“我的转移”进入。")
    version = request.POST.get("version", "")
    result = intake.act(
        actor(request),
        area,
        case_no,
        half,
        event,
        filled(request.POST),
        int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        request.POST.get("key", ""),
        ports.clock(),
        subject=bytes(request.user.certno_index),
    )
    if result.ok:
        messages.success(request, DONE.get(event, "已经办好。"))
        return redirect("portal:case", case_no=case_no)
    return _ask(request, case, action, refused=result)


def _ask(request: HttpRequest, case: Any, action: Any, refused: Any = None) -> HttpResponse:
    typed = filled(request.POST) if refused else {}
    return render(
        request,
        "portal/act.html",
        {
            "case": case,
            "action": action,
            "questions": questions(action.fields, typed, refused) if action else (),
            "key": uuid.uuid4(),
            "refused": refused,
        },
        status=409 if refused else 200,
    )
