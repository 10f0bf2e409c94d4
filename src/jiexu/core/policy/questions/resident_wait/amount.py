"""What the payment costs: the area's premium of the year in which it is paid, repair included."""

from __future__ import annotations

from datetime import date

from jiexu.core.base.money import fen_from_yuan, yuan_from_fen
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.resident_wait.facts import ResidentWaitFacts
from jiexu.core.policy.rules import ASK_12393, Rules


def rate_year(facts: ResidentWaitFacts) -> int:
    """Whose premium repair is priced at: that of the cover year the person joins, or pays in."""
    return max(*facts.cover_years, facts.paid_on.year)


def amount_due(
    facts: ResidentWaitFacts, area: str, rules: Rules
) -> tuple[str | None, Parameter | None]:
    """Yuan for all years paid for and repaired; `None` where no price is held."""
    years = sorted(set(facts.cover_years))
    running = [year for year in years if year >= facts.paid_on.year]
    # A repaired year may stand in both facts; it is paid for once.
    extra = max(len(years) - len(running), facts.repaired_years or 0)
    total_fen = 0
    by: Parameter | None = None
    for year in running:
        price, found = _full_cost(facts, year, area, rules) or _premium(year, area, rules)
        if price is None:
            return None, None
        by = by or found
        total_fen += price
    if extra:
        price, found = _premium(rate_year(facts), area, rules)
        if price is None:
            return None, None
        by = by or found
        total_fen += price * extra
    return yuan_from_fen(total_fen), by


def _full_cost(
    facts: ResidentWaitFacts, year: int, area: str, rules: Rules
) -> tuple[int | None, Parameter | None] | None:
    """The price without subsidy of a year paid for too late; `None` on any other day."""
    full = rules.get("resident_full_cost", area, date(year, 1, 1))
    for row in full.value if full else []:
        if row["first"] <= facts.paid_on <= row["last"]:
            rules.note("这一时段参保不再享受财政补助，按全额缴费。")
            return fen_from_yuan(row["amount"]), full
    return None


def _premium(year: int, area: str, rules: Rules) -> tuple[int | None, Parameter | None]:
    premium = rules.get("resident_premium", area, date(year, 1, 1))
    if premium is None:
        rules.note(f"没有查到 {year} 年度的居民医保个人缴费标准，不能回答应缴金额，{ASK_12393}。")
        return None, None
    return fen_from_yuan(premium.value), premium
