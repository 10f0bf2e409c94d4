"""What comes back: the premium before its benefit period, the prepaid months after employment."""

from __future__ import annotations

import msgspec

from jiexu.core.base.areas import NATION
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.base.periods import Month
from jiexu.core.policy.fact_types import usual_day
from jiexu.core.policy.parameters import lookup
from jiexu.core.policy.questions.duplicate.facts import DuplicateFacts
from jiexu.core.policy.rules import ASK_12393, Rules, reason


class Refund(msgspec.Struct, frozen=True, kw_only=True):
    """`refund` is `None` where a fact is missing. `months` are text, first to last."""

    refund: bool | None
    months: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()


def prepaid_refund(facts: DuplicateFacts, area: str, rules: Rules) -> Refund:
    """The prepaid months of a flexible worker from the month an employer pays.

    A local "no" that is older than the national rule decides, and the answer says so.
    """
    by = rules.get("flexible_prepaid_refund", area)
    assert by is not None
    if facts.prepaid_to is None or facts.employed_from is None:
        missing = [
            name
            for name, one in (
                ("prepaid_to（预缴到的月份）", facts.prepaid_to),
                ("employed_from（单位参保起始月份）", facts.employed_from),
            )
            if one is None
        ]
        rules.note(f"未说明 {'、'.join(missing)}：不能回答灵活就业预缴费用退哪些月份。")
        return Refund(refund=None)
    first = Month.parse(facts.employed_from[:7], path="employed_from")
    last = Month.parse(facts.prepaid_to[:7], path="prepaid_to")
    usual_day(first.first_day, path="employed_from")
    usual_day(last.first_day, path="prepaid_to")
    months = tuple(
        str(Month.from_ordinal(number)) for number in range(first.ordinal, last.ordinal + 1)
    )
    if not by.value:
        nation = lookup("flexible_prepaid_refund", NATION, rules.on)
        if nation is not None and nation.value and nation.area != by.area:
            number = nation.text.number if nation.text else ""
            rules.note(
                f"当地的说法早于国家规定（{number}：剩余月份可申请退费），办理前{ASK_12393}。"
            )
        text = "当地的说法是灵活就业人员预缴的费用不退。"
        repair = Repair(who="本人", how=f"可依据国家规定申请退还剩余月份费用；{ASK_12393}")
        return Refund(refund=False, reasons=(reason("PREPAID_NOT_REFUNDED", text, by, repair),))
    if not months:
        return Refund(refund=False)
    text = (
        f"就业参保后，灵活就业预缴的剩余 {len(months)} 个月"
        f"（{months[0]} 至 {months[-1]}）可申请退费。"
    )
    repair = Repair(who="本人", how="向灵活就业参保地经办机构申请退费")
    return Refund(refund=True, months=months, reasons=(reason("PREPAID_REFUND", text, by, repair),))


def premium_refund(facts: DuplicateFacts, area: str, rules: Rules) -> Refund:
    """The premium of the relation that is given up. Not stated leaves `None` and a note."""
    before = rules.get("refund_before_benefit_period", area)
    after = rules.get("refund_after_benefit_period", area)
    assert before is not None
    assert after is not None
    if facts.benefit_started is None:
        rules.note(
            "未说明 benefit_started（待遇享受期是否已开始）：开始前终止重复的参保关系可以申请退费，"
            "开始后原则上不退。"
        )
        return Refund(refund=None)
    if facts.benefit_started:
        text = "重复的参保关系待遇享受期已经开始，费用原则上不退，暂停重复的参保关系。"
        return Refund(
            refund=bool(after.value),
            reasons=(reason("BENEFIT_PERIOD_STARTED", text, after, None),),
        )
    repair = Repair(who="本人", how="申请终止重复的参保关系，同时申请退费")
    if facts.terminated is None:
        rules.note("未说明 terminated（是否终止重复的参保关系）：终止后才能申请退费。")
        return Refund(refund=None)
    text = "待遇享受期还没有开始，终止重复的参保关系后可以申请退费。"
    one = reason("BEFORE_BENEFIT_PERIOD", text, before, repair)
    return Refund(refund=facts.terminated, reasons=(one,))
