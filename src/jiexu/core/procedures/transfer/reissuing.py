"""更正信息表: a form found wrong after it went out is followed by a corrected one.

The first form stays as it was issued; the corrected one has the next number and names the one it
replaces. The amount of the case follows the first form: another amount is a doubt for finance.
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
from jiexu.core.procedures.transfer.facts import SealedForm, TransferFacts
from jiexu.core.procedures.transfer.forming import form_number, form_of
from jiexu.core.procedures.transfer.recording import doubts_of_form, spells_of_form

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

    Another amount is written on it and shown to finance; no money moves by it.
    """
    asked: Reissue = step.payload
    record = facts.opened
    fixed_fen = facts.amount_fen or 0
    amount_fen = fixed_fen if asked.amount_fen is None else asked.amount_fen
    form = form_of(
        facts,
        amount_fen,
        now,
        number=form_number(facts.case_no, record.corrections + 1),
        replaces=form_number(facts.case_no, record.corrections),
    )
    differs = amount_fen != fixed_fen
    return Outcome(
        facts=msgspec.structs.replace(record, corrections=record.corrections + 1),
        doubts=_with(facts, AMOUNT_CORRECTED) if differs else None,
        effects=(Issue(number=form.number, kind="information_form", content=form),),
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
    return Outcome(
        effects=(seal, Send(to=facts.counterpart, kind="information_form", body=body)),
        say="out.seal_correction",
        args={"number": form.number, "target": facts.counterpart_name},
    )


def decide_form_corrected(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A corrected form has come. Months written before are superseded, never edited.

    A form of somebody else or whose sums do not agree is kept aside with a doubt; another amount
    is a doubt for finance, and changes nothing by itself.
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
    money = fen_from_yuan(form.acct_trafout_amt) != (facts.amount_fen or 0)
    wrong = [one for one in doubts_of_form(facts, form) if one in _UNUSABLE]
    args = {
        "source": facts.counterpart_name,
        "number": form.number,
        "months": str(form.clct_mons),
        "amount": yuan_for_people(fen_from_yuan(form.acct_trafout_amt)),
    }
    if wrong:
        return Outcome(
            doubts=_with(facts, CORRECTION_DOUBTFUL),
            say="in.form_corrected.doubtful",
            args=args,
        )
    talk = (*facts.talk_doubts, *((AMOUNT_CORRECTED,) if money else ()))
    talk = tuple(dict.fromkeys(talk))
    if facts.record_leg == "form_received":
        holding = doubts_of_form(facts, form)
        waits = tuple(one for one in facts.doubts if one in _KEPT)
        return Outcome(
            facts=msgspec.structs.replace(record, form=form),
            doubts=(*talk, *holding, *waits),
            auto="" if holding or waits else "write_record",
            hold_auto=True,
            say="in.form_corrected",
            args=args,
        )
    kept = [one for one in facts.holding_doubts if one != CORRECTION_DOUBTFUL]
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
        facts=msgspec.structs.replace(record, form=form),
        doubts=(*talk, *kept),
        effects=effects,
        say="in.form_corrected.rewritten",
        args=args,
    )


_UNUSABLE = frozenset({"IDENTITY_DIFFERS", "FORM_SUMS"})
_KEPT = frozenset({"SUPPLEMENT_WANTED", "SUPPLEMENT_CAME", "AMOUNT_DIFFERS"})


def _with(facts: TransferFacts, doubt: str) -> tuple[str, ...]:
    return (*(one for one in facts.doubts if one != doubt), doubt)
