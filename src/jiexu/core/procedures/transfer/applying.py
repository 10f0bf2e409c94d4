"""申请: the person applies at the new place; the old place is asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.exchange.kinds.transfer_request import schema as transfer_request
from jiexu.core.procedures.outcome import Notify, Outcome, Refusal, Send, Step
from jiexu.core.procedures.transfer.checks import check_destination, last_paid_month, refusal_of
from jiexu.core.procedures.transfer.facts import Application, CaseRecord, TransferFacts


def decide_apply(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Check the new place's side and ask the old place.

    Source: 医保办发〔2021〕43号 (application, checks at both sides before acceptance).
    Refuses, changing nothing: person not insured here, another transfer of the same scheme still
    open, no account here for the money, or the new place's own part of the check fails.
    """
    application: Application = step.payload
    if application.applicant == "employer" and application.insutype_in != EMPLOYEE:
        return Refusal(
            code="EMPLOYER_FOR_EMPLOYEES_ONLY",
            text="单位只能为本单位职工申请职工医保的转移。",
            remedy="灵活就业人员和居民由本人申请：在本平台登录，或到转入地窗口办理。",
        )
    if facts.person is None:
        return Refusal(
            code="PERSON_UNKNOWN_HERE",
            text=f"{facts.agency.name}没有您的参保记录，不能申请转入。",
            remedy="请先在转入地办理参保登记并缴费，再来申请；单位职工由单位办理。",
        )
    if facts.double_psn_no:
        return _double_number(facts)
    if facts.open_case_no:
        return Refusal(
            code="ALREADY_OPEN",
            text=f"您已有一笔同险种的转移正在办理（{facts.open_case_no}）。",
            remedy="请先查看那一笔的进度；办结后才能再次申请。",
        )
    receipt_account = facts.agency.receipt_account
    if receipt_account is None:
        return Refusal(
            code="RECEIPT_ACCOUNT_UNKNOWN",
            text=f"{facts.agency.name}还没有登记收款账户，暂时不能受理转入。",
            remedy="请联系转入地经办机构登记收款账户后再申请，或拨打 12393。",
        )
    relation = facts.relation_on(application.insutype_in, application.applied_on)
    decision = check_destination(
        on=application.applied_on,
        trafout_admdvs=application.trafout_admdvs,
        trafin_admdvs=facts.agency.area,
        insutype_out=application.insutype_out,
        insutype_in=application.insutype_in,
        relation=relation,
        last_paid=last_paid_month(facts.spells, application.insutype_in),
        bank_info_complete=True,
        life=facts.life,
        requests=application.requests,
    )
    if decision.outcome != "accept" or relation is None:
        return refusal_of(decision)
    record = CaseRecord(
        applied_on=application.applied_on,
        channel=application.channel,
        applicant=application.applicant,
        insutype_out=application.insutype_out,
        insutype_in=application.insutype_in,
        trafout_admdvs=application.trafout_admdvs,
        trafin_admdvs=facts.agency.area,
        enrolled_on=relation.valid_from,
        plan_in=relation.plan,
        cover_year_in=relation.cover_year,
        informed=decision.reasons,
    )
    request = msgspec.convert(
        {
            **_told(application),
            "case_no": facts.case_no,
            "psn_cert_type": facts.person.psn_cert_type,
            "certno": facts.person.certno,
            "psn_name": facts.person.psn_name,
            "trafin_admdvs": facts.agency.area,
            "enrolled_on": relation.valid_from,
            "plan_in": relation.plan,
            "cover_year": relation.cover_year,
            "receipt_account": receipt_account,
        },
        transfer_request.Body,
    )
    return Outcome(
        record_leg="checking",
        fund_leg="waiting",
        facts=record,
        effects=(
            Send(to=application.trafout_admdvs, kind="transfer_request", body=request),
            Notify(code="applied", args={"case_no": facts.case_no}),
        ),
        say="in.apply",
        args={"source": facts.counterpart_name, "here": facts.agency.name},
    )


def _told(application: Application) -> dict[str, Any]:
    """What of the application the old place is told; wishes are answered here."""
    told = msgspec.structs.asdict(application)
    told.pop("requests")
    return told


def _double_number(facts: TransferFacts) -> Refusal:
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
