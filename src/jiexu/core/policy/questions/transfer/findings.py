"""What stands in the way: every failing precondition at once (一次性告知), each with a way on."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from jiexu.core.base.decision import Reason

Outcome = Literal["accept", "not_yet", "refuse"]
_SEVERITY: tuple[Outcome, ...] = ("accept", "not_yet", "refuse")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One reason with its weight. `accept` informs and does not block.

    `passes_on` is the first day on which it would pass without anybody's act.
    """

    reason: Reason
    outcome: Outcome
    passes_on: date | None = None


def worst(findings: list[Finding]) -> Outcome:
    """The most severe outcome; `accept` when nothing blocks."""
    return max((one.outcome for one in findings), key=_SEVERITY.index, default="accept")


def earliest(findings: list[Finding]) -> date | None:
    """The day on which all that blocks will have passed; `None` if one depends on an act."""
    days = [one.passes_on for one in findings if one.outcome != "accept"]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None
