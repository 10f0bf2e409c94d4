"""Putting the answer of `transfer` together: findings, route, clock and wait in one Decision."""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.base.decision import Decision, Reason
from jiexu.core.base.periods import Month
from jiexu.core.policy.catalogue import catalogue
from jiexu.core.policy.linkage import Linkage, break_months, link
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.transfer.clock import Clock, clock_of
from jiexu.core.policy.questions.transfer.facts import (
    TransferFacts,
)
from jiexu.core.policy.questions.transfer.findings import Finding, earliest, worst
from jiexu.core.policy.questions.transfer.money import MOVING, Money, amount_of, route_of
from jiexu.core.policy.questions.transfer.person import bank_case_of_event, person_findings
from jiexu.core.policy.questions.transfer.places import Places
from jiexu.core.policy.questions.transfer.residents import resident_findings
from jiexu.core.policy.questions.transfer.sides import side_findings
from jiexu.core.policy.rules import Rules, reason


def decide(facts: TransferFacts) -> Decision:
    """Outcome accept | not_needed | not_yet | refuse, with route, dates, wait and every reason.

    Units: yuan strings, working days, calendar months. Raises `BadInput` for an unknown area,
    a balance that is no amount, or a day outside the calendar.
    """
    rules = Rules(facts.on)
    places = Places.of(facts)
    pooled = _pooled_balance(facts, places, rules)
    if places.same_pool:
        return _not_needed(places, pooled, rules)
    findings = person_findings(facts, places, rules)
    outside = any(one.reason.code in _OUTSIDE for one in findings)
    if not outside:
        findings += side_findings(facts, places, rules)
        findings += resident_findings(facts, places, rules)
    findings += pooled
    outcome = worst(findings)
    money = _money_outside(facts, places, rules) if outside else route_of(facts, places, rules)
    if money.reason is not None:
        findings.append(Finding(outcome="accept", reason=money.reason))
    linkage = Linkage() if outside else _linkage(facts, places, rules)
    clock = clock_of(facts, places, rules) if outcome == "accept" else Clock()
    amount = amount_of(facts, money, rules)
    moves = _moves(facts, money, rules) if outcome == "accept" else []
    passes_on = earliest(findings) if outcome == "not_yet" else None
    credit = None
    if money.route in MOVING:
        rules.get("freeze_at", places.source.code)
        credit = rules.get("credit_after_arrival_workdays", places.destination.code)
    grounds: list[tuple[str, Parameter]] = [
        *([("money_route", money.rests_on)] if money.rests_on else []),
        *clock.rests_on,
        *([("credit_after_arrival_workdays", credit)] if credit else []),
        *(("wait_months", one) for one in linkage.rests_on),
    ]
    return Decision(
        question="transfer",
        outcome=outcome,
        values={
            "kind": places.kind,
            "cross_province": places.cross_province,
            "money_route": money.route,
            "provisional_route": money.provisional,
            "money_amount": amount,
            "moves": moves,
            "letter_due": _text(clock.letter_due),
            "out_due": _text(clock.out_due),
            "in_due": _text(clock.in_due),
            "promised_out_due": _text(clock.promised_out_due),
            "promised_in_due": _text(clock.promised_in_due),
            "credit_after_arrival_workdays": credit.value if credit else None,
            "earliest": _text(passes_on),
            "wait_months": linkage.wait_months,
            "wait_days": linkage.wait_days,
            "wait_cap_months": linkage.wait_cap_months,
            "benefit_ratio_during_wait": linkage.benefit_ratio_during_wait,
            "retroactive": linkage.retroactive,
            "basis": _basis(grounds),
        },
        reasons=tuple(one.reason for one in findings),
        parameters=rules.uses,
        provisional=clock.provisional,
        notes=rules.notes,
    )


