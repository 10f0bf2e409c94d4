"""make-up: may the months of a break be paid afterwards, what do they cost, until when, where?

An employer owes them (社会保险法第八十六条). For flexible workers it is a local rule. Residents pay
by year. Months bought with an invented employment are no way at all.
"""

from __future__ import annotations

from jiexu.core.policy.questions.make_up.deciding import decide
from jiexu.core.policy.questions.make_up.facts import MakeUpFacts as Facts
from jiexu.core.policy.questions.make_up.labels import LABELS

__all__ = ["LABELS", "Facts", "decide"]
