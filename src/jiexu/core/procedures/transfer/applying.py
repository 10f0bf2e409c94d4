"""申请: the person applies at the new place; the old place is asked."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.codes.insutype import EMPLOYEE
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
    )
    request = msgspec.convert(
        {
            **msgspec.to_builtins(application),
            "applied_on": application.applied_on,
            "case_no": facts.case_no,
            "psn_cert_type": facts.person.psn_cert_type,
            "certno": facts.person.certno,
            "psn_name": facts.person.psn_name,
            "trafin_admdvs": facts.agency.area,
            "enrolled_on": relation.valid_from,
            "plan_in": relation.plan,
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
