"""协查 and 催办: the two sides ask and answer each other beside the way of the case.

Nothing here holds record or money up. Every question asks for an answer; a silent one is chased
by its own clock, three times, and then shown to a clerk.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import msgspec

from jiexu.core.base.actors import Role
from jiexu.core.calendar.workdays import add_workdays, workdays_between
from jiexu.core.exchange.kinds.enquiry import schema as enquiry
from jiexu.core.exchange.kinds.enquiry_answer import schema as enquiry_answer
from jiexu.core.procedures.outcome import (
    Effect,
    MeetClock,
    Outcome,
    Refusal,
    Send,
    StartClock,
    Step,
    StopClocks,
)
from jiexu.core.procedures.transfer.checks import limit_workdays
from jiexu.core.procedures.transfer.facts import CaseRecord, Talk, TransferFacts
from jiexu.core.procedures.transfer.states import (
    FUND_LABELS,
    IN,
    OUT,
    RECORD_LABELS,
    overall,
)

MOST_ROUNDS = 3
_LONG = {"long": True}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What the other side is asked."""

    words: Annotated[str, msgspec.Meta(title="请对方协查的问题", extra_json_schema=_LONG)]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to the oldest open question of the other side."""

    words: Annotated[str, msgspec.Meta(title="给对方的答复", extra_json_schema=_LONG)]


def decide_clarify(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk asks the other side a question, while the case is open or when it is done."""
    asked: Question = step.payload
    talk, effects = _ask(facts, "clarify", asked.words, now)
    return Outcome(
        facts=_with(facts.opened, talk),
        effects=effects,
        say="both.clarify",
        args={"other": facts.counterpart_name, "number": talk.number},
    )


