"""The record leg at the new place (answer, form, months written), and the late clocks of both."""

from __future__ import annotations

from datetime import datetime

import msgspec

from jiexu.core.base.money import fen_from_yuan, yuan_for_people
from jiexu.core.base.periods import Month, Spell, spells_of
from jiexu.core.calendar.workdays import add_workdays
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.exchange.kinds.information_form.schema import Body as FormBody
from jiexu.core.exchange.kinds.information_form.schema import Form
from jiexu.core.exchange.kinds.precheck_answer.schema import Body as Answer
from jiexu.core.exchange.kinds.receipt import schema as receipt
from jiexu.core.procedures.outcome import (
    MeetClock,
    Notify,
    Outcome,
    Refusal,
    Send,
    StartClock,
    Step,
    StopClocks,
    WriteSpells,
)
from jiexu.core.procedures.transfer import papers
from jiexu.core.procedures.transfer.amounts import AMOUNT_DIFFERS, fits
from jiexu.core.procedures.transfer.checks import limit_workdays
from jiexu.core.procedures.transfer.errands import ANSWER
from jiexu.core.procedures.transfer.facts import CaseRecord, TransferFacts, UnsealedForm
from jiexu.core.procedures.transfer.life import life_doubts
from jiexu.core.procedures.transfer.linking import cover_after, own_months, told_months
from jiexu.core.procedures.transfer.routes import AHEAD


def decide_answer_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The old place has checked: accepted with a promised date, or declined with reasons.

    The promise covers the record leg: the old place's due date plus the new place's working days
    from there (医保办发〔2021〕43号: 10 + 5). The fund leg has no national limit.
    """
    answer: Answer = step.payload
    record = _record(facts)
    if answer.outcome == "accept" and facts.record_leg != "checking":
        return Refusal(
            code="ENDING",
            text="本案正在终结，转出地的受理答复暂不采用。",
            remedy="请等转出地答复终结通知；不同意终结的，会再采用这份答复。",
            later=facts.record_leg == "closing",
        )
    if answer.outcome != "accept":
        why = "".join(reason.text for reason in answer.reasons)
        return Outcome(
            record_leg="not_yet" if answer.outcome == "not_yet" else "refused",
            fund_leg="none",
            reasons=answer.reasons,
            facts=msgspec.structs.replace(record, reasons=answer.reasons),
            doubts=facts.talk_doubts,
            effects=(
                StopClocks(on=now.date()),
                papers.refusal_notice(
                    facts, answer.outcome, answer.reasons, now, earliest=answer.earliest
                ),
                Notify(
                    code="declined",
                    args={"case_no": facts.case_no, "why": why, "remedies": REMEDIES},
                ),
            ),
            say="in.answer_received.decline",
            args={"source": facts.counterpart_name, "why": why},
        )
    if answer.out_due is None or answer.out_limit_workdays is None:
        return Refusal(
            code="INCOMPLETE_MESSAGE",
            text="转出地的受理答复没有写明办理期限。",
            remedy="请转出地补齐期限后重新发送。",
        )
    limit = limit_workdays("transfer_in_workdays", facts.agency.area, answer.answered_on)
    promised = add_workdays(answer.out_due, limit, facts.agency.area)
    return Outcome(
        record_leg="accepted",
        facts=msgspec.structs.replace(
            record, informed=tuple(dict.fromkeys((*record.informed, *answer.reasons)))
        ),
        accepted_on=answer.answered_on,
        promised_on=promised.due,
        promised_provisional=promised.provisional or answer.provisional,
        effects=(
            MeetClock(name=ANSWER, on=now.date()),
            StartClock(
                leg="record",
                name="record_out",
                holder=facts.counterpart,
                started_on=answer.answered_on,
                limit_workdays=answer.out_limit_workdays,
                due_on=answer.out_due,
                provisional=answer.provisional,
            ),
            papers.acceptance_notice(
                facts,
                now,
                accepted_on=answer.answered_on,
                out_due_on=answer.out_due,
                promised_on=promised.due,
                provisional=promised.provisional or answer.provisional,
            ),
            Notify(
                code="accepted",
                args={"case_no": facts.case_no, "promised": promised.due.isoformat()},
            ),
        ),
        say="in.answer_received.accept",
        args={"source": facts.counterpart_name, "promised": promised.due.isoformat()},
    )


def decide_form_received(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The 信息表 has come: five working days run from today; doubtful forms wait for a person."""
    form = _payload_form(step)
    record = _record(facts)
    today = now.date()
    amount_fen = fen_from_yuan(form.acct_trafout_amt)
    waits = {"SUPPLEMENT_WANTED", "SUPPLEMENT_CAME"} & set(facts.doubts)
    holding = (*life_doubts(facts), *doubts_of_form(facts, form), *sorted(waits))
    doubts = (*facts.talk_doubts, *holding)
    limit = limit_workdays("transfer_in_workdays", facts.agency.area, today)
    due = add_workdays(today, limit, facts.agency.area)
    fund_leg = None if facts.fund_leg == "arrived" else ("fixed" if amount_fen else "none")
    return Outcome(
        record_leg="form_received",
        fund_leg=fund_leg,
        amount_fen=amount_fen,
        facts=msgspec.structs.replace(
            record,
            form=form,
            form_source=step.via.source if step.via else "",
            reference=form.payment_reference,
            route=getattr(step.payload, "money_route", "remit"),
        ),
        doubts=(*doubts, AMOUNT_DIFFERS)
        if facts.fund_leg == "arrived" and record.arrived_fen != amount_fen
        else doubts,
        auto="" if holding else "write_record",
        effects=(
            MeetClock(name="record_out", on=form.issued_on),
            StartClock(
                leg="record",
                name="record_in",
                holder=facts.agency.area,
                started_on=today,
                limit_workdays=limit,
                due_on=due.due,
                provisional=due.provisional,
            ),
        ),
        say="in.form_received",
        args={
            "source": facts.counterpart_name,
            "number": form.number,
            "months": str(form.clct_mons),
            "amount": yuan_for_people(amount_fen),
        },
    )


