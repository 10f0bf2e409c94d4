"""How much has come against how much was told: the sums at which money may be credited.

The form tells the first amount, each late sum (二次转移) adds its own. Money of the case adds up
from however many bank lines; it is credited only when it is exactly one of the sums told so far.
"""

from __future__ import annotations

from itertools import accumulate

import msgspec

from jiexu.core.base.money import Fen
from jiexu.core.procedures.transfer.facts import CaseRecord

AMOUNT_DIFFERS = "AMOUNT_DIFFERS"


def stages(amount_fen: Fen, record: CaseRecord) -> tuple[Fen, ...]:
    """The sums at which all is well, growing: the form's amount, then with each late sum."""
    return tuple(accumulate((amount_fen - sum(record.late), *record.late)))


def fits(amount_fen: Fen | None, record: CaseRecord) -> bool:
    """Whether what has come is one of these sums and more than has been credited."""
    return (
        amount_fen is not None
        and record.arrived_fen > record.credited_fen
        and record.arrived_fen in stages(amount_fen, record)
    )


def round_of(amount_fen: Fen, sum_fen: Fen, record: CaseRecord) -> int:
    """Which round of the case a sum completes: 1 is the form's, the next ones are late money."""
    return stages(amount_fen, record).index(sum_fen) + 1


def was_over(amount_fen: Fen, record: CaseRecord) -> bool:
    """Whether the form's own amount, perhaps nothing, was credited before: the rest is late."""
    return record.credited_fen >= stages(amount_fen, record)[0]


def still_wanted(amount_fen: Fen | None, record: CaseRecord) -> tuple[Fen, ...]:
    """The amounts that would complete one of the sums; none before the form."""
    if amount_fen is None:
        return ()
    return tuple(
        one - record.arrived_fen for one in stages(amount_fen, record) if one > record.arrived_fen
    )


def without_uncredited(amount_fen: Fen | None, record: CaseRecord) -> CaseRecord:
    """The same without the late sums that were told and will not come."""
    sums = stages(amount_fen or 0, record)[1:]
    credited = sum(sum_fen <= record.credited_fen for sum_fen in sums)
    return msgspec.structs.replace(record, late=record.late[:credited])


def without_difference(doubts: tuple[str, ...]) -> tuple[str, ...]:
    """The other doubts of the case."""
    return tuple(doubt for doubt in doubts if doubt != AMOUNT_DIFFERS)
