"""resident-wait: from which day does this payment for resident cover (居民医保) give benefit?

The wait of 国办发〔2024〕38号 and what areas say: fixed months for whoever paid outside the window
or after a gap, variable months for years missed, fewer for years made up. It is never added to
the wait of a transfer (`transfer`, `employee-wait`).
"""

from __future__ import annotations

from jiexu.core.policy.questions.resident_wait.deciding import decide
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts as Facts
from jiexu.core.policy.questions.resident_wait.labels import LABELS

__all__ = ["LABELS", "Facts", "decide"]
