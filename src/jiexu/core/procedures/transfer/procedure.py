"""转移接续 as one procedure."""

from __future__ import annotations

from jiexu.core.procedures.procedure import Parties, Procedure
from jiexu.core.procedures.transfer import states
from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.core.procedures.transfer.table import TRANSFER


def _parties(record: CaseRecord, half: str) -> Parties:
    source, target = record.trafout_admdvs, record.trafin_admdvs
    here, there = (target, source) if half == states.IN else (source, target)
    return Parties(
        agency=here,
        counterpart=there,
        insutype=record.insutype_out,
        source=source,
        target=target,
        paper_of=record.form.case_no if record.form else "",
    )


PROCEDURE = Procedure(
    name="transfer",
    title="转移接续",
    prefix="ZY",
    table=TRANSFER,
    record=CaseRecord,
    parties=_parties,
    overall=states.overall,
    halves=states.HALVES,
    record_title="关系和年限",
    record_labels=states.RECORD_LABELS,
    fund_labels=states.FUND_LABELS,
    state_labels=states.STATE_LABELS,
    tones=states.TONES,
    record_steps=states.RECORD_STEPS,
    fund_steps=states.FUND_STEPS,
    clock_labels={
        "record_out": "转出地出具信息表",
        "record_in": "转入地转入年限",
        "application_answer": "转出地答复申请",
        "enquiry": "答复协查",
        "dispute": "答复异议",
    },
    clock_events={"enquiry": "enquiry_silent"},
)
