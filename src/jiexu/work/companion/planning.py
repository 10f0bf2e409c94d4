"""A row of a partner's list becomes the very step that a message would have made."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final

import msgspec

from jiexu.core.base.actors import Via
from jiexu.core.base.actors import agency as agency_actor
from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.errors import BadInput
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.procedures.outcome import Step
from jiexu.work.companion import list_cells
from jiexu.work.importing.cells import cert_type as cert_type_of
from jiexu.work.importing.cells import certificate_of
from jiexu.work.importing.rows import Row

_ALL_DIGITS: Final = re.compile(r"[0-9]+[0-9Xx]", re.ASCII)


class Copying(msgspec.Struct, frozen=True, kw_only=True):
    """Who copies for which agency, from what, and when."""

    area: str
    recorded_by: str
    source: str
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What a row asks for: a step, or nothing (`text` says why nothing is to be done)."""

    step: Step | None = None
    text: str = ""


Planner = Callable[[Copying, Row, str], Planned | None]
"""(who copies, the row, its evidence) → what it asks for; `None` when the row was refused."""


def make_step(
    copying: Copying,
    evidence: str,
    *,
    case_no: str,
    half: str,
    event: str,
    counterpart: str,
    payload: msgspec.Struct,
    partner_no: str,
    subject: bytes = b"",
) -> Planned:
    """The step; its key follows from its content, so that no list is applied twice."""
    return Planned(
        step=Step(
            case_no=case_no,
            half=half,
            event=event,
            actor=agency_actor(counterpart),
            key=f"list:{half}:{digest_hex([case_no, event, payload])}",
            payload=payload,
            subject=subject,
            via=Via(
                recorded_by=copying.recorded_by,
                source=copying.source,
                evidence=evidence,
                reference=partner_no,
            ),
        )
    )


def read_identity(copying: Copying, row: Row) -> tuple[str | None, str]:
    """The identity number and the code of its paper; without a paper's name, digits decide."""
    said = without_blanks(half_width(row.text("certno")))
    cert_type = "01" if _ALL_DIGITS.fullmatch(said) else "99"
    if row.text("psn_cert_type"):
        cert_type = row.read("psn_cert_type", cert_type_of) or cert_type
    return row.read("certno", certificate_of(cert_type, copying.today)), cert_type


def past_day(today: date) -> Callable[[str], date]:
    """Reader of a day that has been. `BadInput` BAD_DATE, FUTURE_DATE."""

    def read(text: str) -> date:
        found = list_cells.day(text)
        if found > today:
            raise BadInput(
                f"日期 {found.isoformat()} 在今天以后。", "请核对日期。", code="FUTURE_DATE"
            )
        return found

    return read
