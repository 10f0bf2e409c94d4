"""办外部事项: a clerk has brought to a partner what no message can carry, or cannot."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.core.calendar.workdays import add_workdays
from jiexu.core.procedures.outcome import Outcome, Refusal, StartClock, Step
from jiexu.core.procedures.transfer.checks import limit_workdays
from jiexu.core.procedures.transfer.facts import TransferFacts

ANSWER = "application_answer"
"""The clock of an answer that only a person can fetch."""
PARTNER_IMPOSSIBLE = "PARTNER_IMPOSSIBLE"
"""The doubt that something could not be handed to the partner."""


class ErrandDone(msgspec.Struct, frozen=True, kw_only=True):
    """What was done outside: `what` in words, the partner's own number for it, the message kind."""

    item_key: str
    what: str
    reference: str
    kind: str = ""


class ErrandImpossible(msgspec.Struct, frozen=True, kw_only=True):
    """What could not be done outside, and why, in the clerk's words."""

    item_key: str
    what: str
    reason: str


def decide_errand_done(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """It is at the partner: its number is kept with the case. An earlier doubt about it is over.

    An application waits for its answer from today on: a partner that stays silent is reminded.
    """
    done: ErrandDone = step.payload
    waits = done.kind == "transfer_request" and facts.record_leg == "checking"
    return Outcome(
        doubts=tuple(doubt for doubt in facts.doubts if doubt != PARTNER_IMPOSSIBLE),
        partner_reference=done.reference,
        effects=(answer_clock(facts, now.date()),) if waits else (),
        say="errand_done",
        args={
            "what": done.what,
            "partner": facts.counterpart_name,
            "reference": done.reference or "—",
        },
    )


def answer_clock(facts: TransferFacts, today: date) -> StartClock:
    """How long a partner without messages may take to answer an application; no rule says."""
    limit = limit_workdays("application_answer_workdays", facts.counterpart, today)
    due = add_workdays(today, limit, facts.counterpart)
    return StartClock(
        leg="record",
        name=ANSWER,
        holder=facts.counterpart,
        started_on=today,
        limit_workdays=limit,
        due_on=due.due,
        provisional=due.provisional,
    )


def decide_errand_impossible(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """It cannot be handed over: the case waits for a person, with the reason on record."""
    told: ErrandImpossible = step.payload
    return Outcome(
        doubts=tuple(dict.fromkeys((*facts.doubts, PARTNER_IMPOSSIBLE))),
        say="errand_impossible",
        args={"what": told.what, "partner": facts.counterpart_name, "why": told.reason},
    )
