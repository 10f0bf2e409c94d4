"""What a check of the node's health finds: one sentence, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

OK, NOTE, WRONG = "ok", "note", "wrong"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing looked at. `level` is ok, note (works, but look) or wrong; texts are Chinese.

    Holds no secret and no personal number.
    """

    level: str
    name: str
    text: str
    remedy: str = ""


Check = Callable[[datetime], Iterator[Finding]]


def ok(name: str, text: str) -> Finding:
    return Finding(level=OK, name=name, text=text)


def note(name: str, text: str, remedy: str) -> Finding:
    return Finding(level=NOTE, name=name, text=text, remedy=remedy)


def wrong(name: str, text: str, remedy: str) -> Finding:
    return Finding(level=WRONG, name=name, text=text, remedy=remedy)
