"""Whoever waits: how many months, from which day on, and what would shorten it."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.answering import Grounds, answer
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.questions.resident_wait.months import Wait, WaitRules, wait_of
from jiexu.core.policy.questions.resident_wait.span import span_of
from jiexu.core.policy.rules import Rules, reason


def waits(
    facts: ResidentWaitFacts,
    area: str,
    values: dict[str, Any],
    by: WaitRules,
    missed: tuple[int, ...] | None,
    late: bool,
    start: date,
    rules: Rules,
    priced_by: Parameter | None,
) -> Decision:
    """The wait of somebody to whom it applies. `missed` is `None` where not stated."""
    basis_of_days = rules.get("resident_wait_basis", area)
    month_end = rules.get("month_end_convention", area)
    ratio = rules.get("resident_benefit_ratio_during_wait", area)
    values["fixed_months"] = by.fixed.value
    values["benefit_ratio_during_wait"] = ratio.value if ratio else None
    values["benefit_for_gap_and_wait"] = ratio.value != "0" if ratio else None
    reasons = [_late(by)] if late else []
    grounds: Grounds = [
        ("fixed_months", by.fixed),
        ("variable_months", by.per_year),
        ("reading", by.first_counts),
        ("benefit_from", basis_of_days),
        ("benefit_ratio_during_wait", ratio),
        ("amount_due", priced_by),
    ]
    if missed is None and by.per_year is not None:
        rules.note(
            "未说明 missed_years（断保的年度）：固定等待期之外每多断保1年加月，"
            "不能回答变动等待期和享受待遇起始日；没有断保的只有固定等待期。"
        )
        values["wait_months_at_least"] = by.fixed.value
        return answer("wait", facts, values, tuple(reasons), rules, grounds)
    missed = missed or ()
    wait = wait_of(missed, facts.repaired_years or 0, by)
    if facts.repaired_years is None and wait.variable:
        rules.note("未说明 repaired_years（修复的年数）：按没有修复回答。")
    span = span_of(
        start,
        wait.total,
        basis_of_days.value if basis_of_days else "day_of_payment",
        month_end.value if month_end else "last_day",
    )
    if span.month_end:
        rules.note("期满之月没有对应的日子，没有查到规定，按该月最后一日回答。")
    values.update(
        variable_months=wait.variable,
        variable_months_before_repair=wait.variable_before_repair,
        wait_months=wait.total,
        wait_months_at_least=wait.total,
        wait_from=span.wait_from.isoformat(),
        wait_until=span.wait_until.isoformat() if wait.total else None,
        wait_list=list(span.wait_list),
    )
    if missed:
        rules.heard("first_missed_year_counts", area)
        reasons.append(_gap(missed, wait, by))
    if wait.lifted is not None and by.floor is not None:
        grounds.append(("wait_months", by.floor))
        text = f"连续断保 {len(set(missed))} 年，修复后等待期合计仍不少于 {wait.lifted} 个月。"
        reasons.append(reason("REPAIR_FLOOR", text, by.floor, None))
    values["benefit_from"] = _entered(facts, values, span.benefit_from, rules)
    outcome = "wait" if wait.total else "covered"
    return answer(outcome, facts, values, tuple(reasons), rules, grounds)


def _entered(
    facts: ResidentWaitFacts, values: dict[str, Any], benefit_from: date, rules: Rules
) -> str | None:
    """The first day of benefit, `None` when every year paid for is over by then."""
    lost = sorted({year for year in facts.cover_years if year < benefit_from.year})
    values["years_not_entered"] = lost
    if lost:
        names = "、".join(map(str, lost))
        rules.note(f"{names} 年度缴费后没有进入该年度的待遇享受期，该年度不算连续参保。")
    return benefit_from.isoformat() if len(lost) < len(set(facts.cover_years)) else None


def _late(by: WaitRules) -> Reason:
    how = "下一年度在集中参保期内缴费，连续参保就没有等待期"
    return reason(
        "OUTSIDE_WINDOW",
        f"不在集中参保期内缴费，有固定待遇等待期 {by.fixed.value} 个月。",
        by.fixed,
        Repair(who="本人", how=how),
    )


def _gap(missed: tuple[int, ...], wait: Wait, by: WaitRules) -> Reason:
    years = "、".join(map(str, sorted(set(missed))))
    how = "多缴费修复断保年度，每修复1年减少1个月变动等待期，固定等待期不变"
    if not wait.variable or wait.lifted is not None:
        how = "下一年度在集中参保期内缴费，连续参保就没有等待期"
    text = (
        f"断保 {len(set(missed))} 年（{years}），固定待遇等待期 {wait.fixed} 个月，"
        f"变动待遇等待期 {wait.variable} 个月。"
    )
    return reason("NOT_CONTINUOUS", text, by.per_year or by.fixed, Repair(who="本人", how=how))
