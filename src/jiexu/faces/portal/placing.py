"""The places of an application: from, to, and more old places; one question per page."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.areas import full_name
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.procedures.transfer.outside import places_outside
from jiexu.faces.portal import draft, places
from jiexu.faces.portal.citizen import citizen_of, today
from jiexu.faces.portal.draft import Source
from jiexu.faces.portal.forms import INSUTYPES, PlaceForm
from jiexu.faces.portal.named import SCHEMES, name_of, named
from jiexu.records.registry import queries as registry
from jiexu.records.registry.views import CoverView
from jiexu.work.intake import MOST_SOURCES

_FORM = require_http_methods(["GET", "HEAD", "POST"])


class _Question(NamedTuple):
    """A page that asks for a place: how it keeps the answer, what comes next, how it looks."""

    keep: Callable[[HttpRequest, str, str], str]
    following: str
    template: str
    chosen: str


@_FORM
def from_place(request: HttpRequest) -> HttpResponse:
    return _place(request, _FROM)


@_FORM
def to_place(request: HttpRequest) -> HttpResponse:
    if "from_area" not in draft.read(request):
        return redirect("portal:transfer-from")
    return _place(request, _TO)


@_FORM
@draft.complete
def more_place(request: HttpRequest) -> HttpResponse:
    """Another old place."""
    return _place(request, _MORE)


@_FORM
@draft.complete
def old_places(request: HttpRequest) -> HttpResponse:
    """All old places of this application: add one, remove one."""
    answers = draft.read(request)
    known = draft.sources(answers)
    if request.method == "POST":
        gone = request.POST.get("remove", "")
        left = tuple(one for one in known if one.area != gone)
        if len(left) < len(known):
            draft.keep_sources(request, left)
            messages.success(request, f"已移除{name_of(gone)}。")
        return redirect("portal:transfer-places" if left else "portal:transfer-from")
    full = len(known) >= MOST_SOURCES
    return render(
        request,
        "portal/transfer_places.html",
        named(answers) | {"full": full, "most": MOST_SOURCES},
    )


def as_recorded(request: HttpRequest, covers: list[CoverView]) -> tuple[str, ...]:
    """Put right a scheme that was guessed before signing in; says what was changed.

    Only where the person's own record at the place knows another scheme, and that one alone.
    """
    answers = draft.read(request)
    told = []

    def right(area: str, insutype: str) -> str:
        known = {cover.insutype for cover in covers if cover.area == area}
        if len(known) != 1 or insutype in known:
            return insutype
        [found] = known
        told.append(f"您在{name_of(area)}参加的是{SCHEMES[found]}，已经按它判断。")
        return found

    before = draft.sources(answers)
    after = tuple(Source(area=one.area, insutype=right(one.area, one.insutype)) for one in before)
    target = right(answers["to_area"], answers.get("insutype_to", EMPLOYEE))
    if told:
        draft.keep_sources(request, after)
        draft.keep(request, insutype_to=target)
    return tuple(told)


def not_yet_named(covers: list[CoverView], answers: dict[str, str]) -> tuple[CoverView, ...]:
    """Other places where the person was insured and is no longer: they could go along."""
    taken = {one.area for one in draft.sources(answers)} | {answers.get("to_area", "")}
    return tuple(
        cover
        for cover in covers
        if cover.area not in taken and cover.status == "paused" and cover.months_total
    )


def _keep_from(request: HttpRequest, area: str, insutype: str) -> str:
    others = [one for one in draft.sources(draft.read(request))[1:] if one.area != area]
    draft.keep_sources(request, (Source(area=area, insutype=insutype), *others))
    return ""


def _keep_to(request: HttpRequest, area: str, insutype: str) -> str:
    draft.keep(request, to_area=area, insutype_to=insutype)
    return ""


def _keep_more(request: HttpRequest, area: str, insutype: str) -> str:
    answers = draft.read(request)
    known = draft.sources(answers)
    if area in {one.area for one in known}:
        return f"{name_of(area)}已经在申请里了，请选择另一个地方"
    if area == answers["to_area"]:
        return f"{name_of(area)}是转入地，不能同时是转出地"
    if len(known) >= MOST_SOURCES:
        return f"一次最多申请 {MOST_SOURCES} 个转出地，其余的请另外申请"
    draft.keep_sources(request, (*known, Source(area=area, insutype=insutype)))
    draft.drop(request, "start")  # Several places are applied for at the new place.
    return ""


_FROM = _Question(_keep_from, "portal:transfer-to", "portal/transfer_from.html", "from_area")
_TO = _Question(_keep_to, "portal:transfer-check", "portal/transfer_to.html", "to_area")
_MORE = _Question(_keep_more, "portal:transfer-places", "portal/transfer_more.html", "")


def _place(request: HttpRequest, question: _Question) -> HttpResponse:
    form = PlaceForm(request.POST) if request.method == "POST" else PlaceForm()
    user = citizen_of(request)
    covers = registry.cover_of_citizen(user, today()) if user else []
    if form.is_bound and form.is_valid():
        code = form.cleaned_data["area"]
        known = [cover.insutype for cover in covers if cover.area == code]
        chosen = form.cleaned_data["insutype"] or form.cleaned_data["known_insutype"]
        wrong = question.keep(request, code, chosen or (known or [EMPLOYEE])[0])
        if not wrong:
            return redirect(question.following)
        form.add_error("area", wrong)
    text = request.GET.get("q", "").strip()[:40]
    mine = not text and "all" not in request.GET
    answers = draft.read(request)
    known_places = _known(covers, answers, question) if mine else ()
    area = answers.get(question.chosen, "")
    insutype = answers.get("insutype_to" if question.chosen == "to_area" else "insutype", EMPLOYEE)
    context = {
        "form": form,
        "q": text,
        "choices": places.hits(text) if text else known_places,
        "mine": bool(known_places),
        "groups": places.by_province(),
        "insutypes": INSUTYPES,
        "outside": places_outside(),
        "chosen": f"{area}/{insutype}" if known_places else area,
        "chosen_insutype": insutype,
    }
    return render(
        request,
        question.template,
        named(answers) | context,
        status=400 if form.is_bound else 200,
    )


def _known(
    covers: list[CoverView], answers: dict[str, str], question: _Question
) -> tuple[tuple[str, str], ...]:
    """The person's own covers as choices; a further old place is none that is named already."""
    taken = set()
    if question is _MORE:
        taken = {one.area for one in draft.sources(answers)} | {answers.get("to_area", "")}
    return tuple(
        (
            f"{cover.area}/{cover.insutype}",
            f"{full_name(cover.area)}（{cover.insutype_label}，{cover.status_label}）",
        )
        for cover in covers
        if cover.area not in taken
    )
