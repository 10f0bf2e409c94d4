"""What an answer says, as stories assert it: each reason with its way on and its source."""

from __future__ import annotations

from typing import Any

REMEDIES = (
    "对本决定不服的，可以自收到本决定之日起 60 日内依法申请行政复议，"
    "也可以自收到之日起 6 个月内依法向人民法院提起行政诉讼。"
)
"""The remedies of law as every refusal shows them, written out: 60 days, 6 months."""

MEASURE = "国家规定 医保办发〔2021〕43号"
"""The national measure, as answers name it for their source."""


def reasons_of(answer: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Of a decision or a refused act: code, text, way on (`who：how`), source of each reason.

    A way on that begins on a day ends in that day; a source is `badge number-or-title`.
    """
    found = []
    for one in answer["reasons"]:
        repair = one["repair"]
        day = f"（最早 {repair['from']}）" if repair and repair.get("from") else ""
        way = f"{repair['who']}：{repair['how']}{day}" if repair else ""
        sources = [f"{source['badge']} {_named(source)}" for source in one["sources"]]
        found.append((one["code"], one["text"], way, "；".join(sources)))
    return found


def _named(source: dict[str, Any]) -> str:
    return str(source.get("number") or source["title"])
