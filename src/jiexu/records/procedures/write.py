"""Writes cases, clocks and the memory of commands. Imported by `work` alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from jiexu.core.base.errors import Conflict
from jiexu.core.procedures.outcome import MoveClock, StartClock, StopClocks
from jiexu.records.procedures.models import Case, Clock, Command
from jiexu.records.rows import advance_rows, insert_row, insert_rows
from jiexu.records.statements import Change

ADVANCING = [
    "state",
    "record_leg",
    "fund_leg",
    "version",
    "amount_fen",
    "facts_sealed",
    "facts_digest",
    "doubts",
    "accepted_on",
    "promised_on",
    "promised_provisional",
    "completed_at",
    "auto_event",
    "auto_due_at",
    "auto_attempts",
    "partner_reference",
    "chain_head",
]

_FEW = 3
"""Up to so many rows single statements are quicker than a bulk insert that gives keys back."""

_MET = Change(
    Clock,
    "met_on = {day}",
    "case_id {case_ids:many} AND name = {name} AND met_on IS NULL",
)


def open_cases(cases: Sequence[Case]) -> None:
    """Insert new halves; their primary keys are set on the rows."""
    if len(cases) > _FEW:
        Case.objects.bulk_create(list(cases))
        return
    for case in cases:
        insert_row(case.agency_id, case)


def advance_cases(agency: str, cases: Sequence[Case]) -> None:
    """Write the new states of locked cases.

    Each row must still have the version before: `Conflict` if another writer came between, which
    the locks prevent on PostgreSQL and the single writer on SQLite.
    """
    if advance_rows(agency, cases, ADVANCING) != len(cases):
        raise Conflict("案件刚刚被别人办理过。", "请刷新后重试。", code="STALE")


def start_clocks(agency: str, clocks: Sequence[tuple[Case, StartClock]]) -> None:
    """Begin clocks; the same clock of a case begins once."""
    insert_rows(
        agency,
        [
            Clock(
                agency_id=agency,
                case=case,
                leg=clock.leg,
                name=clock.name,
                holder=clock.holder,
                started_on=clock.started_on,
                limit_workdays=clock.limit_workdays,
                due_on=clock.due_on,
                provisional=clock.provisional,
                paused_workdays=0,
            )
            for case, clock in clocks
        ],
    )


def meet_clocks(agency: str, met: Sequence[tuple[Case, str, date]]) -> None:
    """Mark clocks as met, grouped by name and day."""
    groups: dict[tuple[str, date], list[int]] = {}
    for case, name, day in met:
        groups.setdefault((name, day), []).append(case.pk)
    for (name, day), case_ids in groups.items():
        _MET.of(agency, case_ids=case_ids, name=name, day=day)


def stop_clocks(agency: str, stopped: Sequence[tuple[Case, StopClocks]]) -> None:
    """End running clocks unmet: all of a case, or those named."""
    for case, stop in stopped:
        rows = Clock.objects.of(agency).filter(
            case_id=case.pk, met_on__isnull=True, stopped_on__isnull=True
        )
        if stop.names:
            rows = rows.filter(name__in=stop.names)
        rows.update(stopped_on=stop.on, paused_on=None)


def move_clocks(agency: str, moved: Sequence[tuple[Case, MoveClock]]) -> None:
    """Give running clocks another day, or let them stand still; a late one is told anew."""
    for case, move in moved:
        Clock.objects.of(agency).filter(
            case_id=case.pk, name=move.name, met_on__isnull=True, stopped_on__isnull=True
        ).update(
            due_on=move.due_on,
            provisional=move.provisional,
            paused_on=move.paused_on,
            paused_workdays=move.paused_workdays,
        )


def mark_clock_told(agency: str, clock_id: int, at: datetime) -> None:
    """Remember that everybody has been told of a late clock."""
    Clock.objects.of(agency).filter(pk=clock_id).update(late_notified_at=at)


def remember_commands(agency: str, rows: Sequence[tuple[str, str, str]], at: datetime) -> None:
    """Keep `(key, digest, result)` of commands that were carried out."""
    insert_rows(
        agency,
        [
            Command(agency_id=agency, key=key, digest=digest, result=result, recorded_at=at)
            for key, digest, result in rows
        ],
    )


def postpone_auto(agency: str, case_id: int, due_at: datetime, attempts: int) -> None:
    """Try an automatic move again later."""
    Case.objects.of(agency).filter(pk=case_id).update(auto_due_at=due_at, auto_attempts=attempts)


def stop_auto(agency: str, case_id: int, doubts: str) -> None:
    """Stop trying by machine: a person must look, and sees why."""
    Case.objects.of(agency).filter(pk=case_id).update(
        auto_event="", auto_due_at=None, doubts=doubts
    )
