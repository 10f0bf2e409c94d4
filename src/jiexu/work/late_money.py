"""Finds money in accounts whose relation has ended by a transfer, and sends it after (二次转移)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from jiexu.core.base.actors import SYSTEM
from jiexu.core.ledger.postings import person_account
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.late import LateMoney
from jiexu.records.isolation import acting_for
from jiexu.records.ledger.queries import balances
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency, Relation
from jiexu.work import unit_of_work
from jiexu.work.apart import apart

log = logging.getLogger(__name__)

PER_BATCH = 200


def send_late_money(now: datetime, told: Callable[[int, int], None] | None = None) -> int:
    """Start a second transfer for every balance above zero; how many were started.

    The person's newest completed transfer from this agency leads; a person who is insured here
    again, or is just moving, keeps the money. Asked for twice a day, it is started once.
    """
    areas = list(Agency.objects.filter(hosted=True).values_list("area", flat=True))
    made = 0
    for place, area in enumerate(areas, start=1):
        with apart(f"late money of {area}"):
            made += _for_agency(area, now)
        if told:
            told(place, len(areas))
    return made


def _for_agency(area: str, now: datetime) -> int:
    with acting_for(area):
        newest: dict[int, Case] = {}
        rows = Case.objects.of(area).filter(half="out", state__in=["completed", "open"])
        for case in rows.select_related("person").order_by("pk"):
            if case.person_id is not None:
                newest[case.person_id] = case
        gone = [
            case
            for case in newest.values()
            if case.state == "completed" and case.fund_leg in {"paid", "owed", "none"}
        ]
        back = set(
            Relation.objects.of(area)
            .filter(
                person_id__in=[case.person_id for case in gone],
                superseded_at__isnull=True,
                status="normal",
                valid_to__isnull=True,
            )
            .values_list("person_id", flat=True)
        )
        held = balances(area, [person_account(case.person.psn_no) for case in gone])
    steps = [
        Step(
            case_no=case.case_no,
            half="out",
            event="late_money",
            actor=SYSTEM,
            key=f"late-money:{case.case_no}:{case.version}",
            payload=LateMoney(why="interest"),
            expected_version=case.version,
        )
        for case in gone
        if case.person_id not in back
        and (found := held.get(person_account(case.person.psn_no))) is not None
        and found.available_fen > 0
    ]
    made = 0
    for start in range(0, len(steps), PER_BATCH):
        results = unit_of_work.apply(area, steps[start : start + PER_BATCH], now=now)
        made += sum(result.ok and not result.repeated for result in results)
        for result in results:
            if not result.ok:
                log.info("%s: late money of %s waits: %s", area, result.case_no, result.text)
    return made
