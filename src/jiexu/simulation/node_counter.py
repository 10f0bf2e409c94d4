"""Acts at a window and on the telephone: what staff do with a person in front of them."""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput
from jiexu.records.access.sealing import identity_index
from jiexu.records.procedures.queries import case_for_clerk
from jiexu.records.procedures.spoken import progress_of
from jiexu.records.registry.models import Contribution, Person
from jiexu.work import intake, resuming
from jiexu.work.ports import clock


class CounterActs:
    """A part of a node: the window and hotline 12393."""

    def apply_at_counter(
        self, area: str, username: str, certno: str, form: dict[str, str], key: str
    ) -> Any:
        """A clerk applies for the person who stands there; what cannot be read is answered."""
        actor = Actor(role=Role.CLERK, ref=username, agency=area)
        try:
            result = intake.apply_at_counter(actor, area, certno, form, key, clock())
        except BadInput as error:
            said = {"code": error.code, "text": error.message, "remedy": error.remedy}
            return {"ok": False, "case_no": "", "path": error.path, **said}
        return msgspec.to_builtins(result)

    def progress(self, area: str, case_no: str, half: str) -> Any:
        """How far a case is, with the sentence that a hotline reads out."""
        view = case_for_clerk(area, case_no, half, clock().date())
        return msgspec.to_builtins(progress_of(view))

    def resume(self, area: str, username: str, form: dict[str, str]) -> Any:
        """A clerk enrols somebody again who was insured there before."""
        actor = Actor(role=Role.CLERK, ref=username, agency=area)
        return msgspec.to_builtins(resuming.resume_as_asked(actor, area, form, clock()))

    def months(self, area: str, certno: str) -> list[list[str]]:
        """What stands in the record: runs of months (begin, end, where paid), `yyyyMM`."""
        person = Person.objects.of(area).get(certno_index=identity_index(certno))
        rows = Contribution.objects.of(area).filter(person=person, superseded_at__isnull=True)
        found = rows.order_by("begn_ym", "end_ym").values_list("begn_ym", "end_ym", "paid_area")
        return [list(one) for one in found]
