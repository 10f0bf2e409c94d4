"""The credit of those who pay: their own base, within the limits of the area, times the rate."""

from __future__ import annotations

from jiexu.core.base.areas import Area
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.core.policy.amounts import clamped, share
from jiexu.core.policy.fitting_rows import at_least, at_most, fitting_row
from jiexu.core.policy.questions.credit.facts import CreditFacts
from jiexu.core.policy.questions.credit.finding import ASK, Finding
from jiexu.core.policy.rules import Rules, reason


def credit_of_active(facts: CreditFacts, area: Area, age: int | None, rules: Rules) -> Finding:
    """Rate times base; the rate may hang on the age."""
    rules.heard("active_credit", area.code)
    base = _base(facts, area, rules)
    if base is None:
        rules.note("未说明 base（月缴费基数）：不能算出划入额。")
    fitting = fitting_row(
        rules.levels("active_credit", area.code),
        {"from_age": ("age", at_least(age)), "to_age": ("age", at_most(age))},
    )
    if fitting.lacking and fitting.by is not None:
        rules.note("未说明 age 或 birth：当地的划入比例因年龄而不同，不能算出划入额。")
        by = rules.use(fitting.by)
        text = f"{area.name}在职职工的划入比例按年龄分档。"
        return Finding(
            outcome="credited",
            base_fen=base,
            method="rate_of_base",
            period="month",
            reasons=(reason("AGE_NEEDED", text, by, None),),
        )
    if fitting.row is None or fitting.by is None:
        rules.note(f"{facts.on} 的划入比例没有查到。")
        return Finding(outcome="local_rule_unknown", base_fen=base)
    by, rate = rules.use(fitting.by), fitting.row["rate"]
    amount = None if base is None else share(base, rate)
    sum_text = (
        ""
        if amount is None or base is None
        else (f"：{yuan_from_fen(base)} × {rate} = {yuan_from_fen(amount)} 元")
    )
    text = f"在职个人缴费全部记入个人账户，按缴费基数的 {rate} 划入{sum_text}。"
    return Finding(
        outcome="credited",
        monthly_fen=amount,
        base_fen=base,
        method="rate_of_base",
        period="month",
        rate=rate,
        reasons=(reason("RATE_OF_BASE", text, by, ASK if by.confidence == "low" else None),),
    )


def _base(facts: CreditFacts, area: Area, rules: Rules) -> Fen | None:
    if facts.base is None:
        return None
    stated = fen_from_yuan(facts.base, path="base")
    floor = rules.get("contribution_base_floor", area.code)
    cap = rules.get("contribution_base_cap", area.code)
    used = clamped(
        stated,
        fen_from_yuan(floor.value) if floor else None,
        fen_from_yuan(cap.value) if cap else None,
    )
    if floor is None and cap is None:
        rules.note(f"没有查到{area.name}{facts.on.year}年的缴费基数上下限：按填写的基数计算。")
    elif used != stated:
        limit = "下限" if used > stated else "上限"
        rules.note(f"填写的缴费基数超出范围，按{limit} {yuan_from_fen(used)} 元计算。")
    return used
