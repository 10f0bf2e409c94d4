"""Residents in a transfer: cover of a year that has passed, cover doubled by employment, the end.

Resident cover is for a year. It lapses with the year without anybody's act; where the person has
become an employee elsewhere, the old place suspends it by the duplicate-enrolment path
(医保发〔2020〕33号), which is not the applicant's omission.
"""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from jiexu.core.base.codes.insutype import EMPLOYEE, RESIDENT
from jiexu.core.base.decision import Badge, Reason, Source
from jiexu.core.policy.parameters import lookup
from jiexu.core.procedures.transfer.facts import CaseRecord, RelationFact, TransferFacts

_DUPLICATE = Source(
    badge=Badge.NATION,
    title="国家医疗保障局 财政部 国家税务总局关于加强和改进基本医疗保险参保工作的指导意见",
    number="医保发〔2020〕33号",
    area="100000",
    confidence="medium",
)


def standing(facts: TransferFacts, insutype: str, day: date) -> RelationFact | None:
    """The participation that a transfer out of here is about, as it stands on `day`.

    One whose time has passed without another status (a resident's year) counts as suspended since.
    """
    held = facts.relation_on(insutype, day)
    if held is not None:
        return held
    past = [
        one
        for one in facts.relations
        if one.insutype == insutype and one.valid_to is not None and one.valid_to < day
    ]
    last = max(past, key=lambda one: one.valid_from, default=None)
    if last is None or last.valid_to is None:
        return None
    since = last.valid_to + timedelta(days=1)
    status = last.status if last.status == "terminated" else "paused"
    return msgspec.structs.replace(last, status=status, valid_from=since, valid_to=None)


def doubled_by_employment(
    relation: RelationFact | None, insutype_in: str, enrolled_on: date | None, day: date
) -> bool:
    """Whether this resident cover must give way: the holder is an employee at the new place."""
    return (
        relation is not None
        and relation.insutype == RESIDENT
        and relation.status == "normal"
        and insutype_in == EMPLOYEE
        and enrolled_on is not None
        and enrolled_on <= day
    )


def suspended(relation: RelationFact, day: date) -> RelationFact:
    """The same participation once the old place has suspended it on `day`."""
    return msgspec.structs.replace(
        relation, status="paused", valid_from=max(day, relation.valid_from)
    )


def suspension_reason(source_name: str) -> Reason:
    """What the person is told about it; nothing is asked of them."""
    return Reason(
        code="RESIDENT_COVER_SUSPENDED",
        text=f"您已在转入地参加职工医保，{source_name}的居民医保由当地经办机构按重复参保暂停，"
        "不用您自己去办，也不影响受理。",
        rule="同时参加职工医保和居民医保的，保留一个参保关系，暂停重复的居民医保",
        sources=(_DUPLICATE,),
    )


def old_cover_ends_on(record: CaseRecord, done_on: date) -> date:
    """The day from which the old relation is over: at once, but never before new cover begins.

    A resident enrolled here for next year keeps this year's cover at the old place until the new
    benefit period of the new place has begun.
    """
    if (record.insutype_out, record.insutype_in) != (RESIDENT, RESIDENT):
        return done_on
    start = lookup("resident_benefit_year_start", record.trafin_admdvs, done_on)
    if record.cover_year_in is None or start is None:
        return done_on
    return max(done_on, date.fromisoformat(f"{record.cover_year_in}-{start.value}"))
