"""Which case of ours does a row of a list speak of? Certain, or refused in words.

The partner's own number decides, then our number where the partner repeats it. Where the row names
the other place, the person's one open case of that place and scheme that has no number yet is meant
too: that is how a number is first learnt. Whoever the row names must be the person of the case,
and the place its other side.
"""

from __future__ import annotations

from jiexu.core.procedures.case_number import find_case_no
from jiexu.records.access.sealing import identity_index
from jiexu.records.procedures.models import Case
from jiexu.work.importing.rows import Row
from jiexu.work.partners import NODE, partner_kind


def find_case(
    area: str,
    half: str,
    row: Row,
    *,
    partner_no: str,
    certno: str,
    counterpart: str = "",
    insutype: str = "",
) -> Case | None:
    """The case a row is about; `None` when it is refused, and the row says why.

    `counterpart` and `insutype` (the scheme that is left) are empty where the row does not tell.
    """
    rows = Case.objects.of(area).filter(half=half).select_related("person")
    ours = find_case_no(row.text("case_no"))
    found = list(rows.filter(partner_reference=partner_no)[:2])
    if not found and ours:
        found = list(rows.filter(case_no=ours)[:2])
    if not found and counterpart:
        found = list(
            rows.filter(
                state="open",
                person__certno_index=identity_index(certno),
                counterpart=counterpart,
                insutype=insutype,
                partner_reference="",
            )[:2]
        )
    if len(found) != 1:
        row.refuse(
            "partner_no",
            "UNKNOWN_CASE" if not found else "AMBIGUOUS_CASE",
            "本机构没有这笔业务。" if not found else "这个人有几笔业务都对得上，分不清是哪一笔。",
            "请核对业务流水号；还没有登记平台流水号的，先在“外部办理清单”登记，或先导入业务名单。"
            if not found
            else "请在“外部办理清单”先登记各笔的平台流水号，再导入。",
        )
        return None
    case = found[0]
    person = case.person
    if person is None or bytes(person.certno_index) != identity_index(certno):
        row.refuse(
            "certno",
            "OTHER_PERSON",
            f"证件号码与业务 {case.case_no} 的参保人不一致。",
            "请核对证件号码和业务流水号是否串行。",
        )
        return None
    if counterpart not in {"", case.counterpart}:
        row.refuse(
            "partner_no",
            "OTHER_PLACE",
            f"业务 {case.case_no} 的对方机构不是名单上写的统筹区。",
            "请核对业务流水号、转出地和转入地是否串行。",
        )
        return None
    return case if reached_outside(row, "partner_no", case.counterpart) else None


def reached_outside(row: Row, field: str, counterpart: str) -> bool:
    """Whether the partner sends no messages; one that does speaks for itself alone."""
    if partner_kind(counterpart) != NODE:
        return True
    row.refuse(
        field,
        "PARTNER_SPEAKS",
        "对方是联网机构，它的业务以签名报文为准，不能从名单采用。",
        "请等待对方的报文；对方改用国家平台的，请系统管理员先变更对接方式。",
    )
    return False
