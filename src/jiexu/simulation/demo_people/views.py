"""One-click sign-in as an invented person. The address does not exist outside the demonstration."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from jiexu.records.access.models import User


def _people() -> list[dict[str, str]]:
    """The list that the demo country wrote when it was built."""
    path = settings.HOME / "demo-people.json"
    if not settings.DEMO or not path.exists():
        raise Http404
    people: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return people


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who there is to be, grouped by what they do."""
    groups: dict[str, list[dict[str, str]]] = {}
    for person in _people():
        groups.setdefault(person["group"], []).append(person)
    return render(request, "demo_people/people.html", {"groups": groups.items()})


@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Sign in as one of them."""
    person = next((p for p in _people() if p["username"] == request.POST.get("username")), None)
    if person is None:
        raise Http404
    user = User.objects.get(username=person["username"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect(person["go_to"])
