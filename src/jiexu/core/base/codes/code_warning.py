"""A doubt about a number that may all the same be right: shown, never a reason to refuse."""

from __future__ import annotations

import msgspec


class CodeWarning(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is stable; `message` says in Chinese what looks wrong, `remedy` what to do now."""

    code: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message}{self.remedy}"
