"""《转移接续终止办理通知书》: a case that ends before its way is gone: withdrawn, or stopped.

It says what becomes of months and money, because whoever holds it asks for that first.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from jiexu.core.base.codes.codesets import label
from jiexu.core.base.decision import Reason
from jiexu.core.documents.parts import (
    Holder,
    Issuer,
    Part,
    day_cn,
    head_of_parts,
    money_cn,
    place_cn,
    shown_parts,
)
from jiexu.core.documents.reasons import shown_reasons

TITLE = "转移接续终止办理通知书"
LETTERS = "ZJ"
_RECORD = {False: "没有转移，仍在转出地", True: "已转入，记录不变"}


class Content(Part, frozen=True, kw_only=True):
    """`outcome` says who ended it: the applicant, or an event in the person's life (`event`).

    `record_moved`: the months are at the new place already. `freed` is what was reserved for the
    payment and is free again, `kept` what came to the new place before and stays there (both yuan
    as text, `None` where there is none). `remedies` is empty where the applicant asked for the end.
    """

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    outcome: Literal["withdrawn", "stopped"]
    insutype_out: str
    insutype_in: str
    trafout_admdvs: str
    trafin_admdvs: str
    applied_on: date
    event: str = ""
    event_on: date | None = None
    record_moved: bool = False
    freed: str | None = None
    kept: str | None = None
    reasons: tuple[Reason, ...] = ()
    remedies: str = ""


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the notice; the identity number is masked."""
    withdrawn = content.outcome == "withdrawn"
    event = f"参保人{content.event}（{day_cn(content.event_on)}）"
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "to": content.holder.psn_name + ("" if withdrawn else "（本人或继承人）"),
        "why": "申请人撤回申请" if withdrawn else event,
        "source": place_cn(content.trafout_admdvs),
        "target": place_cn(content.trafin_admdvs),
        "insutype_out": label("insutype", content.insutype_out),
        "insutype_in": label("insutype", content.insutype_in),
        "applied": day_cn(content.applied_on),
        "record": _RECORD[content.record_moved],
        "money": _money(content.freed, content.kept),
        "next": "需要转移时可以重新申请，不收取任何费用。"
        if withdrawn
        else "留在转出地的个人账户余额，由本人、继承人或其代理人带身份和关系证明，"
        "到转出地经办机构申请处理。",
        "reasons": shown_reasons(content.reasons),
        "remedies": content.remedies,
    }


def _money(freed: str | None, kept: str | None) -> str:
    if kept is not None:
        return f"已转入的 {money_cn(kept)['small']} 不变，其余没有划转，留在转出地的个人账户"
    if freed is None:
        return "没有划转，留在转出地的个人账户"
    amount = money_cn(freed)
    return f"为转移冻结的 {amount['small']}（{amount['words']}）已恢复可用，留在转出地的个人账户"
