"""The start page and the page of what is mine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiexu.faces.portal import draft
from jiexu.faces.portal.citizen import citizens_only, today
from jiexu.faces.portal.named import named
from jiexu.faces.ui.show import as_spells, span_of
from jiexu.records.documents.queries import papers_of_citizen
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures.views import CaseSummary, PaperView
from jiexu.records.registry import queries as registry

TRANSFER: Final = "transfer"
NEW_PAPERS: Final = timedelta(days=14)
"""How long a new paper stands among the things to do: a reminder, no rule hangs on it."""
_TO_FETCH: Final = frozenset({"acceptance", "supplement", "refusal", "remittance", "completion"})
_MOST_PAPERS: Final = 5


class Mine(msgspec.Struct, frozen=True, kw_only=True):
    """The person's cases by what they mean to them now."""

    going: tuple[CaseSummary, ...]
    stopping: tuple[CaseSummary, ...]
    past: tuple[CaseSummary, ...]
    free_to_go: tuple[CaseSummary, ...]  # cover ended at the person's wish, nothing applied since


def grouped(cases: Iterable[CaseSummary]) -> Mine:
    """In progress and past; what ended cover stands apart from what moved it."""
    rows = tuple(cases)
    transfers = tuple(case for case in rows if case.procedure == TRANSFER)
    stops = tuple(case for case in rows if case.procedure != TRANSFER)
    return Mine(
        going=tuple(case for case in transfers if case.state == "open"),
        past=tuple(case for case in transfers if case.state != "open"),
        stopping=stops,
        free_to_go=tuple(
            stop
            for stop in stops
            if stop.state == "completed"
            and not any(
                case.from_area == stop.from_area and case.opened_at > stop.opened_at
                for case in transfers
            )
        ),
    )


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/start.html", named(draft.read(request)))


@require_safe
@citizens_only
def me(request: HttpRequest) -> HttpResponse:
    covers = registry.cover_of_citizen(request.user, today())
    first, last = span_of([as_spells(cover.spells) for cover in covers], today())
    return render(
        request,
        "portal/me.html",
        named(draft.read(request))
        | {
            "covers": covers,
            "first": first,
            "last": last,
            "mine": grouped(procedures.cases_of_citizen(request.user)),
            "asked": procedures.asked_of_citizen(request.user),
            "papers": _new(papers_of_citizen(request.user), today()),
        },
    )


def _new(papers: Iterable[PaperView], on: date) -> tuple[PaperView, ...]:
    fresh = (paper for paper in papers if on - paper.issued_at.date() <= NEW_PAPERS)
    return tuple(one for one in fresh if one.sealed and one.kind in _TO_FETCH)[:_MOST_PAPERS]
