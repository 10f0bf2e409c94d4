"""Writes notices to people. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from jiexu.core.procedures.outcome import Notify
from jiexu.records.notices.models import Notice
from jiexu.records.rows import insert_rows


def add_notices(
    agency: str, notices: Sequence[tuple[int, str, str, Notify]], now: datetime
) -> None:
    """Insert notices `(person id, case_no, procedure, notice)`."""
    insert_rows(
        agency,
        [
            Notice(
                agency_id=agency,
                person_id=person_id,
                case_no=case_no,
                code=f"{procedure}.{notice.code}",
                args=msgspec.json.encode(notice.args).decode(),
                created_at=now,
            )
            for person_id, case_no, procedure, notice in notices
        ],
    )


def mark_read(agency: str, person_id: int, now: datetime) -> None:
    """The person has seen everything that stands there until now."""
    Notice.objects.of(agency).filter(
        person_id=person_id, read_at__isnull=True, created_at__lte=now
    ).update(read_at=now)
