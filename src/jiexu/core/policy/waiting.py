"""When a wait begins and ends: named ways in which areas count, never added to one another.

The first day of a wait is its day 1. Month ends: a day that the target month does not have
becomes its last day (no rule is published on it; the convention is shown with the answer).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal

from jiexu.core.base.periods import Month, months_between

Start = Literal["payment_day", "payment_month", "month_after_payment"]
Counter = Literal["months_between", "months_including_handling", "months_by_day"]


def counted_break(counter: str, last_paid: Month, first_paid: Month) -> int:
    """Months of a break between the last month paid and the month paid again."""
    between = months_between(last_paid, first_paid)
    if counter == "months_including_handling" and between > 0:
        return between + 1
    return between


def break_by_day(broken_on: date, paid_on: date) -> int:
    """Months of a break counted from day to day; a month begun counts as one.

    `broken_on` is the first day without cover, so the same day of the month three months on
    ends a break of exactly three.
    """
    if paid_on <= broken_on:
        return 0
    months = (paid_on.year - broken_on.year) * 12 + paid_on.month - broken_on.month
    return months if later(broken_on, months) >= paid_on else months + 1


def later(day: date, months: int) -> date:
    """The same day `months` on; the last day of a month that is too short."""
    target = Month.of(day).shift(months)
    return date(target.year, target.month, min(day.day, monthrange(*target)[1]))


def ends(
    start: str, paid: Month, paid_on: date | None, *, months: int | None, days: int | None
) -> date | None:
    """First day of benefit. `None` when the day of payment is needed and only its month known."""
    if days is not None:
        return paid_on + timedelta(days=days) if paid_on else None
    if months is None:
        return None
    if start == "payment_day":
        return later(paid_on, months) if paid_on else None
    return waits_from(start, paid).shift(months).first_day


def waits_from(start: str, paid: Month) -> Month:
    """The first month of a wait counted by months."""
    return paid.shift(1) if start == "month_after_payment" else paid
