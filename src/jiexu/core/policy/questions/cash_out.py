"""cash-out: may the balance of the personal account be paid out (个人账户一次性支取)?

Only on a case from the list of the area; there is no free withdrawal. On death the balance is
inherited, wherever the account is.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from jiexu.core.base.areas import Area, pooling_area
from jiexu.core.base.decision import Decision, Reason, Repair
from jiexu.core.base.money import fen_from_yuan, yuan_from_fen
from jiexu.core.policy.answers import basis, local_rule_unknown
from jiexu.core.policy.fact_types import AreaCode, YuanText, usual_day
from jiexu.core.policy.parameters import Parameter
from jiexu.core.policy.rules import ASK_12393, Rules, reason

Case = Literal[
    "death",
    "gave_up",
    "pension_refund",
    "settled_abroad",
    "joined_army",
    "destination_not_connected",
    "retired_resettled",
    "other",
]

CASES = {
    "death": "参保人死亡",
    "gave_up": "主动放弃基本医保关系",
    "pension_refund": "一次性领取养老金待遇（清退）",
    "settled_abroad": "出境（含港澳台）定居",
    "joined_army": "应征入伍",
    "destination_not_connected": "转入地未接入国家平台，无法划转",
    "retired_resettled": "退休后跨省异地安置（已备案）",
    "moved_to_resident_cover": "转到外地居民医保",
    "destination_takes_no_account": "转入地不接收个人账户",
    "other": "其他原因",
}

LABELS = {
    "allow": "可以一次性支取",
    "refuse": "不能支取",
    "local_rule_unknown": "没有查到规定",
    "limit_workdays": "办理时限（工作日）",
    "payee": "收款人",
    "materials": "材料",
    "amount": "金额（元）",
    "cases_allowed": "当地允许的情形",
    **CASES,
}


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `cash-out`."""

    area: AreaCode
    on: date
    reason: Annotated[Case, Meta(description="支取的原因")]
    balance: YuanText | None = None
    heirs: Annotated[
        bool | Annotated[int, Meta(ge=0)] | tuple[str, ...] | None,
        Meta(description="死亡时有无继承人，或人数、名单"),
    ] = None


def decide(facts: Facts) -> Decision:
    """Outcome allow | refuse. Units: working days, yuan. Raises `BadInput` for area or balance."""
    area = pooling_area(facts.area, path="area")
    rules = Rules(usual_day(facts.on, path="on"))
    amount = None
    if facts.balance is not None:
        amount = yuan_from_fen(fen_from_yuan(facts.balance, path="balance"))
    cases = rules.get("account_to_bank_cases", area.code)
    inherits = rules.get("account_inheritable", area.code) if facts.reason == "death" else None
    _resident_premium(facts, area, rules)
    refusal: Reason | None = None
    if cases is not None and facts.reason in cases.value:
        return _allowed(facts, area, cases, amount, rules)
    if inherits is not None:
        return _allowed(facts, area, inherits, amount, rules)
    values = _values(None, None, [], amount, cases)
    no_cash = rules.get("account_cash_allowed", area.code)
    if cases is not None:
        listed = "、".join(CASES[one] for one in cases.value)
        refusal = reason(
            "REASON_NOT_LISTED",
            f"{area.name}允许一次性支取的情形是：{listed}；不包括“{CASES[facts.reason]}”。",
            cases,
            _instead(),
        )
    elif facts.reason == "other" and no_cash is not None:
        refusal = reason(
            "NO_FREE_WITHDRAWAL",
            "个人账户用于看病买药，没有规定的情形不能提取现金，到窗口办理也一样。",
            no_cash,
            _instead(),
        )
    if refusal is None:
        return local_rule_unknown(
            "cash-out",
            area.code,
            what=f"“{CASES[facts.reason]}”时一次性支取个人账户余额",
            guarantee="国家规定的是：余额随医保关系转移；死亡的可以继承；不能随意提取现金。",
            by=no_cash,
            values=values,
            rules=rules,
        )
    return Decision(
        question="cash-out",
        outcome="refuse",
        values={**values, "basis": basis([("cases_allowed", cases)])},
        reasons=(refusal,),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _resident_premium(facts: Facts, area: Area, rules: Rules) -> None:
    if facts.reason != "death":
        return
    refund = rules.get("resident_premium_refund_on_death", area.code)
    if refund is not None and refund.value:
        rules.note(
            f"{area.name}另有规定：已缴次年居民医保费、在次年待遇享受期开始前死亡的，"
            "所缴费用退给法定继承人或指定受益人。"
        )


def _allowed(facts: Facts, area: Area, by: Parameter, amount: str | None, rules: Rules) -> Decision:
    limit = rules.get("account_pay_out_workdays", area.code)
    if limit is None:
        rules.note(f"没有查到{area.name}支取的办理时限，{ASK_12393}。")
    rows = rules.get("account_pay_out_materials", area.code)
    materials = [
        one["material"]
        for one in (rows.value if rows else [])
        if one["case"] in {"all", facts.reason}
    ]
    if rows is not None and rows.practice:
        rules.note("材料是通行做法，以当地办事指南为准。")
    if facts.balance is None:
        rules.note("未说明 balance（余额）：支取的金额以经办机构核定的余额为准。")
    if facts.reason == "death":
        if facts.heirs is None:
            rules.note("未说明 heirs（继承人）：由法定继承人申请，有几人的共同申请或书面委托一人。")
        elif not facts.heirs:
            rules.note(f"没有继承人的，余额的去向没有查到规定，{ASK_12393}。")
    payee: str | None = "本人"
    if facts.reason == "death":
        payee = "法定继承人" if facts.heirs is None or facts.heirs else None
    allowed = reason(
        "REASON_LISTED",
        f"{CASES[facts.reason]}，可以一次性支取个人账户余额。",
        by,
        Repair(who=payee or "经办机构", how=f"向{area.name}经办机构申请，带齐材料"),
    )
    values = _values(limit.value if limit else None, payee, materials, amount, None)
    return Decision(
        question="cash-out",
        outcome="allow",
        values={**values, "basis": basis([("limit_workdays", limit), ("payee", by)])},
        reasons=(allowed,),
        parameters=rules.uses,
        notes=rules.notes,
    )


def _values(
    limit: int | None,
    payee: str | None,
    materials: list[str],
    amount: str | None,
    cases: Parameter | None,
) -> dict[str, Any]:
    return {
        "limit_workdays": limit,
        "payee": payee,
        "materials": materials,
        "amount": amount,
        "cases_allowed": cases.value if cases else None,
    }


def _instead() -> Repair:
    return Repair(
        who="本人",
        how="换地方参保的，申请转移接续，余额随关系划转；否则留在账户里继续用于本人和近亲属看病买药，"
        + ASK_12393,
    )
