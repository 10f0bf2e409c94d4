"""What person and agency wrote to each other in a case, as one conversation, the oldest first."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.records.procedures.views import CaseView


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One message: who said it, when, and what it is about; `ours`: the person said it."""

    who: str
    ours: bool
    on: date
    title: str
    text: str


def conversation(case: CaseView) -> tuple[Said, ...]:
    """Papers asked for and handed in, objections and their answers, in order of their days."""
    agency, person = "经办机构", "您"
    said: list[Said] = []
    for asked in case.supplements:
        said.append(Said(who=agency, ours=False, on=asked.on, title="要求补正", text=asked.text))
        if asked.answered_on:
            answer = Said(
                who=person, ours=True, on=asked.answered_on, title="补交", text=asked.answer
            )
            said.append(answer)
    for raised in case.disputes:
        about = f"异议：{raised.title}"
        said.append(Said(who=person, ours=True, on=raised.on, title=about, text=raised.text))
        if raised.answered_on:
            said.append(
                Said(
                    who=agency,
                    ours=False,
                    on=raised.answered_on,
                    title="答复异议",
                    text=raised.answer,
                )
            )
    return tuple(sorted(said, key=lambda one: one.on))


def waiting_for(case: CaseView) -> str:
    """Whose turn it is; empty when nothing is open."""
    if any(asked.answered_on is None for asked in case.supplements):
        return "等您补交。"
    if any(raised.answered_on is None for raised in case.disputes):
        return "等经办机构答复。"
    return ""
