"""What no transfer exists for: other schemes, the army, units outside the pools, and the way on."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from jiexu.core.base.codes.insutype import EMPLOYEE, RESIDENT
from jiexu.core.base.decision import Badge, Reason, Repair, Source
from jiexu.core.procedures.outcome import Refusal

OUTSIDE_PLACES = frozenset({"army", "outside"})
"""What may be named as a place though it is no pooling area."""

OTHER_SCHEMES = frozenset({"320", "330", "410", "510"})
"""Schemes beside the two that transfer, with words of their own."""


@cache
def _texts() -> dict[str, Any]:
    path = Path(__file__).with_name("outside.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def scheme_outside(insutype: str) -> Refusal | None:
    """Why a scheme cannot be transferred; `None` for 职工医保 and 居民医保."""
    if insutype in {EMPLOYEE, RESIDENT}:
        return None
    entry = _texts()["scheme"].get(insutype)
    if entry is None:
        entry = {
            "text": "只有职工医保（310）和居民医保（390）可以转移。",
            "who": "本人",
            "how": "请选择“职工基本医疗保险”或“城乡居民基本医疗保险”",
        }
    return _refusal("SCHEME_NOT_TRANSFERABLE", entry)


def places_outside() -> tuple[dict[str, str], ...]:
    """Label, text and way on of every place outside the measure, for the page that asks."""
    return tuple(_texts()["place"].values())


def place_outside(place: str) -> Refusal:
    """Why nothing can be transferred from or to the army or a unit outside the pools."""
    entry = _texts()["place"][place]
    return _refusal(str(entry["code"]), entry)


def _refusal(code: str, entry: dict[str, str]) -> Refusal:
    reason = Reason(
        code=code,
        text=entry["text"],
        rule="转移接续适用于职工医保和居民医保参保人员跨统筹地区流动",
        sources=tuple(_source(one) for one in (entry, _texts()["measure"]) if "title" in one),
        repair=Repair(who=entry["who"], how=entry["how"]),
    )
    return Refusal(
        code=code,
        text=reason.text,
        remedy=f"{entry['who']}：{entry['how']}。",
        reasons=(reason,),
    )


def _source(entry: dict[str, str]) -> Source:
    return Source(
        badge=Badge.NATION,
        title=entry["title"],
        number=entry.get("number"),
        article=entry.get("article"),
        area="100000",
        confidence="medium",
    )
