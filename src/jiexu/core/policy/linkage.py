"""Cover after a break in contributions, on a transfer (医保办发〔2021〕43号, 待遇衔接).

This is the wait of a transfer. The wait of residents who missed an enrolment window
(国办发〔2024〕38号) is another rule and is never added to it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from jiexu.core.base.periods import Month, months_between
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.rules import ASK_12393, Rules

Kind = Literal["EE", "RR", "ER", "RE"]


class Linkage(msgspec.Struct, frozen=True, kw_only=True):
    """What holds at the destination after the break; `None` where facts or rules do not say."""

    wait_months: int | None = None
    wait_cap_months: int | None = None
    retroactive: bool | None = None
    benefit_ratio_during_wait: str | None = None
    rests_on: tuple[Parameter, ...] = ()


def break_months(last_paid: Month, first_paid: Month, area: str, rules: Rules) -> int:
    """Months without contribution between the two, by the counter of `area` (the destination).

    Nothing national says how to count: the counter is a practice, or the area's own.
    """
    counter = rules.get("break_counter", area)
    between = months_between(last_paid, first_paid)
    if counter is not None and counter.value == "months_including_handling" and between > 0:
        return between + 1
    return between


def link(
    *,
    kind: Kind,
    area: str,
    months: int | None,
    back_paid: bool | None,
    continuous_years: float | None,
    rules: Rules,
) -> Linkage:
    """Whether cover resumes at once, with what wait at most, and whether costs are claimed back.

    `area` is the destination. Units: calendar months. Unknown months, payment or years leave
    the dependent value `None` and are named in the notes of `rules`.
    """
    if kind == "RR":
        rules.note("居民医保的待遇等待期另有规定，请用 resident-wait 查询。")
        return Linkage()
    short = rules.get("no_wait_break_months", area)
    cap = rules.get("wait_cap_months", area)
    if short is None or cap is None:
        rules.note("2021年12月前的待遇衔接规定未见原文，不能回答等待期。")
        return Linkage()
    if months is None:
        rules.note(
            "未说明 break_months（也没有 from.last_paid_month 和 to.first_paid_month）:"
            "不能回答待遇等待期。"
        )
        return Linkage(rests_on=(short, cap))
    if kind in {"ER", "RE"} and not _years_suffice(area, continuous_years, rules):
        return Linkage(rests_on=(short, cap))
    if months == 0:
        return Linkage(wait_months=0, retroactive=False, rests_on=(short,))
    if months <= short.value:
        return _short_break(back_paid, short, rules)
    return _long_break(area, back_paid, cap, rules)


def _years_suffice(area: str, continuous_years: float | None, rules: Rules) -> bool:
    least = rules.get("cross_scheme_min_continuous_years", area)
    if least is None:
        return False
    if continuous_years is None:
        rules.note(
            f"未说明 continuous_years：职工医保与居民医保互转，连续参保满 {least.value} 年"
            "才适用国家的待遇衔接规定，不能回答等待期。"
        )
        return False
    if continuous_years < least.value:
        rules.note(
            f"连续参保不满 {least.value} 年，国家没有统一的等待期规定，由转入地规定，{ASK_12393}。"
        )
        return False
    return True


def _short_break(back_paid: bool | None, short: Parameter, rules: Rules) -> Linkage:
    if back_paid is None:
        rules.note(
            f"未说明 back_paid：中断不超过 {short.value} 个月的，按转入地规定补缴后没有等待期，"
            "不补缴的国家没有保证。"
        )
        return Linkage(rests_on=(short,))
    if not back_paid:
        rules.note(f"没有补缴中断的月份：国家不保证无等待期，由转入地规定，{ASK_12393}。")
        return Linkage(retroactive=False, rests_on=(short,))
    return Linkage(wait_months=0, retroactive=True, rests_on=(short,))


def _long_break(area: str, back_paid: bool | None, cap: Parameter, rules: Rules) -> Linkage:
    local = rules.get("wait_after_long_break", area)
    if local is None:
        rules.note(
            f"等待期由转入地统筹地区规定，原则上不超过 {cap.value} 个月；"
            f"没有查到当地的具体月数，{ASK_12393}。"
        )
        return Linkage(wait_cap_months=cap.value, retroactive=False, rests_on=(cap,))
    if back_paid is None:
        rules.note("未说明 back_paid：当地的等待期因是否补缴而不同，不能回答具体月数。")
        return Linkage(wait_cap_months=cap.value, retroactive=False, rests_on=(local, cap))
    row = next((one for one in local.value if one["back_paid"] is back_paid), None)
    if row is None:
        return Linkage(wait_cap_months=cap.value, retroactive=False, rests_on=(local, cap))
    return Linkage(
        wait_months=row["months"],
        wait_cap_months=cap.value,
        retroactive=False,
        benefit_ratio_during_wait=row["benefit_ratio"],
        rests_on=(local, cap),
    )
