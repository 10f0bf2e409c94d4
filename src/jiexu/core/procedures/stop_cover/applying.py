"""申请: the person shows that they have left; the old employer is asked, or is known to be gone."""

from __future__ import annotations

from datetime import datetime

from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.calendar.workdays import add_workdays
from jiexu.core.procedures.outcome import Notify, Outcome, Refusal, Step
from jiexu.core.procedures.stop_cover.facts import Opening, StopFacts, StopRecord
from jiexu.core.procedures.stop_cover.papers import notice_to_employer
from jiexu.core.procedures.stop_cover.states import ANSWER, DECIDE
from jiexu.core.procedures.stop_cover.terms import start_clock


def decide_apply(facts: StopFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Open the case and put the question to the old employer, with a term.

    An employer that is on file as closed is not asked. That the person says so is not enough: the
    clerk looks first. Practice; no national rule on the procedure is known.
    """
    opening: Opening = step.payload
    refusal = _refused(facts, opening)
    if refusal is not None:
        return refusal
    relation = facts.relation(opening.insutype)
    assert facts.person is not None and relation is not None
    told = opening.told
    known = facts.employer(relation.emp_uscc)
    today = now.date()
    record = StopRecord(
        applied_on=opening.applied_on,
        channel=opening.channel,
        applicant=opening.applicant,
        area=facts.area,
        insutype=opening.insutype,
        emp_name=(known.name if known else "") or relation.emp_name or told.employer_name,
        emp_uscc=relation.emp_uscc,
        left_on=told.left_on,
        evidence=told.evidence,
        evidence_text=told.evidence_text,
        attachment=told.attachment,
        employer_state=told.employer_state,
        arrears=known.arrears_since if known else "",
    )
    decide_clock, _ = start_clock(DECIDE, facts.area, today)
    args = {"case_no": facts.case_no, "employer": record.emp_name, "here": facts.agency_name}
    if known is not None and known.status == "closed":
        return Outcome(
            record_leg="closed",
            fund_leg="none",
            facts=record,
            accepted_on=today,
            promised_on=decide_clock.due_on,
            promised_provisional=decide_clock.provisional,
            effects=(
                decide_clock,
                Notify(code="closed", args={**args, "due": decide_clock.due_on.isoformat()}),
            ),
            say="here.apply.closed",
            args={**args, "due": decide_clock.due_on.isoformat()},
        )
    clock, basis = start_clock(ANSWER, facts.area, today)
    promised = add_workdays(clock.due_on, decide_clock.limit_workdays, facts.area)
    args |= {"due": clock.due_on.isoformat(), "basis": basis}
    return Outcome(
        record_leg="notified",
        fund_leg="none",
        facts=record,
        accepted_on=today,
        promised_on=promised.due,
        promised_provisional=promised.provisional or clock.provisional,
        doubts=("EMPLOYER_SAID_CLOSED",) if told.employer_state == "closed" else (),
        effects=(
            clock,
            notice_to_employer(facts, record, clock, basis, now),
            Notify(code="applied", args=args),
        ),
        say="here.apply",
        args=args,
    )


def _refused(facts: StopFacts, opening: Opening) -> Refusal | None:
    told = opening.told
    if facts.person is None:
        return Refusal(
            code="PERSON_UNKNOWN_HERE",
            text=f"{facts.agency_name}没有您的参保记录，没有可以停的保。",
            remedy="请核对原参保地；如曾用其他证件参保，请到窗口更正。",
        )
    if opening.insutype != EMPLOYEE:
        return Refusal(
            code="NOT_EMPLOYEE_COVER",
            text="居民医保不由单位参保，不走这个程序。",
            remedy="已在新地参加职工医保的，凭新的参保记录申请暂停居民医保；也可以拨打 12393。",
        )
    if facts.open_case_no:
        return Refusal(
            code="ALREADY_OPEN",
            text=f"您已有一笔停保申请正在办理（{facts.open_case_no}）。",
            remedy="请先查看那一笔的进度，不必重复申请。",
        )
    relation = facts.relation(opening.insutype)
    if relation is None or relation.status == "terminated":
        return Refusal(
            code="NO_COVER",
            text=f"您在{facts.agency_name}没有在保的职工医保。",
            remedy="不需要停保，可以直接申请转移。",
        )
    if relation.status == "paused":
        return Refusal(
            code="ALREADY_PAUSED",
            text=f"您从 {relation.valid_from.isoformat()} 起已经停保。",
            remedy="不需要再停保，现在就可以申请转移。",
        )
    if not (relation.emp_name or relation.emp_uscc or told.employer_name):
        return Refusal(
            code="EMPLOYER_UNKNOWN",
            text="参保记录里没有单位，不知道应当通知谁。",
            remedy="由单位参保的，请填写原单位名称；灵活就业自己参保的，不用通知单位，"
            "请在原参保地直接办理停保。",
        )
    if told.left_on > opening.applied_on:
        return Refusal(
            code="LEFT_IN_FUTURE",
            text="离职日期还没有到。",
            remedy="请在离职以后申请；还在职的，由单位办理减员。",
        )
    if told.left_on < relation.valid_from:
        return Refusal(
            code="LEFT_BEFORE_COVER",
            text=f"离职日期早于这一段参保的起始日 {relation.valid_from.isoformat()}。",
            remedy="请核对离职日期和原单位；参保起始日登记有误的，请到窗口更正。",
        )
    if told.evidence == "none":
        return Refusal(
            code="NO_EVIDENCE",
            text="没有能证明已经离职的材料，不能要求原单位停保。",
            remedy="离职证明、新单位的劳动合同或入职证明、仲裁或法院文书，有一样就可以；"
            "原单位不开离职证明的，可向劳动保障监察投诉。",
        )
    return None
