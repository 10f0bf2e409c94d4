"""撤回 and 不予受理 after acceptance: how a case ends before its record has gone.

The old place holds form and money, so it alone ends a case at once. The new place asks it and
waits (`closing`): an end and a form that cross each other can never part the two halves.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from jiexu.core.base.actors import Role
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.exchange.kinds.precheck_answer import schema as precheck_answer
from jiexu.core.exchange.kinds.withdrawal import schema as withdrawal
from jiexu.core.exchange.kinds.withdrawal_answer import schema as withdrawal_answer
from jiexu.core.procedures.outcome import (
    Effect,
    Notify,
    Outcome,
    Refusal,
    Send,
    Step,
    StopClocks,
)
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.facts import Ending, TransferFacts
from jiexu.core.procedures.transfer.releasing import release
from jiexu.core.procedures.transfer.states import IN, OUT

GROUNDS = {
    "not_paused": "转出地参保没有中止",
    "not_enrolled": "转入地没有按规定参保",
    "person_differs": "两地登记的不是同一人",
    "papers": "要求补正的材料没有补齐",
    "outside": "不属于转移接续的范围",
    "other": "其他原因",
}


class Declining(msgspec.Struct, frozen=True, kw_only=True):
    """What a clerk states who declines."""

    ground: Annotated[
        Literal["not_paused", "not_enrolled", "person_differs", "papers", "outside", "other"],
        msgspec.Meta(title="不予受理的原因", extra_json_schema={"labels": GROUNDS}),
    ]
    words: Annotated[
        str,
        msgspec.Meta(
            title="具体说明",
            description="参保人会看到这段话：什么不符合、怎样改正。",
            extra_json_schema={"long": True},
        ),
    ]


def decide_withdraw(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Whoever applied takes the application back, until the form is out.

    At the old place the case ends at once; at the new place the old place is asked first.
    """
    record, role = facts.opened, step.actor.role
    if role is Role.CITIZEN and record.applicant == "employer":
        return Refusal(
            code="NOT_APPLICANT",
            text="这笔申请由用人单位提出，不能由您撤回。",
            remedy="请联系用人单位撤回；不同意转移的，可以在本页提出异议。",
        )
    if role is Role.EMPLOYER and (
        record.applicant != "employer" or record.applied_by != step.actor.ref
    ):
        return Refusal(
            code="NOT_APPLICANT",
            text="这笔申请不是本单位提出的，不能由本单位撤回。",
            remedy="请由提出申请的人撤回。",
        )
    if facts.half == IN:
        return _ask(facts, "withdrawn", (), now, say="in.withdraw")
    free = release(facts, record)
    return Outcome(
        record_leg="withdrawn",
        fund_leg="none",
        doubts=facts.talk_doubts,
        facts=free.record,
        effects=(
            *free.effects,
            StopClocks(on=now.date()),
            Send(to=facts.counterpart, kind="withdrawal", body=_told(facts, "withdrawn", (), now)),
            *_told_to_applicant(facts, "withdrawn", (), now),
        ),
        say="out.withdraw",
        args={"target": facts.counterpart_name},
    )


