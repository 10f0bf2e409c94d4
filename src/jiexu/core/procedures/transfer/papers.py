"""Which paper a move issues, as its effect: facts become content here, nowhere else.

The number follows from the case, so that no paper is issued twice for one case; where a case may
have several, it also follows from how many there were before.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from jiexu.core.base.decision import Reason
from jiexu.core.base.money import Fen, yuan_from_fen
from jiexu.core.documents.acceptance import schema as acceptance
from jiexu.core.documents.closing import schema as closing
from jiexu.core.documents.completion import schema as completion
from jiexu.core.documents.contact_letter import schema as contact_letter
from jiexu.core.documents.parts import Holder, Issuer, paper_number
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.documents.refusal import schema as refusal
from jiexu.core.documents.remittance import schema as remittance
from jiexu.core.documents.supplement import schema as supplement
from jiexu.core.procedures.case_number import reference_of
from jiexu.core.procedures.outcome import Issue
from jiexu.core.procedures.transfer.amounts import was_over
from jiexu.core.procedures.transfer.facts import (
    Application,
    CaseRecord,
    Payment,
    TransferFacts,
)
from jiexu.core.procedures.transfer.states import OUT

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


def refusal_notice(
    facts: TransferFacts,
    outcome: str,
    reasons: tuple[Reason, ...],
    now: datetime,
    *,
    earliest: date | None = None,
) -> Issue:
    """不予受理告知书: every reason with its sources, the first day it would pass, remedies.

    `outcome` is refuse or not_yet; the reasons may be the other side's or our own.
    """
    record = _record(facts)
    content = refusal.Content(
        **_head(facts, refusal.LETTERS, now, either_side=True),
        outcome="not_yet" if outcome == "not_yet" else "refuse",
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        applied_on=record.applied_on,
        reasons=reasons,
        remedies=REMEDIES,
        earliest=earliest,
    )
    return Issue(number=content.number, kind="refusal", content=content)


def closing_notice(
    facts: TransferFacts,
    outcome: Literal["withdrawn", "stopped"],
    now: datetime,
    *,
    event: str = "",
    event_on: date | None = None,
    record_moved: bool = False,
    freed_fen: Fen | None = None,
    kept_fen: Fen | None = None,
    reasons: tuple[Reason, ...] = (),
) -> Issue:
    """终止办理通知书: the application is taken back, or an event in the person's life ends it.

    `freed_fen` is what was reserved here for the payment and is free again, `kept_fen` what was
    credited at the new place before and stays there.
    """
    record = _record(facts)
    content = closing.Content(
        **_head(facts, closing.LETTERS, now, either_side=True),
        outcome=outcome,
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        applied_on=record.applied_on,
        event=event,
        event_on=event_on,
        record_moved=record_moved,
        freed=None if freed_fen is None else yuan_from_fen(freed_fen),
        kept=None if kept_fen is None else yuan_from_fen(kept_fen),
        reasons=reasons,
        remedies=REMEDIES if outcome == "stopped" else "",
    )
    return Issue(number=content.number, kind="closing", content=content)


def supplement_notice(
    facts: TransferFacts,
    missing: tuple[supplement.Missing, ...],
    now: datetime,
    *,
    until: date | None = None,
) -> Issue:
    """一次性告知（补正）通知书: all that is missing, at once; each has its number."""
    record = _record(facts)
    before = len(record.supplements)
    head = _head(facts, supplement.LETTERS, now, either_side=True)
    if before:
        head["number"] += f"-{before + 1}"
    content = supplement.Content(
        **head,
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        applied_on=record.applied_on,
        missing=missing,
        until=until,
    )
    return Issue(number=content.number, kind="supplement", content=content)


def letter_of_contact(
    facts: TransferFacts,
    application: Application,
    now: datetime,
    *,
    enrolled_on: date,
    address: str = "",
    postcode: str = "",
) -> Issue:
    """联系函, by the new place, where the old one is reached by paper alone."""
    account = facts.agency.receipt_account
    if account is None:
        raise AssertionError("a letter of contact names the account for the money")
    content = contact_letter.Content(
        **_head(facts, contact_letter.LETTERS, now),
        trafout_admdvs=application.trafout_admdvs,
        source_name=facts.counterpart_name,
        insutype_out=application.insutype_out,
        insutype_in=application.insutype_in,
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


def _head(
    facts: TransferFacts, letters: str, now: datetime, *, either_side: bool = False
) -> dict[str, Any]:
    """What every paper of a case begins with: number, day, who issues, about whom.

    Of a paper that `either_side` may issue the old place's has a number that says so (转出).
    """
    person, agency = facts.person, facts.agency
    if person is None:
        raise AssertionError("a paper is issued to a known person")
    side = "-ZC" if either_side and facts.half == OUT else ""
    return {
        "number": paper_number(letters, facts.case_no) + side,
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
