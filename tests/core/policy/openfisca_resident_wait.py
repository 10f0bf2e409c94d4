"""A second opinion on resident-wait, written for OpenFisca from the words of 国办发〔2024〕38号.

Nothing of the product is imported: its own constants, its own vectors, its own month arithmetic.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2030"
FIXED = 3
PER_YEAR = 1
LONG_GAP = 4
LEAST_AFTER_LONG_GAP = 6

Person = build_entity(key="person", plural="persons", label="", is_person=True)


class late(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = bool


class missed(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = int


class repaired(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = int


class every_missed_year_counts(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = bool


class paid_on(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = int


class earliest_year(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = int


class wait_months(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = int

    def formula(person: Any, period: Any) -> Any:  # noqa: N805
        gap = person("missed", period)
        waits = person("late", period) | (gap > 0)
        extra = np.where(
            person("every_missed_year_counts", period), gap, np.where(gap > 0, gap - 1, 0)
        )
        left = np.clip(extra * PER_YEAR - person("repaired", period) * PER_YEAR, 0, None)
        months = FIXED + left
        months = np.where(gap >= LONG_GAP, np.maximum(months, LEAST_AFTER_LONG_GAP), months)
        return np.where(waits, months, 0)


class benefit_from(Variable):  # type: ignore[misc]  # noqa: N801 - OpenFisca names variables by class
    entity = Person
    definition_period = DateUnit.YEAR
    value_type = int

    def formula(person: Any, period: Any) -> Any:  # noqa: N805
        paid = person("paid_on", period).astype("datetime64[D]")
        january = (person("earliest_year", period) - 1970).astype("datetime64[Y]")
        start = np.maximum(paid, january.astype("datetime64[D]"))
        month = start.astype("datetime64[M]")
        day_of_month = (start - month.astype("datetime64[D]")).astype(int)
        target = month + person("wait_months", period)
        last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
        same_day = target.astype("datetime64[D]") + day_of_month
        return np.minimum(same_day, last).astype(int)


def answers(facts: dict[str, list[Any]]) -> tuple[list[int], list[str]]:
    """Months of wait and first day of benefit for each column of facts; days as ISO text."""
    system = TaxBenefitSystem([Person])
    for one in (late, missed, repaired, every_missed_year_counts, paid_on, earliest_year):
        system.add_variable(one)
    system.add_variable(wait_months)
    system.add_variable(benefit_from)
    count = len(next(iter(facts.values())))
    simulation = SimulationBuilder().build_default_simulation(system, count)
    for name, column in facts.items():
        values = np.array(column)
        if name == "paid_on":
            values = values.astype("datetime64[D]").astype(int)
        simulation.set_input(name, PERIOD, values)
    months = simulation.calculate("wait_months", PERIOD)
    days = simulation.calculate("benefit_from", PERIOD).astype("datetime64[D]")
    return months.tolist(), [str(one) for one in days]
