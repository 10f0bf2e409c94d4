"""Putting the answer of `resident-wait` together: who waits, how long, from which day on."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.areas import pooling_area
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.policy.answers import basis, local_rule_unknown
from jiexu.core.policy.fact_types import usual_day
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.amount import amount_due, rate_year
from jiexu.core.policy.questions.resident_wait.exempt import (
    Exemption,
    counts_as_continuous,
    exemption,
    maybe_exempt,
)
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.questions.resident_wait.months import Wait, WaitRules, wait_of, wait_rules
from jiexu.core.policy.questions.resident_wait.span import span_of, wait_start
from jiexu.core.policy.questions.resident_wait.window import in_window, notice
from jiexu.core.policy.rules import Rules, reason

_EMPTY: dict[str, Any] = dict.fromkeys(
    (
        *("fixed_months", "variable_months", "variable_months_before_repair", "wait_months"),
        *("wait_months_at_least", "wait_from", "wait_until", "benefit_from"),
        *("benefit_ratio_during_wait", "benefit_for_gap_and_wait", "reading"),
    )
)


def decide(facts: ResidentWaitFacts) -> Decision:
    """Outcome covered | wait | local_rule_unknown. Units: calendar months, yuan.

    The rules are those of the day the wait begins. Raises `BadInput` for an unknown area or an
    impossible day.
    """
    area = pooling_area(facts.area, path="area").code
    if facts.prior_cover is not None:
        pooling_area(facts.prior_cover.area, path="prior_cover.area")
    usual_day(facts.paid_on, path="paid_on")
    start = wait_start(facts.paid_on, facts.cover_years)
    rules = Rules(start)
    amount, priced_by = amount_due(facts, area, rules)
    values = {
        **_EMPTY,
        "wait_from": start.isoformat(),
        "wait_list": [],
        "amount_due": amount,
        "rate_year_used": rate_year(facts),
        "years_not_entered": [],
    }
    by = wait_rules(area, rules)
    if by is not None:
        values["reading"] = by.reading
    free = exemption(facts, area, start, rules)
    if free is not None:
        values["wait_from"] = None
        return _covered(facts, values, free.benefit_from, free, rules, priced_by)
    continuous = counts_as_continuous(facts, area, rules)
    missed = _missed(facts, continuous)
    window, windows = in_window(facts, area, rules)
    noticed = notice(facts, area, rules) if missed is None and by is not None else None
    if noticed is not None:
        rules.note(
            f"未说明 missed_years（断保的年度）：按当地公布的等待期（{noticed} 个月）回答；"
            "断保超过1年的，还有变动等待期。"
        )
        missed = ()
    late, gap = _who(by, window, missed)
    if late is False and gap is False:
        return _covered(facts, values, start, _in_time(by, windows, continuous), rules, priced_by)
    unsure = maybe_exempt(facts, area, rules)
    if by is None or unsure or (late is None and not gap):
        return _unknown(facts, area, values, by, unsure, window, rules)
    if missed is None and not late:
        # In time, years missed not stated: nothing is known against the person.
        rules.note(
            "未说明 missed_years（断保的年度）：没有断保的没有等待期，断保过的有等待期；"
            "不能回答等待期和享受待遇起始日。"
        )
        values["wait_from"] = None
        return _answer("covered", facts, values, (), rules, [("amount_due", priced_by)])
    return _waits(facts, area, values, by, missed, late is True, start, rules, priced_by)


def _missed(facts: ResidentWaitFacts, continuous: Parameter | None) -> tuple[int, ...] | None:
    if facts.missed_years is not None:
        return facts.missed_years
    return () if facts.first_enrolment or continuous is not None else None


def _who(
    by: WaitRules | None, window: bool | None, missed: tuple[int, ...] | None
) -> tuple[bool | None, bool | None]:
    """Whether being outside the window, and whether a gap, calls for a wait; `None`: not known."""
    late = None if window is None else not window
    gap = None if missed is None else bool(missed)
    if by is not None and "not_continuous" not in by.applies_to.value:
        gap = False
    return late, gap


def _waits(
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
    basis_of_days = rules.get("resident_wait_basis", area)
    month_end = rules.get("month_end_convention", area)
    ratio = rules.get("resident_benefit_ratio_during_wait", area)
    values["fixed_months"] = by.fixed.value
    values["benefit_ratio_during_wait"] = ratio.value if ratio else None
    values["benefit_for_gap_and_wait"] = ratio.value != "0" if ratio else None
    reasons = [_late(by)] if late else []
    grounds = [
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
        return _answer("wait", facts, values, tuple(reasons), rules, grounds)
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
    return _answer(outcome, facts, values, tuple(reasons), rules, grounds)


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


def _covered(
    facts: ResidentWaitFacts,
    values: dict[str, Any],
    benefit_from: date | None,
    why: Exemption | Reason | None,
    rules: Rules,
    priced_by: Parameter | None,
) -> Decision:
    values.update(
        fixed_months=0,
        variable_months=0,
        variable_months_before_repair=0,
        wait_months=0,
        wait_months_at_least=0,
        benefit_from=benefit_from.isoformat() if benefit_from else None,
    )
    one = why.reason if isinstance(why, Exemption) else why
    grounds = [("amount_due", priced_by)]
    if isinstance(why, Exemption):
        grounds.append(("benefit_from", why.by))
    return _answer("covered", facts, values, (one,) if one else (), rules, grounds)


def _in_time(
    by: WaitRules | None, windows: Parameter | None, continuous: Parameter | None
) -> Reason | None:
    if continuous is not None:
        text = "上年度在外省参加居民医保，在集中参保期内缴费，视为连续参保，没有待遇等待期。"
        return reason("CONTINUOUS_FROM_ELSEWHERE", text, continuous, None)
    rule = windows or (by.applies_to if by else None)
    text = "在集中参保期内缴费且没有断保，没有待遇等待期。"
    return reason("PAID_IN_WINDOW", text, rule, None) if rule else None


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


def _unknown(
    facts: ResidentWaitFacts,
    area: str,
    values: dict[str, Any],
    by: WaitRules | None,
    unsure: str | None,
    window: bool | None,
    rules: Rules,
) -> Decision:
    nation = rules.get("resident_fixed_wait_months", "100000")
    guarantee = "国家自2025年起才有统一规定，此前由各地规定。"
    if nation is not None:
        guarantee = (
            "国家规定：集中参保期内连续参保的没有等待期；此外固定等待期3个月，"
            "每多断保1年原则上再加1个月，新生儿等特殊群体除外，具体由各省规定。"
        )
    if window is None:
        rules.note("未说明 in_window（是否在集中参保期内缴费），也没有查到当地的集中参保期。")
    if facts.missed_years is None and not facts.first_enrolment:
        rules.note("未说明 missed_years（断保的年度）。")
    what = f"{unsure}后参加居民医保是否免除待遇等待期" if unsure else "居民医保待遇等待期"
    if by is not None and not unsure:
        what = "居民医保集中参保期"
    if unsure == "职工医保停保":
        rules.note("离开职工医保后转入居民医保的待遇衔接另有规定，请用 employee-wait 查询。")
    values["wait_from"] = None
    return local_rule_unknown(
        "resident-wait",
        area,
        what=what,
        guarantee=guarantee,
        by=nation,
        values=values,
        rules=rules,
    )


def _answer(
    outcome: str,
    facts: ResidentWaitFacts,
    values: dict[str, Any],
    reasons: tuple[Reason, ...],
    rules: Rules,
    grounds: list[tuple[str, Parameter | None]],
) -> Decision:
    if facts.missed_years and min(facts.missed_years) < 2025:
        rules.note("国家规定自2025年起执行，没有写明此前的断保年度是否计算；按所填的年度计算。")
    return Decision(
        question="resident-wait",
        outcome=outcome,
        values={**values, "basis": basis(grounds)},
        reasons=reasons,
        parameters=rules.uses,
        notes=rules.notes,
    )
