"""What the other side told of a person beside what is on record here."""

from __future__ import annotations

from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.records.access.sealing import vault
from jiexu.records.access.vault import mask_certno
from jiexu.records.procedures.models import Case

SOURCES = {
    "platform_list": "国家平台名单（没有经过本系统核验的电子签章）",
    "platform_keyed": "国家平台（人工录入，没有经过本系统核验的电子签章）",
    "paper": "纸质信息表（人工录入，原件扫描件附后）",
}
"""Where words of a partner without messages were copied from."""


def comparison(row: Case, record: CaseRecord) -> tuple[tuple[str, str, str, bool], ...]:
    """Line by line: what it is, here, there, and whether they are equal."""
    person = row.person
    if person is None:
        return ()
    lines: list[tuple[str, str, str]] = []
    certno = vault().open(person.certno_sealed, context="person.certno")
    if record.form is not None:
        form = record.form
        lines = [
            ("姓名", person.psn_name, form.psn_name),
            ("证件号码", mask_certno(certno), mask_certno(form.certno)),
            ("出生日期", person.brdy.isoformat(), form.brdy.isoformat()),
        ]
        same_identity = certno == form.certno
        told = [
            (name, here, there, same_identity if name == "证件号码" else here == there)
            for name, here, there in lines
        ]
        told.append(("缴费月数", "—", f"{form.clct_mons} 个月", True))
        if record.form_source:
            told.append(("信息表来源", "—", SOURCES[record.form_source], True))
        told.append(("个人账户转出", "—", f"{form.acct_trafout_amt} 元", True))
        return tuple(told)
    if record.psn_name_told:
        lines = [("姓名", person.psn_name, record.psn_name_told)]
    return tuple((name, here, there, here == there) for name, here, there in lines)
