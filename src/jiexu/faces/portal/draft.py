"""An application that is not sent yet: kept in the session, so it can be left and resumed.

It survives signing in (the check asks nobody to sign in) and ends with signing out: what somebody
has filled in is not left behind on a borrowed device.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jiexu.core.base.codes.insutype import EMPLOYEE

_DRAFT = "transfer"
_SENT = "transfer_sent"
_KEY = "key"
_REMEMBERED = 5


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One old place of the application and the scheme there."""

    area: str
    insutype: str


def read(request: HttpRequest) -> dict[str, str]:
    """What has been answered so far; only the questions answered are in it."""
    return {name: value for name, value in _kept(request).items() if name != _KEY}


def keep(request: HttpRequest, **answers: str) -> None:
    """Remember answers. A changed answer makes it another application, with another key."""
    before = _kept(request)
    after = before | answers
    if _KEY not in before or after != before:
        after[_KEY] = str(uuid.uuid4())
    request.session[_DRAFT] = after


def drop(request: HttpRequest, *names: str) -> None:
    """Forget answers."""
    kept = {name: value for name, value in _kept(request).items() if name not in names}
    request.session[_DRAFT] = kept | {_KEY: str(uuid.uuid4())}


def key_of(request: HttpRequest) -> str:
    """The key of this application: the same in every window until an answer changes."""
    return str(_kept(request).get(_KEY, ""))


def sources(answers: Mapping[str, str]) -> tuple[Source, ...]:
    """The old places in the order they were named; none while the first is not answered."""
    if "from_area" not in answers:
        return ()
    first = Source(area=answers["from_area"], insutype=answers.get("insutype", EMPLOYEE))
    also = (one.partition("/") for one in answers.get("also", "").split(",") if one)
    return (first, *(Source(area=area, insutype=insutype) for area, _, insutype in also))


def keep_sources(request: HttpRequest, places: tuple[Source, ...]) -> None:
    """Write the old places back; without any, the question is open again."""
    if not places:
        drop(request, "from_area", "insutype", "also")
        return
    first, *also = places
    keep(
        request,
        from_area=first.area,
        insutype=first.insutype,
        also=",".join(f"{one.area}/{one.insutype}" for one in also),
    )


def sent(request: HttpRequest, key: str, cases: list[str], refused: list[Any]) -> None:
    """The draft has become cases. Its key is remembered: the button pressed twice is one."""
    request.session.pop(_DRAFT, None)
    before = list(request.session.get(_SENT, {}).items())[1 - _REMEMBERED :]
    request.session[_SENT] = dict(before) | {key: {"cases": cases, "refused": refused}}


def sent_with(request: HttpRequest, key: str) -> dict[str, Any] | None:
    """What became of the application with this key: `cases` (numbers) and `refused`."""
    found: dict[str, Any] | None = request.session.get(_SENT, {}).get(key)
    return found


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


def _kept(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(_DRAFT, {}))
