"""A→B→C: the form of the second transfer waits until the first one has brought everything."""

from __future__ import annotations

from datetime import datetime

from jiexu.core.procedures.outcome import Outcome, Refusal, Step
from jiexu.core.procedures.transfer.facts import TransferFacts

INCOMING_OPEN = "INCOMING_OPEN"


def decide_incoming_settled(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The transfer into this place is over: the way is free for the form."""
    if facts.incoming_case_no:
        return Refusal(
            code="INCOMING_OPEN",
            text=f"转入本地的 {facts.incoming_case_no} 还没有办结。",
            remedy="请等那一笔办结；急需先转出的，请人工出具信息表。",
        )
    left = tuple(doubt for doubt in facts.doubts if doubt != INCOMING_OPEN)
    holding = [doubt for doubt in facts.holding_doubts if doubt != INCOMING_OPEN]
    return Outcome(doubts=left, auto="" if holding else "issue_form", say="out.incoming_settled")
