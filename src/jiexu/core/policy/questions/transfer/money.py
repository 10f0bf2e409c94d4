"""Where the balance goes. Only the personal account moves; how, its area and province say."""

from __future__ import annotations

from typing import Literal

import msgspec

from jiexu.core.base.decision import Reason, Repair
from jiexu.core.base.money import fen_from_yuan, yuan_from_fen
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.questions.transfer.facts import TransferFacts
from jiexu.core.policy.questions.transfer.places import Places
from jiexu.core.policy.rules import ASK_12393, Rules, reason

Route = Literal["remit", "credit_first", "netting", "stays", "to_bank", "none", "unknown"]
MOVING: frozenset[Route] = frozenset({"remit", "credit_first", "netting"})


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """The route with its grounds. `provisional`: the national route stands in for a local rule."""

    route: Route
    provisional: bool = False
    rests_on: Parameter | None = None
    reason: Reason | None = None


def route_of(facts: TransferFacts, places: Places, rules: Rules) -> Money:
    """The route by kind, plan, regime and province; notes what it had to assume."""
    if facts.from_.insutype == "390" or facts.from_.plan == "pool_only":
        return Money(route="none")
    balance_fen = _balance_fen(facts)
    if balance_fen == 0:
        rules.note("个人账户余额为 0，没有资金需要处理。")
        return Money(route="none")
    if facts.from_.plan is None and balance_fen is None:
        rules.note("未说明 from.plan：按统账结合（有个人账户）回答。")
    if places.cross_province is False:
        regime = rules.get("money_regime_in_province", places.source.code)
        if regime is not None and regime.value == "stays":
            return Money(
                route="stays", rests_on=regime, reason=_left_where_it_is(facts, places, regime)
            )
        if _no_account(facts):
            return _without_account(facts, places, rules)
        return _in_province(facts, places, regime, rules)
    if _no_account(facts):
        return _without_account(facts, places, rules)
    return _cross_province(facts, places, rules)


def amount_of(facts: TransferFacts, money: Money, rules: Rules) -> str | None:
    """Yuan that move to the destination or to the person; `None` when it cannot be said yet."""
    if money.route in {"none", "stays"}:
        return yuan_from_fen(0)
    if money.route == "unknown":
        return None
    balance_fen = _balance_fen(facts)
    if balance_fen is None:
        rules.note("未说明 from.balance：不能回答金额，以《信息表》的个人账户实际转出资金为准。")
        return None
    return yuan_from_fen(balance_fen)


def _balance_fen(facts: TransferFacts) -> int | None:
    balance = facts.from_.balance
    return None if balance is None else fen_from_yuan(balance, path="from.balance")


def _no_account(facts: TransferFacts) -> bool:
    return facts.to.insutype == "390" or facts.to.plan == "pool_only"


def _letter_mode(facts: TransferFacts) -> bool:
    return facts.from_.on_platform is False or facts.to.on_platform is False


def _left_where_it_is(facts: TransferFacts, places: Places, by: Parameter) -> Reason | None:
    """Whoever has a balance hears that it stays usable; the words of the rule stand in its note."""
    if not _balance_fen(facts):
        return None
    rule = by.note or "省内转移不划转个人账户资金"
    text = f"{rule}：余额留在转出地{places.source.name}的个人账户里，不冻结，照常可以使用。"
    return reason("ACCOUNT_STAYS", text, by, None)


def _in_province(
    facts: TransferFacts, places: Places, regime: Parameter | None, rules: Rules
) -> Money:
    if regime is None:
        rules.note(
            "没有查到当地省内转移个人账户资金的规定，暂按国家的逐笔汇划回答；"
            f"以当地规定为准，{ASK_12393}。"
        )
        return Money(route="remit", provisional=True, rests_on=_national(places, rules))
    if regime.value == "credit_first" and _letter_mode(facts):
        online_only = rules.get("credit_first_needs_platform", places.source.code)
        if online_only is not None and online_only.value:
            return Money(route="remit", rests_on=online_only)
    return Money(route=regime.value, rests_on=regime)


def _cross_province(facts: TransferFacts, places: Places, rules: Rules) -> Money:
    cases = rules.get("account_to_bank_cases", places.source.code)
    if cases is not None and "destination_not_connected" in cases.value:
        if facts.to.on_platform is False:
            return Money(route="to_bank", rests_on=cases)
        if facts.to.on_platform is None:
            rules.note("未说明 to.on_platform：按转入地已接入国家平台回答。")
    return Money(route="remit", rests_on=_national(places, rules))


def _without_account(facts: TransferFacts, places: Places, rules: Rules) -> Money:
    """The destination has no account to credit: said before the person applies."""
    resident = facts.to.insutype == "390"
    if resident:
        rule = rules.get("er_balance_route", places.source.code)
        route: Route = rule.value if rule is not None else "unknown"
    else:
        cases = rules.get("account_to_bank_cases", places.source.code)
        takes = cases is not None and "destination_takes_no_account" in cases.value
        rule, route = (cases, "to_bank") if takes else (None, "unknown")
    what = "居民医保没有个人账户" if resident else "转入地是单建统筹，没有个人账户"
    ways = {
        "to_bank": "余额可以申请支取到本人银行账户",
        "stays": "余额留在转出地的个人账户里",
        "unknown": "余额怎样处理国家没有统一规定，当地的规定也没有查到",
    }
    text = f"{what}，余额不能转入；{ways[route]}。"
    content = rules.standing("transferable_content", places.source.code)
    by = rule or content
    assert by is not None
    if rule is None:
        rules.note(f"申请前先问清余额的去向：{ASK_12393}({places.source.name})。")
    return Money(
        route=route,
        rests_on=rule,
        reason=reason(
            "NO_ACCOUNT_AT_DESTINATION",
            text,
            by,
            Repair(
                who="本人", how=f"申请前向{places.source.name}经办机构确认余额的去向，可拨打 12393"
            ),
        ),
    )


def _national(places: Places, rules: Rules) -> Parameter | None:
    return rules.standing("money_regime_cross_province", places.destination.code)
