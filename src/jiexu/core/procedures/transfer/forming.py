"""出具信息表: the old place fixes the amount, reserves it, issues the form and seals it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from jiexu.core.base.money import yuan_for_people, yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.core.base.periods import Spell as Months
from jiexu.core.exchange.kinds.information_form import schema as information_form
from jiexu.core.ledger.postings import reserve_for_transfer, void_reservation
from jiexu.core.procedures.outcome import (
    Effect,
    Issue,
    MeetClock,
    Notify,
    Outcome,
    Post,
    Refusal,
    Send,
    Step,
)
from jiexu.core.procedures.transfer.ahead import owe_effects
from jiexu.core.procedures.transfer.checks import check_out_half, refusal_of
from jiexu.core.procedures.transfer.facts import Payment, SealedForm, TransferFacts
from jiexu.core.procedures.transfer.residents import standing
from jiexu.core.procedures.transfer.returning import order_for
from jiexu.core.procedures.transfer.routes import (
    BANK_ACCOUNT_NEEDED,
    ROUTE_BY_HAND,
    ROUTES,
    Route,
    freezes_at,
    route_of,
)


def decide_issue_form(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Make the 信息表: months on record, and the amount that counts for the credit.

    The whole available balance is fixed and reserved in the same commit (`freeze_at` form), so
    nothing can be spent between the figure and the payment; where the area freezes at acceptance
    the figure is the balance of that moment, where it freezes at the remittance the account stays
    usable until then. Source: 医保办发〔2021〕43号; 基本医疗保险个人账户实际转出资金 is the figure
    that counts.
    Waits for a clerk while claims at the old place are open. Refuses when the state of the
    participation has changed since acceptance, or when nobody has said how the money goes.
    """
    record, person = facts.record, facts.person
    relation = standing(facts, record.insutype_out, now.date()) if record else None
    if record is None or person is None or relation is None or record.receipt_account is None:
        raise AssertionError("an accepted outgoing half has record, person and relation")
    if step.actor.role == "system" and facts.holding_doubts:
        return Refusal(
            code="DOUBTFUL", text="本案有疑点，需要人工核对。", remedy="请在待办中核对后办理。"
        )
    if step.actor.role == "system" and facts.claims:
        return claims_open(facts)
    balance_fen = facts.account_available_fen + record.reserved_fen
    decision = check_out_half(facts, record, relation, now.date())
    if decision.outcome != "accept":
        return refusal_of(decision)
    route = route_of(decision, record)
    if route is None:
        return ROUTE_BY_HAND
    if route.payee == "person" and record.payout_account is None and balance_fen:
        return BANK_ACCOUNT_NEEDED
    amount_fen = (record.reserved_fen or balance_fen) if route.takes else 0
    figure_fen = amount_fen if route.figure else 0
    form = form_of(facts, figure_fen, now)
    effects: list[Effect] = [Issue(number=form.number, kind="information_form", content=form)]
    hold = "reserved"
    if amount_fen and not record.reserved_fen:
        later = freezes_at(facts.agency.area, now.date()) == "remit" and not route.ahead
        hold = "open" if later else "reserved"
        if not later:
            effects.append(
                Post(postings=(reserve_for_transfer(facts.case_no, person.ref, amount_fen),))
            )
    if record.reserved_fen and not amount_fen:
        effects.append(
            Post(postings=(void_reservation(facts.case_no, person.ref, record.reserved_fen),))
        )
    payments = (Payment(part=1, amount_fen=amount_fen, hold=hold),) if amount_fen else ()
    return Outcome(
        record_leg="form_issued",
        fund_leg="fixed" if amount_fen else "none",
        amount_fen=amount_fen,
        facts=msgspec.structs.replace(
            record,
            route=route.name,
            figure_fen=figure_fen,
            reserved_fen=0,
            payments=payments,
        ),
        doubts=facts.talk_doubts,
        effects=tuple(effects),
        say=_said(route, amount_fen, hold),
        args={
            "number": form.number,
            "months": str(form.clct_mons),
            "amount": yuan_for_people(amount_fen),
        },
    )


def _said(route: Route, amount_fen: int, hold: str) -> str:
    """The sentence that tells what happens with the money."""
    if route.name == "stays":
        return "out.issue_form.stays"
    if not amount_fen:
        return "out.issue_form.no_money"
    if route.payee == "person":
        return "out.issue_form.to_bank"
    if route.ahead:
        return "out.issue_form.ahead"
    return "out.issue_form.open" if hold == "open" else "out.issue_form.money"


def claims_open(facts: TransferFacts) -> Outcome:
    """Claims at the old place are not settled yet: a clerk decides, the person is told."""
    what = "、".join(
        f"{claim.kind}（最迟 {claim.due_on.isoformat()}）" if claim.due_on else claim.kind
        for claim in facts.claims
    )
    return Outcome(
        doubts=(*facts.doubts, "CLAIMS_OPEN"),
        effects=(Notify(code="claims_open", args={"case_no": facts.case_no, "what": what}),),
        say="out.claims_open",
        args={"what": what},
    )


def sealed_body(case_no: str, sealed: SealedForm, route: Route | None) -> information_form.Body:
    """A form with its seal as it travels, and whether the new place credits it ahead."""
    seal = sealed.seal
    return information_form.Body(
        case_no=case_no,
        form=sealed.form,
        seal=information_form.Seal(
            key_id=seal.key_id,
            root=seal.root,
            leaf_index=seal.leaf_index,
            leaf_count=seal.leaf_count,
            path=seal.path,
            signature=seal.signature,
        ),
        money_route=route.name if route is not None and route.ahead else "remit",
    )


def decide_seal_form(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Attach the electronic seal and send the form: the old place's record leg is met.

    The payment of the fixed amount is placed with finance in the same commit; an amount that the
    new place credits ahead is owed to it from now on.
    """
    sealed: SealedForm = step.payload
    seal = sealed.seal
    record = facts.record
    if record is None or record.receipt_account is None:
        raise AssertionError("a form was issued without a record")
    route = ROUTES[record.route]
    payment = record.payment
    body = sealed_body(facts.case_no, sealed, route)
    # Finance sees a payment once its form is out: before that it could not be approved.
    orders: tuple[Effect, ...] = ()
    owed = payment is not None and route.ahead
    if payment is not None and route.ahead:
        orders = owe_effects(facts, payment.part, payment.amount_fen, now)
        record = record.with_payment(payment.part, state="owed", hold="committed")
    elif payment is not None:
        to_person = route.payee == "person"
        payee = record.payout_account if to_person else record.receipt_account
        assert payee is not None
        orders = (order_for(facts, payee, payment, record.route),)
    return Outcome(
        record_leg="form_sent",
        fund_leg="owed" if owed else None,
        facts=record,
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