def decide_write_record(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Write the months into the record here and tell the old place: the record leg is complete.

    By itself only when nothing is doubtful; a clerk confirms a doubt by making this move. Money
    that differs does not hold back the months, and stays doubtful.
    """
    record = _record(facts)
    form = record.form
    if form is None:
        raise AssertionError("a received form is part of the record")
    after = cover_after(facts, record, form, now.date())
    home = len(own_months(facts.spells, record.insutype_in) & _paid_here(facts, form))
    money_doubts = tuple(doubt for doubt in facts.doubts if doubt == AMOUNT_DIFFERS)
    if step.actor.role == "system" and facts.holding_doubts != money_doubts:
        return Refusal(
            code="DOUBTFUL", text="本案有疑点，需要人工核对。", remedy="请在待办中核对后办理。"
        )
    return Outcome(
        record_leg="done",
        doubts=(*facts.talk_doubts, *money_doubts),
        facts=msgspec.structs.replace(record, cover_after=after),
        auto=_money_next(facts),
        effects=(
            WriteSpells(spells=spells_of_form(facts, record, form)),
            MeetClock(name="record_in", on=now.date()),
            Send(
                to=facts.counterpart,
                kind="receipt",
                body=receipt.Body(case_no=facts.case_no, leg="record", done_on=now.date()),
            ),
            *papers.completion_if_over(facts, now, record_leg="done"),
            Notify(
                code="record_done",
                args={
                    "case_no": facts.case_no,
                    "months": str(form.clct_mons - home),
                    "cover": after.text,
                },
            ),
        ),
        say="in.write_record.home" if home else "in.write_record",
        args={
            "months": str(form.clct_mons - home),
            "home": str(home),
            "here": facts.agency.name,
            "cover": after.text,
        },
    )


def decide_clock_late(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clock has run out: the case says so, to the person and to the supervisor."""
    if step.actor.ref.startswith("dispute-"):
        return Outcome(say="both.dispute_late", args={"due": step.payload.isoformat()})
    if step.actor.ref == ANSWER:
        return Outcome(
            say="in.answer_late",
            args={"due": step.payload.isoformat(), "source": facts.counterpart_name},
        )
    return Outcome(
        effects=(Notify(code="late", args={"case_no": facts.case_no}),),
        say="clock_late",
        args={"due": step.payload.isoformat()},
    )


def _record(facts: TransferFacts) -> CaseRecord:
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record


def _payload_form(step: Step) -> Form:
    body: FormBody | UnsealedForm = step.payload
    return body.form


def _money_next(facts: TransferFacts) -> str:
    """What follows by itself for the money once the months are written."""
    record = _record(facts)
    if facts.fund_leg == "arrived" and fits(facts.amount_fen, record):
        return "credit_account"
    return "credit_ahead" if facts.fund_leg == "fixed" and record.route in AHEAD else ""


def doubts_of_form(facts: TransferFacts, form: Form) -> tuple[str, ...]:
    """What in a form is doubtful beside what is on record here."""
    doubts = []
    if facts.person is None or form.certno != facts.person.certno:
        doubts.append("IDENTITY_DIFFERS")
    elif form.psn_name != facts.person.psn_name:
        doubts.append("NAME_DIFFERS")
    months = told_months(form)
    if len(months) != form.clct_mons or sum(y.clct_mons for y in form.years) != form.clct_mons:
        doubts.append("FORM_SUMS")
    # Months that were paid here come home with the form: they are on record already.
    if (months - _paid_here(facts, form)) & own_months(facts.spells, form.insutype):
        doubts.append("MONTHS_OVERLAP")
    return tuple(doubts)


def _paid_here(facts: TransferFacts, form: Form) -> set[Month]:
    """Months of the form that were paid at this very place before the person left."""
    ours = tuple(spell for spell in form.spells if spell.paid_admdvs == facts.agency.area)
    return told_months(msgspec.structs.replace(form, spells=ours))


def spells_of_form(
    facts: TransferFacts, record: CaseRecord, form: Form
) -> tuple[tuple[str, str, str, str, str], ...]:
    """The runs of the form without the months that are on record already: counted once."""
    known = own_months(facts.spells, record.insutype_in) & _paid_here(facts, form)
    found = []
    for spell in form.spells:
        run = Spell(Month.parse(spell.begn_ym), Month.parse(spell.end_ym))
        found += [
            (
                record.insutype_in,
                spell.kind,
                part.begin.wire(),
                part.end.wire(),
                spell.paid_admdvs,
            )
            for part in spells_of(month for month in run.each() if month not in known)
        ]
    return tuple(found)
