"""强制停保 as one procedure."""

from __future__ import annotations

from jiexu.core.procedures.procedure import Parties, Procedure
from jiexu.core.procedures.stop_cover import states
from jiexu.core.procedures.stop_cover.facts import StopRecord
from jiexu.core.procedures.stop_cover.table import STOP_COVER


def _parties(record: StopRecord, half: str) -> Parties:
    return Parties(
        agency=record.area,
        counterpart="",
        insutype=record.insutype,
        source=record.area,
        target="",
    )


PROCEDURE = Procedure(
    name="stop_cover",
    title="停保",
    prefix="TB",
    table=STOP_COVER,
    record=StopRecord,
    parties=_parties,
    overall=states.overall,
    halves=states.HALVES,
    record_title="停保",
    record_labels=states.RECORD_LABELS,
    fund_labels=states.FUND_LABELS,
    state_labels=states.STATE_LABELS,
    tones=states.TONES,
    record_steps=states.RECORD_STEPS,
    fund_steps=states.FUND_STEPS,
    station=states.station,
    clock_labels=states.CLOCK_LABELS,
    clock_events={states.ANSWER: "term_over"},
    waits_outside={"notified": "原用人单位"},
    waits_for_clerk=states.WAITING_FOR_DECISION,
    money=False,
)
