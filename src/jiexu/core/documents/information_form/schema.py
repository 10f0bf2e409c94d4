"""《参保人员基本医疗保险信息表》 as a paper. Its content travels, so it stands with the messages.

医保办发〔2021〕43号: 基本医疗保险个人账户实际转出资金 is the decisive figure.
"""

from __future__ import annotations

from typing import Any

from jiexu.core.base.codes.codesets import label
from jiexu.core.documents.parts import (
    KINDS_OF_MONTHS,
    Head,
    day_cn,
    money_cn,
    month_cn,
    place_cn,
    short_place,
)
from jiexu.core.exchange.kinds.information_form.schema import Form

TITLE = "参保人员基本医疗保险信息表"
LETTERS = "XX"
Content = Form


def head(content: Form) -> Head:
    return Head(
        number=content.number,
        issued_on=content.issued_on,
        issuer_admdvs=content.trafout_admdvs,
        issuer_name=content.issuer_name,
        psn_name=content.psn_name,
    )


def shown(content: Form) -> dict[str, Any]:
    """The words of the form, from agency to agency: the whole number; months and annex by year."""
    return {
        "case_no": content.case_no,
        "name": content.psn_name,
        "cert_type": label("psn_cert_type", content.psn_cert_type),
        "certno": content.certno,
        "gend": label("gend", content.gend),
        "brdy": day_cn(content.brdy),
        "insutype": label("insutype", content.insutype),
        "source": place_cn(content.trafout_admdvs),
        "target": place_cn(content.trafin_admdvs),
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
        "years": [
            {"year": f"{line.year}年", "months": f"{line.clct_mons}"} for line in content.years
        ],
        "amount": money_cn(content.acct_trafout_amt),
        "reference": content.payment_reference,
        "issuer": content.issuer_name,
        "phone": "12393",
        "day": day_cn(content.issued_on),
    }
