"""申请: the person applies at the new place; the old place is asked."""

from __future__ import annotations

from datetime import datetime

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.exchange.kinds.transfer_request import schema as transfer_request
from jiexu.core.procedures.outcome import Issue, Notify, Outcome, Refusal, Send, Step
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.checks import (
    check_destination,
    last_paid_month,
    limit_workdays,
    refusal_of,
)
from jiexu.core.procedures.transfer.facts import (
    Application,
    CaseRecord,
    RelationFact,
    TransferFacts,
)

CHANNELS = {
    Role.CITIZEN: frozenset({"online"}),
    Role.EMPLOYER: frozenset({"online"}),
    Role.CLERK: frozenset({"counter_from", "counter_to"}),
}
"""By which channel each role applies."""
APPLICANTS = {
    Role.CITIZEN: frozenset({"self", "agent"}),
    Role.EMPLOYER: frozenset({"employer"}),
    Role.CLERK: frozenset({"self", "employer", "agent"}),
}
"""For whom each role may apply.

Online an agent or guardian is signed in with the account of the insured person and says who they
are; whoever has no such account shows the paper at a counter.
"""


def decide_apply(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Check the new place's side and ask the old place.

    Source: 医保办发〔2021〕43号 (application, checks at both sides before acceptance).
    Refuses, changing nothing: person not insured here, another transfer of the same scheme still
    open, no account here for the money, or the new place's own part of the check fails.
    """
    application: Application = step.payload
    refusal = refusal_of_application(application, step.actor)
    if refusal is not None:
        return refusal
    if facts.person is None:
        return Refusal(
            code="PERSON_UNKNOWN_HERE",
            text=f"{facts.agency.name}没有您的参保记录，不能申请转入。",
            remedy="请先在转入地办理参保登记并缴费，再来申请；单位职工由单位办理。"
            "已退休的不转移，请向退休地经办机构办理异地安置备案。",
        )
    if facts.double_psn_no:
        return double_number(facts)
    if facts.open_case_no:
        return Refusal(
            code="ALREADY_OPEN",
            text=f"您已有一笔同险种的转移正在办理（{facts.open_case_no}）。",
            remedy="请先查看那一笔的进度；办结后才能再次申请。",
        )
    if facts.agency.receipt_account is None:
        return Refusal(
            code="RECEIPT_ACCOUNT_UNKNOWN",
            text=f"{facts.agency.name}还没有登记收款账户，暂时不能受理转入。",
            remedy="请联系转入地经办机构登记收款账户后再申请，或拨打 12393。",
        )
    relation, decision = destination_check(facts, application)
    if decision.outcome != "accept" or relation is None:
        return refusal_of(decision)
    return Outcome(
        record_leg="checking",
        fund_leg="waiting",
        facts=record_of(facts, application, step.actor, relation, decision.reasons),
        effects=(
            request_to(facts, application, relation),
            *letter_to(facts, application, relation, now),
            Notify(code="applied", args={"case_no": facts.case_no}),
        ),
        say="in.apply",
        args={"source": facts.counterpart_name, "here": facts.agency.name},
    )


def refusal_of_application(application: Application, actor: Actor) -> Refusal | None:
    """Whether this actor may apply so: channel, applicant and, for an agent, on what they act.

    Source: 医保办发〔2021〕43号 art. 5 (the employer applies for its employees, everybody else
    for themselves); the statement of an agent is asked by practice.
    """
    if application.channel not in CHANNELS.get(actor.role, frozenset()):
        return Refusal(
            code="CHANNEL_NOT_YOURS",
            text="您现在的身份不能用这种方式提交申请。",
            remedy="参保人和单位请在网上申请；窗口申请由窗口人员录入。",
        )
    if application.applicant not in APPLICANTS[actor.role]:
        return Refusal(
            code="APPLICANT_NOT_YOURS",
            text="您现在的身份不能代为提交这种申请。",
            remedy="本人请自行申请；单位职工由单位申请；代办或监护请用参保人的账号登录，或带授权材料到窗口办理。",
        )
    if application.applicant == "employer" and application.insutype_in != EMPLOYEE:
        return Refusal(
            code="EMPLOYER_FOR_EMPLOYEES_ONLY",
            text="单位只能为本单位职工申请职工医保的转移。",
            remedy="灵活就业人员和居民由本人申请：在本平台登录，或到转入地窗口办理。",
        )
    agent = application.agent
    if application.applicant == "agent":
        if agent is None or not (agent.name and agent.relation and agent.authority):
            return Refusal(
                code="AGENT_INCOMPLETE",
                text="代办申请没有写明代办人姓名、与参保人的关系或授权依据。",
                remedy="请补齐这三项；未成年人由监护人办理，授权依据写监护关系。",
            )
    elif agent is not None:
        return Refusal(
            code="AGENT_NOT_NEEDED",
            text="申请人不是代办人，却填写了代办人。",
            remedy="请把申请人改为“代办人”，或清空代办人各项。",
        )
    return None


def destination_check(
    facts: TransferFacts, application: Application
) -> tuple[RelationFact | None, Decision]:
    """The person's participation here and the new place's own part of the check."""
    relation = facts.relation_on(application.insutype_in, application.applied_on)
    return relation, check_destination(
        on=application.applied_on,
        trafout_admdvs=application.trafout_admdvs,
        trafin_admdvs=facts.agency.area,
        insutype_out=application.insutype_out,
        insutype_in=application.insutype_in,
        relation=relation,
        last_paid=last_paid_month(facts.spells, application.insutype_in),
        bank_info_complete=facts.agency.receipt_account is not None,
        life=facts.life,
        requests=application.requests,
    )


def record_of(
    facts: TransferFacts,
    application: Application,
    actor: Actor,
    relation: RelationFact | None,
    informed: tuple[Reason, ...] = (),
) -> CaseRecord:
    """What the half at the new place remembers of an application."""
    return CaseRecord(
        applied_on=application.applied_on,
        channel=application.channel,
        applicant=application.applicant,
        applied_by=actor.ref,
        agent=application.agent,
        insutype_out=application.insutype_out,
        insutype_in=application.insutype_in,
        trafout_admdvs=application.trafout_admdvs,
        trafin_admdvs=facts.agency.area,
        enrolled_on=relation.valid_from if relation else None,
        plan_in=relation.plan if relation else "account",
        cover_year_in=relation.cover_year if relation else None,
        informed=informed,
    )


def request_to(facts: TransferFacts, application: Application, relation: RelationFact) -> Send:
    """The 申请通知 to the old place. Who acts for the person stays at the place that saw them."""
    person, account = facts.person, facts.agency.receipt_account
    if person is None or account is None:
        raise AssertionError("asked only for a person known here, with an account for the money")
    body = transfer_request.Body(
        case_no=facts.case_no,
        applied_on=application.applied_on,
        channel=application.channel,
        applicant=application.applicant,  # type: ignore[arg-type]
        psn_cert_type=person.psn_cert_type,
        certno=person.certno,
        psn_name=person.psn_name,
        insutype_out=application.insutype_out,  # type: ignore[arg-type]
        insutype_in=application.insutype_in,  # type: ignore[arg-type]
        trafout_admdvs=application.trafout_admdvs,
        trafin_admdvs=facts.agency.area,
        enrolled_on=relation.valid_from,
        plan_in=relation.plan,  # type: ignore[arg-type]
        cover_year=relation.cover_year,
        receipt_account=account,
        in_limit_workdays=limit_workdays(
            "transfer_in_workdays", facts.agency.area, application.applied_on
        ),
    )
    return Send(to=application.trafout_admdvs, kind="transfer_request", body=body)


def letter_to(
    facts: TransferFacts, application: Application, relation: RelationFact, now: datetime
) -> tuple[Issue, ...]:
    """联系函 to an old place that is reached by paper alone: the letter is what it works by."""
    if facts.counterpart_reached != "paper":
        return ()
    return (papers.letter_of_contact(facts, application, now, enrolled_on=relation.valid_from),)


def double_number(facts: TransferFacts) -> Refusal:
    """The person has two numbers here: merged first, so that nothing goes to the idle one."""
    why = Reason(
        code="DOUBLE_PERSON_NUMBER",
        text=f"您在{facts.agency.name}有两个人员编号（重号，另一个是 {facts.double_psn_no}），"
        "要先合并，年限和余额才不会转到不用的编号下。",
        rule="一个参保人在一个统筹区只有一个人员编号",
        repair=Repair(
            who="本人",
            how=f"带身份证件到{facts.agency.name}窗口合并人员编号，合并后再申请；"
            "合并前原有的参保和缴费记录都保留",
        ),
    )
    return Refusal(
        code=why.code,
        text=why.text,
        remedy=f"{why.repair.who}：{why.repair.how}。" if why.repair else "",
        reasons=(why,),
    )
