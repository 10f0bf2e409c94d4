"""Lists of employers: sent in once, worked off line by line outside any request.

A list is a row with a lease; each line keeps its own answer. A worker may die anywhere: the next
one goes on with the lines that wait, and a line worked twice comes to the same case.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, NotAllowed
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.models import Grant
from jiexu.records.access.sealing import open_struct
from jiexu.records.employers import write
from jiexu.records.employers.models import Employer, Roster, RosterRow
from jiexu.records.employers.views import Answered, Said
from jiexu.records.isolation import acting_for, writing
from jiexu.work.apart import apart
from jiexu.work.roster_enrol import answer_enrol
from jiexu.work.roster_lines import Line
from jiexu.work.roster_stop import answer_stop
from jiexu.work.roster_transfer import answer_transfer

log = logging.getLogger(__name__)

MOST_LINES = 5000
PER_TURN = 50
LEASE = timedelta(seconds=120)
MOST_ATTEMPTS = 8
_LONGEST_PAUSE_SECONDS = 600
_ANSWERS = {"transfer": answer_transfer, "stop": answer_stop, "enrol": answer_enrol}
KINDS = frozenset(_ANSWERS)


def send_roster(
    actor: Actor, uscc: str, kind: str, lines: Sequence[Said], key: str, now: datetime
) -> str:
    """Keep a list to be worked off; returns its key. The same request a second time is the first.

    Raises `NotAllowed` unless the actor acts for the employer there, `BadInput` EMPTY_ROSTER,
    TOO_MANY_LINES or KEY_REUSED.
    """
    area = actor.agency or ""
    _must_act_for(actor, uscc)
    if kind not in KINDS:
        raise BadInput("没有这一种名单。", "请从单位页面选择要办的事。", code="BAD_ROSTER")
    if not lines:
        raise BadInput(
            "名单里一个人也没有。", "请至少选择或填写一个人。", path="file", code="EMPTY_ROSTER"
        )
    if len(lines) > MOST_LINES:
        raise BadInput(
            f"名单有 {len(lines)} 行，一次最多 {MOST_LINES} 行。",
            "请分成几份上传。",
            path="file",
            code="TOO_MANY_LINES",
        )
    name = sm3_hex(f"{uscc}:{key}".encode())[:32]
    with acting_for(area), writing(), transaction.atomic():
        before = Roster.objects.of(area).filter(key=name).first()
        if before is None:
            write.open_roster(area, uscc, kind, name, actor.ref, lines, now)
        elif (before.kind, before.total) != (kind, len(lines)):
            raise BadInput(
                "同一张表单已经提交过另一份名单。", "请刷新页面后重新提交。", code="KEY_REUSED"
            )
    return name


def run_due(now: datetime) -> int:
    """Work on every list that waits, a part at a time; returns how many lines got an answer."""
    answered = 0
    for area, pk in _due(now):
        with apart(f"list {pk} of an employer at {area}"):
            answered += _work(area, pk, now)
    return answered


def _due(now: datetime) -> list[tuple[str, int]]:
    rows = Roster.objects.across_node().filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now),
        finished_at__isnull=True,
        due_at__lte=now,
    )
    return list(rows.order_by("due_at", "pk").values_list("agency_id", "pk"))


def _work(area: str, pk: int, now: datetime) -> int:
    roster = _claim(area, pk, now)
    if roster is None:
        return 0
    with acting_for(area):
        employer = Employer.objects.of(area).get(uscc=roster.uscc)
        rows = list(
            RosterRow.objects.of(area)
            .filter(roster=roster, state="waiting")
            .order_by("number")[:PER_TURN]
        )
    actor = Actor(role=Role.EMPLOYER, ref=roster.sent_by, agency=area)
    earlier = _earlier(area, roster, rows[0].number) if rows else set()
    answered = 0
    for row in rows:
        said = open_struct(row.said_sealed, Said, context="roster.said")
        line = Line(
            area=area,
            uscc=roster.uscc,
            emp_name=employer.name,
            row_id=row.pk,
            key=f"{roster.key}-{row.number}",
            said=said,
            twice=_mark(roster, said) in earlier,
            actor=actor,
            now=now,
        )
        earlier.add(_mark(roster, said))
        answer = _ANSWERS[roster.kind](line)
        if answer is None:
            _later(area, roster, now)
            return answered
        with acting_for(area), writing():
            answered += write.answer_rows(area, [(row.pk, answer)], now)
    with acting_for(area), writing():
        if RosterRow.objects.of(area).filter(roster=roster, state="waiting").exists():
            Roster.objects.of(area).filter(pk=pk).update(lease_until=None, attempts=0)
        else:
            write.finish_roster(area, pk, now)
    return answered


def _claim(area: str, pk: int, now: datetime) -> Roster | None:
    with acting_for(area), writing(), transaction.atomic():
        rows = Roster.objects.of(area).filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=now),
            pk=pk,
            finished_at__isnull=True,
        )
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        found: Roster | None = rows.first()
        if found is not None:
            Roster.objects.of(area).filter(pk=pk).update(lease_until=now + LEASE)
        return found


def _earlier(area: str, roster: Roster, number: int) -> set[tuple[str, str]]:
    """Who stood in the list before this line: the second time somebody is named says so."""
    with acting_for(area):
        rows = RosterRow.objects.of(area).filter(roster=roster, number__lt=number)
        blobs = list(rows.values_list("said_sealed", flat=True))
    said = [open_struct(blob, Said, context="roster.said") for blob in blobs]
    return {_mark(roster, one) for one in said}


def _mark(roster: Roster, said: Said) -> tuple[str, str]:
    """Who a line names; people may transfer from several places, each once."""
    return said.certno, said.area if roster.kind == "transfer" else ""


def _later(area: str, roster: Roster, now: datetime) -> None:
    """A fault stood in the way: again later; in the end the line says so and the others go on."""
    attempts = roster.attempts + 1
    pause = timedelta(seconds=min(2**attempts, _LONGEST_PAUSE_SECONDS))
    with acting_for(area), writing():
        if attempts >= MOST_ATTEMPTS:
            stuck = RosterRow.objects.of(area).filter(roster=roster, state="waiting")
            first = stuck.order_by("number").values_list("pk", flat=True)[:1]
            answer = Answered(
                state="refused",
                code="FAULT",
                text="系统多次不能办理这一行。",
                remedy="请联系经办机构，告知名单和行号。",
            )
            write.answer_rows(area, [(one, answer) for one in first], now)
            attempts = 0
        Roster.objects.of(area).filter(pk=roster.pk).update(
            lease_until=None, due_at=now + pause, attempts=F("attempts") * 0 + attempts
        )


def _must_act_for(actor: Actor, uscc: str) -> None:
    held = Grant.objects.filter(
        user__username=actor.ref,
        role=Role.EMPLOYER,
        agency_id=actor.agency,
        employer=uscc,
        ended_at__isnull=True,
    )
    if actor.role is not Role.EMPLOYER or not held.exists():
        raise NotAllowed("您没有这个单位的经办授权。", "请由单位向经办机构申请“单位经办人授权”。")
