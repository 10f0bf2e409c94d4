"""Which paper a move issues, as its effect: facts become content here, nowhere else.

The number follows from the case, so that no paper is issued twice for one case.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jiexu.core.base.money import yuan_from_fen
from jiexu.core.documents.acceptance import schema as acceptance
from jiexu.core.documents.completion import schema as completion
from jiexu.core.documents.contact_letter import schema as contact_letter
from jiexu.core.documents.parts import Holder, Issuer, paper_number
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.documents.refusal import schema as refusal
from jiexu.core.documents.remittance import schema as remittance
from jiexu.core.documents.supplement import schema as supplement
from jiexu.core.exchange.kinds.precheck_answer.schema import Body as Answer
from jiexu.core.procedures.case_number import reference_of
from jiexu.core.procedures.outcome import Issue
from jiexu.core.procedures.transfer.amounts import was_over
from jiexu.core.procedures.transfer.facts import CaseRecord, Payment, TransferFacts

_RECORD_OVER = frozenset({"done"})
_CREDITED = frozenset({"credited", "credited_ahead"})
_FUND_OVER = frozenset({"credited", "credited_ahead", "none"})


def acceptance_notice(
    facts: TransferFacts,
    now: datetime,
    *,
    accepted_on: date,
    out_due_on: date,
    promised_on: date,
    provisional: bool,
) -> Issue:
    """受理通知书, by the new place: both sides' checks have passed."""
    record = _record(facts)
    content = acceptance.Content(
        **_head(facts, acceptance.LETTERS, now),
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        source_name=facts.counterpart_name,
        applied_on=record.applied_on,
        accepted_on=accepted_on,
        out_due_on=out_due_on,
        promised_on=promised_on,
        provisional=provisional,
    )
    return Issue(number=content.number, kind="acceptance", content=content)


def refusal_notice(facts: TransferFacts, answer: Answer, now: datetime) -> Issue:
    """不予受理告知书, by the new place: every reason of the other side, sources and remedies."""
    record = _record(facts)
    content = refusal.Content(
        **_head(facts, refusal.LETTERS, now),
        outcome="not_yet" if answer.outcome == "not_yet" else "refuse",
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        applied_on=record.applied_on,
        reasons=answer.reasons,
        remedies=REMEDIES,
        earliest=answer.earliest,
    )
    return Issue(number=content.number, kind="refusal", content=content)


def supplement_notice(
    facts: TransferFacts,
    missing: tuple[supplement.Missing, ...],
    now: datetime,
    *,
    until: date | None = None,
) -> Issue:
    """一次性告知（补正）通知书: all that is missing, at once."""
    record = _record(facts)
    content = supplement.Content(
        **_head(facts, supplement.LETTERS, now),
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        applied_on=record.applied_on,
        missing=missing,
        until=until,
    )
    return Issue(number=content.number, kind="supplement", content=content)


def letter_of_contact(
    facts: TransferFacts,
    record: CaseRecord,
    now: datetime,
    *,
    enrolled_on: date,
    address: str = "",
    postcode: str = "",
) -> Issue:
    """联系函, by the new place, where the old one is reached by paper alone: with the application,
    whose `record` the case has only now.
    """
    account = facts.agency.receipt_account
    if account is None:
        raise AssertionError("a letter of contact names the account for the money")
    content = contact_letter.Content(
        **_head(facts, contact_letter.LETTERS, now),
        trafout_admdvs=record.trafout_admdvs,
        source_name=facts.counterpart_name,
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        enrolled_on=enrolled_on,
        bank_name=account.bank_name,
        account_name=account.account_name,
        account=account.account,
        address=address,
        postcode=postcode,
    )
    return Issue(number=content.number, kind="contact_letter", content=content)


def remittance_paper(
    facts: TransferFacts, payment: Payment, paid_on: date, now: datetime
) -> tuple[Issue, ...]:
    """划转通知书, by the old place: its own statement shows the debit. One per payment."""
    record = _record(facts)
    account = record.receipt_account
    if account is None:
        return ()
    head = _head(facts, remittance.LETTERS, now)
    number = reference_of(head.pop("number"), payment.part)
    content = remittance.Content(
        **head,
        number=number,
        trafin_admdvs=record.trafin_admdvs,
        target_name=facts.counterpart_name,
        bank_name=account.bank_name,
        account_name=account.account_name,
        account=account.account,
        amount=yuan_from_fen(payment.amount_fen),
        paid_on=paid_on,
        payment_reference=reference_of(facts.case_no, payment.part),
    )
    return (Issue(number=number, kind="remittance", content=content),)


def completion_if_over(
    facts: TransferFacts,
    now: datetime,
    *,
    record_leg: str | None = None,
    fund_leg: str | None = None,
) -> tuple[Issue, ...]:
    """办结通知书, by the new place, when this move ends the second leg; else nothing.

    The leg that this move changes is given as it will be. Money that follows later (二次转移) ends
    nothing anew: its case was over.
    """
    record_leg, fund_leg = record_leg or facts.record_leg, fund_leg or facts.fund_leg
    if record_leg not in _RECORD_OVER or fund_leg not in _FUND_OVER:
        return ()
    record = _record(facts)
    form = record.form
    late = facts.record_leg == "done" and was_over(facts.amount_fen or 0, record)
    if form is None or (fund_leg in _CREDITED and late):
        return ()
    content = completion.Content(
        **_head(facts, completion.LETTERS, now),
        trafout_admdvs=record.trafout_admdvs,
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        form_number=form.number,
        spells=form.spells,
        clct_mons=form.clct_mons,
        done_on=now.date(),
        amount=form.acct_trafout_amt if fund_leg in _CREDITED else None,
    )
    return (Issue(number=content.number, kind="completion", content=content),)


def _head(facts: TransferFacts, letters: str, now: datetime) -> dict[str, Any]:
    """What every paper of a case begins with: number, day, who issues, about whom."""
    person, agency = facts.person, facts.agency
    if person is None:
        raise AssertionError("a paper is issued to a known person")
    return {
        "number": paper_number(letters, facts.case_no),
        "case_no": facts.case_no,
        "issued_on": now.date(),
        "issuer": Issuer(admdvs=agency.area, name=agency.name, phone=agency.phone),
        "holder": Holder(
            psn_no=person.psn_no,
            psn_name=person.psn_name,
            psn_cert_type=person.psn_cert_type,
            certno=person.certno,
        ),
    }


def _record(facts: TransferFacts) -> CaseRecord:
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record
