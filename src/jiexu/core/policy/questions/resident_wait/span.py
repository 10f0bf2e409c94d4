"""From a payment and a number of months to the days: named ways of counting, per area."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import msgspec

from jiexu.core.base.periods import Month


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The wait in days. `wait_list` holds months where the area counts by months."""

    wait_from: date
    benefit_from: date
    wait_list: tuple[str, ...] = ()
    month_end: bool = False

    @property
    def wait_until(self) -> date:
        """Last day without full benefit."""
        return self.benefit_from - timedelta(days=1)


def wait_start(paid_on: date, cover_years: tuple[int, ...]) -> date:
    """The later of the payment and 1 January of the earliest year paid for."""
    return max(paid_on, date(min(cover_years), 1, 1))


def span_of(start: date, months: int, basis: str, month_end: str) -> Span:
    """`months` calendar months from `start`, which is day 1 of the wait; none: benefit at once.

    `basis` and `month_end` are the values of `resident_wait_basis` and `month_end_convention`.
    """
    if months == 0:
        return Span(wait_from=start, benefit_from=start)
    if basis == "day_of_payment":
        ends = Month.of(start).shift(months)
        last = monthrange(ends.year, ends.month)[1]
        if start.day <= last:
            return Span(wait_from=start, benefit_from=ends.first_day.replace(day=start.day))
        clamped = ends.first_day.replace(day=last)
        if month_end == "first_of_next_month":
            clamped += timedelta(days=1)
        return Span(wait_from=start, benefit_from=clamped, month_end=True)
    first = Month.of(start).shift(1 if basis == "month_after_payment" else 0)
    return Span(
        wait_from=first.first_day,
        benefit_from=first.shift(months).first_day,
        wait_list=tuple(str(first.shift(number)) for number in range(months)),
    )
