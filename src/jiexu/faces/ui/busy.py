"""Waiting for the other side without scripts: the page looks again by itself, a few times.

The `Refresh` header does it, so it needs no script; a link stops it, and after the last try the
page says that the matter is saved and that nobody has to wait here.
"""

from __future__ import annotations

import msgspec
from django.http import HttpRequest, HttpResponse

SECONDS = 3
TRIES = 5
_STOPPED = "stop"


class Busy(msgspec.Struct, frozen=True, kw_only=True):
    """`again` is the address of the next look; empty when the page no longer looks by itself."""

    title: str
    words: str
    again: str
    stop: str


def waiting(request: HttpRequest, title: str) -> Busy:
    """How this page waits, by the number of its look (`?try=`)."""
    stop = f"{request.path}?try={_STOPPED}"
    text = request.GET.get("try", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 3 else TRIES
    if number < TRIES:
        again = f"{request.path}?try={number + 1}"
        return Busy(title=title, words="通常几秒内有答复，本页会自动更新。", again=again, stop=stop)
    return Busy(
        title=title,
        words="对方还没有答复。申请已经保存，您可以离开本页，以后在“我的医保”里查看结果。",
        again="",
        stop=stop,
    )


def with_refresh(response: HttpResponse, busy: Busy | None) -> HttpResponse:
    """Ask the browser to look again, if the page still waits."""
    if busy is not None and busy.again:
        response.headers["Refresh"] = f"{SECONDS};url={busy.again}"
    return response
