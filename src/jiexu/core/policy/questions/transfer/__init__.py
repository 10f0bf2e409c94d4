"""transfer: may this relation be transferred, what moves, where does the money go, until when?

Decides from stated facts only; changes nothing. The measure is 医保办发〔2021〕43号 with what the
areas add. All reasons are told at once, the outcome follows the most severe.
"""

from __future__ import annotations

from jiexu.core.policy.questions.transfer.deciding import decide
from jiexu.core.policy.questions.transfer.facts import TransferFacts as Facts
from jiexu.core.policy.questions.transfer.labels import LABELS

__all__ = ["LABELS", "Facts", "decide"]
