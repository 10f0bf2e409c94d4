"""Putting the answer of `employee-wait` together: which rule speaks, and from when cover holds."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from jiexu.core.base.areas import Area, pooling_area
from jiexu.core.base.decision import Decision
from jiexu.core.base.periods import Month
from jiexu.core.policy.linkage import Kind
from jiexu.core.policy.questions.employee_wait.arrears import by_arrears_rule
from jiexu.core.policy.questions.employee_wait.facts import EmployeeWaitFacts
from jiexu.core.policy.questions.employee_wait.finding import Finding, unknown
from jiexu.core.policy.questions.employee_wait.linked import by_linkage
from jiexu.core.policy.questions.employee_wait.stated import Stated
from jiexu.core.policy.rules import Rules
from jiexu.core.policy.waiting import ends, waits_from

LATEST = date(9999, 12, 31)
"""Stands for "whatever holds now" when no day is stated: the core has no clock."""


def decide(facts: EmployeeWaitFacts) -> Decision:
    """Outcome covered | wait | local_rule_unknown. Units: calendar months or days.

    Raises `BadInput` for an unknown area or a day that does not exist.
    """
    area = pooling_area(facts.area)
    stated = Stated.of(facts)
    rules = Rules(stated.paid_on or (stated.paid.first_day if stated.paid else LATEST))
    if stated.paid is None:
        rules.note("未说明 paid_on：按目前最新的规定回答，不能算出享受待遇的日期。")
    engine, finding = _found(facts, area, stated, rules)
    starts = "payment_day" if finding.wait_days is not None else finding.wait_start
    starts = starts or "payment_month"
    benefit_from, months = _calendar(stated, finding, starts, rules)
    return Decision(
        question="employee-wait",
        outcome=_outcome(finding),
        values={
            "engine": engine,
            "break_months": stated.months(area.code, rules),
            "wait_months": finding.wait_months,
            "wait_days": finding.wait_days,
            "wait_list": [str(one) for one in months],
            "wait_start": starts if finding.waits else None,
            "benefit_from": benefit_from.isoformat() if benefit_from else None,
            "retroactive": finding.retroactive,
            "account_backfilled": finding.account_backfilled,
            "benefit_ratio_during_wait": finding.benefit_ratio_during_wait,
            "wait_cap_months": finding.wait_cap_months,
            "no_wait_guarantee": finding.guaranteed,
            **_account(area, rules),
        },
        reasons=finding.reasons,
        parameters=rules.uses,
        notes=rules.notes,
    )


def _found(
    facts: EmployeeWaitFacts, area: Area, stated: Stated, rules: Rules
) -> tuple[str, Finding]:
    if facts.kind == "RR" or (facts.identity == "resident" and facts.via_transfer is False):
        rules.note(
            "居民医保未在集中参保期参保或断保的等待期是另一项规定（国办发〔2024〕38号），"
            "不能与转移接续的等待期相加，请用 resident-wait 查询。"
        )
        return "none", unknown("RESIDENT_RULE", "这里只回答职工医保和转移接续的等待期。")
    if (kind := _kind(facts, rules)) is not None:
        return "transfer", by_linkage(facts, kind, area, stated, rules)
    found = by_arrears_rule(facts, area, stated, rules)
    if found is None and facts.via_transfer is None and not stated.first:
        rules.note(
            "未说明 via_transfer：按跨统筹区转移接续的规定回答；"
            f"没有转移的，适用{area.name}欠费补缴的规定，没有查到。"
        )
        return "transfer", by_linkage(facts, "EE", area, stated, rules)
    if found is None:
        rules.heard("arrears_wait", area.code)
        text = f"没有查到{area.name}职工医保首次参保或欠费后待遇等待期的规定。"
        return "arrears", unknown("LOCAL_RULE_UNKNOWN", text, ask=True)
    return "arrears", found


def _kind(facts: EmployeeWaitFacts, rules: Rules) -> Kind | None:
    """The kind of linkage that applies; `None` where the local rule on arrears does."""
    if facts.identity == "resident":
        if facts.kind is None:
            rules.note("未说明 kind：按职工→居民回答；居民→居民请用 resident-wait 查询。")
        return "ER"
    if facts.kind in {"RE", "ER"}:
        return facts.kind
    if facts.via_transfer is False:
        return None
    if facts.kind == "EE":
        return "EE"
    if facts.via_transfer:
        rules.note("未说明 kind：按职工→职工回答；居民→职工的还须满足连续参保年限。")
        return "EE"
    return None


def _outcome(finding: Finding) -> str:
    if finding.waits:
        return "wait"
    return "covered" if finding.waits is False else "local_rule_unknown"


def _calendar(
    stated: Stated, finding: Finding, starts: str, rules: Rules
) -> tuple[date | None, list[Month]]:
    if stated.paid is None or finding.waits is None:
        return None, []
    begins = ends(
        starts,
        stated.paid,
        stated.paid_on,
        months=finding.wait_months,
        days=finding.wait_days,
    )
    if begins is None and finding.wait_days is not None:
        rules.note(
            "paid_on 只说明了月份：等待期按日计算，paid_on 要写到日，不能算出享受待遇的日期。"
        )
    by_month = finding.wait_days is None and starts != "payment_day"
    first = waits_from(starts, stated.paid)
    waits = finding.wait_months if by_month else None
    return begins, [first.shift(one) for one in range(waits or 0)]


def _account(area: Area, rules: Rules) -> dict[str, Any]:
    """What happens to the personal account in the break, where the area says it."""
    names = ("account_credit_during_break", "balance_usable_during_break", "account_credit_resumes")
    found = {name: rules.get(name, area.code) for name in names}
    return {
        name: msgspec.to_builtins(by.value) if by is not None else None
        for name, by in found.items()
    }
