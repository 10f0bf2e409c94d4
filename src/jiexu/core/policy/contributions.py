"""What months cost when they are paid afterwards: named methods, and the employer's late fee."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from jiexu.core.base.money import Fen
from jiexu.core.policy.amounts import share


def monthly_fixed(standard_fen: Fen, months: int) -> Fen:
    """A fixed standard for each month."""
    return standard_fen * months


def rate_of_base(base_fen: Fen, rate: str, months: int) -> Fen:
    """Base times rate for each month, each month rounded to the fen."""
    return share(base_fen, rate) * months


def annuity(base_fen: Fen, rate: str, growth: str, years: int) -> Fen:
    """`base × rate × ((1 + growth)^years − 1) / growth`, rounded once; growth above zero."""
    step = Decimal(growth)
    factor = ((1 + step) ** years - 1) / step
    product = Decimal(base_fen) * Decimal(rate) * factor
    return int(product.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def late_fee(amount_fen: Fen, daily_rate: str, days: int) -> Fen:
    """`daily_rate` of the arrears for each day after they were due (社会保险法第八十六条)."""
    return share(amount_fen * max(0, days), daily_rate)
