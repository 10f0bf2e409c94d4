"""Choosing an employer, its first page, its people, and what stands in their way."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from jiexu.faces.employer.place import Place, agents_only
from jiexu.records.employers import queries
from jiexu.work import ports
from jiexu.work.reads import log_read


@require_safe
@login_required
def choose(request: HttpRequest) -> HttpResponse:
    found = queries.employers_for(request.user)
    if len(found) == 1:
        return redirect("employer:home", area=found[0].area, uscc=found[0].uscc)
    return render(request, "employer/choose.html", {"employers": found})


@require_safe
@agents_only
def home(request: HttpRequest, place: Place) -> HttpResponse:
    at = place.employer
    notices = queries.stop_notices(at.area, at.uscc)
    return render(
        request,
        "employer/home.html",
        {
            "place": place,
            "tab": "home",
            "counts": queries.counts(at.area, at.uscc),
            "waiting": sum(one.waits for one in notices),
            "lists": queries.rosters(at.area, at.uscc)[:3],
        },
    )


@require_safe
@agents_only
def people(request: HttpRequest, place: Place) -> HttpResponse:
    at = place.employer
    text = request.GET.get("q", "").strip()[:40]
    number = request.GET.get("page", "1")
    page = queries.employees(
        at.area, at.uscc, text, int(number) if number.isdecimal() and len(number) < 7 else 1
    )
    log_read(place.actor, at.area, f"employer:{at.uscc}", "单位查看职工名册", ports.clock())
    return render(
        request, "employer/people.html", {"place": place, "tab": "people", "page": page, "q": text}
    )


@require_safe
@agents_only
def mend(request: HttpRequest, place: Place) -> HttpResponse:
    """Arrears, people who say they have left, and enrolments that failed: each with its way on."""
    at = place.employer
    failed = queries.failed_enrolments(at.area, at.uscc)
    notices = [one for one in queries.stop_notices(at.area, at.uscc) if one.waits]
    return render(
        request,
        "employer/mend.html",
        {"place": place, "tab": "mend", "failed": failed, "notices": notices},
    )
