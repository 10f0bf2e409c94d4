"""Who waits for the benefit of resident cover, and who does not: the way through the rules."""

from __future__ import annotations

from jiexu.core.base.areas import pooling_area
from jiexu.core.base.decision import Decision
from jiexu.core.policy.fact_types import usual_day
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.amount import amount_due, rate_year
from jiexu.core.policy.questions.resident_wait.answering import (
    NOTHING_KNOWN,
    answer,
    covered,
    in_time,
    unknown,
)
from jiexu.core.policy.questions.resident_wait.exempt import (
    counts_as_continuous,
    exemption,
    maybe_exempt,
)
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.questions.resident_wait.months import WaitRules, wait_rules
from jiexu.core.policy.questions.resident_wait.span import wait_start
from jiexu.core.policy.questions.resident_wait.waiting import waits
from jiexu.core.policy.questions.resident_wait.window import in_window, notice
from jiexu.core.policy.rules import Rules


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
        **NOTHING_KNOWN,
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
        return covered(facts, values, free.benefit_from, free, rules, priced_by)
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
        return covered(facts, values, start, in_time(by, windows, continuous), rules, priced_by)
    unsure = maybe_exempt(facts, area, rules)
    if by is None or unsure or (late is None and not gap):
        return unknown(facts, area, values, by, unsure, window, rules)
    if missed is None and not late:
        # In time, years missed not stated: nothing is known against the person.
        rules.note(
            "未说明 missed_years（断保的年度）：没有断保的没有等待期，断保过的有等待期；"
            "不能回答等待期和享受待遇起始日。"
        )
        values["wait_from"] = None
        return answer("covered", facts, values, (), rules, [("amount_due", priced_by)])
    return waits(facts, area, values, by, missed, late is True, start, rules, priced_by)


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
