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
from jiexu.core.policy.parameters import lookup
from jiexu.core.policy.questions.transfer import decide
from jiexu.core.policy.questions.transfer.facts import TransferFacts
from jiexu.core.procedures.outcome import Refusal
from jiexu.core.procedures.transfer.facts import RelationFact, SpellFact


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
) -> Decision:
    """The new place's half of the check: is the person insured here as required?

    The old place is taken as suspended until it answers itself.
    """
    return _ask(
        on=on,
        source={"area": trafout_admdvs, "insutype": insutype_out, "status": "paused"},
        target={
            "area": trafin_admdvs,
            "insutype": insutype_in,
            "status": _to_status(relation),
            "enrolled_on": relation.valid_from if relation else None,
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
) -> Decision:
    """The old place's half: has participation been suspended? What moves, by which route?"""
    return _ask(
        on=on,
        source={
            "area": trafout_admdvs,
            "insutype": insutype_out,
            "status": relation.status,
            "paused_on": relation.valid_from if relation.status == "paused" else None,
            "plan": relation.plan,
            "balance": balance,
            "bank_info_complete": True,
        },
        target={
            "area": trafin_admdvs,
            "insutype": insutype_in,
            "status": "normal",
            "enrolled_on": enrolled_on,
            "plan": plan_in,
            "paid_this_month": True,
            "bank_info_complete": True,
        },
    )


def _ask(*, on: date, source: Mapping[str, Any], target: Mapping[str, Any]) -> Decision:
    """Put the policy question; words that the question does not know are a fault of the record."""
    return decide(msgspec.convert({"on": on, "from": source, "to": target}, TransferFacts))


def refusal_of(decision: Decision) -> Refusal:
    """The refusal that says all defects at once (一次性告知)."""
    return Refusal(
        code=decision.reasons[0].code if decision.reasons else decision.outcome.upper(),
        text="".join(reason.text for reason in decision.reasons) or "不符合转移条件。",
        remedy="".join(_way_on(reason) for reason in decision.reasons)
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
    return f"{reason.repair.who}：{reason.repair.how}"


def _to_status(relation: RelationFact | None) -> str:
    return relation.status if relation and relation.status in {"normal", "paused"} else "none"