def decide_remind(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """催办, once per working day: the other side is asked where it stands, a clerk here sees it."""
    record, today = facts.opened, now.date()
    if overall(facts.record_leg, facts.fund_leg) != "open":
        return Refusal(
            code="NOTHING_TO_REMIND",
            text="本案已经办结，不需要催办。",
            remedy="对结果有疑问的，请提出异议。",
        )
    last = record.reminded_on
    if last is not None and not workdays_between(last, today, facts.agency.area):
        return Refusal(
            code="REMINDED_TODAY",
            text="这个工作日已经催办过，对方已收到。",
            remedy="请下一个工作日再催办；急需办理的请拨打 12393。",
        )
    talk, effects = _ask(facts, "remind", "", now)
    by_clerk = step.actor.role is Role.CLERK
    return Outcome(
        facts=msgspec.structs.replace(_with(record, talk), reminded_on=today),
        doubts=None if by_clerk else _doubts(facts, add="REMINDED"),
        effects=effects,
        say="both.remind",
        args={"other": facts.counterpart_name},
    )


def decide_enquiry_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The other side asks. A reminder is answered at once with where the case stands here."""
    asked: enquiry.Body = step.payload
    record = facts.opened
    known = _find(record, asked.enquiry_no, ours=False)
    talk = Talk(
        number=asked.enquiry_no,
        purpose=asked.purpose,
        ours=False,
        asked_on=known.asked_on if known else asked.asked_on,
        text=asked.words,
        answer_by=asked.answer_by,
        answered_on=known.answered_on if known else None,
        answer=known.answer if known else "",
        round=asked.round,
    )
    if asked.purpose == "remind" and known is None:
        talk = msgspec.structs.replace(talk, answered_on=now.date(), answer=_where(facts))
    # A chase that crossed our answer gets it once more.
    effects = (_answer(facts, talk, now),) if talk.answered_on else ()
    doubt = "REMINDED" if asked.purpose == "remind" else "ENQUIRY_OPEN"
    open_here = asked.purpose == "remind" or talk.answered_on is None
    return Outcome(
        facts=_with(record, talk),
        doubts=_doubts(facts, add=doubt) if open_here else None,
        effects=effects,
        say="both.reminded" if asked.purpose == "remind" else "both.enquiry_received",
        args={"other": facts.counterpart_name, "number": talk.number},
    )


def decide_answer_enquiry(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk answers the oldest open question of the other side."""
    asked: Answer = step.payload
    record = facts.opened
    waiting = [talk for talk in record.talks if not talk.ours and talk.answered_on is None]
    if not waiting:
        return Refusal(
            code="NOTHING_TO_ANSWER",
            text="没有等待答复的协查。",
            remedy="请刷新页面；可能已由他人答复。",
        )
    talk = msgspec.structs.replace(waiting[0], answered_on=now.date(), answer=asked.words)
    return Outcome(
        facts=_with(record, talk),
        doubts=None if len(waiting) > 1 else _doubts(facts, drop={"ENQUIRY_OPEN"}),
        effects=(_answer(facts, talk, now),),
        say="both.answer_enquiry",
        args={"other": facts.counterpart_name, "number": talk.number},
    )


def decide_enquiry_answered(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The other side has answered: the clock is met, a clerk sees the answer."""
    told: enquiry_answer.Body = step.payload
    record = facts.opened
    known = _find(record, told.enquiry_no, ours=True)
    if known is None:
        return Refusal(
            code="NO_SUCH_ENQUIRY",
            text=f"没有发出过编号 {told.enquiry_no[:20]} 的协查。",
            remedy="请对方核对协查编号后重新答复。",
        )
    talk = msgspec.structs.replace(known, answered_on=told.answered_on, answer=told.words)
    silent_others = any(
        one.ours and one.answered_on is None and one.number != talk.number for one in record.talks
    )
    drop = set() if silent_others else {"ENQUIRY_SILENT"}
    clarified = talk.purpose == "clarify"
    return Outcome(
        facts=_with(record, talk),
        doubts=_doubts(facts, add="ANSWER_CAME" if clarified else "", drop=drop),
        effects=(MeetClock(name=clock_name(known), on=now.date()),),
        say="both.enquiry_answered" if clarified else "both.remind_answered",
        args={"other": facts.counterpart_name, "words": talk.answer if not clarified else ""},
    )


def decide_enquiry_silent(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """No answer in time: ask again; after three times a clerk is told to ring up."""
    record = facts.opened
    talk = next(
        (
            one
            for one in record.talks
            if one.ours and one.answered_on is None and clock_name(one) == step.actor.ref
        ),
        None,
    )
    if talk is None:
        return Refusal(
            code="ANSWERED",
            text="这份协查已有答复，或已再次催问。",
            remedy="不需要办理。",
        )
    effects: list[Effect] = [StopClocks(on=now.date(), names=(clock_name(talk),))]
    if talk.round >= MOST_ROUNDS:
        return Outcome(
            doubts=_doubts(facts, add="ENQUIRY_SILENT"),
            effects=tuple(effects),
            say="both.enquiry_silent",
            args={"other": facts.counterpart_name, "number": talk.number},
        )
    talk = msgspec.structs.replace(talk, round=talk.round + 1)
    talk, again = _sent(facts, talk, now)
    return Outcome(
        facts=_with(record, talk),
        effects=(*effects, *again),
        say="both.enquiry_chased",
        args={"other": facts.counterpart_name, "number": talk.number},
    )


def decide_note(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk has seen reminders and answers, and takes them off the queue."""
    return Outcome(
        doubts=_doubts(
            facts, drop={"REMINDED", "ANSWER_CAME", "ENQUIRY_SILENT", "AMOUNT_CORRECTED"}
        ),
        say="both.note",
    )


def clock_name(talk: Talk) -> str:
    """The clock that waits for this answer, one per time it was asked for."""
    return f"enquiry-{talk.number}-{talk.round}"


def _ask(
    facts: TransferFacts, purpose: str, words: str, now: datetime
) -> tuple[Talk, tuple[Effect, ...]]:
    ours = sum(talk.ours for talk in facts.opened.talks)
    talk = Talk(
        number=f"{facts.half}-{ours + 1}",
        purpose=purpose,
        ours=True,
        asked_on=now.date(),
        text=words,
    )
    return _sent(facts, talk, now)


def _sent(facts: TransferFacts, talk: Talk, now: datetime) -> tuple[Talk, tuple[Effect, ...]]:
    today = now.date()
    limit = limit_workdays("enquiry_answer_workdays", facts.counterpart, today)
    due = add_workdays(today, limit, facts.counterpart)
    talk = msgspec.structs.replace(talk, answer_by=due.due)
    body = enquiry.Body(
        case_no=facts.case_no,
        to_half=_other_half(facts),  # type: ignore[arg-type]
        enquiry_no=talk.number,
        purpose=talk.purpose,  # type: ignore[arg-type]
        asked_on=talk.asked_on,
        answer_by=due.due,
        words=talk.text,
        round=talk.round,
    )
    clock = StartClock(
        leg="talk",
        name=clock_name(talk),
        holder=facts.counterpart,
        started_on=today,
        limit_workdays=limit,
        due_on=due.due,
        provisional=due.provisional,
    )
    return talk, (Send(to=facts.counterpart, kind="enquiry", body=body), clock)


def _answer(facts: TransferFacts, talk: Talk, now: datetime) -> Send:
    body = enquiry_answer.Body(
        case_no=facts.case_no,
        to_half=_other_half(facts),  # type: ignore[arg-type]
        enquiry_no=talk.number,
        answered_on=talk.answered_on or now.date(),
        words=talk.answer,
    )
    return Send(to=facts.counterpart, kind="enquiry_answer", body=body)


def _where(facts: TransferFacts) -> str:
    """Where the case stands here, for whoever reminded."""
    due = _due(facts)
    by = f"，期限 {due.isoformat()}" if due else ""
    return f"年限：{RECORD_LABELS[facts.record_leg]}{by}；资金：{FUND_LABELS[facts.fund_leg]}"


def _due(facts: TransferFacts) -> date | None:
    """The day by which this side has to act; `None` when its own clock does not run."""
    clock = facts.clock("record_out" if facts.half == OUT else "record_in")
    return clock.due_on if clock is not None and clock.met_on is None else None


def _other_half(facts: TransferFacts) -> str:
    return OUT if facts.half == IN else IN


def _find(record: CaseRecord, number: str, *, ours: bool) -> Talk | None:
    return next((one for one in record.talks if one.ours is ours and one.number == number), None)


def _with(record: CaseRecord, talk: Talk) -> CaseRecord:
    """The record with this talk, in the place it had."""
    known = _find(record, talk.number, ours=talk.ours)
    talks = (
        tuple(talk if one is known else one for one in record.talks)
        if known is not None
        else (*record.talks, talk)
    )
    return msgspec.structs.replace(record, talks=talks)


def _doubts(
    facts: TransferFacts, *, add: str = "", drop: set[str] | frozenset[str] = frozenset()
) -> tuple[str, ...]:
    kept = [doubt for doubt in facts.doubts if doubt not in drop and doubt != add]
    return (*kept, add) if add else tuple(kept)
