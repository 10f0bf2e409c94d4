"""One credit before it is written out, and the age it may turn on."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.decision import Reason, Repair
from jiexu.core.base.money import Fen
from jiexu.core.policy.questions.credit.facts import CreditFacts

ASK = Repair(who="本人", how="拨打医保服务热线 12393 或向当地经办机构问清划入额")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts in fen; `None` where facts or rules do not say."""

    outcome: str
    monthly_fen: Fen | None = None
    yearly_fen: Fen | None = None
    base_fen: Fen | None = None
    guide_fen: Fen | None = None
    method: str | None = None
    period: str | None = None
    rate: str | None = None
    reasons: tuple[Reason, ...] = ()


def age_of(facts: CreditFacts) -> int | None:
    """Full years on the day; the birthday itself counts as turned. A stated age goes first."""
    if facts.age is not None or facts.birth is None:
        return facts.age
    return full_years(facts.birth, facts.on)


def full_years(birth: date, on: date) -> int:
    """Born on 29 February: a year is full on 1 March where there is no such day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
