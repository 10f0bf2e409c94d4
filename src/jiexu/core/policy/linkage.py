"""Cover after a break in contributions, on a transfer (医保办发〔2021〕43号, 待遇衔接).

This is the wait of a transfer. The wait of residents who missed an enrolment window
(国办发〔2024〕38号) is another rule and is never added to it, nor are local rules on arrears.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from jiexu.core.base.periods import Month
from jiexu.core.policy.fitting_rows import at_least, at_most, fitting_row, same
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.rules import ASK_12393, Rules
from jiexu.core.policy.waiting import counted_break

Kind = Literal["EE", "RR", "ER", "RE"]


class Linkage(msgspec.Struct, frozen=True, kw_only=True):
    """What holds at the destination after the break; `None` where facts or rules do not say.

    A local wait is so many calendar months or so many days, never both; `wait_start` names how
    the area counts. `guaranteed`: the nation promises no wait (gap paid, three months, two years).
    """

    wait_months: int | None = None
    wait_days: int | None = None
    wait_start: str | None = None
    wait_cap_months: int | None = None
    retroactive: bool | None = None
    benefit_ratio_during_wait: str | None = None
    guaranteed: bool | None = None
    rests_on: tuple[Parameter, ...] = ()


def break_months(
    last_paid: Month, first_paid: Month, area: str, rules: Rules, *, flexible: bool = False
) -> int:
    """Months without contribution between the two, by the counter of `area` (the destination).

    Nothing national says how to count: the counter is a practice, or the area's own. Some areas
    count flexible workers in another way.
    """
    counter = rules.get("break_counter_flexible", area) if flexible else None
    counter = counter or rules.get("break_counter", area)
    return counted_break(counter.value if counter else "months_between", last_paid, first_paid)


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
    crosses = kind in {"ER", "RE"}
    least = rules.get("cross_scheme_min_continuous_years", area) if crosses else None
    if months is None:
        rules.note(
            "未说明 break_months（也没有 from.last_paid_month 和 to.first_paid_month）:"
            "不能回答待遇等待期。"
        )
        return Linkage(rests_on=(short, cap))
    linking = _Linking(kind, area, months, short, cap, least, rules)
    years: tuple[bool, ...] = (True,)
    if least is not None:
        years = (True, False) if continuous_years is None else (continuous_years >= least.value,)
    payments = (True, False) if back_paid is None else (back_paid,)
    found = [linking.decided(paid=paid, enough=enough) for enough in years for paid in payments]
    answer = _agreed([one for one, _ in found])
    open_years = len(years) > 1 and _turns(found, lambda index: index // len(payments))
    open_payment = len(payments) > 1 and _turns(found, lambda index: index % len(payments))
    if open_years and least is not None:
        rules.note(
            f"未说明 continuous_years：职工医保与居民医保互转，连续参保满 {least.value} 年"
            "才适用国家的待遇衔接规定，不能回答等待期。"
        )
    if open_payment:
        rules.note(
            f"未说明 back_paid：中断不超过 {short.value} 个月的，按转入地规定补缴后没有等待期，"
            "不补缴的国家没有保证。"
            if months <= short.value
            else "未说明 back_paid：当地的等待期因是否补缴而不同，不能回答具体月数。"
        )
    if not open_years and not open_payment:
        for text in found[0][1]:
            rules.note(text)
    return answer


class _Linking:
    """One transfer with everything stated but the payment and the years."""

    def __init__(
        self,
        kind: Kind,
        area: str,
        months: int,
        short: Parameter,
        cap: Parameter,
        least: Parameter | None,
        rules: Rules,
    ) -> None:
        self.kind, self.area, self.months = kind, area, months
        self.short, self.cap, self.least, self.rules = short, cap, least, rules

    def decided(self, *, paid: bool, enough: bool) -> tuple[Linkage, tuple[str, ...]]:
        """The answer, and what must be said with it."""
        within = self.months <= self.short.value
        if enough and self.months == 0:
            return Linkage(
                wait_months=0, retroactive=False, guaranteed=True, rests_on=(self.short,)
            ), ()
        if enough and within and paid:
            return Linkage(
                wait_months=0, retroactive=True, guaranteed=True, rests_on=(self.short,)
            ), ()
        if (local := self._local(paid=paid, enough=enough)) is not None:
            return local, ()
        if not enough and self.least is not None:
            return Linkage(guaranteed=False, rests_on=(self.least,)), (
                f"连续参保不满 {self.least.value} 年，国家没有统一的等待期规定，"
                f"由转入地规定，{ASK_12393}。",
            )
        if within:
            return Linkage(retroactive=False, guaranteed=False, rests_on=(self.short,)), (
                f"没有补缴中断的月份：国家不保证无等待期，由转入地规定，{ASK_12393}。",
            )
        return Linkage(
            wait_cap_months=self.cap.value,
            retroactive=False,
            guaranteed=False,
            rests_on=(self.cap,),
        ), (
            f"等待期由转入地统筹地区规定，原则上不超过 {self.cap.value} 个月；"
            f"没有查到当地的具体月数，{ASK_12393}。",
        )

    def _local(self, *, paid: bool, enough: bool) -> Linkage | None:
        """What the area itself says about a transfer or a change of scheme."""
        fitting = fitting_row(
            self.rules.levels("linkage_wait", self.area),
            {
                "kind": ("kind", same(self.kind)),
                "years_required": ("continuous_years", lambda required: enough or not required),
                "from_months": ("break_months", at_least(self.months)),
                "to_months": ("break_months", at_most(self.months)),
                "back_paid": ("back_paid", same(paid)),
            },
        )
        if fitting.row is None or fitting.by is None:
            return None
        row, by = fitting.row, self.rules.use(fitting.by)
        long = self.months > self.short.value
        start = row.get("start") or _value(self.rules.get("employee_wait_start", self.area))
        return Linkage(
            wait_months=row.get("months"),
            wait_days=row.get("days"),
            wait_start=start,
            wait_cap_months=self.cap.value if long else None,
            retroactive=row.get("retroactive", False if long else None),
            benefit_ratio_during_wait=row.get("benefit_ratio"),
            guaranteed=False,
            rests_on=(by, self.cap) if long else (by,),
        )


def _value(parameter: Parameter | None) -> Any:
    return parameter.value if parameter else None


def _turns(found: list[tuple[Linkage, tuple[str, ...]]], of: Any) -> bool:
    """Whether the answer turns on the fact whose state `of` reads from the place in the list."""
    groups: dict[int, list[Linkage]] = {}
    for index, (one, _) in enumerate(found):
        groups.setdefault(of(index), []).append(msgspec.structs.replace(one, rests_on=()))
    first, *others = groups.values()
    return any(group != first for group in others)


def _agreed(found: list[Linkage]) -> Linkage:
    """What holds whichever way the facts not stated are: field by field."""
    first, *others = found
    rests_on = dict.fromkeys(by.name for one in found for by in one.rests_on)
    known = {by.name: by for one in found for by in one.rests_on}
    agreed = {
        name: value if all(getattr(one, name) == value for one in others) else None
        for name, value in msgspec.structs.asdict(first).items()
        if name != "rests_on"
    }
    return Linkage(**agreed, rests_on=tuple(known[name] for name in rests_on))
