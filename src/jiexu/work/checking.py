"""The check before applying: the policy question, with what this node knows of the person."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.decision import Decision
from jiexu.core.base.periods import Month, Spell
from jiexu.core.policy.questions.transfer import decide
from jiexu.core.policy.questions.transfer.facts import FromFacts, ToFacts, TransferFacts
from jiexu.core.policy.questions.transfer.facts import Person as PersonFacts
from jiexu.core.procedures.transfer.residents import suspension_reason
from jiexu.records.access.models import User
from jiexu.records.registry.queries import cover_of_citizen
from jiexu.records.registry.views import CoverView

_EVENTS = ("death", "army", "emigration")


def check(
    user: User | None,
    source: str,
    target: str,
    insutype: str,
    insutype_to: str,
    *,
    requests: tuple[str, ...],
    today: date,
) -> Decision:
    """What would happen if the person applied today. What is not known here is not stated.

    Resident cover doubled by employment at the new place counts as suspended: the old place's
    agency does that as part of the transfer (医保发〔2020〕33号), and the answer says so.
    """
    covers = cover_of_citizen(user, today) if user else []
    held = {(cover.area, cover.insutype): cover for cover in covers}
    old, new = held.get((source, insutype)), held.get((target, insutype_to))
    doubled = _doubled(old, new, insutype_to, today)
    decision = decide(
        TransferFacts(
            on=today,
            person=_person(covers, old),
            from_=_from(source, insutype, old, doubled),
            to=_to(user, target, insutype_to, new, today),
            back_paid=_back_paid(old, new),
            requests=requests or None,  # type: ignore[arg-type]
        )
    )
    if not doubled or decision.outcome == "not_needed":
        return decision
    told = suspension_reason(area_of(source).name)
    return msgspec.structs.replace(decision, reasons=(*decision.reasons, told))


def _doubled(old: CoverView | None, new: CoverView | None, insutype_to: str, today: date) -> bool:
    return (
        old is not None
        and old.insutype != EMPLOYEE
        and old.status == "normal"
        and insutype_to == EMPLOYEE
        and new is not None
        and new.status == "normal"
        and new.valid_from <= today
    )


def _person(covers: list[CoverView], old: CoverView | None) -> PersonFacts:
    life = {kind for cover in covers for kind in cover.life}
    retired = "retirement" in life or any(cover.retired for cover in covers)
    return PersonFacts(
        retired=retired if covers else None,
        event=next((kind for kind in _EVENTS if kind in life), "none"),  # type: ignore[arg-type]
    )


def _from(area: str, insutype: str, old: CoverView | None, doubled: bool) -> FromFacts:
    if old is None:
        return FromFacts(area=area, insutype=insutype, status="paused")  # type: ignore[arg-type]
    return FromFacts(
        area=area,
        insutype=insutype,  # type: ignore[arg-type]
        status="paused" if doubled else old.status,  # type: ignore[arg-type]
        paused_on=old.valid_from if old.status == "paused" else None,
        last_paid_month=old.last_month,
        plan=old.plan,  # type: ignore[arg-type]
        balance=old.balance_yuan,
    )


def _to(user: User | None, area: str, insutype: str, new: CoverView | None, today: date) -> ToFacts:
    if new is None:
        status = "none" if user else "normal"
        return ToFacts(area=area, insutype=insutype, status=status)  # type: ignore[arg-type]
    return ToFacts(
        area=area,
        insutype=insutype,  # type: ignore[arg-type]
        status="none" if new.status == "terminated" else new.status,  # type: ignore[arg-type]
        enrolled_on=new.valid_from,
        cover_year=new.cover_year,
        first_paid_month=_first_month(new),
        plan=new.plan,  # type: ignore[arg-type]
        paid_this_month=new.last_month >= f"{today:%Y-%m}" if new.last_month else None,
    )


def _first_month(new: CoverView) -> str | None:
    """The month of enrolment, as the transfer itself counts: months of the break that were paid
    back lie before it.
    """
    return str(Month.of(new.valid_from)) if new.spells else None


def _back_paid(old: CoverView | None, new: CoverView | None) -> bool | None:
    """Whether every month between the two covers is on record at the new place; `None` without a
    break, or when a side is not known here.
    """
    if old is None or new is None or not old.last_month or not new.spells:
        return None
    first, last = Month.of(new.valid_from), Month.parse(old.last_month)
    gap = [Month.from_ordinal(one) for one in range(last.ordinal + 1, first.ordinal)]
    paid = [Spell(Month.parse(begin), Month.parse(end)) for begin, end in new.spells]
    on_record = {month for run in paid for month in run.each()}
    return all(month in on_record for month in gap) if gap else None
