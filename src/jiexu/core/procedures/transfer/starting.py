"""申请 at the old place: it checks its own side and offers the case to the new place.

Either side may start (医保办发〔2021〕43号). The new place answers an offer with its ordinary
申请通知, so that from there on both starts are the same case; or it declines.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.decision import Reason, Repair
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.exchange.kinds.precheck_answer import schema as precheck_answer
from jiexu.core.exchange.kinds.transfer_offer import schema as transfer_offer
from jiexu.core.procedures.outcome import Notify, Outcome, Refusal, Send, Step
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.applying import (
    destination_check,
    double_number,
    record_of,
    refusal_of_application,
    request_to,
)
from jiexu.core.procedures.transfer.checks import check_out_half, refusal_of
from jiexu.core.procedures.transfer.facts import (
    Application,
    CaseRecord,
    TransferFacts,
)
from jiexu.core.procedures.transfer.residents import standing


def decide_apply_at_source(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Check the old place's side and offer the case to the new place, which checks its own.

    Refuses, changing nothing: not insured here, another transfer of the scheme still open, or the
    old place's part of the check fails. The new place is taken as enrolled until it answers.
    """
    application: Application = step.payload
    refusal = refusal_of_application(application, step.actor)
    if refusal is not None:
        return refusal
    today = now.date()
    relation = standing(facts, application.insutype_out, today)
    if facts.person is None or relation is None:
        return Refusal(
            code="PERSON_UNKNOWN_HERE",
            text=f"{facts.agency.name}没有您在该险种的参保记录，不能申请转出。",
            remedy="请核对转出地和险种；曾用其他证件参保的，请先到窗口更正。",
        )
    if facts.open_case_no:
        return Refusal(
            code="ALREADY_OPEN",
            text=f"您已有一笔同险种的转移正在办理（{facts.open_case_no}）。",
            remedy="请先查看那一笔的进度；办结后才能再次申请。",
        )
    record = CaseRecord(
        applied_on=application.applied_on,
        channel=application.channel,
        applicant=application.applicant,
        applied_by=step.actor.ref,
        agent=application.agent,
        insutype_out=application.insutype_out,
        insutype_in=application.insutype_in,
        trafout_admdvs=facts.agency.area,
        trafin_admdvs=application.trafin_admdvs,
        plan_in="account" if application.insutype_in == "310" else "pool_only",
        # A resident who has enrolled for next year there may go; the new place knows.
        cover_year_in=today.year + 1 if application.insutype_in == "390" else None,
    )
    decision = check_out_half(facts, record, relation, today)
    if decision.outcome != "accept":
        return refusal_of(decision)
    person = facts.person
    offer = transfer_offer.Body(
        case_no=facts.case_no,
        applied_on=application.applied_on,
        channel=application.channel,
        applicant=application.applicant,  # type: ignore[arg-type]
        psn_cert_type=person.psn_cert_type,
        certno=person.certno,
        psn_name=person.psn_name,
        insutype_out=application.insutype_out,  # type: ignore[arg-type]
        insutype_in=application.insutype_in,  # type: ignore[arg-type]
        trafout_admdvs=facts.agency.area,
        trafin_admdvs=application.trafin_admdvs,
        plan_out=relation.plan,
        source_status=relation.status,
        paused_on=relation.valid_from if relation.status == "paused" else None,
    )
    return Outcome(
        record_leg="asking",
        fund_leg="waiting",
        facts=msgspec.structs.replace(record, cover_year_in=None, informed=decision.reasons),
        effects=(
            Send(to=application.trafin_admdvs, kind="transfer_offer", body=offer),
            Notify(code="applied_at_source", args={"case_no": facts.case_no}),
        ),
        say="out.apply_at_source",
        args={"target": facts.counterpart_name, "here": facts.agency.name},
    )


