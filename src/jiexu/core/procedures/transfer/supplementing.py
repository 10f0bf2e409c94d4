"""补正: a clerk asks the person for papers, all at once; the answer waits for the clerk again.

Whether the limit of this side stands still meanwhile is a rule of the area; without a sourced
value it runs on.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from jiexu.core.calendar.workdays import Due, add_workdays, workdays_between
from jiexu.core.documents.supplement.schema import Missing
from jiexu.core.exchange.kinds.date_change import schema as date_change
from jiexu.core.policy.parameters import lookup
from jiexu.core.procedures.outcome import (
    Effect,
    MoveClock,
    Notify,
    Outcome,
    Refusal,
    Send,
    Step,
)
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.facts import ClockFact, Supplement, TransferFacts
from jiexu.core.procedures.transfer.redating import promise_of
from jiexu.core.procedures.transfer.states import IN, OUT

WANTED, CAME = "SUPPLEMENT_WANTED", "SUPPLEMENT_CAME"
WHY = "审核转移接续申请需要"
HOW = "在网上案件页面提交，或交到办理窗口"
"""What the notice says where the clerk says nothing of their own."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What is missing, all of it at once (一次性告知)."""

    wanted: Annotated[
        str,
        msgspec.Meta(
            title="需要补正的材料和内容",
            description="请一次写全：缺什么、哪里不符，一行写一项。参保人会看到，并印在通知书上。",
            extra_json_schema={"long": True},
        ),
    ]
    why: Annotated[
        str, msgspec.Meta(title="为什么需要", description="不填的，写“审核转移接续申请需要”。")
    ] = ""
    how: Annotated[
        str,
        msgspec.Meta(
            title="怎样提交", description="不填的，写“在网上案件页面提交，或交到办理窗口”。"
        ),
    ] = ""
    until: Annotated[
        date | None, msgspec.Meta(title="补正期限", description="没有规定期限的不填。")
    ] = None


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """What the person answers."""

    answer: Annotated[
        str,
        msgspec.Meta(
            title="您补充的内容",
            description="请逐项写明；纸质材料请写已交到哪个窗口。",
            extra_json_schema={"long": True},
        ),
    ]


def decide_request_supplement(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Ask the person for papers; the case waits for them. Once at a time, all at once."""
    asked: Request = step.payload
    if WANTED in facts.doubts:
        return Refusal(
            code="ALREADY_ASKED",
            text="已经要求过补正，参保人还没有补交。",
            remedy="请等参保人补交；还有要补的，请在其补交后一次写全。",
        )
    today = now.date()
    if asked.until is not None and asked.until <= today:
        return Refusal(
            code="TERM_OVER_ALREADY",
            text=f"补正期限 {asked.until.isoformat()} 不在今天以后。",
            remedy="请填写今天以后的日期；没有规定期限的不填。",
        )
    clock = _own_clock(facts)
    stops = clock is not None and clock.met_on is None and _stops(facts.agency.area, today)
    effects: list[Effect] = []
    if stops and clock is not None:
        effects.append(
            MoveClock(
                name=clock.name,
                due_on=clock.due_on,
                provisional=clock.provisional,
                paused_on=today,
                paused_workdays=clock.paused_workdays,
            )
        )
    told = Notify(code="supplement_wanted", args={"case_no": facts.case_no, "wanted": asked.wanted})
    missing = tuple(
        Missing(what=line, why=asked.why or WHY, how=asked.how or HOW)
        for line in map(str.strip, asked.wanted.splitlines())
        if line
    )
    supplements = (*facts.opened.supplements, Supplement(wanted=asked.wanted, asked_on=today))
    return Outcome(
        facts=msgspec.structs.replace(facts.opened, supplements=supplements),
        doubts=(*(doubt for doubt in facts.doubts if doubt != CAME), WANTED),
        hold_auto=True,
        effects=(*effects, papers.supplement_notice(facts, missing, now, until=asked.until), told),
        say="both.request_supplement.stops" if stops else "both.request_supplement",
        args={"here": facts.agency.name},
    )


def decide_supplement(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The person has answered: a clock that stood still runs on, its day moved and explained."""
    handed: Handed = step.payload
    if WANTED not in facts.doubts:
        return Refusal(
            code="NOTHING_WANTED",
            text="经办机构没有要求补正，或者已经补交过。",
            remedy="不需要补交；有新情况请提出异议或拨打 12393。",
        )
    today = now.date()
    last = facts.opened.supplements[-1]
    supplements = (
        *facts.opened.supplements[:-1],
        msgspec.structs.replace(last, answered_on=today, answer=handed.answer),
    )
    facts_after = msgspec.structs.replace(facts.opened, supplements=supplements)
    doubts = (*(doubt for doubt in facts.doubts if doubt != WANTED), CAME)
    clock = _own_clock(facts)
    if clock is None or clock.paused_on is None or clock.met_on is not None:
        return Outcome(facts=facts_after, doubts=doubts, say="both.supplement")
    stood = workdays_between(clock.paused_on, today, clock.holder)
    moved = add_workdays(clock.due_on, stood, clock.holder)
    promise = promise_of(facts, clock.name, moved)
    return Outcome(
        facts=facts_after,
        doubts=doubts,
        promised_on=promise.due,
        promised_provisional=promise.provisional,
        effects=(
            MoveClock(
                name=clock.name,
                due_on=moved.due,
                provisional=moved.provisional or clock.provisional,
                paused_workdays=clock.paused_workdays + stood,
            ),
            _tell(facts, moved, promise, today),
        ),
        say="both.supplement.moved",
        args={
            "old": clock.due_on.isoformat(),
            "new": moved.due.isoformat(),
            "days": str(stood),
        },
    )


def _own_clock(facts: TransferFacts) -> ClockFact | None:
    """The clock of the record leg that this side holds."""
    return facts.clock("record_out" if facts.half == OUT else "record_in")


def _stops(area: str, on: date) -> bool:
    """Whether the limit stands still while papers are waited for: only by a sourced rule."""
    rule = lookup("supplement_stops_clock", area, on)
    return rule is not None and rule.value is True


def _tell(facts: TransferFacts, moved: Due, promise: Due, today: date) -> Send:
    return Send(
        to=facts.counterpart,
        kind="date_change",
        body=date_change.Body(
            case_no=facts.case_no,
            to_half=OUT if facts.half == IN else IN,  # type: ignore[arg-type]
            told_on=today,
            provisional=moved.provisional or promise.provisional,
            out_due=moved.due if facts.half == OUT else None,
            promised_on=promise.due if facts.half == IN else None,
        ),
    )
