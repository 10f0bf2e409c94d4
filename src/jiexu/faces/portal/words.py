"""The answer of the policy engine in the words of the check page."""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.base.decision import Decision, Reason, Source

_HEADLINES = {
    "accept": ("done", "可以转移"),
    "not_yet": ("wait", "现在还不能转，先办好下面的事"),
    "refuse": ("stop", "这种情况不能转移"),
    "not_needed": ("go", "不需要转移"),
    "local_rule_unknown": ("wait", "当地规则还没有查到"),
}
_MOVES = {
    "record": "参保关系",
    "years": "缴费年限",
    "balance": "个人账户余额",
}
_ROUTES = {
    "remit": (
        "由转出地经办机构汇给转入地经办机构，到账后记入您在转入地的个人账户。"
        "不经过您的银行卡，不收手续费。"
    ),
    "credit_first": "转入地先记入您的个人账户，两地之后再结算，您不用等汇款。",
    "netting": "两地经办机构之间轧差清算，转入地记入您的个人账户。",
    "stays": "余额留在转出地的个人账户里，不随关系转移。",
    "to_bank": "按当地规定，余额一次性付到您本人的银行账户。",
    "none": "没有个人账户余额需要划转。",
    "unknown": "余额怎么处理还没有查到当地规定，请先拨打 12393 问清再申请。",
}


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """Rules behind the answer, a sentence each, that stand in the same sources."""

    rules: tuple[str, ...]
    sources: tuple[Source, ...]


class _Rule(msgspec.Struct, frozen=True, kw_only=True):
    rule: str
    sources: tuple[Source, ...] = ()


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as the page shows it: what, when, by which way, and what the person must do."""

    outcome: str
    tone: str
    headline: str
    moves: tuple[str, ...]
    route: str
    provisional_route: bool
    amount: str | None
    out_due: str | None
    in_due: str | None
    promised_in_due: str | None
    earliest: str | None
    wait_months: int | None
    retroactive: bool
    provisional: bool
    reasons: tuple[Reason, ...]
    todo: tuple[Reason, ...]
    basis: tuple[Basis, ...]
    notes: tuple[str, ...]
    no_account: Reason | None = None
    pooled: bool = False


def answer(decision: Decision) -> Answer:
    """Put a `transfer` decision into words; an outcome unknown here is shown as not yet decided."""
    values: dict[str, Any] = decision.values
    tone, headline = _HEADLINES.get(decision.outcome, ("wait", "还不能判断"))
    return Answer(
        outcome=decision.outcome,
        tone=tone,
        headline=headline,
        moves=tuple(_MOVES.get(move, move) for move in values.get("moves") or ()),
        route=_ROUTES.get(values.get("money_route") or "", ""),
        provisional_route=bool(values.get("provisional_route")),
        amount=values.get("money_amount"),
        out_due=values.get("out_due"),
        in_due=values.get("in_due"),
        promised_in_due=values.get("promised_in_due"),
        earliest=values.get("earliest"),
        wait_months=values.get("wait_months"),
        retroactive=bool(values.get("retroactive")),
        provisional=decision.provisional,
        reasons=decision.reasons,
        todo=tuple(reason for reason in decision.reasons if reason.repair is not None),
        basis=_basis(values.get("basis") or ()),
        notes=decision.notes,
        no_account=next(
            (one for one in decision.reasons if one.code == "NO_ACCOUNT_AT_DESTINATION"), None
        ),
        pooled=any(one.code == "POOLED_BALANCE_DOES_NOT_EXIST" for one in decision.reasons),
    )


def _basis(found: Any) -> tuple[Basis, ...]:
    """Each rule once, those of the same sources together, in the order of the answer."""
    together: dict[tuple[Source, ...], list[str]] = {}
    for rule in msgspec.convert(msgspec.to_builtins(found), tuple[_Rule, ...]):
        sentences = together.setdefault(rule.sources, [])
        if rule.rule not in sentences:
            sentences.append(rule.rule)
    return tuple(Basis(rules=tuple(rules), sources=sources) for sources, rules in together.items())
