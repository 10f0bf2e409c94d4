"""An application that is not sent yet: kept in the session, so it can be left and resumed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

_DRAFT = "transfer"
_SENT = "transfer_sent"


def read(request: HttpRequest) -> dict[str, str]:
    """What has been answered so far; only the questions answered are in it."""
    return dict(request.session.get(_DRAFT, {}))


def keep(request: HttpRequest, **answers: str) -> None:
    request.session[_DRAFT] = read(request) | answers


def sent(request: HttpRequest, key: str, case_no: str) -> None:
    """The draft has become a case. Its key is remembered: the button pressed twice is one case."""
    request.session.pop(_DRAFT, None)
    request.session[_SENT] = {key: case_no}


def case_of(request: HttpRequest, key: str) -> str | None:
    return request.session.get(_SENT, {}).get(key)


def complete(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """No later page without the answers it builds on: the first open question is asked instead."""

    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answers = read(request)
        if "from_area" not in answers:
            return redirect("portal:transfer-from")
        if "to_area" not in answers:
            return redirect("portal:transfer-to")
        return page(request, *args, **kwargs)

    return guarded
