"""Coming in, going out, and the size of the letters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jiexu.faces.portal.forms import SignInForm
from jiexu.faces.ui.context import LARGE_COOKIE
from jiexu.records.access.queries import employers_of
from jiexu.work import ports, signing_in

_YEAR_SECONDS = 365 * 24 * 3600


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. How often one may try is decided by `work.signing_in`."""
    following = _safe(request, request.POST.get("next") or request.GET.get("next") or "")
    if request.method != "POST":
        if request.user.is_authenticated:
            return redirect(following or _home(request.user))
        return render(request, "portal/sign_in.html", {"form": SignInForm(), "next": following})
    form = SignInForm(request.POST)
    answer = None
    if form.is_valid():
        name = form.cleaned_data["username"]
        address = request.META.get("REMOTE_ADDR", "")
        answer = signing_in.sign_in(name, form.cleaned_data["password"], address, ports.clock())
        if answer.ok:
            login(request, answer.user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(following or _home(answer.user))
    return render(
        request,
        "portal/sign_in.html",
        {"form": form, "refused": answer, "next": following},
        status=403 if answer else 400,
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("portal:start")


@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Larger letters on this device, remembered for a year."""
    response = redirect(_safe(request, request.POST.get("next", "")) or reverse("portal:start"))
    size = "large" if request.POST.get("size") == "large" else "normal"
    response.set_cookie(
        LARGE_COOKIE,
        size,
        max_age=_YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _home(user: Any) -> str:
    if getattr(user, "certno_index", None):
        return reverse("portal:me")
    return reverse("employer:choose" if employers_of(user) else "workbench:desks")


def _safe(request: HttpRequest, address: str) -> str:
    """Only an address of this site may follow: a link cannot lead a person elsewhere."""
    allowed = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if allowed else ""
