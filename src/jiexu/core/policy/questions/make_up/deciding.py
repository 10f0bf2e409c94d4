"""Putting the answer of `make-up` together: months, sum, late fee, deadline, channels."""

from __future__ import annotations

from typing import Any

from jiexu.core.base.areas import Area, pooling_area
from jiexu.core.base.decision import Decision
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.core.base.periods import Month, Spell
from jiexu.core.policy.contributions import late_fee, monthly_fixed, rate_of_base
from jiexu.core.policy.fact_types import usual_day, usual_month
from jiexu.core.policy.fitting_rows import fitting_row, same
from jiexu.core.policy.questions.make_up.facts import MakeUpFacts
from jiexu.core.policy.questions.make_up.permission import Permission, permission
from jiexu.core.policy.rules import Rules


def decide(facts: MakeUpFacts) -> Decision:
    """Outcome allowed | refuse | local_rule_unknown. Units: months, yuan text, days.

    Raises `BadInput` for an unknown area, an amount that is none, months in the wrong order.
    """
    area = pooling_area(facts.area)
    rules = Rules(usual_day(facts.on, path="on"))
    months = _months(facts, rules)
    found = permission(facts, area, len(months), rules)
    resident = facts.identity == "resident"
    allowed = found.outcome == "allowed"
    amount = None if resident else _amount(facts, area, len(months), rules)
    fee, fee_values = _late_fee(facts, found, area, amount, rules)
    total = None if amount is None or fee is None else amount + fee
    deadline = _deadline(found, months)
    return Decision(
        question="make-up",
        outcome=found.outcome,
        values={
            "months": [str(one) for one in months] if allowed and not resident else [],
            "years": sorted({one.year for one in months}) if allowed and resident else [],
            "amount": _yuan(amount),
            "late_fee": _yuan(fee),
            **fee_values,
            "total": _yuan(total),
            "deadline": deadline,
            "channels": _listed("make_up_channels", area, rules) if allowed else [],
            "materials": _materials(facts, found, area, rules) if allowed else [],
        },
        reasons=found.reasons,
        parameters=rules.uses,
        notes=rules.notes,
    )


def _months(facts: MakeUpFacts, rules: Rules) -> tuple[Month, ...]:
    begin = usual_month(facts.break_from, path="break_from")
    end = usual_month(facts.break_to, path="break_to")
    if end < begin:
        raise BadInput(
            "break_to 早于 break_from。",
            "请改正中断的起止月份，两头都包含在内。",
            path="break_to",
            code="BAD_FACT",
        )
    last = Month.of(facts.on)
    if end > last:
        rules.note(f"{last} 以后的月份还没有到缴费期，不是补缴。")
    return tuple(one for one in Spell(begin, end).each() if one <= last)


def _amount(facts: MakeUpFacts, area: Area, months: int, rules: Rules) -> Fen | None:
    """What was assessed a month, or base times the sourced rate of the area; never a guess."""
    if facts.monthly_due is not None:
        return monthly_fixed(fen_from_yuan(facts.monthly_due, path="monthly_due"), months)
    base = None if facts.base is None else fen_from_yuan(facts.base, path="base")
    rules.heard("contribution_rate", area.code)
    fitting = fitting_row(
        rules.levels("contribution_rate", area.code),
        {"identity": ("identity", same(facts.identity)), "plan": ("plan", same(facts.plan))},
    )
    if fitting.lacking:
        rules.note(f"未说明 {'、'.join(sorted(fitting.lacking))}：费率因此而不同，不能算出金额。")
        return None
    if fitting.row is None or fitting.by is None:
        rules.note(f"没有查到{area.name}的费率：金额以税务部门核定的为准，知道时填写 monthly_due。")
        return None
    rules.use(fitting.by)
    if base is None:
        rules.note("未说明 base（月缴费基数）：不能算出金额。")
        return None
    return rate_of_base(base, fitting.row["rate"], months)


def _late_fee(
    facts: MakeUpFacts, found: Permission, area: Area, amount: Fen | None, rules: Rules
) -> tuple[Fen | None, dict[str, Any]]:
    """Only employers owe it by law; the day it was due is not counted, the day of payment is."""
    values: dict[str, Any] = {"late_fee_days": None, "late_fee_daily_rate": None}
    if found.outcome != "allowed":
        return None, values
    if not found.late_fee:
        rules.note("滞纳金只有用人单位欠缴才按法律加收；个人补缴是否加收由当地规定。")
        return (0 if facts.identity == "resident" else None), values
    if facts.identity == "flexible" and facts.cause != "employer":
        rules.note("当地要求缴清滞纳金，没有查到个人补缴的滞纳金标准。")
        return None, values
    by = rules.get("late_fee_daily_rate", area.code)
    if by is None:
        return None, values
    values["late_fee_daily_rate"] = by.value
    lacking = [name for name in ("due_on", "paid_on") if getattr(facts, name) is None]
    if lacking:
        rules.note(f"未说明 {'、'.join(lacking)}：不能算出滞纳金。")
        return None, values
    assert facts.due_on is not None
    assert facts.paid_on is not None
    days = max(0, (facts.paid_on - facts.due_on).days)
    values["late_fee_days"] = days
    if days == 0:
        return 0, values
    return (None if amount is None else late_fee(amount, by.value, days)), values


def _deadline(found: Permission, months: tuple[Month, ...]) -> str | None:
    if found.deadline_months is None or not months:
        return None
    return str(months[-1].shift(found.deadline_months))


def _materials(facts: MakeUpFacts, found: Permission, area: Area, rules: Rules) -> list[str]:
    listed = _listed("make_up_materials", area, rules)
    by_employer = any(one.code == "EMPLOYER_MUST_PAY" for one in found.reasons)
    return [one for one in listed if by_employer or one != "labour_relation"]


def _listed(name: str, area: Area, rules: Rules) -> list[str]:
    found = rules.get(name, area.code)
    if found is not None and found.practice:
        rules.note("渠道和材料是通行做法，不是规定，以当地经办机构的要求为准。")
    return list(found.value) if found is not None else []


def _yuan(amount_fen: Fen | None) -> str | None:
    return None if amount_fen is None else yuan_from_fen(amount_fen)
