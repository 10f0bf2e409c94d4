"""Putting the answer of `credit` together: gross, deductions, month and year."""

from __future__ import annotations

from jiexu.core.base.areas import pooling_area
from jiexu.core.base.decision import Decision, Reason
from jiexu.core.base.money import yuan_from_fen
from jiexu.core.policy.amounts import divided
from jiexu.core.policy.fact_types import usual_day
from jiexu.core.policy.questions.credit.active import credit_of_active
from jiexu.core.policy.questions.credit.facts import CreditFacts
from jiexu.core.policy.questions.credit.finding import age_of
from jiexu.core.policy.questions.credit.retired import credit_of_retired, deductions_of
from jiexu.core.policy.rules import Rules

_MONTHS = 12


def decide(facts: CreditFacts) -> Decision:
    """Outcome credited | none | local_rule_unknown. Units: yuan text, per month and per year.

    Raises `BadInput` for an unknown area and for what is no amount.
    """
    area = pooling_area(facts.area)
    rules = Rules(usual_day(facts.on, path="on"))
    if facts.plan == "pool_only":
        return _without_account(rules)
    age = age_of(facts)
    if facts.category == "retired":
        finding = credit_of_retired(facts, area, age, rules)
    else:
        finding = credit_of_active(facts, area, age, rules)
        if facts.category == "flexible" and facts.plan is None:
            rules.note("未说明 plan：按统账结合回答；参加单建统筹的没有个人账户，不划入。")
    deductions = deductions_of(facts, area, finding, rules)
    gross, yearly = finding.monthly_fen, finding.yearly_fen
    if gross is None and yearly is not None:
        gross = divided(yearly, _MONTHS)
    taken = sum(amount for _, amount in deductions)
    net = None if gross is None else max(0, gross - taken)
    if yearly is None and net is not None:
        yearly = net * _MONTHS
    year_start = rules.get("account_year_start", area.code)
    return Decision(
        question="credit",
        outcome=finding.outcome,
        values={
            "method": finding.method,
            "period": finding.period,
            "rate": finding.rate,
            "monthly_gross": _yuan(gross),
            "deductions": [yuan_from_fen(amount) for _, amount in deductions],
            "deduction_names": [name for name, _ in deductions],
            "monthly": _yuan(net),
            "yearly": _yuan(yearly),
            "base_used": _yuan(finding.base_fen),
            "account_year_start": year_start.value if year_start else None,
            "national_guide_monthly": _yuan(finding.guide_fen),
        },
        reasons=finding.reasons,
        parameters=rules.uses,
        notes=rules.notes,
    )


def _without_account(rules: Rules) -> Decision:
    return Decision(
        question="credit",
        outcome="none",
        values={
            "monthly_gross": "0.00",
            "deductions": [],
            "monthly": "0.00",
            "yearly": "0.00",
            "base_used": None,
        },
        reasons=(
            Reason(
                code="POOL_ONLY",
                text="单建统筹只参加统筹基金，没有个人账户，不划入。",
                rule="个人账户划入只适用于统账结合的参保人员",
            ),
        ),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _yuan(amount_fen: int | None) -> str | None:
    return None if amount_fen is None else yuan_from_fen(amount_fen)
