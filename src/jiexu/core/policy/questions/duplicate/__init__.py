"""duplicate: of several relations at one time (重复参保), which one stays, and is money refunded?

医保发〔2020〕33号: one relation with benefit per person. Nobody is refused: what is over is
suspended or ended, and what was paid in vain may come back.
"""

from __future__ import annotations

from jiexu.core.policy.questions.duplicate.deciding import decide
from jiexu.core.policy.questions.duplicate.facts import LABELS
from jiexu.core.policy.questions.duplicate.facts import DuplicateFacts as Facts

__all__ = ["LABELS", "Facts", "decide"]
