"""The one shape of an answer: an outcome with its reasons, sources and way on.

The JSON form is a public interface (`jiexu assess`, API, Python). Keys may be added, never changed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Badge(StrEnum):
    """What kind of statement a source is. Badges are never mixed in one number."""

    NATION = "国家规定"
    LOCAL = "省市规定"
    PROMISE = "经办承诺"
    HEARSAY = "网传"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where a rule stands. `from_` is the date it holds from, `None` when not known."""

    badge: Badge
    title: str
    number: str | None = None
    article: str | None = None
    area: str
    from_: str | None = msgspec.field(default=None, name="from")
    confidence: str


class Repair(msgspec.Struct, frozen=True, kw_only=True):
    """Who must do what; `from_` is the first day it passes, `None` if that depends on an act."""

    who: str
    how: str
    from_: str | None = msgspec.field(default=None, name="from")


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the outcome is what it is: a stable code and one Chinese sentence."""

    code: str
    text: str
    rule: str
    sources: tuple[Source, ...] = ()
    repair: Repair | None = None


class ParameterUse(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter the decision turned on, with the level of area it came from."""

    name: str
    value: Any
    area: str
    from_: str | None = msgspec.field(default=None, name="from")


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """An answered question. `values` holds what the contract of the question names."""

    question: str
    outcome: str
    values: dict[str, Any] = {}
    reasons: tuple[Reason, ...] = ()
    parameters: tuple[ParameterUse, ...] = ()
    provisional: bool = False
    notes: tuple[str, ...] = ()
