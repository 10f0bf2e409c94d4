"""The questions of a move as a form: shown by `ui/asked.html`, read back without the prefix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from jiexu.core.procedures.asked import Field

_PREFIX = "field-"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One field with what was typed and what was wrong with it."""

    name: str
    field: Field
    typed: str = ""
    error: str = ""


def questions(
    fields: Iterable[Field], typed: Mapping[str, str] | None = None, refused: Any = None
) -> tuple[Question, ...]:
    """The fields of a move for the template; `refused` is the answer that named a field."""
    wrong = getattr(refused, "path", "")
    return tuple(
        Question(
            name=_PREFIX + field.name,
            field=field,
            typed=(typed or {}).get(field.name, ""),
            error=refused.text if wrong == field.name else "",
        )
        for field in fields
    )


def filled(posted: Mapping[str, str]) -> dict[str, str]:
    """What was filled in, without the prefix; blank is not stated."""
    return {
        name.removeprefix(_PREFIX): value.strip()
        for name, value in posted.items()
        if name.startswith(_PREFIX) and value.strip()
    }
