"""The break and the payment as stated: which months, counted as the area counts."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month
from jiexu.core.policy.fact_types import stated_day, usual_month
from jiexu.core.policy.linkage import break_months
from jiexu.core.policy.questions.employee_wait.facts import EmployeeWaitFacts
from jiexu.core.policy.rules import Rules
from jiexu.core.policy.waiting import break_by_day


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """`first`: first enrolment; whoever states a break has been insured before."""

    broken: Month | None
    broken_on: date | None
    paid: Month | None
    paid_on: date | None
    break_months: int | None
    first: bool | None
    flexible: bool

    @classmethod
    def of(cls, facts: EmployeeWaitFacts) -> Stated:
        """Raises `BadInput` for a day that does not exist or a payment before the break."""
        broken = usual_month(facts.break_from, path="break_from") if facts.break_from else None
        paid = usual_month(facts.paid_on, path="paid_on") if facts.paid_on else None
        if broken and paid and paid < broken:
            raise BadInput(
                "paid_on 早于 break_from。",
                "请填写中断以后恢复缴费的日期或月份。",
                path="paid_on",
                code="BAD_FACT",
            )
        first = facts.first_enrolment
        if first is None and (facts.break_months is not None or broken):
            first = False
        return cls(
            broken=broken,
            broken_on=stated_day(facts.break_from, path="break_from"),
            paid=paid,
            paid_on=stated_day(facts.paid_on, path="paid_on"),
            break_months=facts.break_months,
            first=first,
            flexible=facts.identity == "flexible",
        )

    def months(self, area: str, rules: Rules) -> int | None:
        """Months of the break: as stated, else counted by the counter of the area."""
        if self.break_months is not None:
            return self.break_months
        if self.broken is None or self.paid is None:
            return None
        counter = rules.get("break_counter_flexible", area) if self.flexible else None
        counter = counter or rules.get("break_counter", area)
        if counter is not None and counter.value == "months_by_day":
            if self.broken_on and self.paid_on:
                return break_by_day(self.broken_on, self.paid_on)
            rules.note("当地按日计算中断时间，break_from 和 paid_on 没有写到日：按整月计算。")
        return break_months(self.broken.shift(-1), self.paid, area, rules, flexible=self.flexible)
