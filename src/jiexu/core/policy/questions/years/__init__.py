"""years: do the months paid suffice for cover after retirement, where, and how many are short?

Four counters stay apart: total, actual, local actual, deemed. A month counts once. What is
required follows the area, by sex, day of reaching retirement age, or day of first enrolment.
"""

from __future__ import annotations

from jiexu.core.policy.questions.years.deciding import decide
from jiexu.core.policy.questions.years.facts import YearsFacts as Facts
from jiexu.core.policy.questions.years.labels import LABELS

__all__ = ["LABELS", "Facts", "decide"]
