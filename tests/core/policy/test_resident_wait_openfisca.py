"""resident-wait agrees, cell by cell over the whole grid, with an independent OpenFisca model."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import msgspec
from tests.core.policy.openfisca_resident_wait import answers

from jiexu import assess
from jiexu.core.policy.questions.resident_wait.months import wait_of, wait_rules
from jiexu.core.policy.rules import Rules

AREAS = ("450200", "210900", "370200", "510100")
"""No rule of their own, or the same rule said again: all follow the nation."""
PAID = ("2029-11-30", "2030-01-01", "2030-01-31", "2030-02-28", "2030-08-31", "2030-12-31")
FIRST_YEARS = (2030, 2031)
MISSED = range(9)
REPAIRED = range(9)


def test_every_cell_agrees() -> None:
    cells = list(product((True, False), MISSED, REPAIRED, PAID, FIRST_YEARS))
    facts: dict[str, list[Any]] = {
        "late": [not cell[0] for cell in cells],
        "missed": [cell[1] for cell in cells],
        "repaired": [cell[2] for cell in cells],
        "every_missed_year_counts": [False for _ in cells],
        "paid_on": [cell[3] for cell in cells],
        "earliest_year": [cell[4] for cell in cells],
    }
    for number, (months, day) in enumerate(zip(*answers(facts), strict=True)):
        window, missed, repaired, paid_on, year = cells[number]
        decision = assess(
            "resident-wait",
            {
                "area": AREAS[number % len(AREAS)],
                # The year after is paid too: the first may be over before benefit begins.
                "cover_years": [year, year + 1],
                "paid_on": paid_on,
                "in_window": window,
                "missed_years": [year - 1 - back for back in range(missed)],
                "repaired_years": repaired,
            },
        )
        given = (decision.values["wait_months"], decision.values["benefit_from"])
        assert given == (months, day), cells[number]
        assert decision.outcome == ("wait" if months else "covered")


def test_both_readings_agree() -> None:
    by = wait_rules("450200", Rules(date(2030, 1, 1)))
    assert by is not None
    assert by.first_counts is not None
    cells = list(product((False, True), range(1, 12), range(12)))
    count = len(cells)
    expected, _ = answers(
        {
            "late": [False] * count,
            "missed": [cell[1] for cell in cells],
            "repaired": [cell[2] for cell in cells],
            "every_missed_year_counts": [cell[0] for cell in cells],
            "paid_on": ["2030-01-01"] * count,
            "earliest_year": [2030] * count,
        }
    )
    for cell, months in zip(cells, expected, strict=True):
        counts, missed, repaired = cell
        read = msgspec.structs.replace(
            by, first_counts=msgspec.structs.replace(by.first_counts, value=counts)
        )
        wait = wait_of(tuple(range(2030 - missed, 2030)), repaired, read)
        assert wait.total == months, cell
        assert read.reading == ("n" if counts else "n-1")
