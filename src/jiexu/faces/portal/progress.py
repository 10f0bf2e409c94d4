"""Following a case, and the statement of an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiexu.core.base.errors import NotFound
from jiexu.core.ledger.postings import person_account
from jiexu.faces.portal import uploads
from jiexu.faces.portal.citizen import citizens_only, today
from jiexu.faces.portal.talk import conversation, waiting_for
from jiexu.faces.ui.busy import waiting, with_refresh
from jiexu.records.ledger import queries as ledger
from jiexu.records.procedures import queries as procedures
from jiexu.records.registry import queries as registry


@require_safe
@citizens_only
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    view = procedures.case_for_citizen(request.user, case_no, today())
    asking = {"checking": "正在向转出地核验", "asking": "正在向转入地核验"}.get(view.record_leg)
    busy = waiting(request, asking) if asking else None
    actions = procedures.actions_of_citizen(request.user, case_no)
    context = {
        "case": view,
        "busy": busy,
        "actions": [one for one in actions if one.event not in procedures.ASKED_OF_CITIZENS],
        "asked": [one for one in actions if one.event in procedures.ASKED_OF_CITIZENS],
        "said": conversation(view),
        "turn": waiting_for(view),
        "uploaded": uploads.mine(request.user, case_no),
    }
    return with_refresh(render(request, "portal/case.html", context), busy)


@require_safe
@citizens_only
def statement(request: HttpRequest, area: str) -> HttpResponse:
    """The person's own account at one place; the place is found among their own covers alone."""
    cover = next((c for c in registry.cover_of_citizen(request.user) if c.area == area), None)
    if cover is None:
        raise NotFound("您在这里没有个人账户。", "请从“我的医保”进入。")
    account = person_account(cover.psn_no)
    return render(
        request,
        "portal/statement.html",
        {
            "area_name": cover.area_name,
            "balance": ledger.balance(area, account),
            "lines": ledger.statement(area, account),
        },
    )
