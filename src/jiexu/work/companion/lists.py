"""Takes a partner's list: kept as evidence first, then worked through, every row answered.

The file and the wish to work through it are one commit; the steps of a batch and the answers of
its rows another. A worker that dies in between is followed by the next sweep, and a list that
comes again changes nothing: the key of a step follows from what the row says.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import NotAllowed
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.notices import doubt_text
from jiexu.core.procedures.outcome import Step
from jiexu.records.access.sealing import vault
from jiexu.records.exchange import list_write
from jiexu.records.exchange.models import PartnerList, PartnerListRow
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures.models import Case
from jiexu.work import unit_of_work
from jiexu.work.agency_acts import note_act
from jiexu.work.apart import apart
from jiexu.work.companion import plan_cases, plan_forms, plan_letters, plan_money
from jiexu.work.companion.list_kinds import find_header, kind_of
from jiexu.work.companion.planning import Copying, Planner
from jiexu.work.companion.sheets import read_records
from jiexu.work.importing.columns import Kind
from jiexu.work.importing.rows import EXTRA, RawRow, Row
from jiexu.work.results import Result

PER_BATCH: Final = 200
LEASE: Final = timedelta(minutes=10)
PLANNERS: Final[Mapping[str, Planner]] = {
    "cases": plan_cases.plan,
    "forms": plan_forms.plan,
    "remittances": plan_money.plan_remittance,
    "receipts": plan_money.plan_receipt,
    "letters": plan_letters.plan,
}


def take_list(actor: Actor, area: str, kind: str, name: str, data: bytes, now: datetime) -> int:
    """Keep a list and work through it; returns its number, by which its report is found.

    The same file again is the same list: rows that were refused are tried once more. Raises
    `NotAllowed` for anybody but a clerk of the agency, `NotFound` UNKNOWN_LIST, and `BadInput` for
    a file that is no such list; nothing is kept then.
    """
    if actor.role != Role.CLERK or actor.agency != area:
        raise NotAllowed("名单由本机构的经办人员导入。", "请由经办人员登录后导入。")
    find_header(kind_of(kind), read_records(data))
    digest = sm3_hex(data)
    try:
        pk = _keep(actor, area, kind, name, data, digest, now)
    except IntegrityError:
        with acting_for(area):
            pk = PartnerList.objects.of(area).get(kind=kind, digest=digest).pk
    _work_through(area, pk, now)
    return pk


def run_due(now: datetime) -> int:
    """Work through lists that a worker left half done; returns how many."""
    rows = PartnerList.objects.across_node().filter(
        Q(lease_until__isnull=True) | Q(lease_until__lte=now), state="taken"
    )
    done = 0
    for area, pk in list(rows.values_list("agency_id", "pk")):
        with apart(f"list {pk} of {area}"):
            _work_through(area, pk, now)
            done += 1
    return done


def _keep(
    actor: Actor, area: str, kind: str, name: str, data: bytes, digest: str, now: datetime
) -> int:
    with acting_for(area), writing(), transaction.atomic():
        known = PartnerList.objects.of(area).filter(kind=kind, digest=digest).first()
        if known is not None:
            list_write.reopen(area, known.pk, now + LEASE)
            return int(known.pk)
        sealed = vault().seal(base64.b64encode(data).decode(), context="partner_list.data")
        row = list_write.add_list(
            area,
            kind=kind,
            name=name[-200:],
            digest=digest,
            data_sealed=sealed,
            taken_by=actor.ref,
            now=now,
            lease_until=now + LEASE,
        )
        note_act(area, actor, now, "companion.list", {"kind": kind, "digest": digest})
        return row


def _work_through(area: str, pk: int, now: datetime) -> None:
    with acting_for(area):
        file = PartnerList.objects.of(area).get(pk=pk)
    data = base64.b64decode(vault().open(file.data_sealed, context="partner_list.data"))
    kind = kind_of(file.kind)
    records = read_records(data)
    place, fields = find_header(kind, records)
    copying = Copying(area=area, recorded_by=file.taken_by, source="platform_list", now=now)
    rows = records[place + 1 :]
    for start in range(0, len(rows), PER_BATCH):
        _batch(copying, file, kind, fields, rows[start : start + PER_BATCH])
    with acting_for(area), writing():
        list_write.finish(area, pk, now)


def _batch(
    copying: Copying,
    file: PartnerList,
    kind: Kind,
    fields: Sequence[str | None],
    records: Sequence[tuple[int, list[str]]],
) -> None:
    answers: list[PartnerListRow] = []
    steps: list[Step] = []
    numbers: list[int] = []
    answer = _answerer(copying.area, file.pk)
    with acting_for(copying.area):
        for number, cells in records:
            row = Row(kind, RawRow(number, _by_field(fields, cells)))
            evidence = f"list:{file.digest}#{number}"
            planned = None if row.problems else PLANNERS[kind.name](copying, row, evidence)
            if planned is None or row.problems:
                answers.append(_refused(answer, row))
            elif planned.step is None:
                answers.append(answer(number, state="unchanged", text=planned.text))
            else:
                steps.append(planned.step)
                numbers.append(number)
    with acting_for(copying.area), writing(), transaction.atomic():
        list_write.answer_rows(copying.area, answers)

    def mark(results: Mapping[int, Result]) -> None:
        told = [
            _of_result(answer, copying.area, numbers[place], one) for place, one in results.items()
        ]
        list_write.answer_rows(copying.area, told)

    results = unit_of_work.apply(copying.area, steps, now=copying.now, also=mark) if steps else []
    fallen = [(numbers[place], one) for place, one in enumerate(results) if not one.ok]
    with acting_for(copying.area), writing(), transaction.atomic():
        list_write.answer_rows(
            copying.area, [_of_result(answer, copying.area, *one) for one in fallen]
        )


Answer = Callable[..., PartnerListRow]


def _answerer(area: str, file_id: int) -> Answer:
    def make(number: int, **told: str) -> PartnerListRow:
        return PartnerListRow(agency_id=area, file_id=file_id, number=number, **told)

    return make


def _by_field(fields: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    named = {field: cell for field, cell in zip(fields, cells, strict=False) if field is not None}
    if beyond := "".join(cells[len(fields) :]).strip():
        named[EXTRA] = beyond
    return named


def _refused(answer: Answer, row: Row) -> PartnerListRow:
    """All defects of a row at once."""
    return answer(
        row.number,
        state="refused",
        field="、".join(dict.fromkeys(one.field for one in row.problems if one.field))[:60],
        text="".join(dict.fromkeys(one.text for one in row.problems)),
        remedy="".join(dict.fromkeys(one.remedy for one in row.problems)),
    )


def _of_result(answer: Answer, area: str, number: int, result: Result) -> PartnerListRow:
    told = {"case_no": result.case_no, "half": result.half}
    if not result.ok:
        return answer(number, state="refused", text=result.text, remedy=result.remedy, **told)
    if result.repeated:
        return answer(number, state="repeated", text="以前已经办理过，没有重复办理。", **told)
    doubts = (
        Case.objects.of(area)
        .filter(case_no=result.case_no, half=result.half)
        .values_list("doubts", flat=True)
        .first()
    )
    if doubts:
        text = "".join(doubt_text(code) for code in doubts.split())
        return answer(number, state="doubtful", text=text, **told)
    text = "".join(reason.text for reason in result.reasons)
    return answer(number, state="applied", text=text, **told)
