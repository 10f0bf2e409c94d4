"""The linkage of a transfer or a change of scheme, told with its reasons."""

from __future__ import annotations

from jiexu.core.base.areas import Area
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.policy.linkage import Kind, Linkage, link
from jiexu.core.policy.questions.employee_wait.facts import EmployeeWaitFacts
from jiexu.core.policy.questions.employee_wait.finding import ASK, Finding
from jiexu.core.policy.questions.employee_wait.stated import Stated
from jiexu.core.policy.rules import Rules, reason

_PAY = Repair(
    who="本人或用人单位", how="按转入地的规定补缴中断的月份；补缴后没有等待期，费用可追溯"
)


def by_linkage(
    facts: EmployeeWaitFacts, kind: Kind, area: Area, stated: Stated, rules: Rules
) -> Finding:
    """The answer of 43号 and of what the area adds to it."""
    months = stated.months(area.code, rules)
    if months is None:
        return _without_break(area, rules)
    linkage = link(
        kind=kind,
        area=area.code,
        months=months,
        back_paid=facts.back_paid,
        continuous_years=facts.continuous_years,
        rules=rules,
    )
    wait = linkage.wait_months if linkage.wait_months is not None else linkage.wait_days
    return Finding(
        waits=None if wait is None else wait > 0,
        wait_months=linkage.wait_months,
        wait_days=linkage.wait_days,
        wait_start=linkage.wait_start,
        wait_cap_months=linkage.wait_cap_months,
        retroactive=linkage.retroactive,
        benefit_ratio_during_wait=linkage.benefit_ratio_during_wait,
        guaranteed=linkage.guaranteed,
        reasons=_reasons(linkage, months, area, facts),
    )


def _without_break(area: Area, rules: Rules) -> Finding:
    rules.note("未说明 break_months（也没有 break_from 和 paid_on）：不能回答待遇等待期。")
    cap = rules.get("wait_cap_months", area.code)
    short = rules.get("no_wait_break_months", area.code)
    if cap is None or short is None:
        return Finding()
    text = (
        f"中断不超过 {short.value} 个月（含）并补缴的没有等待期；"
        f"超过的，等待期原则上不超过 {cap.value} 个月。"
    )
    return Finding(
        wait_cap_months=cap.value, reasons=(reason("BREAK_NOT_STATED", text, short, None),)
    )


def _reasons(
    linkage: Linkage, months: int, area: Area, facts: EmployeeWaitFacts
) -> tuple[Reason, ...]:
    if not linkage.rests_on:
        return ()
    by = linkage.rests_on[0]
    if months == 0 and linkage.wait_months == 0:
        return (reason("NO_BREAK", "缴费没有中断，没有待遇等待期。", by, None),)
    if linkage.guaranteed:
        text = f"中断 {months} 个月并已补缴：没有等待期，缴费当月起享受待遇，中断期间费用可追溯。"
        return (reason("SHORT_BREAK_PAID", text, by, None),)
    if linkage.wait_months == 0:
        text = f"{area.name}规定中断 {months} 个月没有等待期，缴费当月起享受待遇。"
        return (reason("LOCAL_NO_WAIT", text, by, None),)
    if linkage.wait_months is not None or linkage.wait_days is not None:
        length = (
            f"{linkage.wait_months} 个月"
            if linkage.wait_months is not None
            else f"{linkage.wait_days} 天"
        )
        return (reason("LOCAL_WAIT", f"{area.name}的待遇等待期为 {length}。", by, None),)
    if by.name == "cross_scheme_min_continuous_years":
        text = (
            f"职工医保与居民医保互转，连续参保不满 {by.value} 年的，国家不保证没有等待期，"
            "由转入地规定。"
        )
        return (reason("CROSS_SCHEME_YEARS_SHORT", text, by, ASK),)
    if linkage.wait_cap_months is not None:
        text = (
            f"中断 {months} 个月，超过国家规定的无等待期月数：等待期由{area.name}规定，"
            f"原则上不超过 {linkage.wait_cap_months} 个月。"
        )
        return (reason("LONG_BREAK", text, by, ASK),)
    if facts.back_paid is False:
        text = f"中断 {months} 个月没有补缴：国家不保证没有等待期，由转入地规定。"
        return (reason("NOT_PAID_BACK", text, by, _PAY),)
    text = f"中断 {months} 个月：是否有等待期，取决于没有说明的事实。"
    return (reason("FACTS_MISSING", text, by, _PAY),)
