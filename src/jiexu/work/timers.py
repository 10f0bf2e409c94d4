"""Moves that start by themselves: `auto` moves of cases, and clocks that have run out.

Each runs in a transaction of its own; a case that fails again and again stops and waits for a
person, with the doubt named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from jiexu.core.base.actors import SYSTEM, timer
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.chaining import INCOMING_OPEN
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures import write as procedures
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.statements import Read
from jiexu.work import unit_of_work
from jiexu.work.apart import apart
from jiexu.work.companion.errands import remind
from jiexu.work.partners import NODE, partner_kind
from jiexu.work.results import Result

PER_BATCH = 200
MOST_ATTEMPTS = 8
_LONGEST_PAUSE_SECONDS = 600

_AUTOS = Read(
    Case,
    "auto_event <> '' AND auto_due_at <= {now}",
    order="auto_due_at, id",
    limit=PER_BATCH,
)
_LATE = Read(
    Clock,
    "met_on IS NULL AND stopped_on IS NULL AND paused_on IS NULL"
    " AND due_on < {today} AND late_notified_at IS NULL",
    fields=("id",),
    order="id",
    limit=PER_BATCH,
)
_FORMS = Read(
    Case,
    "state = 'open' AND half = 'out' AND record_leg = 'accepted' AND doubts LIKE {doubt}"
    " AND NOT EXISTS (SELECT 1 FROM procedures_case other"
    " WHERE other.agency = procedures_case.agency AND other.state = 'open'"
    " AND other.half = 'in' AND other.person_id = procedures_case.person_id)",
    order="id",
    limit=PER_BATCH,
)


def run_autos(now: datetime) -> int:
    """Make all automatic moves that are due; returns how many were made."""
    due: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for row in _AUTOS.across_node(now=now):
        due[row.agency_id, row.procedure].append(row)
    made = 0
    for (area, procedure), cases in due.items():
        with apart(f"automatic moves of {area}"):
            made += _run_for(area, procedure, cases, now)
    return made


def _run_for(area: str, procedure: str, cases: Sequence[Case], now: datetime) -> int:
    steps = [
        Step(
            case_no=case.case_no,
            half=case.half,
            event=case.auto_event,
            actor=SYSTEM,
            key=f"auto:{case.half}:{case.case_no}:{case.version}:{case.auto_event}",
            expected_version=case.version,
        )
        for case in cases
    ]
    results = unit_of_work.apply(area, steps, now=now, procedure=procedure)
    for case, result in zip(cases, results, strict=True):
        if not result.ok:
            _not_made(area, case, result, now)
    return sum(result.ok for result in results)


def tell_late_clocks(now: datetime) -> int:
    """Clocks past their due day: the case says so, once per clock. Returns how many."""
    late = [pk for (pk,) in _LATE.across_node(today=now.date())]
    told = 0
    if not late:
        return told
    for clock in (
        Clock.objects.across_node().filter(pk__in=late).select_related("case").order_by("pk")
    ):
        procedure = PROCEDURES[clock.case.procedure]
        step = Step(
            case_no=clock.case.case_no,
            half=clock.case.half,
            event=procedure.clock_events.get(clock.name.partition("-")[0], "clock_late"),
            actor=timer(clock.name),
            key=f"late:{clock.case.half}:{clock.case.case_no}:{clock.name}:{clock.due_on}",
            payload=clock.due_on,
        )

        def mark(results: Mapping[int, Result], clock: Clock = clock) -> None:
            if not results[0].later:
                procedures.mark_clock_told(clock.agency_id, clock.pk, now)
            if results[0].ok and clock.holder == clock.case.counterpart:
                reached = partner_kind(clock.holder)
                if reached != NODE:
                    remind(clock.agency_id, clock.case, clock.name, reached, now)

        with apart(f"late clock of {step.case_no}"):
            told += unit_of_work.apply(
                clock.agency_id, [step], now=now, also=mark, procedure=procedure.name
            )[0].ok
    return told


def release_waiting_forms(now: datetime) -> int:
    """Forms that waited for a transfer into the same place: released when that one is over.

    Returns how many were released.
    """
    released = 0
    for case in _FORMS.across_node(doubt=f"%{INCOMING_OPEN}%"):
        step = Step(
            case_no=case.case_no,
            half="out",
            event="incoming_settled",
            actor=timer("incoming"),
            key=f"incoming:{case.case_no}:{case.version}",
        )
        with apart(f"waiting form of {case.case_no}"):
            released += unit_of_work.apply(case.agency_id, [step], now=now)[0].ok
    return released


def _not_made(area: str, case: Case, result: Result, now: datetime) -> None:
    """Try again later, or stop and let a person look."""
    with acting_for(area), writing():
        fresh = (
            Case.objects.of(area).filter(pk=case.pk).values("version", "auto_event", "doubts").get()
        )
        if fresh["version"] != case.version or fresh["auto_event"] != case.auto_event:
            return  # somebody else has moved the case meanwhile
        attempts = case.auto_attempts + 1
        if result.later and attempts < MOST_ATTEMPTS:
            pause = min(2**attempts, _LONGEST_PAUSE_SECONDS)
            procedures.postpone_auto(area, case.pk, now + timedelta(seconds=pause), attempts)
        else:
            doubts = " ".join(dict.fromkeys([*fresh["doubts"].split(), "AUTO_REFUSED"]))
            procedures.stop_auto(area, case.pk, doubts)