_OUTSIDE = frozenset({"PERSON_DIED", "JOINED_ARMY", "EMIGRATED", "RETIREE"})
"""Reasons of persons the measure does not cover: no route, wait or date applies to them.

Nor do its preconditions: a retiree is not told to end the cover or to enrol elsewhere.
"""


def _not_needed(places: Places, pooled: list[Finding], rules: Rules) -> Decision:
    by = rules.standing("change_of_pool_required", places.destination.code)
    assert by is not None
    text = f"转出地和转入地同属一个统筹区（{places.source.name}），不需要办理转移接续。"
    if places.kind in {"ER", "RE"}:
        rules.note("在同一统筹区内换险种，办理参保登记变更即可。")
    return Decision(
        question="transfer",
        outcome="not_needed",
        values={
            "kind": places.kind,
            "cross_province": places.cross_province,
            "money_route": "none",
            "provisional_route": False,
            "money_amount": "0.00",
            "moves": [],
            "out_due": None,
            "in_due": None,
            "earliest": None,
            "wait_months": None,
            "retroactive": None,
        },
        reasons=(reason("SAME_POOLING_AREA", text, by, None), *(one.reason for one in pooled)),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _pooled_balance(facts: TransferFacts, places: Places, rules: Rules) -> list[Finding]:
    """A wish for a share of the pooled fund: nobody has one. Years and balance go on."""
    if facts.requests is None or "pooled_balance" not in facts.requests:
        return []
    by = rules.standing("transferable_content", places.source.code)
    assert by is not None
    text: Reason = reason(
        "POOLED_BALANCE_DOES_NOT_EXIST",
        "统筹基金由全体参保人共用，没有属于个人的“统筹账户余额”，不能转移、保留或提取。",
        by,
        None,
    )
    others = set(facts.requests) - {"pooled_balance"}
    return [Finding(outcome="accept" if others else "refuse", reason=text)]


def _money_outside(facts: TransferFacts, places: Places, rules: Rules) -> Money:
    """Whoever is outside the measure keeps the account; a listed case may be paid out."""
    case = bank_case_of_event(facts)
    if facts.from_.insutype == "390" or facts.from_.plan == "pool_only":
        return Money(route="none")
    if case is None:
        return Money(route="stays")
    cases = rules.get("account_to_bank_cases", places.source.code)
    if cases is not None and case in cases.value:
        return Money(route="to_bank", rests_on=cases)
    return Money(route="unknown")


def _linkage(facts: TransferFacts, places: Places, rules: Rules) -> Linkage:
    months = facts.break_months
    if months is None and facts.from_.last_paid_month and facts.to.first_paid_month:
        months = break_months(
            Month.parse(facts.from_.last_paid_month, path="from.last_paid_month"),
            Month.parse(facts.to.first_paid_month, path="to.first_paid_month"),
            places.destination.code,
            rules,
        )
    return link(
        kind=places.kind,
        area=places.destination.code,
        months=months,
        back_paid=facts.back_paid,
        continuous_years=facts.continuous_years,
        rules=rules,
    )


def _moves(facts: TransferFacts, money: Money, rules: Rules) -> list[str]:
    """What moves is the rule's, not the applicant's choice: record, years and the account."""
    moves = ["record", "years", *(["balance"] if money.route in MOVING else [])]
    asked = set(facts.requests or ())
    if asked and "balance" not in asked and "balance" in moves:
        rules.note("个人账户余额随医保关系一并划转，不能只转年限。")
    if asked and "years" not in asked:
        rules.note("缴费年限和参保信息随医保关系一并转移，不能只转余额。")
    return moves


def _basis(grounds: list[tuple[str, Parameter]]) -> list[dict[str, Any]]:
    """For each value the rule it rests on, with badge and source."""
    return [
        {
            "value": value,
            "rule": catalogue()[by.name].meaning,
            "sources": [msgspec.to_builtins(source)],
        }
        for value, by in grounds
        if (source := by.source()) is not None
    ]


def _text(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
