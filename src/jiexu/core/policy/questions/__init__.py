"""The questions of `jiexu assess`: one module (or package) each, found by its name.

A question module offers `Facts` (a frozen msgspec struct), `decide(facts) -> Decision` and
`LABELS` (Chinese words for its outcomes and values). `resident-wait` is looked for in
`resident_wait`. Only the module asked is imported.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, cast

import msgspec

from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput


class Question(Protocol):
    """What a question module offers."""

    Facts: type[msgspec.Struct]
    LABELS: dict[str, str]

    def decide(self, facts: Any, /) -> Decision: ...


@cache
def names() -> tuple[str, ...]:
    """Every question that can be asked, by its public name."""
    here = Path(__file__).parent
    found = {one.stem for one in here.glob("[a-z]*.py")}
    found |= {one.parent.name for one in here.glob("[a-z]*/__init__.py")}
    return tuple(sorted(one.replace("_", "-") for one in found))


def load(name: str) -> Question:
    """The module that answers `name`. Raises `BadInput` UNKNOWN_QUESTION."""
    if name not in names():
        raise BadInput(
            f"没有“{name[:40]}”这个问题。",
            f"可以问的有：{'、'.join(names())}。",
            path="question",
            code="UNKNOWN_QUESTION",
        )
    module = import_module(f"{__name__}.{name.replace('-', '_')}")
    return cast(Question, module)
