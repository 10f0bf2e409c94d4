"""Life in mid-case: death, retirement, army, emigration. Who holds the money decides what follows.

Until the old place has approved the payment the transfer is stopped and the reserved money is
free again in the old account, where heirs or the person claim it. After that it goes on: the money
is credited at the new place and kept there for them. Retirement on or before the day of acceptance
is refused as 医保办发〔2021〕43号 art. 2 says; for a later one no source was found: a clerk does.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.base.decision import Reason
from jiexu.core.exchange.kinds.life_event.schema import Body
from jiexu.core.procedures.outcome import Effect, NoteLife, Outcome, Refusal, Step
from jiexu.core.procedures.transfer.amounts import without_uncredited
from jiexu.core.procedures.transfer.checks import check_destination, refusal_of
from jiexu.core.procedures.transfer.correcting import decide_corrected_there
from jiexu.core.procedures.transfer.facts import CaseRecord, LifeFact, TransferFacts
from jiexu.core.procedures.transfer.states import FUND_OVER
from jiexu.core.procedures.transfer.stopping import (
    LABELS,
    RETIRED_MEANWHILE,
    clocks_met,
    message,
    of_the_person,
    record_of,
    said,
    settle,
    stop,
    stopped_notice,
    stopped_paper,
)

LIFE_EVENT = "LIFE_EVENT"
_LIFE_DOUBTS = frozenset({LIFE_EVENT, RETIRED_MEANWHILE, "AUTO_REFUSED"})


def life_doubts(facts: TransferFacts) -> tuple[str, ...]:
    """Doubts about the person's life, which no form and no money settles."""
    return tuple(doubt for doubt in facts.doubts if doubt in {LIFE_EVENT, RETIRED_MEANWHILE})


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """What a clerk states about the person."""

    kind: Annotated[
        Literal["death", "retirement", "army", "emigration"],
        Meta(title="发生了什么", extra_json_schema={"labels": LABELS}),
    ]
    on: Annotated[date, Meta(title="发生日期")]
    evidence: Annotated[
        str,
        Meta(
            title="凭据",
            description="例如死亡证明、退休审批表、入伍通知书的编号和核对人",
            extra_json_schema={"long": True},
        ),
    ]


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Why a clerk ends a transfer whose person has retired meanwhile."""

    why: Annotated[str, Meta(title="终止的理由和依据", extra_json_schema={"long": True})]


def decide_report_in(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The new place learns of it first: the old place is told and decides about the money."""
    life = _stated(step.payload)
    refusal = _not_possible(facts, life, now.date())
    if refusal is not None:
        return refusal
    record = record_of(facts)
    told = (
        NoteLife(kind=life.kind, on=life.on, evidence=life.evidence),
        message(facts, "out", life, "told"),
    )
    if facts.record_leg == "checking":
        return _ended_here(facts, record, life, told, now)
    doubt = RETIRED_MEANWHILE if life.kind == "retirement" else LIFE_EVENT
    return Outcome(
        facts=msgspec.structs.replace(record, life=life),
        doubts=tuple(dict.fromkeys((*facts.doubts, doubt))),
        effects=told,
        say="in.report_life",
        args=said(facts, life),
    )


