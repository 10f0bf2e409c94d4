"""Was it paid in the enrolment window (集中参保期), by statement or by the area's dates?"""

from __future__ import annotations

from datetime import date

from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.rules import Rules


def in_window(
    facts: ResidentWaitFacts, area: str, rules: Rules
) -> tuple[bool | None, Parameter | None]:
    """True if every year still to be covered was paid in its window; `None` when not known.

    A year that had ended when it was paid is a repair and has no window. Windows are dated by
    the cover year they are for.
    """
    running = [year for year in facts.cover_years if year >= facts.paid_on.year]
    if not running:
        return False, None
    by: Parameter | None = None
    answers: list[bool | None] = []
    for year in running:
        answer = _stated(facts, year)
        if answer is None:
            answer, found = _by_dates(facts.paid_on, year, area, rules)
            by = by or found
        answers.append(answer)
    if any(one is False for one in answers):
        return False, by
    return (None if None in answers else True), by


def _stated(facts: ResidentWaitFacts, year: int) -> bool | None:
    if isinstance(facts.in_window, dict):
        return facts.in_window.get(str(year))
    return facts.in_window


def _by_dates(
    paid_on: date, year: int, area: str, rules: Rules
) -> tuple[bool | None, Parameter | None]:
    windows = rules.get("resident_windows", area, date(year, 1, 1))
    if windows is None:
        return None, None
    for row in windows.value:
        if row["first"] <= paid_on <= row["last"]:
            return row["in_window"], windows
    return None, windows


def notice(facts: ResidentWaitFacts, area: str, rules: Rules) -> int | None:
    """Months of wait that the area itself has told whoever pays on that day, missed years or not.

    `None` where the area has told nothing, or something else than what is stated.
    """
    year = max(facts.cover_years)
    windows = rules.get("resident_windows", area, date(year, 1, 1))
    stated = _stated(facts, year)
    for row in windows.value if windows else []:
        if row["first"] <= facts.paid_on <= row["last"]:
            months: int | None = row.get("wait_months")
            return months if stated in {None, row["in_window"]} else None
    return None
