"""Check answers, send, and what became of it: one case for each old place."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.decision import Reason
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.faces.portal import draft, uploads
from jiexu.faces.portal.apply import check_all, outcome_of, wish
from jiexu.faces.portal.behalf import agent_of
from jiexu.faces.portal.citizen import actor, citizens_only, today
from jiexu.faces.portal.forms import ConsentForm
from jiexu.faces.portal.named import name_of, named
from jiexu.faces.portal.side import FROM, TO, Sides, sides
from jiexu.faces.ui.busy import waiting, with_refresh
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures.showing import REMEDIES
from jiexu.work import intake, ports
from jiexu.work.results import Result


class Declined(msgspec.Struct, frozen=True, kw_only=True):
    """An old place whose part of the application was not accepted."""

    place: str
    text: str
    remedy: str
    reasons: tuple[Reason, ...] = ()


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def answers(request: HttpRequest) -> HttpResponse:
    """Check answers, agree, send. The button pressed twice leads to what it made."""
    key = request.POST.get("key", "")
    if key and draft.sent_with(request, key) is not None:
        return redirect(_done(request, key))
    return _send(request) if request.method == "POST" else _answers(request)


@draft.complete
def _send(request: HttpRequest) -> HttpResponse:
    filled = draft.read(request) | wish(request.POST)
    told = check_all(request.user, filled)
    no_account = any(one.answer.no_account is not None for one in told)
    form = ConsentForm(request.POST, no_account=no_account)
    if not form.is_valid():
        return _answers(request, form, status=400)
    try:
        files = uploads.taken(request)
    except BadInput as error:
        return _answers(request, form, wrong_file=f"{error.message}{error.remedy}", status=400)
    offered = sides(filled)
    key = str(form.cleaned_data["key"])
    results = _apply(request, filled, offered, key)
    if not any(result.ok for result in results):
        return _answers(request, refused=results[0], status=409)
    here = filled["to_area"] if offered.start == TO else filled["from_area"]
    cases, declined = [], []
    for source, result in zip(draft.sources(filled), results, strict=True):
        if result.ok:
            cases.append(result.case_no)
            uploads.keep_with(request, here, result.case_no, files)
        else:
            refusal = Declined(
                place=name_of(source.area),
                text=result.text,
                remedy=result.remedy,
                reasons=result.reasons,
            )
            declined.append(msgspec.to_builtins(refusal))
    draft.sent(request, key, cases, declined)
    return redirect(_done(request, key))


def _apply(request: HttpRequest, filled: dict[str, str], offered: Sides, key: str) -> list[Result]:
    agent = agent_of(filled)
    said: dict[str, Any] = {
        "subject": bytes(request.user.certno_index),
        "applicant": "agent" if agent else "self",
        "agent": agent,
    }
    places = draft.sources(filled)
    now = ports.clock()
    if len(places) == 1:
        start = FROM if offered.start == FROM else TO
        form = {**filled, "start": start}
        return [intake.apply_for_transfer(actor(request), form, key, now, **said)]
    return intake.apply_for_transfers(
        actor(request),
        filled,
        [one.area for one in places],
        key,
        now,
        schemes={one.area: one.insutype for one in places},
        **said,
    )


def _done(request: HttpRequest, key: str) -> str:
    """One case has the address of its own; several are shown together."""
    became = draft.sent_with(request, key) or {}
    if len(became.get("cases", ())) == 1 and not became.get("refused"):
        return reverse("portal:transfer-done", kwargs={"case_no": became["cases"][0]})
    return reverse("portal:transfer-sent", kwargs={"key": key})


@require_safe
@citizens_only
def done(request: HttpRequest, case_no: str) -> HttpResponse:
    """Received: number, promised day, who has it."""
    case = procedures.case_for_citizen(request.user, case_no, today())
    busy = _busy(request, [case])
    page = render(request, "portal/transfer_done.html", {"case": case, "busy": busy})
    return with_refresh(page, busy)


@require_safe
@citizens_only
def sent(request: HttpRequest, key: str) -> HttpResponse:
    """What became of one application for several old places, together."""
    became = draft.sent_with(request, key)
    if became is None:
        raise NotFound("没有找到这次申请。", "请从“我的医保”查看您的业务。")
    cases = [
        procedures.case_for_citizen(request.user, number, today()) for number in became["cases"]
    ]
    busy = _busy(request, cases)
    context = {
        "cases": cases,
        "declined": msgspec.convert(became["refused"], list[Declined]),
        "busy": busy,
        "to_name": cases[0].to_name,
    }
    return with_refresh(render(request, "portal/transfer_sent.html", context), busy)


def _busy(request: HttpRequest, cases: list[Any]) -> Any:
    if any(case.record_leg == "asking" for case in cases):
        return waiting(request, "正在向转入地核验")
    if any(case.record_leg == "checking" for case in cases):
        return waiting(request, "正在向转出地核验")
    return None


@draft.complete
def _answers(
    request: HttpRequest,
    form: ConsentForm | None = None,
    refused: Any = None,
    wrong_file: str = "",
    status: int = 200,
) -> HttpResponse:
    filled = draft.read(request) | wish(request.POST) | wish(request.GET)
    checked = check_all(request.user, filled)
    return render(
        request,
        "portal/transfer_answers.html",
        named(filled)
        | {
            "checked": checked,
            "outcome": outcome_of(checked),
            "no_account": next(
                (one.answer for one in checked if one.answer.no_account is not None), None
            ),
            "sides": sides(filled),
            "form": form or ConsentForm(),
            "key": draft.key_of(request),
            "refused": refused,
            "remedies": REMEDIES if refused else "",
            "wish": "pooled_balance" in filled,
            "wrong_file": wrong_file,
            "file_errors": [("files", wrong_file)] if wrong_file else (),
        },
        status=status,
    )
