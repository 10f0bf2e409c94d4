"""incentive: does the cap of serious-illness insurance (大病保险) rise or fall, and by how much?

For residents: after some continuous years each further year, and a year without claims, raise it;
missed years lower it and start the count again (国办发〔2024〕38号 and what areas say).
"""

from __future__ import annotations

from jiexu.core.policy.questions.incentive.deciding import decide
from jiexu.core.policy.questions.incentive.facts import LABELS
from jiexu.core.policy.questions.incentive.facts import IncentiveFacts as Facts

__all__ = ["LABELS", "Facts", "decide"]
