"""Applying for a transfer, one question per page: from, to, what will happen, answers, sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.areas import full_name
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.procedures.transfer.outside import places_outside
from jiexu.faces.portal import draft, places
from jiexu.faces.portal.citizen import actor, citizens_only, today
from jiexu.faces.portal.forms import INSUTYPES, ConsentForm, PlaceForm
from jiexu.faces.portal.words import answer
from jiexu.faces.ui.busy import waiting, with_refresh
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures.showing import REMEDIES
from jiexu.records.registry import queries as registry
from jiexu.work import intake, ports


class _Question(NamedTuple):
    """A page that asks for a place: which answers it keeps, what comes next, how it looks."""

    area: str
    insutype: str
    following: str
    template: str


_FROM = _Question("from_area", "insutype", "portal:transfer-to", "portal/transfer_from.html")
_TO = _Question("to_area", "insutype_to", "portal:transfer-check", "portal/transfer_to.html")

_SCHEMES: dict[str, str] = dict(INSUTYPES)

_FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@citizens_only
def tasks(request: HttpRequest) -> HttpResponse:
    """Where the application stands; the way back in for somebody who left."""
    return render(request, "portal/transfer_tasks.html", _named(draft.read(request)))


@_FORM
@citizens_only
def from_place(request: HttpRequest) -> HttpResponse:
    return _place(request, _FROM)


@_FORM
@citizens_only
def to_place(request: HttpRequest) -> HttpResponse:
    if "from_area" not in draft.read(request):
        return redirect("portal:transfer-from")
    return _place(request, _TO)


@require_safe
@citizens_only
@draft.complete
def check(request: HttpRequest) -> HttpResponse:
    """What will happen, before anything is sent."""
    answers = draft.read(request) | _wish(request.GET)
    decision = intake.check_transfer(request.user, answers, today())
    return render(
        request,
        "portal/transfer_check.html",
        _named(answers) | {"answer": answer(decision), "stop_area": _stop_area(answers, decision)},
    )


@_FORM
@citizens_only
def answers(request: HttpRequest) -> HttpResponse:
    """Check answers, agree, send. The button pressed twice leads to the one case it made."""
    case_no = draft.case_of(request, request.POST.get("key", ""))
    if case_no is not None:
        return redirect("portal:transfer-done", case_no=case_no)
    return _send(request) if request.method == "POST" else _answers(request)


@draft.complete
def _send(request: HttpRequest) -> HttpResponse:
    answers = draft.read(request) | _wish(request.POST)
    told = answer(intake.check_transfer(request.user, answers, today()))
    form = ConsentForm(request.POST, no_account=told.no_account is not None)
    if not form.is_valid():
        return _answers(request, form, status=400)
    key = str(form.cleaned_data["key"])
    result = intake.apply_for_transfer(
        actor(request),
        answers,
        key,
        ports.clock(),
        subject=bytes(request.user.certno_index),
    )
    if not result.ok:
        return _answers(request, refused=result, status=409)
    draft.sent(request, key, result.case_no)
    return redirect("portal:transfer-done", case_no=result.case_no)


@require_safe
@citizens_only
def done(request: HttpRequest, case_no: str) -> HttpResponse:
    case = procedures.case_for_citizen(request.user, case_no, today())
    busy = waiting(request, "正在向转出地核验") if case.record_leg == "checking" else None
    page = render(request, "portal/transfer_done.html", {"case": case, "busy": busy})
    return with_refresh(page, busy)


def _place(request: HttpRequest, question: _Question) -> HttpResponse:
    form = PlaceForm(request.POST) if request.method == "POST" else PlaceForm()
    covers = registry.cover_of_citizen(request.user, today())
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["area"]
        known = [cover.insutype for cover in covers if cover.area == code]
        insutype = form.cleaned_data["insutype"] or (known or [EMPLOYEE])[0]
        draft.keep(request, **{question.area: code, question.insutype: insutype})
        return redirect(question.following)
    text = request.GET.get("q", "").strip()[:40]
    mine = not text and "all" not in request.GET
    known_places = {cover.area: full_name(cover.area) for cover in covers} if mine else {}
    context = {
        "form": form,
        "q": text,
        "choices": places.hits(text) if text else tuple(known_places.items()),
        "mine": bool(known_places),
        "groups": places.by_province(),
        "insutypes": INSUTYPES,
        "outside": places_outside(),
        "chosen": draft.read(request).get(question.area, ""),
        "chosen_insutype": draft.read(request).get(question.insutype, EMPLOYEE),
    }
    return render(
        request,
        question.template,
        _named(draft.read(request)) | context,
        status=400 if form.is_bound else 200,
    )


@draft.complete
def _answers(
    request: HttpRequest, form: ConsentForm | None = None, refused: Any = None, status: int = 200
) -> HttpResponse:
    answers = draft.read(request) | _wish(request.POST) | _wish(request.GET)
    decision = intake.check_transfer(request.user, answers, today())
    return render(
        request,
        "portal/transfer_answers.html",
        _named(answers)
        | {
            "answer": answer(decision),
            "form": form or ConsentForm(),
            "key": uuid.uuid4(),
            "refused": refused,
            "remedies": REMEDIES if refused else "",
            "wish": "pooled_balance" in answers,
        },
        status=status,
    )


def _wish(sent: Mapping[str, str]) -> dict[str, str]:
    """The wish for a share of the pooled fund: answered, never carried out."""
    return {"pooled_balance": "yes"} if sent.get("pooled_balance") == "yes" else {}


def _stop_area(answers: dict[str, str], decision: Decision) -> str:
    """Where cover has to be ended first; empty when that is not what stands in the way."""
    unstopped = any(reason.code == "SOURCE_NOT_PAUSED" for reason in decision.reasons)
    by_employer = answers.get("insutype", EMPLOYEE) == EMPLOYEE
    return answers["from_area"] if unstopped and by_employer else ""


def _named(answers: dict[str, str]) -> dict[str, Any]:
    """The draft with the names of its places."""
    return {
        "draft": answers,
        "from_name": _name(answers.get("from_area")),
        "to_name": _name(answers.get("to_area")),
        "from_insutype": _SCHEMES.get(answers.get("insutype", ""), ""),
        "to_insutype": _SCHEMES.get(answers.get("insutype_to", ""), ""),
    }


def _name(code: str | None) -> str:
    if not code:
        return ""
    try:
        return full_name(code)
    except BadInput:
        return code
