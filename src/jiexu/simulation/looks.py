"""What a story looks at on a node: what people are told, and what is on record of them."""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.notices import notice_text
from jiexu.records.access.sealing import identity_index
from jiexu.records.notices.models import Notice
from jiexu.records.registry.models import Contribution, Person


class Looks:
    """Reads alone; plain values."""

    def told(self, area: str, certno: str) -> Any:
        """Title and text of every notice to a person, in order."""
        person = Person.objects.of(area).get(certno_index=identity_index(certno))
        rows = Notice.objects.of(area).filter(person=person, code__startswith="transfer.")
        return [
            notice_text(
                "transfer", row.code.removeprefix("transfer."), msgspec.json.decode(row.args)
            )
            for row in rows.order_by("pk")
        ]

    def history_of_months(self, area: str, certno: str) -> Any:
        """Every run of months on record, with its case, and whether it holds still."""
        rows = Contribution.objects.of(area).filter(person__certno_index=identity_index(certno))
        return [
            [row.begn_ym, row.end_ym, row.paid_area, row.case_no, row.superseded_at is None]
            for row in rows.order_by("pk")
        ]
