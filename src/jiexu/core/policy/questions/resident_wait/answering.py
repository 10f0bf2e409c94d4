"""Shapes of the answer of `resident-wait`: no wait, a wait, or no rule held."""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.areas import NATION
from jiexu.core.base.decision import Decision, Reason
from jiexu.core.policy.answers import basis, local_rule_unknown
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.exempt import Exemption
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.questions.resident_wait.months import WaitRules
from jiexu.core.policy.rules import Rules, reason

Grounds = list[tuple[str, Parameter | None]]
"""For each value the parameter it rests on."""

NOTHING_KNOWN: dict[str, Any] = dict.fromkeys(
    (
        *("fixed_months", "variable_months", "variable_months_before_repair", "wait_months"),
        *("wait_months_at_least", "wait_from", "wait_until", "benefit_from"),
        *("benefit_ratio_during_wait", "benefit_for_gap_and_wait", "reading"),
    )
)


def covered(
    facts: ResidentWaitFacts,
    values: dict[str, Any],
    benefit_from: date | None,
    why: Exemption | Reason | None,
    rules: Rules,
    priced_by: Parameter | None,
) -> Decision:
    """No wait: from which day, and why. `why` is `None` where no rule is held either."""
    values.update(
        fixed_months=0,
        variable_months=0,
        variable_months_before_repair=0,
        wait_months=0,
        wait_months_at_least=0,
        benefit_from=benefit_from.isoformat() if benefit_from else None,
    )
    one = why.reason if isinstance(why, Exemption) else why
    grounds: Grounds = [("amount_due", priced_by)]
    if isinstance(why, Exemption):
        grounds.append(("benefit_from", why.by))
    return answer("covered", facts, values, (one,) if one else (), rules, grounds)


def in_time(
    by: WaitRules | None, windows: Parameter | None, continuous: Parameter | None
) -> Reason | None:
    """The reason of whoever paid in the window and without a gap, by the rule that is held."""
    if continuous is not None:
        text = "上年度在外省参加居民医保，在集中参保期内缴费，视为连续参保，没有待遇等待期。"
        return reason("CONTINUOUS_FROM_ELSEWHERE", text, continuous, None)
    rule = windows or (by.applies_to if by else None)
    text = "在集中参保期内缴费且没有断保，没有待遇等待期。"
    return reason("PAID_IN_WINDOW", text, rule, None) if rule else None


def unknown(
    facts: ResidentWaitFacts,
    area: str,
    values: dict[str, Any],
    by: WaitRules | None,
    unsure: str | None,
    window: bool | None,
    rules: Rules,
) -> Decision:
    """No sourced rule on what the answer turns on: the nation's, the missing facts, and 12393.

    `unsure` names a change of status on whose effect nothing is known.
    """
    nation = rules.get("resident_fixed_wait_months", NATION)
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


def answer(
    outcome: str,
    facts: ResidentWaitFacts,
    values: dict[str, Any],
    reasons: tuple[Reason, ...],
    rules: Rules,
    grounds: Grounds,
) -> Decision:
    """The Decision, with the note that belongs to gaps from before the rule."""
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
