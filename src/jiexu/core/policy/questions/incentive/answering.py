"""Shapes of the answer of `incentive`, and the total within which the cap may move."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jiexu.core.base.decision import Decision, Reason
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.core.policy.answers import basis, local_rule_unknown
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.rules import Rules

Grounds = list[tuple[str, Parameter | None]]
"""For each value the parameter it rests on."""


def limit(area: str, rules: Rules) -> tuple[Fen | None, Grounds]:
    """The most that all raises (or all reductions) may come to; `None` where no cap is held."""
    ratio = rules.get("incentive_total_ratio", area)
    cap = rules.get("serious_illness_cap", area)
    if ratio is None or cap is None:
        return None, []
    limit_fen = int(Decimal(ratio.value) * fen_from_yuan(cap.value))
    return limit_fen, [("limit_total", ratio), ("limit_total", cap)]


def unknown(
    area: str, values: dict[str, Any], guarantee: str, by: Parameter | None, rules: Rules
) -> Decision:
    """No sourced amount: what the nation says, and 12393."""
    return local_rule_unknown(
        "incentive",
        area,
        what="连续参保激励金额",
        guarantee=guarantee,
        by=by,
        values=values,
        rules=rules,
    )


def answer(
    outcome: str,
    values: dict[str, Any],
    reasons: tuple[Reason, ...],
    grounds: Grounds,
    rules: Rules,
) -> Decision:
    """The Decision."""
    return Decision(
        question="incentive",
        outcome=outcome,
        values={**values, "basis": basis(grounds)},
        reasons=reasons,
        parameters=rules.uses,
        notes=rules.notes,
    )


def yuan(amount_fen: Fen | None) -> str | None:
    """Yuan as text; `None` stays `None`."""
    return None if amount_fen is None else yuan_from_fen(amount_fen)
