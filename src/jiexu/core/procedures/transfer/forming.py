"""出具信息表: the old place fixes the amount, reserves it, issues the form and seals it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from jiexu.core.base.money import yuan_for_people, yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.core.base.periods import Spell as Months
from jiexu.core.exchange.kinds.information_form import schema as information_form
from jiexu.core.ledger.postings import reserve_for_transfer
from jiexu.core.procedures.outcome import (
    Effect,
    Issue,
    MeetClock,
    Outcome,
    PlaceOrder,
    Post,
    Refusal,
    Send,
    Step,
)
from jiexu.core.procedures.transfer.answering import ROUTES_THAT_MOVE, settled_route
from jiexu.core.procedures.transfer.checks import check_out_half, refusal_of
from jiexu.core.procedures.transfer.facts import SealedForm, TransferFacts
from jiexu.core.procedures.transfer.residents import standing


def decide_issue_form(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Make the 信息表: months on record, and the amount that counts for the credit.

    The whole available balance is fixed and reserved in the same commit (`freeze_at` form), so
    nothing can be spent between the figure and the payment. Source: 医保办发〔2021〕43号;
    基本医疗保险个人账户实际转出资金 is the figure that counts.
    Refuses when the state of the participation has changed since acceptance, or when the money
    takes a route that people must arrange.
    """
    record, person = facts.record, facts.person
    relation = standing(facts, record.insutype_out, now.date()) if record else None
    if record is None or person is None or relation is None or record.receipt_account is None:
        raise AssertionError("an accepted outgoing half has record, person and relation")
    if step.actor.role == "system" and facts.holding_doubts:
        return Refusal(
            code="DOUBTFUL", text="本案有疑点，需要人工核对。", remedy="请在待办中核对后办理。"
        )
    decision = check_out_half(facts, record, relation, now.date())
    if decision.outcome != "accept":
        return refusal_of(decision)
    route = str(decision.values["money_route"])
    if not settled_route(decision):
        return Refusal(
            code="ROUTE_BY_HAND",
            text="这笔资金不按逐笔汇款办理，系统还不能代办。",
            remedy="请按本地规定线下处理资金后，由主管登记。",
        )
    amount_fen = facts.account_available_fen if route in ROUTES_THAT_MOVE else 0
    form = form_of(facts, amount_fen, now)
    effects: list[Effect] = [Issue(number=form.number, kind="information_form", content=form)]
    if amount_fen:
        effects.append(
            Post(postings=(reserve_for_transfer(facts.case_no, person.ref, amount_fen),))
        )
    return Outcome(
        record_leg="form_issued",
        fund_leg="fixed" if amount_fen else "none",
        amount_fen=amount_fen,
        doubts=facts.talk_doubts,
        effects=tuple(effects),
        say="out.issue_form.money" if amount_fen else "out.issue_form.no_money",
        args={
            "number": form.number,
            "months": str(form.clct_mons),
            "amount": yuan_for_people(amount_fen),
        },
    )


def decide_seal_form(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Attach the electronic seal and send the form: the old place's record leg is met.

    The payment of the fixed amount is placed with finance in the same commit.
    """
    sealed: SealedForm = step.payload
    seal, form = sealed.seal, sealed.form
    record = facts.record
    if record is None or record.receipt_account is None:
        raise AssertionError("a form was issued without a record")
    payee = record.receipt_account
    body = information_form.Body(
        case_no=facts.case_no,
        form=form,
        seal=information_form.Seal(
            key_id=seal.key_id,
            root=seal.root,
            leaf_index=seal.leaf_index,
            leaf_count=seal.leaf_count,
            path=seal.path,
            signature=seal.signature,
        ),
    )
    # Finance sees a payment once its form is out: before that it could not be approved.
    orders: tuple[PlaceOrder, ...] = ()
    if facts.amount_fen:
        orders = (
            PlaceOrder(
                reference=facts.case_no,
                amount_fen=facts.amount_fen,
                payee_area=record.trafin_admdvs,
                payee_name=payee.account_name,
                payee_bank=payee.bank_name,
                payee_account=payee.account,
            ),
        )
    return Outcome(
        record_leg="form_sent",
        effects=(
            seal,
            *orders,
            MeetClock(name="record_out", on=now.date()),
            Send(to=record.trafin_admdvs, kind="information_form", body=body),
        ),
        say="out.seal_form",
        args={"number": seal.number, "target": facts.counterpart_name},
    )


def form_of(
    facts: TransferFacts, amount_fen: int, now: datetime, *, number: str = "", replaces: str = ""
) -> information_form.Form:
    """The 信息表 as the record says now. `number` and `replaces` are those of a corrected one."""
    record, person = facts.record, facts.person
    if record is None or person is None:
        raise AssertionError("a form needs a record and a person")
    spells = tuple(spell for spell in facts.spells if spell.insutype == record.insutype_out)
    months = {
        month
        for spell in spells
        for month in Months(Month.parse(spell.begn_ym), Month.parse(spell.end_ym)).each()
    }
    by_year = Counter(month.year for month in months)
    return information_form.Form(
        number=number or form_number(facts.case_no),
        case_no=facts.case_no,
        issued_on=now.date(),
        issuer_name=facts.agency.name,
        psn_cert_type=person.psn_cert_type,
        certno=person.certno,
        psn_name=person.psn_name,
        gend=person.gend,
        brdy=person.brdy,
        insutype=record.insutype_out,
        trafout_admdvs=facts.agency.area,
        trafin_admdvs=record.trafin_admdvs,
        spells=tuple(
            information_form.Spell(
                insutype=spell.insutype,
                kind=spell.kind,
                begn_ym=spell.begn_ym,
                end_ym=spell.end_ym,
                paid_admdvs=spell.paid_area,
            )
            for spell in sorted(spells, key=lambda spell: spell.begn_ym)
        ),
        clct_mons=len(months),
        years=tuple(
            information_form.YearLine(year=year, clct_mons=by_year[year])
            for year in sorted(by_year)
        ),
        acct_trafout_amt=yuan_from_fen(amount_fen),
        payment_reference=facts.case_no,
        replaces=replaces,
    )


def form_number(case_no: str, corrections: int = 0) -> str:
    """The number of the first form of a case, or of its n-th correction."""
    suffix = f"-{corrections + 1}" if corrections else ""
    return f"XX{case_no[2:]}{suffix}"
