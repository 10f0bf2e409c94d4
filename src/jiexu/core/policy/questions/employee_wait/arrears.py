"""The local rule on first enrolment and on arrears, for those who do not transfer."""

from __future__ import annotations

from jiexu.core.base.areas import Area
from jiexu.core.policy.fitting_rows import Fitting, at_least, at_most, fitting_row, same
from jiexu.core.policy.questions.employee_wait.facts import EmployeeWaitFacts
from jiexu.core.policy.questions.employee_wait.finding import ASK, Finding
from jiexu.core.policy.questions.employee_wait.stated import Stated
from jiexu.core.policy.rules import Rules, reason


def by_arrears_rule(
    facts: EmployeeWaitFacts, area: Area, stated: Stated, rules: Rules
) -> Finding | None:
    """The answer of the area's own table; `None` when it has no row for these facts."""
    months = stated.months(area.code, rules)
    if months == 0 and not stated.first:
        return _no_break(area, rules)
    levels = rules.levels("arrears_wait", area.code)
    if stated.flexible:
        levels = (*rules.levels("arrears_wait_flexible", area.code), *levels)
    fitting = fitting_row(
        levels,
        {
            "first": ("first_enrolment", same(stated.first)),
            # Whoever enrols for the first time has no break to count.
            "from_months": (
                "break_months",
                (lambda _: False) if stated.first else at_least(months),
            ),
            "to_months": ("break_months", (lambda _: False) if stated.first else at_most(months)),
            "back_paid": ("back_paid", same(facts.back_paid)),
            "late_fee_paid": ("late_fee_paid", same(facts.late_fee_paid)),
        },
    )
    if fitting.lacking and fitting.by is not None:
        names = "、".join(sorted(fitting.lacking))
        rules.note(f"未说明 {names}：当地的规定因此而不同，不能回答等待期。")
        by = rules.use(fitting.by)
        text = f"{area.name}的等待期取决于没有说明的事实（{names}）。"
        return Finding(reasons=(reason("FACTS_MISSING", text, by, None),))
    if fitting.row is None or fitting.by is None:
        return _long_break_only(facts, area, months, rules)
    return _told(fitting, area, months, rules)


def _told(fitting: Fitting, area: Area, months: int | None, rules: Rules) -> Finding:
    assert fitting.row is not None
    assert fitting.by is not None
    row, by = fitting.row, rules.use(fitting.by)
    start = row.get("start")
    if start is None:
        default = rules.get("employee_wait_start", area.code)
        start = default.value if default else None
        rules.note("当地没有写明等待期从何时起算：按缴费当月起算，仅供参考。")
    wait = row.get("months", row.get("days"))
    cap = row.get("cap_months")
    broken = f"中断 {months} 个月" if months is not None else "参保"
    if cap is not None:
        text = f"{area.name}规定：{broken}，等待期不超过 {cap} 个月，没有查到具体月数。"
        shown = (reason("LOCAL_WAIT", text, by, ASK),)
    elif wait == 0:
        when = "缴费次月" if start == "month_after_payment" else "缴费当月"
        text = f"{area.name}规定：{broken}，没有等待期，{when}起享受待遇。"
        shown = (reason("LOCAL_NO_WAIT", text, by, None),)
    else:
        length = f"{wait} 个月" if "months" in row else f"{wait} 天"
        text = f"{area.name}规定：{broken}，等待期 {length}。"
        shown = (reason("LOCAL_WAIT", text, by, None),)
    return Finding(
        waits=True if cap is not None else bool(wait),
        wait_months=row.get("months"),
        wait_days=row.get("days"),
        wait_start=start,
        wait_cap_months=cap,
        retroactive=row.get("retroactive"),
        account_backfilled=row.get("account_backfilled"),
        benefit_ratio_during_wait=row.get("benefit_ratio"),
        reasons=shown,
    )


def _no_break(area: Area, rules: Rules) -> Finding | None:
    by = rules.get("no_wait_break_months", area.code)
    if by is None:
        return None
    return Finding(
        waits=False,
        wait_months=0,
        retroactive=False,
        reasons=(reason("NO_BREAK", "缴费没有中断，没有待遇等待期。", by, None),),
    )


def _long_break_only(
    facts: EmployeeWaitFacts, area: Area, months: int | None, rules: Rules
) -> Finding | None:
    """An area that says when a break is long, and not what follows."""
    if facts.identity != "flexible" or months is None:
        return None
    by = rules.get("flexible_long_break_from_months", area.code)
    if by is None:
        return None
    long = months >= by.value
    text = (
        f"{area.name}灵活就业人员欠费 {by.value} 个月起按中断缴费处理，"
        f"{months} 个月{'已' if long else '还没有'}达到；没有查到等待期的规定。"
    )
    return Finding(reasons=(reason("LOCAL_RULE_UNKNOWN", text, by, ASK),))
