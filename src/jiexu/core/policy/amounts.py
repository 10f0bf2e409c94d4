"""Arithmetic of amounts: decimal ratios of whole fen, two places half up. Never a float."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from jiexu.core.base.money import Fen


def share(amount_fen: Fen, *ratios: str) -> Fen:
    """`amount_fen` times every ratio (decimal strings), rounded once to the fen, half up."""
    product = Decimal(amount_fen)
    for one in ratios:
        product *= Decimal(one)
    return int(product.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def divided(amount_fen: Fen, parts: int) -> Fen:
    """`amount_fen` over `parts`, half up to the fen. Raises `ZeroDivisionError` for no parts."""
    whole, rest = divmod(amount_fen, parts)
    return whole + (2 * rest >= parts)


def clamped(amount_fen: Fen, floor_fen: Fen | None, cap_fen: Fen | None) -> Fen:
    """Not under the floor, not over the cap; a limit that is not known does not bind."""
    at_least = amount_fen if floor_fen is None else max(amount_fen, floor_fen)
    return at_least if cap_fen is None else min(at_least, cap_fen)