def decide_answered_in(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The old place says what follows: stopped, or the transfer goes on and the money comes."""
    body: Body = step.payload
    if body.event == "correction":
        return decide_corrected_there(facts, body)
    record = record_of(facts)
    life = LifeFact(kind=body.event, on=body.on, evidence=body.evidence)
    note = NoteLife(kind=life.kind, on=life.on, evidence=life.evidence)
    if facts.record_leg == "stopped":
        return Outcome(effects=(note,), say="in.life_again", args=said(facts, life))
    if body.outcome == "stopped":
        written = facts.record_leg == "done"
        reasons = _reasons_in(facts, record, life, now.date())
        # Told a second time, there is nothing left to end, and no second paper.
        again = facts.fund_leg in {"none", "credited", "credited_ahead"}
        # Late money (二次转移) that does not come after all leaves what was credited before.
        kept = record.credited_fen
        told = stopped_paper(facts, life, now, reasons=reasons, kept_fen=kept or None)
        paper = () if again else (told,)
        return Outcome(
            record_leg=None if written else "stopped",
            fund_leg="credited" if kept else "none",
            amount_fen=kept or None,
            facts=without_uncredited(facts.amount_fen, msgspec.structs.replace(record, life=life)),
            doubts=(),
            reasons=reasons,
            effects=(note, *clocks_met(now.date()), *paper, stopped_notice(facts, life)),
            say="in.life_stopped",
            args=said(facts, life),
        )
    left = tuple(doubt for doubt in facts.doubts if doubt not in _LIFE_DOUBTS)
    if body.outcome == "told":
        left = (*left, RETIRED_MEANWHILE)
    ready = facts.record_leg == "form_received" and not left
    return Outcome(
        facts=msgspec.structs.replace(record, life=life),
        doubts=left,
        auto="write_record" if ready else "",
        effects=(note,),
        say="in.life_goes_on" if body.outcome == "goes_on" else "in.report_life",
        args=said(facts, life),
    )


def decide_report_out(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The old place learns of it first: it decides at once and tells the new place."""
    life = _stated(step.payload)
    return _not_possible(facts, life, now.date()) or settle(facts, life, now)


def decide_told_out(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """The new place reports it: the old place decides by where the money is."""
    body: Body = step.payload
    if body.event == "correction":
        return decide_corrected_there(facts, body)
    life = LifeFact(kind=body.event, on=body.on, evidence=body.evidence)
    if facts.record_leg in {"stopped", "done"} and facts.fund_leg in {"none", "paid"}:
        return Outcome(
            effects=(
                NoteLife(kind=life.kind, on=life.on, evidence=life.evidence),
                message(
                    facts,
                    "in",
                    life,
                    "stopped" if facts.record_leg == "stopped" else "goes_on",
                ),
            ),
            say="out.life_goes_on",
            args=said(facts, life),
        )
    return settle(facts, life, now)


def decide_stop(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """A clerk ends a transfer whose person retired after acceptance: no rule was found for it."""
    asked: Stop = step.payload
    record = record_of(facts)
    if RETIRED_MEANWHILE not in facts.doubts or record.life is None:
        return Refusal(
            code="NOTHING_TO_STOP",
            text="只有受理后参保人退休、需要人工决定的案件，才由转出地在这里终止。",
            remedy="参保人死亡、入伍或出境定居的，请用“登记参保人变动”。",
        )
    life = msgspec.structs.replace(record.life, evidence=asked.why)
    return stop(facts, life, now)


def _ended_here(
    facts: TransferFacts,
    record: CaseRecord,
    life: LifeFact,
    told: tuple[Effect, ...],
    now: datetime,
) -> Outcome:
    """Before acceptance nothing has happened yet: the application ends at once."""
    reasons = _reasons_in(facts, record, life, now.date())
    return Outcome(
        record_leg="refused" if life.kind == "retirement" else "stopped",
        fund_leg="none",
        facts=msgspec.structs.replace(record, life=life),
        reasons=reasons,
        effects=(
            *told,
            stopped_paper(facts, life, now, reasons=reasons),
            stopped_notice(facts, life),
        ),
        say="in.life_stopped",
        args=said(facts, life),
    )


def _reasons_in(
    facts: TransferFacts, record: CaseRecord, life: LifeFact, today: date
) -> tuple[Reason, ...]:
    """What the policy says of such a person, with the way on."""
    decision = check_destination(
        on=today,
        trafout_admdvs=record.trafout_admdvs,
        trafin_admdvs=record.trafin_admdvs,
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        relation=facts.relation_on(record.insutype_in, record.applied_on),
        last_paid=None,
        bank_info_complete=True,
        life=(life,),
    )
    return of_the_person(refusal_of(decision).reasons)


def _stated(asked: Life) -> LifeFact:
    return LifeFact(kind=asked.kind, on=asked.on, evidence=asked.evidence)


def _not_possible(facts: TransferFacts, life: LifeFact, today: date) -> Refusal | None:
    if life.on > today:
        return Refusal(
            code="NOT_YET_HAPPENED",
            text=f"发生日期 {life.on} 还没有到。",
            remedy="请核对日期；事情发生后再登记。",
        )
    if facts.record_leg == "done" and facts.fund_leg in FUND_OVER:
        return Refusal(
            code="CASE_OVER",
            text="本案已经办结，不再登记参保人变动。",
            remedy="请在参保登记中办理；余额由本人或继承人向账户所在地申请。",
        )
    return None
