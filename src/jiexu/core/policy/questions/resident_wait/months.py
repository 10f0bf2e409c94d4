"""How many months: fixed and variable, what repair takes off, and the floor after a long gap."""

from __future__ import annotations

import msgspec

from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.rules import Rules


class WaitRules(msgspec.Struct, frozen=True, kw_only=True):
    """The rules of an area on the day. Without `per_year` missed years add nothing."""

    applies_to: Parameter
    fixed: Parameter
    per_year: Parameter | None
    first_counts: Parameter | None
    floor: Parameter | None

    @property
    def reading(self) -> str | None:
        if self.per_year is None or self.first_counts is None:
            return None
        return "n" if self.first_counts.value else "n-1"


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """Calendar months. `lifted` is the row of the floor that made it longer, if one did."""

    fixed: int
    variable: int
    variable_before_repair: int
    lifted: int | None = None

    @property
    def total(self) -> int:
        return self.fixed + self.variable


def wait_rules(area: str, rules: Rules) -> WaitRules | None:
    """The rules in force; `None` where none is held or the area says the nation's do not hold."""
    applies_to = rules.get("resident_wait_applies_to", area)
    fixed = rules.get("resident_fixed_wait_months", area)
    follows = rules.get("resident_wait_follows_nation", area)
    if applies_to is None or fixed is None or (follows is not None and not follows.value):
        return None
    return WaitRules(
        applies_to=applies_to,
        fixed=fixed,
        per_year=rules.get("resident_variable_wait_per_year_months", area),
        first_counts=rules.get("first_missed_year_counts", area),
        floor=rules.get("resident_repair_floor", area),
    )


def wait_of(missed_years: tuple[int, ...], repaired_years: int, by: WaitRules) -> Wait:
    """The wait of somebody to whom it applies. Repair never lengthens it.

    The floor asks for years missed one after the other; it binds what repair leaves.
    """
    missed = len(set(missed_years))
    counted = missed if by.reading == "n" else max(0, missed - 1)
    per_year = by.per_year.value if by.per_year else 0
    before = counted * per_year
    after = max(0, before - repaired_years * per_year)
    fixed = by.fixed.value
    floor = max(
        (
            row["wait_months_at_least"]
            for row in (by.floor.value if by.floor else [])
            if longest_run(missed_years) >= row["missed_years_at_least"]
        ),
        default=0,
    )
    total = max(fixed + after, min(floor, fixed + before))
    return Wait(
        fixed=fixed,
        variable=total - fixed,
        variable_before_repair=before,
        lifted=floor if total > fixed + after else None,
    )


def longest_run(years: tuple[int, ...]) -> int:
    """The most years one after the other."""
    best = run = 0
    previous = None
    for year in sorted(set(years)):
        run = run + 1 if previous is not None and year == previous + 1 else 1
        best, previous = max(best, run), year
    return best
