"""Stories: whole cases played by named people, the same in the demonstration and in the tests.

A story is a module with `STORY`; `stories()` finds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from jiexu.simulation.stage import Stage


class PlayedCase(msgspec.Struct, frozen=True, kw_only=True):
    """How one case of a story ended: the fields of `jiexu demo --json`."""

    case_no: str
    state: str
    record_leg: str
    fund_leg: str
    moved_fen: int
    papers: list[str]
    promised: str | None
    completed: str | None


class Played(msgspec.Struct, frozen=True, kw_only=True):
    """What a story came to: its cases and the transcript that people read."""

    cases: list[PlayedCase]
    transcript: list[str]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """`areas` are the agencies it needs; `play` plays it on a stage and asserts its own ends."""

    id: str
    title: str
    areas: tuple[str, ...]
    start: str
    play: Callable[[Stage], Played]


@cache
def stories() -> tuple[Story, ...]:
    """All stories in order of their ids."""
    here = Path(__file__).parent
    found = [import_module(f"{__name__}.{path.stem}").STORY for path in here.glob("s[0-9]*.py")]
    return tuple(sorted(found, key=lambda story: story.id))
