"""办外部事项: a clerk has brought to a partner what no message can carry, or cannot."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.procedures.outcome import Outcome, Refusal, Step
from jiexu.core.procedures.transfer.facts import TransferFacts

PARTNER_IMPOSSIBLE = "PARTNER_IMPOSSIBLE"
"""The doubt that something could not be handed to the partner."""


class ErrandDone(msgspec.Struct, frozen=True, kw_only=True):
    """What was done outside: `what` in words, and the partner's own number for it."""

    item_key: str
    what: str
    reference: str


class ErrandImpossible(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be done outside, and why, in the clerk's words."""

    item_key: str
    what: str
    reason: str


def decide_errand_done(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """It is at the partner: its number is kept with the case. An earlier doubt about it is over."""
    done: ErrandDone = step.payload
    return Outcome(
        doubts=tuple(doubt for doubt in facts.doubts if doubt != PARTNER_IMPOSSIBLE),
        partner_reference=done.reference,
        say="errand_done",
        args={
            "what": done.what,
            "partner": facts.counterpart_name,
            "reference": done.reference or "—",
        },
    )


def decide_errand_impossible(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """It cannot be handed over: the case waits for a person, with the reason on record."""
    told: ErrandImpossible = step.payload
    return Outcome(
        doubts=tuple(dict.fromkeys((*facts.doubts, PARTNER_IMPOSSIBLE))),
        say="errand_impossible",
        args={"what": told.what, "partner": facts.counterpart_name, "why": told.reason},
    )
