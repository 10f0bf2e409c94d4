"""mutual-aid: may this relative's cost be paid from the personal account (家庭共济)?

Sharing is of money only: never of benefit, ratio or card. The transfer between wallets is the
question `wallet`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from jiexu.core.base.areas import pooling_area
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.base.money import fen_from_yuan
from jiexu.core.policy.answers import basis, local_rule_unknown
from jiexu.core.policy.fact_types import AreaCode, YuanText, usual_day
from jiexu.core.policy.relatives import Relation, relative_reason
from jiexu.core.policy.rules import Rules, reason

Purpose = Literal[
    "clinic",
    "pharmacy",
    "inpatient",
    "resident_premium",
    "illness_premium",
    "care_premium",
    "fitness",
    "public_health",
]

_PURPOSES = {
    "clinic": "定点医疗机构门诊费用",
    "pharmacy": "定点零售药店购药",
    "inpatient": "定点医疗机构住院费用",
    "resident_premium": "居民医保个人缴费",
    "illness_premium": "大病保险或补充保险缴费",
    "care_premium": "长期护理保险缴费",
    "fitness": "体育健身、养生保健",
    "public_health": "公共卫生费用",
}

LABELS = {
    "allow": "可以共济",
    "refuse": "不能共济",
    "local_rule_unknown": "没有查到规定",
    "filing_required": "须先办异地就医备案",
    "purposes_allowed": "可以用于",
    **_PURPOSES,
}


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `mutual-aid`."""

    area: AreaCode
    on: date
    relation: Relation
    relative_insured: Annotated[bool | None, Meta(description="对方是否已参加基本医保")] = None
    purpose: Annotated[Purpose | None, Meta(description="用途")] = None
    carry_over_balance: Annotated[
        bool | YuanText | None, Meta(description="有无历年结余，或历年结余金额（元）")
    ] = None


def decide(facts: Facts) -> Decision:
    """Outcome allow | refuse. Raises `BadInput` for an unknown area or an impossible amount."""
    area = pooling_area(facts.area, path="area").code
    rules = Rules(usual_day(facts.on, path="on"))
    if isinstance(facts.carry_over_balance, str):
        fen_from_yuan(facts.carry_over_balance, path="carry_over_balance")
    near = rules.get("near_relatives", area)
    allowed = rules.get("account_uses_allowed", area)
    barred = rules.get("account_uses_barred", area)
    filing = rules.get("mutual_aid_filing_required", area)
    values: dict[str, Any] = {
        "filing_required": filing.value if filing else None,
        "purposes_allowed": allowed.value if allowed else None,
    }
    if near is None or allowed is None or barred is None:
        return _unknown(area, values, "2021年前没有查到个人账户共济的国家规定。", rules)
    found: list[Reason] = []
    relative = relative_reason(facts.relation, area, rules)
    found.extend([relative] if relative else [])
    insured = rules.get("mutual_aid_relative_insured", area)
    # Paying a relative's premium is how that relative becomes insured.
    if insured is not None and facts.purpose != "resident_premium":
        if facts.relative_insured is None:
            rules.note("未说明 relative_insured（对方是否参加基本医保）：没有参保的不能共济。")
        elif not facts.relative_insured:
            found.append(
                reason(
                    "RELATIVE_NOT_INSURED",
                    "对方没有参加基本医保，不能共济。",
                    insured,
                    Repair(who="对方", how="先参加职工医保或居民医保，参保后即可共济"),
                )
            )
    if facts.purpose in barred.value:
        found.append(
            reason(
                "PURPOSE_NOT_ALLOWED",
                f"个人账户不能用于{_PURPOSES[str(facts.purpose)]}，自己和家人都一样。",
                barred,
                Repair(who="本人", how="只用于定点医疗机构、定点零售药店的个人负担费用"),
            )
        )
    elif facts.purpose is None:
        rules.note("未说明 purpose（用途）：公共卫生、体育健身、养生保健不能用个人账户支付。")
    elif facts.purpose not in allowed.value and not found:
        guarantee = f"国家规定没有提到个人账户用于{_PURPOSES[facts.purpose]}。"
        return _unknown(area, values, guarantee, rules, by=allowed)
    rules.note(
        "共济只共用资金，不改变对方的待遇和支付比例，医保卡不能借用；不需要为此办理异地就医备案。"
    )
    return Decision(
        question="mutual-aid",
        outcome="refuse" if found else "allow",
        values={
            **values,
            "basis": basis(
                [("filing_required", filing), ("purposes_allowed", allowed), ("allow", near)]
            ),
        },
        reasons=tuple(found),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _unknown(
    area: str, values: dict[str, Any], guarantee: str, rules: Rules, by: Any = None
) -> Decision:
    return local_rule_unknown(
        "mutual-aid",
        area,
        what="个人账户共济的这种用途" if by else "个人账户共济",
        guarantee=guarantee,
        by=by,
        values=values,
        rules=rules,
    )
