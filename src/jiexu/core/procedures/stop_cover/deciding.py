"""决定: the agency stops the cover from a day on, or says why not."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.actors import Role
from jiexu.core.base.decision import Badge, Reason, Repair, Source
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.procedures.outcome import (
    MeetClock,
    Notify,
    Outcome,
    PauseRelation,
    Refusal,
    Step,
)
from jiexu.core.procedures.stop_cover.answering import record_of
from jiexu.core.procedures.stop_cover.facts import (
    REFUSALS,
    StopDecision,
    StopFacts,
    StopRefusal,
)
from jiexu.core.procedures.stop_cover.papers import decision_to_stop, refusal_to_stop
from jiexu.core.procedures.stop_cover.states import DECIDE
from jiexu.core.procedures.stop_cover.terms import day_refused

_REPAIRS = {
    "still_employed": ("本人", "离职以后再申请；已经离职的，请提供离职证明、仲裁或法院文书"),
    "evidence_short": ("本人", "补充离职证明、新单位劳动合同或入职证明后重新申请"),
    "other_identity": ("本人", "核对姓名和证件号码后重新申请；登记有误的，先到窗口更正"),
}


def decide_stop(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The relation is paused from the day. Arrears stay the employer's debt and hold nothing up.

    By itself only after the employer's own word. Cover that ended meanwhile is only noted.
    """
    record = record_of(facts)
    decision: StopDecision | None = step.payload
    today = now.date()
    by_itself = step.actor.role is Role.SYSTEM
    if by_itself and facts.record_leg != "confirmed":
        return Refusal(
            code="NEEDS_A_PERSON",
            text="原单位没有确认，停保要由经办人员决定。",
            remedy="请在待办中核对材料后办理。",
        )
    stop_on = decision.stop_on if decision else record.stop_on
    relation = facts.relation(record.insutype)
    if relation is None or relation.status == "terminated" or facts.person is None:
        return Refusal(
            code="NO_COVER",
            text="这一段参保关系已经终止，不能再停保。",
            remedy="请以“不予停保”办结，并告诉本人不需要停保。",
        )
    if stop_on is None:
        raise AssertionError("a confirmed case names its day")
    already = relation.status == "paused"
    if already:
        stop_on = relation.valid_from
    elif refusal := day_refused(facts, record.insutype, stop_on, today):
        return refusal
    ground = decision.ground if decision else f"{record.emp_name}已确认"
    arrears = (decision.arrears if decision else "") or _since(record.arrears)
    day = stop_on.isoformat()
    pause = () if already else (PauseRelation(insutype=record.insutype, on=stop_on),)
    return Outcome(
        record_leg="done",
        doubts=(),
        facts=msgspec.structs.replace(record, stop_on=stop_on, arrears=arrears),
        effects=(
            *pause,
            MeetClock(name=DECIDE, on=today),
            decision_to_stop(facts, record, stop_on, ground, arrears, now),
            Notify(code="stopped", args={"case_no": facts.case_no, "day": day}),
        ),
        say="here.stop.already" if already else "here.stop",
        args={
            "day": day,
            "here": facts.agency_name,
            "ground": ground,
            "arrears": f"单位欠费（{arrears}）由单位负责，不影响本人。" if arrears else "",
        },
    )


def decide_refuse(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Not stopped: the reason, where it stands, and the way on."""
    asked: StopRefusal = step.payload
    record = record_of(facts)
    who, how = _REPAIRS[asked.ground]
    sources = (
        (
            Source(
                badge=Badge.LOCAL,
                title=asked.paper,
                area=facts.area,
                confidence="medium",
            ),
        )
        if asked.paper
        else ()
    )
    reason = Reason(
        code=asked.ground.upper(),
        text=f"{REFUSALS[asked.ground]}：{asked.why}",
        rule="停保须有已经离职的证明" if sources else "停保须有已经离职的证明（经办惯例）",
        sources=sources,
        repair=Repair(who=who, how=how),
    )
    args = {
        "case_no": facts.case_no,
        "employer": record.emp_name,
        "why": reason.text,
        "remedies": REMEDIES,
    }
    return Outcome(
        record_leg="refused",
        doubts=(),
        reasons=(reason,),
        effects=(
            MeetClock(name=DECIDE, on=now.date()),
            refusal_to_stop(facts, record, (reason,), now),
            Notify(code="refused", args=args),
        ),
        say="here.refuse",
        args=args,
    )


def _since(month: str) -> str:
    """Arrears as people read them; `month` is `yyyyMM`, empty when nothing is owed."""
    return f"{month[:4]} 年 {int(month[4:])} 月起" if month else ""
