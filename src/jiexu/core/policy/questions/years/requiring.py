"""What an area requires, and how far the months of a person are from it."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.periods import Month
from jiexu.core.policy.fitting_rows import Condition, at_least, at_most, fitting_row, same
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.years.counting import Counters, Paid, longest_run, running
from jiexu.core.policy.questions.years.facts import YearsFacts
from jiexu.core.policy.rules import Rules

_MONTHS = 12


class Requirement(msgspec.Struct, frozen=True, kw_only=True):
    """Months; `None` where nothing sourced says it. `continuous` may stand for all the others."""

    total: int | None = None
    actual: int | None = None
    local_actual: int | None = None
    continuous: int | None = None
    by: Parameter | None = None
    local_by: Parameter | None = None
    lacking: frozenset[str] = frozenset()

    @property
    def known(self) -> bool:
        return self.total is not None

    def shortfall(self, counters: Counters, until: Month) -> int | None:
        """Months still to be paid here; `None` when no part of the requirement is known.

        Each further month paid here raises every counter, so the largest gap decides.
        """
        gaps = [
            needed - held
            for needed, held in (
                (self.total, counters.total),
                (self.actual, counters.actual),
                (self.local_actual, counters.local_actual),
            )
            if needed is not None
        ]
        if not gaps:
            return None
        short = max(0, *gaps)
        if self.continuous is None:
            return short
        if longest_run(counters.local) >= self.continuous:
            return 0
        return min(short, self.continuous - running(counters.local, until))


def requirement(
    code: str, facts: YearsFacts, retire_on: date | None, paid: Paid, rules: Rules
) -> Requirement:
    """The row of the area for this person: special groups first, then the general table."""
    conditions = _conditions(facts, retire_on, paid)
    local = rules.get("local_actual_years", code)
    for name in ("retire_years_special", "retire_years"):
        fitting = fitting_row(rules.levels(name, code), conditions)
        if fitting.lacking:
            return Requirement(
                local_actual=local.value * _MONTHS if local else None,
                by=fitting.by,
                local_by=local,
                lacking=fitting.lacking,
            )
        if fitting.row is not None and fitting.by is not None:
            row = {k: v * _MONTHS for k, v in fitting.row.items() if k in _COUNTS}
            if local is not None:
                row.setdefault("local_actual", local.value * _MONTHS)
            return Requirement(**row, by=rules.use(fitting.by), local_by=local)
    return Requirement(
        local_actual=local.value * _MONTHS if local else None, by=local, local_by=local
    )


_COUNTS = frozenset({"total", "actual", "local_actual", "continuous"})


def _conditions(facts: YearsFacts, retire_on: date | None, paid: Paid) -> dict[str, Condition]:
    reached = retire_on or facts.on
    first = paid.first.first_day if paid.first else None
    return {
        "sex": ("sex", same(facts.sex)),
        "reached_from": ("reach_retire_age_on", at_least(reached)),
        "reached_to": ("reach_retire_age_on", at_most(reached)),
        "first_from": ("spells", at_least(first) if first else lambda _: False),
        "first_to": ("spells", at_most(first) if first else lambda _: False),
        "unbroken": ("spells", same(paid.unbroken)),
    }
