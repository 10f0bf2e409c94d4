"""One-click sign-in as an invented person. The address does not exist outside the demonstration."""

from __future__ import annotations

import json

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
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
    following = following_of(request, request.GET.get("next", ""))
    context = {"groups": groups.items(), "following": following}
    return render(request, "demo_people/people.html", context)


@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Sign in as one of them."""
    person = next((p for p in _people() if p["username"] == request.POST.get("username")), None)
    if person is None:
        raise Http404
    user = User.objects.get(username=person["username"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    following = following_of(request, request.POST.get("next", ""))
    mine = user.certno_index is not None  # Nobody else can go on with an application.
    return redirect(following if following and mine else person["go_to"])


def following_of(request: HttpRequest, address: str) -> str:
    """Where the visitor was going, if it is an address of this site."""
    allowed = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else ""
