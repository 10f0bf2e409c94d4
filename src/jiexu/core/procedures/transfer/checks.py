"""Each side's own check (校验) before acceptance: the policy question, asked with what it knows.

43号 pairs two questions: has the old place suspended the participation, is the person insured at
the new place? Each side answers for itself; the other side's part is taken as told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from jiexu.core.base.decision import Decision, Reason
from jiexu.core.base.money import yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.core.policy.parameters import lookup
from jiexu.core.policy.questions.transfer import decide
from jiexu.core.policy.questions.transfer.facts import TransferFacts as Question
from jiexu.core.procedures.outcome import Refusal
from jiexu.core.procedures.transfer.facts import (
    CaseRecord,
    LifeFact,
    RelationFact,
    SpellFact,
    TransferFacts,
)
from jiexu.core.procedures.transfer.residents import doubled_by_employment, suspended

_EVENTS = ("death", "army", "emigration")
"""What happened to a person and takes them out of the measure, in the order of its weight."""


def check_destination(
    *,
    on: date,
    trafout_admdvs: str,
    trafin_admdvs: str,
    insutype_out: str,
    insutype_in: str,
    relation: RelationFact | None,
    last_paid: str | None,
    bank_info_complete: bool,
    life: tuple[LifeFact, ...] = (),
    requests: tuple[str, ...] = (),
) -> Decision:
    """The new place's half of the check: is the person insured here as required?

    The old place is taken as suspended until it answers itself; so is a resident's cover there as
    ended with the year before the one paid for here.
    """
    year = relation.cover_year if relation else None
    return _ask(
        on=on,
        person=_person(life, relation),
        requests=requests,
        source={
            "area": trafout_admdvs,
            "insutype": insutype_out,
            "status": "paused",
            "last_paid_month": f"{year - 1}-12" if year is not None else None,
        },
        target={
            "area": trafin_admdvs,
            "insutype": insutype_in,
            "status": _to_status(relation),
            "enrolled_on": relation.valid_from if relation else None,
            "cover_year": year,
            "plan": relation.plan if relation else None,
            "paid_this_month": None if last_paid is None else last_paid >= f"{on:%Y%m}",
            "bank_info_complete": bank_info_complete,
        },
    )


def check_source(
    *,
    on: date,
    trafout_admdvs: str,
    trafin_admdvs: str,
    insutype_out: str,
    insutype_in: str,
    enrolled_on: date,
    plan_in: str,
    relation: RelationFact,
    balance: str,
    cover_year: int | None = None,
    last_paid: str | None = None,
    life: tuple[LifeFact, ...] = (),
) -> Decision:
    """The old place's half: has participation been suspended? What moves, by which route?"""
    return _ask(
        on=on,
        person=_person(life, relation),
        source={
            "area": trafout_admdvs,
            "insutype": insutype_out,
            "status": relation.status,
            "paused_on": relation.valid_from if relation.status == "paused" else None,
            "last_paid_month": str(Month.parse(last_paid)) if last_paid else None,
            "plan": relation.plan,
            "balance": balance,
            "bank_info_complete": True,
        },
        target={
            "area": trafin_admdvs,
            "insutype": insutype_in,
            "status": "normal",
            "enrolled_on": enrolled_on,
            "cover_year": cover_year,
            "plan": plan_in,
            "paid_this_month": True,
            "bank_info_complete": True,
        },
    )


def check_out_half(
    facts: TransferFacts, record: CaseRecord, relation: RelationFact, on: date
) -> Decision:
    """`check_source` with all that the outgoing half knows.

    Resident cover doubled by employment counts as suspended: this agency does it in the same step.
    """
    if doubled_by_employment(relation, record.insutype_in, record.enrolled_on, on):
        relation = suspended(relation, on)
    return check_source(
        on=on,
        trafout_admdvs=facts.agency.area,
        trafin_admdvs=record.trafin_admdvs,
        insutype_out=record.insutype_out,
        insutype_in=record.insutype_in,
        enrolled_on=record.enrolled_on or record.applied_on,
        plan_in=record.plan_in,
        relation=relation,
        balance=yuan_from_fen(facts.account_available_fen + record.reserved_fen),
        cover_year=record.cover_year_in,
        last_paid=last_paid_month(facts.spells, record.insutype_out),
        life=_before_acceptance(facts),
    )


def _before_acceptance(facts: TransferFacts) -> tuple[LifeFact, ...]:
    """A retirement after acceptance does not undo it: a person decides (see `life`)."""
    if facts.accepted_on is None:
        return facts.life
    return tuple(
        one for one in facts.life if one.kind != "retirement" or one.on <= facts.accepted_on
    )


def _person(life: tuple[LifeFact, ...], relation: RelationFact | None) -> dict[str, Any]:
    happened = {one.kind for one in life}
    return {
        "retired": "retirement" in happened or (relation is not None and relation.retired),
        "event": next((kind for kind in _EVENTS if kind in happened), "none"),
    }


def _ask(
    *,
    on: date,
    person: Mapping[str, Any],
    source: Mapping[str, Any],
    target: Mapping[str, Any],
    requests: tuple[str, ...] = (),
) -> Decision:
    """Put the policy question; words that the question does not know are a fault of the record."""
    asked = {"on": on, "person": person, "from": source, "to": target, "requests": requests or None}
    return decide(msgspec.convert(asked, Question))


def refusal_of(decision: Decision) -> Refusal:
    """The refusal that says all defects at once (一次性告知)."""
    return Refusal(
        code=decision.reasons[0].code if decision.reasons else decision.outcome.upper(),
        text="".join(reason.text for reason in decision.reasons) or "不符合转移条件。",
        remedy="".join(dict.fromkeys(_way_on(reason) for reason in decision.reasons))
        or "如有疑问，请拨打 12393。",
        reasons=decision.reasons,
    )


def limit_workdays(name: str, area: str, on: date) -> int:
    """A limit in working days from the parameter files; a missing one is a fault of the files."""
    parameter = lookup(name, area, on)
    if parameter is None:
        raise LookupError(f"parameter {name} has no value for {area} on {on}")
    return int(parameter.value)


def last_paid_month(spells: tuple[SpellFact, ...], insutype: str) -> str | None:
    """The last month on record in a scheme, `yyyyMM`."""
    return max((s.end_ym for s in spells if s.insutype == insutype), default=None)


def _way_on(reason: Reason) -> str:
    if reason.repair is None:
        return ""
    how = reason.repair.how.rstrip("。")
    return f"{reason.repair.who}：{how}。"


def _to_status(relation: RelationFact | None) -> str:
    return relation.status if relation and relation.status in {"normal", "paused"} else "none"
