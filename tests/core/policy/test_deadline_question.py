"""deadline: the start is not counted, areas count their own days, unpublished years show."""

from __future__ import annotations

import pytest

from jiexu import assess
from jiexu.core.base.errors import BadInput


@pytest.mark.parametrize(
    ("start", "workdays", "area", "due"),
    [
        ("2026-03-02", 10, "100000", "2026-03-16"),
        ("2026-03-02", 0, "100000", "2026-03-02"),
        ("2026-03-06", 1, "100000", "2026-03-09"),
        ("2026-09-30", 5, "100000", "2026-10-13"),  # 国庆, 10-10 is worked
        ("2025-09-30", 10, "100000", "2025-10-21"),
        ("2026-04-16", 5, "450200", "2026-04-27"),  # 三月三 in 广西 (17th to 20th)
        ("2026-04-16", 5, "320100", "2026-04-23"),
    ],
)
def test_due(start: str, workdays: int, area: str, due: str) -> None:
    decision = assess("deadline", {"start": start, "workdays": workdays, "area": area})
    assert (decision.outcome, decision.values["due"]) == ("due", due)
    assert decision.provisional is False
    assert decision.values["basis"][0]["sources"]


def test_an_unpublished_year_is_provisional_and_says_so() -> None:
    decision = assess("deadline", {"start": "2026-12-28", "workdays": 10})
    assert decision.provisional is True
    assert decision.notes


@pytest.mark.parametrize(
    ("facts", "code", "path"),
    [
        ({"workdays": 3}, "MISSING_FACT", "start"),
        ({"start": "2026-03-02"}, "MISSING_FACT", "workdays"),
        ({"start": "2026-03-02", "workdays": -1}, "BAD_FACT", "workdays"),
        ({"start": "2026-03-02", "workdays": "3"}, "BAD_FACT", "workdays"),
        ({"start": "2026-03-02", "workdays": 3, "area": "999999"}, "UNKNOWN_AREA", "area"),
        ({"start": "1900-03-02", "workdays": 3}, "BAD_DATE", "start"),
        ({"start": "2026-02-30", "workdays": 3}, "BAD_FACT", "start"),
        ({"start": "2026-03-02", "workdays": 3, "areas": "1"}, "UNKNOWN_FACT", "areas"),
    ],
)
def test_bad_facts(facts: dict[str, object], code: str, path: str) -> None:
    with pytest.raises(BadInput) as caught:
        assess("deadline", facts)
    assert (caught.value.code, caught.value.path) == (code, path)
    assert caught.value.remedy