def decide_offer_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The person applied at the old place: check this side, then ask the old place as ever.

    Not accepted: the reasons go back, all at once, and this half is closed with them.
    """
    offer: transfer_offer.Body = step.payload
    today = now.date()
    application = Application(
        applied_on=today,
        channel=offer.channel,
        applicant=offer.applicant,
        insutype_out=offer.insutype_out,
        insutype_in=offer.insutype_in,
        trafout_admdvs=offer.trafout_admdvs,
        trafin_admdvs=offer.trafin_admdvs,
    )
    # The other side speaks for the person; nobody of ours has applied.
    nobody = Actor(role=Role.AGENCY, ref="")
    relation, decision = destination_check(facts, application)
    record = msgspec.structs.replace(
        record_of(facts, application, nobody, relation, decision.reasons),
        psn_name_told=offer.psn_name,
    )
    if facts.person is None:
        return _declined(facts, record, "refuse", (_unknown(facts),), now)
    if facts.double_psn_no:
        return _declined(facts, record, "not_yet", double_number(facts).reasons, now)
    if facts.open_case_no:
        return _declined(facts, record, "refuse", (_already_open(facts),), now)
    if facts.agency.receipt_account is None:
        return _declined(facts, record, "not_yet", (_no_account(facts),), now)
    if decision.outcome != "accept" or relation is None:
        outcome = "not_yet" if decision.outcome == "not_yet" else "refuse"
        return _declined(facts, record, outcome, decision.reasons, now)
    return Outcome(
        record_leg="checking",
        fund_leg="waiting",
        facts=record,
        effects=(request_to(facts, application, relation),),
        say="in.offer_received.accept",
        args={"source": facts.counterpart_name, "here": facts.agency.name},
    )


def decide_offer_declined(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The new place has declined the offer, or its clerk the case: it ends here too."""
    answer: precheck_answer.Body = step.payload
    if answer.outcome == "accept":
        return Refusal(
            code="UNEXPECTED_ANSWER",
            text="转入地以校验结果答复了受理，应以申请通知答复。",
            remedy="请转入地发送申请通知。",
        )
    why = "".join(reason.text for reason in answer.reasons)
    return Outcome(
        record_leg="not_yet" if answer.outcome == "not_yet" else "refused",
        fund_leg="none",
        reasons=answer.reasons,
        facts=msgspec.structs.replace(facts.opened, reasons=answer.reasons),
        doubts=facts.talk_doubts,
        effects=(
            papers.refusal_notice(
                facts, answer.outcome, answer.reasons, now, earliest=answer.earliest
            ),
            Notify(
                code="declined_by_target",
                args={"case_no": facts.case_no, "why": why, "remedies": REMEDIES},
            ),
        ),
        say="out.answer_received.decline",
        args={"target": facts.counterpart_name, "why": why},
    )


def _declined(
    facts: TransferFacts,
    record: CaseRecord,
    outcome: str,
    reasons: tuple[Reason, ...],
    now: datetime,
) -> Outcome:
    return Outcome(
        record_leg="not_yet" if outcome == "not_yet" else "refused",
        fund_leg="none",
        facts=record,
        reasons=reasons,
        effects=(
            Send(
                to=record.trafout_admdvs,
                kind="precheck_answer",
                body=precheck_answer.Body(
                    case_no=facts.case_no,
                    outcome=outcome,
                    answered_on=now.date(),
                    reasons=reasons,
                    to_half="out",
                ),
            ),
        ),
        say="in.offer_received.decline",
        args={
            "source": facts.counterpart_name,
            "why": "".join(reason.text for reason in reasons),
        },
    )


def _unknown(facts: TransferFacts) -> Reason:
    return Reason(
        code="PERSON_UNKNOWN_HERE",
        text=f"{facts.agency.name}没有查到这个人的参保记录。",
        rule="转入地须已按规定参保",
        repair=Repair(who="参保人", how="请先在转入地办理参保登记并缴费；单位职工由单位办理。"),
    )


def _already_open(facts: TransferFacts) -> Reason:
    return Reason(
        code="ALREADY_OPEN",
        text=f"同一转出地、同险种的转入已在办理（{facts.open_case_no}）。",
        rule="同一险种同时只办一笔转移",
        repair=Repair(who="参保人", how="请查看那一笔的进度，不必再申请。"),
    )


def _no_account(facts: TransferFacts) -> Reason:
    return Reason(
        code="RECEIPT_ACCOUNT_UNKNOWN",
        text=f"{facts.agency.name}还没有登记收款账户，暂时不能受理转入。",
        rule="转入地须有收款账户",
        repair=Repair(who="转入地经办机构", how="登记收款账户后，参保人再申请。"),
    )
