"""Faults, said in the user's words.

Refusing a request is not a fault: a refusal is a `Decision` or an `Outcome`. These exceptions
are for input that cannot be understood and for work that cannot be done as asked.
"""

from __future__ import annotations

from collections.abc import Mapping


class JiexuError(Exception):
    """Base of every fault a person may see.

    `code` is stable and machine readable; `message` says in Chinese what is wrong and why;
    `remedy` says in Chinese what to do now; `details` holds values for programs, never an
    identity or bank number.
    """

    code = "JIEXU_ERROR"

    def __init__(
        self,
        message: str,
        remedy: str,
        *,
        code: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if code is not None:
            self.code = code
        self.details: dict[str, object] = dict(details or {})

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}"


class BadInput(JiexuError):
    """A value cannot be what it claims to be: wrong check digit, impossible date, negative money.

    `path` names the field, in the form `to.area`; empty for the whole.
    """

    code = "BAD_INPUT"

    def __init__(
        self,
        message: str,
        remedy: str,
        *,
        path: str = "",
        code: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, remedy, code=code, details=details)
        self.path = path


class NotAllowed(JiexuError):
    """The actor has no right to do or to see this."""

    code = "NOT_ALLOWED"


class NotFound(JiexuError):
    """There is no such thing here, or none that the actor may know of."""

    code = "NOT_FOUND"


class Conflict(JiexuError):
    """The thing has changed since it was read, or the same key came with other content."""

    code = "CONFLICT"
