"""Who has no wait although late: newborns, and whoever's status changed a short while ago."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from jiexu.core.base.areas import province
from jiexu.core.base.decision import Reason
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.rules import ASK_12393, Rules, reason

_KINDS = {
    "graduate": "毕业",
    "discharged_soldier": "退役",
    "released": "刑满释放",
    "left_employee_cover": "职工医保停保",
    "assisted": "成为救助对象",
    "other": "身份变动",
}


class Exemption(msgspec.Struct, frozen=True, kw_only=True):
    """No wait. `benefit_from` is `None` where no rule says from which day."""

    benefit_from: date | None
    reason: Reason
    by: Parameter


def exemption(facts: ResidentWaitFacts, area: str, start: date, rules: Rules) -> Exemption | None:
    """The exemption that holds on the day of payment, or `None`."""
    return _newborn(facts, area, rules) or _changed(facts, area, start, rules)


def maybe_exempt(facts: ResidentWaitFacts, area: str, rules: Rules) -> str | None:
    """A change of status on whose effect there is no sourced rule here: its Chinese name."""
    changed = facts.change_of_status
    if changed is None or changed.kind == "newborn":
        return None
    days = rules.get("exempt_change_of_status_days", area)
    kinds = rules.get("exempt_change_of_status_kinds", area)
    if days is not None and kinds is not None and changed.kind in kinds.value:
        return None  # the rule is known: it did not hold
    return _KINDS[changed.kind]


def _newborn(facts: ResidentWaitFacts, area: str, rules: Rules) -> Exemption | None:
    changed = facts.change_of_status
    stated = changed is not None and changed.kind == "newborn"
    born = changed.on if changed is not None and stated else facts.birth
    if born is None:
        return None
    days = rules.get("newborn_days", area)
    if days is not None and 0 <= (facts.paid_on - born).days <= days.value:
        text = f"新生儿在出生后 {days.value} 日（含）内参保缴费，自出生之日起享受待遇。"
        return Exemption(benefit_from=born, reason=reason("NEWBORN", text, days, None), by=days)
    by = rules.get("resident_wait_newborn_exempt", area)
    if days is not None or by is None or not by.value or not stated:
        return None
    rules.note(f"新生儿自哪一天起享受待遇，没有查到当地规定，{ASK_12393}。")
    return Exemption(
        benefit_from=None,
        reason=reason("NEWBORN", "新生儿参保不设待遇等待期。", by, None),
        by=by,
    )


def _changed(facts: ResidentWaitFacts, area: str, start: date, rules: Rules) -> Exemption | None:
    changed = facts.change_of_status
    if changed is None or changed.kind == "newborn":
        return None
    days = rules.get("exempt_change_of_status_days", area)
    kinds = rules.get("exempt_change_of_status_kinds", area)
    if days is None or kinds is None or changed.kind not in kinds.value:
        return None
    gone = (facts.paid_on - changed.on).days
    if gone > days.value:
        rules.note(
            f"{_KINDS[changed.kind]}至缴费已过 {gone} 日，"
            f"超过 {days.value} 日（含）的不再免除待遇等待期。"
        )
        return None
    text = (
        f"{_KINDS[changed.kind]}后 {days.value} 日（含）内参加居民医保，不设待遇等待期，"
        "缴费到账次日起享受待遇。"
    )
    return Exemption(
        benefit_from=max(facts.paid_on + timedelta(days=1), start, changed.on),
        reason=reason("CHANGE_OF_STATUS", text, days, None),
        by=days,
    )


def counts_as_continuous(facts: ResidentWaitFacts, area: str, rules: Rules) -> Parameter | None:
    """The rule by which cover in another province makes this enrolment continuous, if it does."""
    prior = facts.prior_cover
    if prior is None or prior.insutype != "390" or prior.continuous_years == 0:
        return None
    by = rules.get("other_area_cover_counts", area)
    if by is None or not by.value:
        return None
    elsewhere = province(prior.area, path="prior_cover.area").code != province(area).code
    return by if elsewhere else None
