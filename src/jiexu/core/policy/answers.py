"""Parts that answers share: the basis of a value, and the answer where no rule is held."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from jiexu.core.base.areas import area as area_row
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.policy.catalogue import catalogue
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.rules import ASK_12393, Rules

UNKNOWN = "local_rule_unknown"
"""The outcome where no level has a sourced value: never a neighbour's value, never a guess."""


def basis(grounds: Iterable[tuple[str, Parameter | None]]) -> list[dict[str, Any]]:
    """For each value the rule it rests on, with badge and source. Practice is never a rule."""
    return [
        {
            "value": value,
            "rule": catalogue()[by.name].meaning,
            "sources": [msgspec.to_builtins(source)],
        }
        for value, by in grounds
        if by is not None and (source := by.source()) is not None
    ]


def local_rule_unknown(
    question: str,
    area: str,
    *,
    what: str,
    guarantee: str,
    by: Parameter | None,
    values: dict[str, Any],
    rules: Rules,
    also: tuple[Reason, ...] = (),
) -> Decision:
    """No sourced local rule on `what`: what the nation guarantees, and whom to ask.

    `guarantee` is one Chinese sentence, `by` the national parameter it rests on (`None` where
    the nation says nothing either). `values` are those of the question, dependent ones null.
    """
    text = f"没有查到{area_row(area).name}关于{what}的规定。{guarantee}"
    source = by.source() if by is not None else None
    unknown = Reason(
        code="LOCAL_RULE_UNKNOWN",
        text=text,
        rule=catalogue()[by.name].meaning if by is not None else "没有查到有出处的规定",
        sources=(source,) if source else (),
        repair=Repair(who="本人", how=ASK_12393),
    )
    rules.note(f"{what}由当地规定，{ASK_12393}。")
    return Decision(
        question=question,
        outcome=UNKNOWN,
        values=values,
        reasons=(unknown, *also),
        parameters=rules.uses,
        notes=rules.notes,
    )
