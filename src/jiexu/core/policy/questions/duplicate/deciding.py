"""Putting the answer of `duplicate` together: what stays, what ends, what is paid back."""

from __future__ import annotations

from typing import Any

from jiexu.core.base.areas import NATION, pooling_area
from jiexu.core.base.decision import Decision, Reason
from jiexu.core.policy.answers import local_rule_unknown
from jiexu.core.policy.fact_types import usual_day
from jiexu.core.policy.questions.duplicate.facts import DuplicateFacts
from jiexu.core.policy.questions.duplicate.keeping import SCHEMES, Kept, kept
from jiexu.core.policy.questions.duplicate.refunding import Refund, premium_refund, prepaid_refund
from jiexu.core.policy.rules import Rules, reason


def decide(facts: DuplicateFacts) -> Decision:
    """Outcome keep. `keep` and `suspend` count relations from 0. Raises `BadInput` for an area."""
    rules = Rules(usual_day(facts.on, path="on"))
    for number, one in enumerate(facts.relations):
        pooling_area(one.area, path=f"relations[{number}].area")
    one_only = rules.get("duplicate_one_relation", NATION)
    values: dict[str, Any] = {
        "keep": None,
        "keep_name": None,
        "keep_is_own_choice": False,
        "action": None,
        "suspend": [],
        "refund": None,
        "refund_months": [],
    }
    if one_only is None:
        return local_rule_unknown(
            "duplicate",
            NATION,
            what="2020年以前重复参保",
            guarantee="现行的处理办法自2020年起。",
            by=None,
            values=values,
            rules=rules,
        )
    if len(facts.relations) == 1:
        values.update(
            keep=0, keep_name=_name(facts, 0), action="只有一个参保关系，不需要处理", refund=False
        )
        return _answer(values, (), rules)
    stays = kept(facts.relations, rules)
    refund = _refund(facts, stays, rules)
    values.update(
        keep=stays.index,
        keep_name=None if stays.index is None else _name(facts, stays.index),
        keep_is_own_choice=stays.own_choice,
        action=_action(facts, stays),
        suspend=_others(facts, stays),
        refund=refund.refund,
        refund_months=list(refund.months),
    )
    text = "同一时间只能有一个可享受待遇的参保关系。"
    reasons = (reason("ONE_RELATION", text, one_only, None), *stays.reasons, *refund.reasons)
    return _answer(values, reasons, rules)


def _name(facts: DuplicateFacts, index: int) -> str:
    """The relation as people call it: its place in the list from 1, its pool and its scheme."""
    one = facts.relations[index]
    return f"第 {index + 1} 项：{pooling_area(one.area).name}{SCHEMES[one.insutype]}"


def _others(facts: DuplicateFacts, stays: Kept) -> list[int]:
    if stays.index is None:
        return []
    return [number for number in range(len(facts.relations)) if number != stays.index]


def _refund(facts: DuplicateFacts, stays: Kept, rules: Rules) -> Refund:
    """What may come back: prepaid months of a flexible worker now employed, else the premium."""
    flexible = next((one for one in facts.relations if one.identity == "flexible"), None)
    employed = any(one.insutype == "310" and one.identity != "flexible" for one in facts.relations)
    if flexible is not None and (employed or facts.employed_from or facts.prepaid_to):
        return prepaid_refund(facts, flexible.area, rules)
    given_up = _others(facts, stays)
    number = given_up[0] if given_up else len(facts.relations) - 1
    return premium_refund(facts, facts.relations[number].area, rules)


def _action(facts: DuplicateFacts, stays: Kept) -> str | None:
    if stays.own_choice:
        return "由本人选择保留一个参保关系，暂停其余的"
    given_up = [facts.relations[number] for number in _others(facts, stays)]
    if not given_up:
        # Which one stays is not known yet; with both schemes the resident one can still be named.
        schemes = {one.insutype for one in facts.relations}
        if facts.benefit_started and len(schemes) > 1:
            return "暂停重复的参保关系"
        return None
    verb = "终止" if facts.benefit_started is False and facts.terminated else "暂停"
    names = dict.fromkeys(
        "灵活就业" if one.identity == "flexible" else SCHEMES[one.insutype][:2] for one in given_up
    )
    return f"{verb}{'、'.join(names)}参保关系"


def _answer(values: dict[str, Any], reasons: tuple[Reason, ...], rules: Rules) -> Decision:
    return Decision(
        question="duplicate",
        outcome="keep",
        values=values,
        reasons=reasons,
        parameters=rules.uses,
        notes=rules.notes,
    )
