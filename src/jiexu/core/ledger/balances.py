"""What an account holds, from its four totals."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from jiexu.core.base.money import Fen
from jiexu.core.ledger.chart import Phase, Side

MAX_TOTAL_FEN: Fen = 10**18
"""Largest total an account may have run up on one side: well inside a 64-bit integer."""


class Totals(NamedTuple):
    """All that was ever moved, in fen: counted at once or committed, and still reserved."""

    debits_posted: Fen = 0
    credits_posted: Fen = 0
    debits_pending: Fen = 0
    credits_pending: Fen = 0


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """`available_fen` = `posted_fen` − `reserved_fen`: reserved money cannot be spent again."""

    posted_fen: Fen
    reserved_fen: Fen
    available_fen: Fen


def balance_of(normal: Side, totals: Totals) -> Balance:
    """The balance of an account that grows on the side `normal`."""
    posted = totals.credits_posted - totals.debits_posted
    reserved = totals.debits_pending
    if normal == "debit":
        posted, reserved = -posted, totals.credits_pending
    return Balance(posted_fen=posted, reserved_fen=reserved, available_fen=posted - reserved)


def effect(phase: Phase, amount_fen: Fen) -> tuple[Fen, Fen]:
    """What a movement adds to the posted and to the pending total, on each of its two accounts."""
    match phase:
        case Phase.SINGLE:
            return amount_fen, 0
        case Phase.PENDING:
            return 0, amount_fen
        case Phase.POST:
            return amount_fen, -amount_fen
        case Phase.VOID:
            return 0, -amount_fen
