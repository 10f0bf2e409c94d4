"""wallet: may this transfer between two 医保钱包 be made, and when does it come back if not taken?

All that stands in the way is told at once. Which areas take part changes by date: an area of
which nothing is known is answered with a note, never as a rule.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from jiexu.core.base.areas import Area, pooling_area
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import fen_from_yuan, yuan_from_fen
from jiexu.core.policy.answers import basis, local_rule_unknown
from jiexu.core.policy.fact_types import AreaCode, LocalTime, YuanText, local_time
from jiexu.core.policy.relatives import Relation, relative_reason
from jiexu.core.policy.rules import ASK_12393, Rules, reason

LABELS = {
    "allow": "可以转账",
    "refuse": "不能转账",
    "local_rule_unknown": "没有查到规定",
    "returned_at": "对方未领取时退回",
    "amount_limit": "每笔上限（元）",
    "daily_limit": "每日笔数上限",
}


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `wallet`."""

    from_area: AreaCode
    to_area: AreaCode
    relation: Relation
    amount: YuanText
    sent_at: LocalTime
    sent_today: Annotated[int, Meta(ge=0, description="当日此前已转出的笔数")] | None = None


def decide(facts: Facts) -> Decision:
    """Outcome allow | refuse. Amounts in yuan. Raises `BadInput` for area, amount or time."""
    sender = pooling_area(facts.from_area, path="from_area")
    receiver = pooling_area(facts.to_area, path="to_area")
    sent_at = local_time(facts.sent_at, path="sent_at")
    amount_fen = fen_from_yuan(facts.amount, path="amount")
    if amount_fen == 0:
        raise BadInput("转账金额不能是 0。", "请填写要转的金额。", path="amount", code="BAD_FACT")
    rules = Rules(sent_at.date())
    area = sender.code
    each = rules.get("wallet_amount_each", area)
    daily = rules.get("wallet_transfers_per_day", area)
    closes = rules.get("wallet_closes_hour", area)
    opens = rules.get("wallet_opens_hour", area)
    back = rules.get("wallet_return_hour", area)
    if each is None or daily is None or closes is None or opens is None or back is None:
        return local_rule_unknown(
            "wallet",
            area,
            what="医保钱包转账",
            guarantee="医保钱包的规则自2025年9月起有公开介绍，此前的没有查到。",
            by=None,
            values={"returned_at": None, "amount_limit": None, "daily_limit": None},
            rules=rules,
        )
    found: list[Reason] = []
    near = relative_reason(facts.relation, area, rules)
    found.extend([near] if near else [])
    if facts.sent_today is None:
        rules.note(f"未说明 sent_today（当日已转笔数）：每日限 {daily.value} 笔，已满的不能再转。")
    elif facts.sent_today >= daily.value:
        found.append(
            reason(
                "DAILY_COUNT",
                f"当日已转 {facts.sent_today} 笔，每日限 {daily.value} 笔。",
                daily,
                Repair(who="本人", how="次日再转", from_=_text(sent_at.date(), 1, opens.value)),
            )
        )
    limit_fen = fen_from_yuan(each.value)
    if amount_fen > limit_fen:
        rules.heard("wallet_amount_each", area)
        found.append(
            reason(
                "PER_TRANSFER_LIMIT",
                f"每笔不超过 {yuan_from_fen(limit_fen)} 元，"
                f"这笔是 {yuan_from_fen(amount_fen)} 元。",
                each,
                Repair(who="本人", how=f"分成几笔，每笔不超过 {yuan_from_fen(limit_fen)} 元"),
            )
        )
    if sent_at.hour >= closes.value or sent_at.hour < opens.value:
        days = 1 if sent_at.hour >= closes.value else 0
        found.append(
            reason(
                "CLOSED_HOURS",
                f"每日 {closes.value}:00 至次日 {opens.value:02d}:00 不能转账。",
                closes,
                Repair(
                    who="本人",
                    how=f"{opens.value:02d}:00 以后再转",
                    from_=_text(sent_at.date(), days, opens.value),
                ),
            )
        )
    found.extend(_not_online(sender, receiver, rules))
    returned_at = None if found else _text(sent_at.date(), 1, back.value)
    return Decision(
        question="wallet",
        outcome="refuse" if found else "allow",
        values={
            "returned_at": returned_at,
            "amount_limit": yuan_from_fen(limit_fen),
            "daily_limit": daily.value,
            "basis": basis([("returned_at", back), ("amount_limit", each), ("daily_limit", daily)]),
        },
        reasons=tuple(found),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _not_online(sender: Area, receiver: Area, rules: Rules) -> list[Reason]:
    found, unsure = [], []
    for one in {sender.code: sender, receiver.code: receiver}.values():
        online = rules.get("wallet_online", one.code)
        if online is None or online.practice:
            unsure.append(one.name)
        if online is not None and not online.value:
            how = "等当地开通后再转；同一统筹区内可办理个人账户家庭共济，" + ASK_12393
            found.append(
                reason(
                    "AREA_NOT_ONLINE",
                    f"{one.name}还没有开通医保钱包转账。",
                    online,
                    Repair(who="本人", how=how),
                )
            )
    if unsure:
        rules.note(f"没有查到{'、'.join(unsure)}是否已开通医保钱包的公开名单，{ASK_12393}。")
    return found


def _text(day: date, later_days: int, hour: int) -> str:
    return f"{(day + timedelta(days=later_days)).isoformat()}T{hour:02d}:00:00"
