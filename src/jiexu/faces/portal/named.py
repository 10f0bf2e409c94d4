"""The draft in words: names of its places and schemes, as the pages of an application show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from jiexu.core.base.areas import full_name
from jiexu.core.base.errors import BadInput
from jiexu.faces.portal import draft
from jiexu.faces.portal.forms import INSUTYPES

SCHEMES: dict[str, str] = dict(INSUTYPES)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An old place in words."""

    area: str
    name: str
    insutype: str
    scheme: str


def named(answers: Mapping[str, str]) -> dict[str, Any]:
    """The draft with the names of its places; `several` when there is more than one old place."""
    places = tuple(
        Place(
            area=one.area,
            name=name_of(one.area),
            insutype=one.insutype,
            scheme=SCHEMES.get(one.insutype, ""),
        )
        for one in draft.sources(answers)
    )
    return {
        "draft": answers,
        "sources": places,
        "several": len(places) > 1,
        "from_name": "、".join(place.name for place in places),
        "to_name": name_of(answers.get("to_area", "")),
        "from_insutype": SCHEMES.get(answers.get("insutype", ""), ""),
        "to_insutype": SCHEMES.get(answers.get("insutype_to", ""), ""),
        "agent": agent_words(answers),
    }


def name_of(code: str) -> str:
    """The full name of an area; the code itself where no table knows it."""
    if not code:
        return ""
    try:
        return full_name(code)
    except BadInput:
        return code


def agent_words(answers: Mapping[str, str]) -> str:
    """Who applies for the person; empty when they do it themselves."""
    if not answers.get("agent_name"):
        return ""
    return f"{answers['agent_name']}（{answers['agent_relation']}），{answers['agent_authority']}"
