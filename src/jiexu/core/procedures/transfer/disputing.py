"""异议: the person objects, a clerk answers within a limit; nothing of the case is held up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from jiexu.core.calendar.workdays import add_workdays
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.procedures.outcome import MeetClock, Notify, Outcome, Refusal, StartClock, Step
from jiexu.core.procedures.transfer.checks import limit_workdays
from jiexu.core.procedures.transfer.facts import Dispute, TransferFacts

DISPUTED = "DISPUTED"
ABOUT = {
    "months": "月份不对",
    "amount": "金额不对",
    "person": "姓名或证件号码不对",
    "delay": "办理太慢",
    "refusal": "不同意不予受理",
    "other": "其他",
}


class Objection(msgspec.Struct, frozen=True, kw_only=True):
    """What the person objects to."""

    about: Annotated[
        Literal["months", "amount", "person", "delay", "refusal", "other"],
        msgspec.Meta(title="您对什么有异议", extra_json_schema={"labels": ABOUT}),
    ]
    words: Annotated[
        str,
        msgspec.Meta(
            title="具体情况",
            description="请写明哪里不对、您认为应是怎样。",
            extra_json_schema={"long": True},
        ),
    ]


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """The agency's answer to an objection."""

    answer: Annotated[
        str,
        msgspec.Meta(
            title="给参保人的答复",
            description="参保人会看到这段话：查明的情况、怎样处理。",
            extra_json_schema={"long": True},
        ),
    ]


def decide_dispute(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The person objects: a clock of its own runs for this agency. One at a time."""
    asked: Objection = step.payload
    if DISPUTED in facts.doubts:
        return Refusal(
            code="DISPUTE_OPEN",
            text="您已提出一项异议，经办机构还没有答复。",
            remedy="请等答复；有补充请拨打 12393，或带业务编号到窗口。",
        )
    record, today = facts.opened, now.date()
    number = len(record.disputes) + 1
    limit = limit_workdays("dispute_answer_workdays", facts.agency.area, today)
    due = add_workdays(today, limit, facts.agency.area)
    dispute = Dispute(number=number, about=asked.about, words=asked.words, raised_on=today)
    return Outcome(
        facts=msgspec.structs.replace(record, disputes=(*record.disputes, dispute)),
        doubts=(*facts.doubts, DISPUTED),
        effects=(
            StartClock(
                leg="talk",
                name=f"dispute-{number}",
                holder=facts.agency.area,
                started_on=today,
                limit_workdays=limit,
                due_on=due.due,
                provisional=due.provisional,
            ),
            Notify(code="disputed", args={"case_no": facts.case_no, "due": due.due.isoformat()}),
        ),
        say="both.dispute",
        args={"about": ABOUT[asked.about], "due": due.due.isoformat(), "here": facts.agency.name},
    )


def decide_answer_dispute(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk answers the objection; the person is told what else they may do."""
    asked: Reply = step.payload
    record, today = facts.opened, now.date()
    if DISPUTED not in facts.doubts or not record.disputes:
        return Refusal(
            code="NO_DISPUTE",
            text="没有等待答复的异议。",
            remedy="请刷新页面；可能已由他人答复。",
        )
    last = record.disputes[-1]
    answered = msgspec.structs.replace(last, answered_on=today, answer=asked.answer)
    return Outcome(
        facts=msgspec.structs.replace(record, disputes=(*record.disputes[:-1], answered)),
        doubts=tuple(doubt for doubt in facts.doubts if doubt != DISPUTED),
        effects=(
            MeetClock(name=f"dispute-{last.number}", on=today),
            Notify(
                code="dispute_answered",
                args={
                    "case_no": facts.case_no,
                    "answer": asked.answer,
                    "remedies": REMEDIES,
                },
            ),
        ),
        say="both.answer_dispute",
        args={"here": facts.agency.name},
    )
