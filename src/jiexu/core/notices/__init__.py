"""One catalogue of texts for every channel: timeline, notices, doubts."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_DAY = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b")


@cache
def _catalogue() -> dict[str, dict[str, dict[str, Any]]]:
    path = Path(__file__).with_name("catalogue.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def timeline_text(procedure: str, say: str, args: dict[str, str]) -> tuple[str, str, str]:
    """Leg, title and sentence of a timeline entry. `KeyError` for a text nobody wrote."""
    entry = _catalogue()["timeline"][f"{procedure}.{say}"]
    return entry["leg"], entry["title"], entry["text"].format_map(_for_people(args))


def notice_text(procedure: str, code: str, args: dict[str, str]) -> tuple[str, str]:
    """Title and sentence of a notice to a person."""
    entry = _catalogue()["notice"][f"{procedure}.{code}"]
    return str(entry["title"]), entry["text"].format_map(_for_people(args))


def _for_people(args: dict[str, str]) -> dict[str, str]:
    """Dates as people write them; everything else as it is."""
    return {name: _DAY.sub(_day, value) for name, value in args.items()}


def _day(found: re.Match[str]) -> str:
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日"


def timeline_order(procedure: str, say: str) -> int:
    """Where an entry stands among others of the same minute: the order of the catalogue."""
    return list(_catalogue()["timeline"]).index(f"{procedure}.{say}")


def doubt_text(code: str) -> str:
    """What a doubt means and what the clerk should look at."""
    return str(_catalogue()["doubt"][code]["text"])


def spoken_text(word: str, args: dict[str, str]) -> str:
    """How far a case is, in one sentence; `word` is its state, or `late`."""
    return str(_catalogue()["spoken"][word]["text"]).format_map(args)


def spoken_list(word: str) -> tuple[str, ...]:
    """What to check (`to_check`), and what to do when something is wrong (`when_wrong`)."""
    return tuple(_catalogue()["spoken"][word]["list"])


def says() -> frozenset[str]:
    """All timeline entries that have a text, as `procedure.say`."""
    return frozenset(_catalogue()["timeline"])


def notice_codes() -> frozenset[str]:
    return frozenset(_catalogue()["notice"])


def doubt_codes() -> frozenset[str]:
    return frozenset(_catalogue()["doubt"])
