"""《基本医疗保险关系转移接续办结通知书》: months taken over, money credited, the transfer is over.

医保办发〔2021〕43号 (5 working days at the new place from receipt of the 信息表).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jiexu.core.base.codes.codesets import label
from jiexu.core.documents.parts import (
    KINDS_OF_MONTHS,
    Holder,
    Issuer,
    Part,
    day_cn,
    head_of_parts,
    money_cn,
    month_cn,
    place_cn,
    short_place,
    shown_parts,
)
from jiexu.core.exchange.kinds.information_form.schema import Spell

TITLE = "基本医疗保险关系转移接续办结通知书"
LETTERS = "BJ"


class Content(Part, frozen=True, kw_only=True):
    """`amount` is yuan; `None` where no money moved. `form_number` is the 信息表 it rests on."""

    number: str
    case_no: str
    issued_on: date
    issuer: Issuer
    holder: Holder
    trafout_admdvs: str
    insutype_out: str
    insutype_in: str
    form_number: str
    spells: tuple[Spell, ...]
    clct_mons: int
    done_on: date
    amount: str | None = None


head = head_of_parts


def shown(content: Content) -> dict[str, Any]:
    """The words of the notice; the identity number is masked."""
    return shown_parts(content, masked=True) | {
        "case_no": content.case_no,
        "source": place_cn(content.trafout_admdvs),
        "target": place_cn(content.issuer.admdvs),
        "insutype_out": label("insutype", content.insutype_out),
        "insutype_in": label("insutype", content.insutype_in),
        "form_number": content.form_number,
        "spells": [
            {
                "kind": KINDS_OF_MONTHS.get(spell.kind, spell.kind),
                "begin": month_cn(spell.begn_ym),
                "end": month_cn(spell.end_ym),
                "place": short_place(spell.paid_admdvs),
            }
            for spell in content.spells
        ],
        "months": f"{content.clct_mons} 个月",
        "amount": money_cn(content.amount)
        if content.amount is not None
        else {"small": "没有资金划转", "words": "—"},
        "done": day_cn(content.done_on),
    }
