"""更正信息表: a form found wrong after it went out is followed by a corrected one.

The first form stays as it was issued; the corrected one has the next number and names the one it
replaces. What another amount does to the money says `amending`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from jiexu.core.base.money import Fen, fen_from_yuan, yuan_for_people
from jiexu.core.exchange.kinds.information_form import schema as information_form
from jiexu.core.exchange.kinds.receipt import schema as receipt
from jiexu.core.procedures.outcome import (
    Effect,
    Issue,
    Notify,
    Outcome,
    Refusal,
    RewriteSpells,
    Send,
    Step,
)
from jiexu.core.procedures.transfer.amending import amend_payment, measure_anew
from jiexu.core.procedures.transfer.amounts import AMOUNT_DIFFERS
from jiexu.core.procedures.transfer.facts import TALK_DOUBTS, SealedForm, TransferFacts
from jiexu.core.procedures.transfer.forming import form_number, form_of, sealed_body
from jiexu.core.procedures.transfer.recording import doubts_of_form, spells_of_form
from jiexu.core.procedures.transfer.routes import ROUTES

AMOUNT_CORRECTED = "AMOUNT_CORRECTED"
CORRECTION_DOUBTFUL = "CORRECTION_DOUBTFUL"


class Reissue(msgspec.Struct, frozen=True, kw_only=True):
    """Why a form is corrected. The months are those of the record now: correct that first."""

    words: Annotated[
        str,
        msgspec.Meta(
            title="更正的原因",
            description="先在参保记录里改正，再出具更正后的信息表。",
            extra_json_schema={"long": True},
        ),
    ]
    amount_fen: Annotated[
        Fen | None,
        msgspec.Meta(title="应转出金额", description="金额没有错的不填。"),
    ] = None


def decide_correct_form(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Issue a corrected form from the record as it is now; it is sealed and sent like the first.

    Another amount changes the payment that waits; where money has moved, or is in a batch, it is
    shown to finance, and nothing moves by it.
    """
    asked: Reissue = step.payload
    record = facts.opened
    amount_fen = record.figure_fen if asked.amount_fen is None else asked.amount_fen
    differs = amount_fen != record.figure_fen
    amended = amend_payment(facts, record, amount_fen) if differs else None
    if isinstance(amended, Refusal):
        return amended
    form = form_of(
        facts,
        amount_fen,
        now,
        number=form_number(facts.case_no, record.corrections + 1),
        replaces=form_number(facts.case_no, record.corrections),
    )
    issued = Issue(number=form.number, kind="information_form", content=form)
    return Outcome(
        amount_fen=amount_fen if amended else None,
        facts=msgspec.structs.replace(
            amended.record if amended else record,
            corrections=record.corrections + 1,
            figure_fen=amount_fen,
        ),
        doubts=_with(facts, AMOUNT_CORRECTED) if differs and not amended else None,
        effects=(issued, *(amended.effects if amended else ())),
        say="out.correct_form",
        args={
            "number": form.number,
            "replaces": form.replaces,
            "months": str(form.clct_mons),
            "why": asked.words.strip().rstrip("。"),
        },
    )


def decide_seal_correction(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Attach the seal to a corrected form and send it. The limit was met by the first form."""
    sealed: SealedForm = step.payload
    seal, form = sealed.seal, sealed.form
    body = sealed_body(facts.case_no, sealed, ROUTES.get(facts.opened.route))
    return Outcome(
        effects=(seal, Send(to=facts.counterpart, kind="information_form", body=body)),
        say="out.seal_correction",
        args={"number": form.number, "target": facts.counterpart_name},
    )


def decide_form_corrected(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A corrected form has come. Months written before are superseded, never edited.

    A form of somebody else or whose sums do not agree is kept aside with a doubt. Another amount is
    awaited from now on; once money is credited it is a doubt for finance, and changes nothing.
    """
    body: information_form.Body = step.payload
    form, record = body.form, facts.opened
    if record.form is None or record.form.number != form.replaces:
        return Refusal(
            code="REPLACES_UNKNOWN",
            text=f"更正的信息表所替换的 {form.replaces[:40]} 还没有收到，或已被替换。",
            remedy="请等前一份信息表；一直没有的，请转出地核对编号。",
            later=True,
        )
    figure_fen = fen_from_yuan(form.acct_trafout_amt)
    money = figure_fen != fen_from_yuan(record.form.acct_trafout_amt)
    wrong = [one for one in doubts_of_form(facts, form) if one in _UNUSABLE]
    args = {
        "source": facts.counterpart_name,
        "number": form.number,
        "months": str(form.clct_mons),
        "amount": yuan_for_people(figure_fen),
    }
    if wrong:
        return Outcome(
            doubts=_with(facts, CORRECTION_DOUBTFUL),
            say="in.form_corrected.doubtful",
            args=args,
        )
    anew = measure_anew(facts, record, figure_fen) if money else None
    talk = (*facts.talk_doubts, *((AMOUNT_CORRECTED,) if money and not anew else ()))
    talk = tuple(dict.fromkeys(talk))
    now_doubts = anew.doubts if anew else facts.doubts
    if facts.record_leg == "form_received":
        holding = doubts_of_form(facts, form)
        waits = tuple(one for one in now_doubts if one in _KEPT)
        holds = holding or {*waits} - {AMOUNT_DIFFERS}
        return Outcome(
            amount_fen=anew.amount_fen if anew else None,
            facts=msgspec.structs.replace(record, form=form),
            doubts=(*talk, *holding, *waits),
            auto="" if holds else "write_record",
            hold_auto=True,
            say="in.form_corrected",
            args=args,
        )
    kept = [one for one in now_doubts if one not in TALK_DOUBTS | {CORRECTION_DOUBTFUL}]
    effects: tuple[Effect, ...] = (
        RewriteSpells(spells=spells_of_form(facts, record, form)),
        Send(
            to=facts.counterpart,
            kind="receipt",
            body=receipt.Body(case_no=facts.case_no, leg="record", done_on=now.date()),
        ),
        Notify(
            code="record_corrected",
            args={"case_no": facts.case_no, "months": str(form.clct_mons)},
        ),
    )
    return Outcome(
        amount_fen=anew.amount_fen if anew else None,
        facts=msgspec.structs.replace(record, form=form),
        doubts=(*talk, *kept),
        auto=anew.auto if anew else "",
        hold_auto=anew is not None,
        effects=effects,
        say="in.form_corrected.rewritten",
        args=args,
    )


_UNUSABLE = frozenset({"IDENTITY_DIFFERS", "FORM_SUMS"})
_KEPT = frozenset({"SUPPLEMENT_WANTED", "SUPPLEMENT_CAME", "AMOUNT_DIFFERS"})


def _with(facts: TransferFacts, doubt: str) -> tuple[str, ...]:
    return (*(one for one in facts.doubts if one != doubt), doubt)
