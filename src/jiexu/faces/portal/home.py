"""The start page and the page of what is mine."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiexu.faces.portal import draft
from jiexu.faces.portal.citizen import citizens_only, today
from jiexu.faces.ui.show import as_spells, span_of
from jiexu.records.procedures import queries as procedures
from jiexu.records.registry import queries as registry


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/start.html", {"draft": draft.read(request)})


@require_safe
@citizens_only
def me(request: HttpRequest) -> HttpResponse:
    covers = registry.cover_of_citizen(request.user, today())
    first, last = span_of([as_spells(cover.spells) for cover in covers], today())
    return render(
        request,
        "portal/me.html",
        {
            "covers": covers,
            "first": first,
            "last": last,
            "cases": procedures.cases_of_citizen(request.user),
            "draft": draft.read(request),
        },
    )
