"""credit: how much is credited to the personal account in a month, of whom, by which method?

After the reform of 国办发〔2021〕14号: of the active what they pay themselves, of the retired a
fixed amount. Areas differ in rate, base limits, age bands, month or year, gross or net.
"""

from __future__ import annotations

from jiexu.core.policy.questions.credit.deciding import decide
from jiexu.core.policy.questions.credit.facts import CreditFacts as Facts
from jiexu.core.policy.questions.credit.labels import LABELS

__all__ = ["LABELS", "Facts", "decide"]
