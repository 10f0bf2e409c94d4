"""What the person and the employer said in a suspension: what a clerk decides by."""

from __future__ import annotations

from jiexu.core.procedures.stop_cover.facts import EMPLOYER_STATES, EVIDENCE, StopRecord
from jiexu.records.access.sealing import open_struct
from jiexu.records.procedures.models import Case


def told(area: str, case_no: str) -> tuple[tuple[str, str], ...]:
    """(label, what was said), in the order a clerk reads; empty for a case that is not there."""
    row = Case.objects.of(area).filter(case_no=case_no, procedure="stop_cover").first()
    if row is None:
        return ()
    record = open_struct(row.facts_sealed, StopRecord, context="case.facts")
    uscc = f"（{record.emp_uscc}）" if record.emp_uscc else ""
    pairs = (
        ("原单位", f"{record.emp_name}{uscc}"),
        ("离职日期", record.left_on.isoformat()),
        ("材料", EVIDENCE.get(record.evidence, record.evidence)),
        ("材料内容", record.evidence_text),
        ("附件编号", record.attachment),
        ("本人说原单位", EMPLOYER_STATES.get(record.employer_state, record.employer_state)),
        ("单位的答复", record.answer),
        ("停保日", record.stop_on.isoformat() if record.stop_on else ""),
        ("单位欠费起始", record.arrears),
    )
    return tuple((label, text) for label, text in pairs if text)
