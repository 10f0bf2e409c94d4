"""Writes the log of reads: who looked at what of a person, and why."""

from __future__ import annotations

from datetime import datetime

from jiexu.core.base.actors import Actor
from jiexu.core.base.codes.certno import check_certno
from jiexu.core.base.errors import BadInput
from jiexu.records.access.models import ReadEntry
from jiexu.records.isolation import acting_for, writing

SUBJECT_CHARACTERS = 60
PURPOSE_CHARACTERS = 100


def log_read(actor: Actor, area: str, subject: str, purpose: str, now: datetime) -> None:
    """Keep that `actor` read about `subject` in the rows of `area`, and for what.

    `subject` is a case or person number of the agency, never an identity number. Committed at
    once, so call it before what was asked for is shown. Raises `BadInput` for an empty subject or
    purpose, for one that is too long, and for an identity number.
    """
    subject, purpose = subject.strip(), purpose.strip()
    if not 0 < len(purpose) <= PURPOSE_CHARACTERS:
        raise BadInput(
            "查询个人信息须写明目的。",
            f"请填写查询目的，不超过 {PURPOSE_CHARACTERS} 个字。",
            path="purpose",
        )
    if not 0 < len(subject) <= SUBJECT_CHARACTERS or _is_identity(subject, now):
        raise BadInput(
            "查询日志须写明查询的案件或人员编号，不能写证件号码。",
            "请用业务流水号或个人编号。",
            path="subject",
        )
    with acting_for(area), writing():
        ReadEntry.objects.bulk_create(
            [
                ReadEntry(
                    agency_id=area,
                    at=now,
                    reader=actor.ref,
                    role=actor.role,
                    subject=subject,
                    purpose=purpose,
                )
            ]
        )


def _is_identity(text: str, now: datetime) -> bool:
    try:
        check_certno(text, today=now.date())
    except BadInput:
        return False
    return True
