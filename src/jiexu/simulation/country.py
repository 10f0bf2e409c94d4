"""The demo country while it is built: its agencies, and what the parts of the building pass on."""

from __future__ import annotations

import secrets
import tomllib
from datetime import datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import msgspec

from jiexu.simulation.people import InventedPerson

if TYPE_CHECKING:
    from jiexu.simulation.node import LocalNode

CITIZENS = "参保人"
"""The group under which people who are insured stand on the demo page."""


class StaffedAgency(msgspec.Struct, frozen=True, kw_only=True):
    """An agency with people who work there; `short` begins their user names."""

    area: str
    short: str


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who has left the agency of `source` and is insured at `target` now."""

    person: InventedPerson
    source: str
    target: str


class Country:
    """`taken` are identity numbers in use; `demo_people` those one can sign in as, in order."""

    def __init__(self, node: LocalNode, rng: Random, now: datetime) -> None:
        self.node = node
        self.rng = rng
        self.today = now.date()
        self.staffed, self.others = _areas()
        self.taken: set[str] = set()
        self.movers: list[Mover] = []
        self.demo_people: list[dict[str, str]] = []

    def areas(self) -> list[str]:
        """Of all agencies, those with staff first."""
        return [one.area for one in self.staffed] + self.others


def unknown_password() -> str:
    """Nobody signs in with it: the demonstration has one-click sign-in only."""
    return secrets.token_urlsafe(24)


def _areas() -> tuple[list[StaffedAgency], list[str]]:
    text = (Path(__file__).parent / "data" / "country.toml").read_text(encoding="utf-8")
    content = tomllib.loads(text)
    return msgspec.convert(content["staffed"], list[StaffedAgency]), content["others"]["areas"]
