"""Counting months: each once, actual before deemed, here before elsewhere."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from jiexu.core.base.areas import chain, pooling_area, province
from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month, Spell, months_between
from jiexu.core.policy.fact_types import usual_month
from jiexu.core.policy.questions.years.facts import YearsFacts
from jiexu.core.policy.rules import Rules


class Paid(msgspec.Struct, frozen=True, kw_only=True):
    """The months of the person by pool, up to the month asked; overlaps as they were stated."""

    actual: dict[str, frozenset[Month]]
    deemed: frozenset[Month]
    resident: dict[str, frozenset[Month]]
    overlap: int

    @property
    def employee(self) -> frozenset[Month]:
        return self.deemed.union(*self.actual.values())

    @property
    def first(self) -> Month | None:
        return min(self.employee, default=None)

    @property
    def unbroken(self) -> bool:
        months = self.employee
        return bool(months) and not any(
            months_between(*pair) for pair in zip(sorted(months), sorted(months)[1:], strict=False)
        )

    def actual_in(self, code: str) -> frozenset[Month]:
        """Actual months in `code`, or in the pools that lie in it."""
        return frozenset().union(
            *(months for pool, months in self.actual.items() if code in chain(pool))
        )


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """Months. `local` are those really paid here, with what is recognised mutually."""

    total: int
    actual: int
    local_actual: int
    deemed: int
    converted: int
    local: frozenset[Month]


def paid_months(facts: YearsFacts, rules: Rules) -> Paid:
    """Raises `BadInput` for an unknown area and a spell that ends before it begins."""
    last = Month.of(facts.on)
    actual: dict[str, set[Month]] = {}
    resident: dict[str, set[Month]] = {}
    deemed: set[Month] = set()
    stated, distinct = 0, set()
    for number, one in enumerate(facts.spells):
        path = f"spells[{number}]"
        code = pooling_area(one.area, path=f"{path}.area").code
        spell = Spell(
            usual_month(one.from_, path=f"{path}.from"), usual_month(one.to, path=f"{path}.to")
        )
        if spell.end < spell.begin:
            raise BadInput(
                f"{path} 的 to 早于 from。",
                "请改正起止月份，两头都包含在内。",
                path=f"{path}.to",
                code="BAD_FACT",
            )
        if spell.end > last:
            rules.note(f"{last} 以后的月份还没有缴费，不计入年限。")
        months = {month for month in spell.each() if month <= last}
        if one.insutype == "390":
            resident.setdefault(code, set()).update(months)
            continue
        stated += len(months)
        distinct |= months
        if one.kind == "deemed":
            deemed |= months
        else:
            actual.setdefault(code, set()).update(months)
    return Paid(
        actual={code: frozenset(months) for code, months in actual.items()},
        deemed=frozenset(deemed),
        resident={code: frozenset(months) for code, months in resident.items()},
        overlap=stated - len(distinct),
    )


def counted(paid: Paid, code: str, partners: tuple[str, ...], rules: Rules) -> Counters:
    """The counters as the area `code` counts them; `partners` recognise months mutually."""
    local = paid.actual_in(code).union(*(paid.actual_in(one) for one in partners))
    outside = frozenset().union(*paid.actual.values()) - local
    as_deemed = rules.get("outside_actual_counts_as", code)
    taken: frozenset[Month] = frozenset()
    if as_deemed is not None and as_deemed.value == "deemed":
        taken = outside - _in_province(paid, code, rules)
    actual = local | (outside - taken)
    deemed = (paid.deemed | taken) - actual
    # A resident month that also counts as deemed here is worth more as such: it is converted for
    # the actual years, and not a second time for the total.
    converted = _converted(paid, code, actual, rules)
    total = len(actual) + len(deemed) + _converted(paid, code, actual | deemed, rules)
    return Counters(
        total=total,
        actual=len(actual) + converted,
        local_actual=len(local) + converted,
        deemed=total - len(actual) - converted,
        converted=converted,
        local=local,
    )


def _in_province(paid: Paid, code: str, rules: Rules) -> frozenset[Month]:
    by = rules.get("years_mutual_in_province", code)
    if by is None or not by.value:
        return frozenset()
    return paid.actual_in(province(code).code)


def _converted(paid: Paid, code: str, counted_already: frozenset[Month], rules: Rules) -> int:
    """Whole months of resident cover here, converted; months that count already are not."""
    months = frozenset().union(
        *(held for pool, held in paid.resident.items() if code in chain(pool))
    )
    by = rules.get("resident_years_conversion", code) if months else None
    if by is None:
        if paid.resident:
            rules.note("居民医保的缴费年限不计入职工医保年限，除非当地规定可以折算。")
        return 0
    return int(Decimal(len(months - counted_already)) * Decimal(by.value))


def longest_run(months: frozenset[Month]) -> int:
    """Months of the longest stretch without a gap."""
    best = run = 0
    previous: int | None = None
    for ordinal in sorted(month.ordinal for month in months):
        run = run + 1 if previous is not None and ordinal == previous + 1 else 1
        best, previous = max(best, run), ordinal
    return best


def running(months: frozenset[Month], until: Month) -> int:
    """Months of the stretch that still goes on in `until` (or has only just not been paid)."""
    end = until if until in months else until.shift(-1)
    count = 0
    while end.shift(-count) in months:
        count += 1
    return count