def decide_decline(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk of either side declines before the form is issued: reason, own words, remedies."""
    asked: Declining = step.payload
    ground = GROUNDS[asked.ground]
    words = asked.words.strip().rstrip("。")
    reason = Reason(
        code=f"DECLINED_{asked.ground.upper()}",
        text=f"{ground}：{words}。",
        rule=ground,
        repair=Repair(who="参保人", how="改正后可以重新申请。"),
    )
    if facts.half == IN:
        return _ask(facts, "refused", (reason,), now, say="in.decline", why=reason.text)
    answer = precheck_answer.Body(
        case_no=facts.case_no,
        outcome="refuse",
        answered_on=now.date(),
        reasons=(reason,),
        to_half="in",
    )
    free = release(facts, msgspec.structs.replace(facts.opened, reasons=(reason,)))
    return Outcome(
        record_leg="refused",
        fund_leg="none",
        reasons=(reason,),
        doubts=facts.talk_doubts,
        facts=free.record,
        effects=(
            *free.effects,
            StopClocks(on=now.date()),
            Send(to=facts.counterpart, kind="precheck_answer", body=answer),
            *_told_to_applicant(facts, "refused", (reason,), now),
        ),
        say="out.decline",
        args={"target": facts.counterpart_name, "why": reason.text},
    )


def decide_withdrawal_received(
    facts: TransferFacts, step: Step, now: datetime
) -> Outcome | Refusal:
    """The other side ends the case. The old place answers: ended, or too late to stop the money.

    A reserved amount is given back as long as nobody has put the payment into a batch.
    """
    told: withdrawal.Body = step.payload
    if facts.half == IN:
        return _ended(facts, told.how, told.reasons, now, say="in.withdrawal_received")
    reserved = facts.fund_leg == "fixed" or bool(facts.opened.reserved_fen)
    moving = facts.fund_leg not in {"waiting", "fixed", "none"} or facts.record_leg == "done"
    if moving or (facts.fund_leg == "fixed" and facts.order_state != "waiting"):
        return Outcome(
            effects=(_answer(facts, agreed=False, now=now),),
            say="out.withdrawal_received.late",
            args={"target": facts.counterpart_name},
        )
    free = release(facts, facts.opened)
    effects = (StopClocks(on=now.date()), _answer(facts, agreed=True, now=now), *free.effects)
    if facts.opened.applied_by:
        effects += _told_to_applicant(facts, told.how, told.reasons, now)
    return Outcome(
        record_leg=told.how,
        fund_leg=free.fund_leg,
        facts=free.record,
        reasons=told.reasons,
        doubts=facts.talk_doubts,
        effects=effects,
        say="out.withdrawal_received.freed" if reserved else "out.withdrawal_received",
        args={"target": facts.counterpart_name},
    )


def decide_withdrawal_answered(
    facts: TransferFacts, step: Step, now: datetime
) -> Outcome | Refusal:
    """The old place has ended the case too; or it was too late, and the case goes on."""
    answer: withdrawal_answer.Body = step.payload
    ending = facts.opened.ending
    if ending is None:
        raise AssertionError("a half that is closing knows how")
    if answer.agreed:
        return _ended(facts, ending.how, ending.reasons, now, say="in.withdrawal_answered")
    return Outcome(
        record_leg=ending.before,
        facts=msgspec.structs.replace(facts.opened, ending=None),
        effects=(Notify(code="withdrawn_too_late", args={"case_no": facts.case_no}),),
        say="in.withdrawal_answered.late",
        args={"source": facts.counterpart_name},
    )


def _ask(
    facts: TransferFacts,
    how: Literal["withdrawn", "refused"],
    reasons: tuple[Reason, ...],
    now: datetime,
    *,
    say: str,
    why: str = "",
) -> Outcome:
    return Outcome(
        record_leg="closing",
        facts=msgspec.structs.replace(
            facts.opened, ending=Ending(how=how, before=facts.record_leg, reasons=reasons)
        ),
        effects=(
            Send(to=facts.counterpart, kind="withdrawal", body=_told(facts, how, reasons, now)),
        ),
        say=say,
        args={"source": facts.counterpart_name, "why": why},
    )


def _told(
    facts: TransferFacts,
    how: Literal["withdrawn", "refused"],
    reasons: tuple[Reason, ...],
    now: datetime,
) -> withdrawal.Body:
    return withdrawal.Body(
        case_no=facts.case_no,
        to_half=OUT if facts.half == IN else IN,  # type: ignore[arg-type]
        how=how,
        told_on=now.date(),
        reasons=reasons,
    )


def _answer(facts: TransferFacts, *, agreed: bool, now: datetime) -> Send:
    body = withdrawal_answer.Body(case_no=facts.case_no, agreed=agreed, answered_on=now.date())
    return Send(to=facts.counterpart, kind="withdrawal_answer", body=body)


def _ended(
    facts: TransferFacts, how: str, reasons: tuple[Reason, ...], now: datetime, *, say: str
) -> Outcome:
    """The half at the new place is over, and the person is told."""
    told = _told_to_applicant(facts, how, reasons, now)
    return Outcome(
        record_leg=how,
        fund_leg="none",
        reasons=reasons,
        doubts=facts.talk_doubts,
        facts=msgspec.structs.replace(facts.opened, ending=None, reasons=reasons),
        effects=(StopClocks(on=now.date()), *told),
        say=say,
        args={"source": facts.counterpart_name},
    )


def _told_to_applicant(
    facts: TransferFacts, how: str, reasons: tuple[Reason, ...], now: datetime
) -> tuple[Effect, ...]:
    """Paper and notice of an end: a refusal with its remedies, or that it is withdrawn.

    At a place where nobody applied it is a notice alone: the other side gives the paper. But a
    refusal is always the new place's to give.
    """
    if how == "refused":
        why = "".join(reason.text for reason in reasons)
        args = {"case_no": facts.case_no, "why": why, "remedies": REMEDIES}
        notice = Notify(code="refused", args=args)
        if facts.half == OUT and not facts.opened.applied_by:
            return (notice,)
        return (papers.refusal_notice(facts, "refuse", reasons, now), notice)
    notice = Notify(code="withdrawn", args={"case_no": facts.case_no})
    if not facts.opened.applied_by:
        return (notice,)
    return (papers.closing_notice(facts, "withdrawn", now), notice)
