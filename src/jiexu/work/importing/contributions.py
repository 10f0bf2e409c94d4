"""Rows of insured months: unbroken runs, both ends included. No month twice in one place.

The natural key is the whole row. The same month paid in two places is kept: it is found and
resolved as double cover, never by an import.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from jiexu.core.base.periods import Month
from jiexu.records.registry.intake_write import NewMonths, add_months
from jiexu.records.registry.models import Contribution
from jiexu.work.importing import cells
from jiexu.work.importing.columns import CONTRIBUTIONS
from jiexu.work.importing.known import Known, rows_of_persons
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow, Row


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of months, `yyyyMM`; `row` is 0 for one on file."""

    row: int
    insutype: str
    kind: str
    begn_ym: str
    end_ym: str
    paid_area: str

    def content(self) -> tuple[Any, ...]:
        """All but where it stands."""
        return msgspec.structs.astuple(self)[1:]

    def meets(self, other: Run) -> bool:
        """Whether both hold a month of the same scheme paid in the same place."""
        return (
            (self.insutype, self.paid_area) == (other.insutype, other.paid_area)
            and self.begn_ym <= other.end_ym
            and other.begn_ym <= self.end_ym
        )


class Contributions:
    """Checks and records insured months at one agency."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        # Residents pay for the coming year in advance; nobody pays for the one after.
        self._last = f"{now.year + 1}12"
        self._seen: dict[bytes, list[Run]] = defaultdict(list)

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which runs are new; what is wrong with the other rows."""
        plan = Plan()
        rows = rows_of_persons(CONTRIBUTIONS, self.area, self.now.date(), raws)
        stored = self._stored([person.pk for _, person in rows if person])
        fresh: list[tuple[Known, Run]] = []
        batch: dict[bytes, list[Run]] = defaultdict(list)
        for row, person in rows:
            run = self._read(row, person)
            if run is not None and person is not None:
                others = [
                    *self._seen.get(person.index, ()),
                    *batch[person.index],
                    *stored[person.pk],
                ]
                met = [other for other in others if run.meets(other)]
                if not met:
                    batch[person.index].append(run)
                    fresh.append((person, run))
                elif any(other.content() == run.content() for other in met):
                    plan.unchanged += 1
                else:
                    _refuse(row, run, met[0])
            plan.problems += row.problems
        plan.added = len(fresh)
        plan.content = [[person.index.hex(), *run.content()] for person, run in fresh]
        new = [NewMonths(person_id=person.pk, **_without_row(run)) for person, run in fresh]
        plan.write = lambda: add_months(self.area, new, self.now)
        plan.remember = lambda: self._remember(fresh)
        return plan

    def _remember(self, fresh: Sequence[tuple[Known, Run]]) -> None:
        for person, run in fresh:
            self._seen[person.index].append(run)

    def _stored(self, ids: Sequence[int]) -> dict[int, list[Run]]:
        found: dict[int, list[Run]] = defaultdict(list)
        rows = Contribution.objects.of(self.area).filter(
            person_id__in=set(ids), superseded_at__isnull=True
        )
        fields = Run.__struct_fields__[1:]
        for person_id, *values in rows.values_list("person_id", *fields):
            found[person_id].append(Run(row=0, **dict(zip(fields, values, strict=True))))
        return found

    def _read(self, row: Row, person: Known | None) -> Run | None:
        insutype = row.read("insutype", cells.insutype)
        kind = row.read("kind", cells.month_kind)
        begin = row.read("begn_ym", cells.month)
        end = row.read("end_ym", cells.month)
        paid_area = row.read("paid_area", cells.pool)
        if begin is not None and end is not None and end < begin:
            row.refuse(
                "end_ym",
                "ENDS_BEFORE_BEGIN",
                f"终止年月 {_said(end)} 早于起始年月 {_said(begin)}。",
                "请核对两个年月；只有一个月的，两栏填同一个月。",
            )
        if end is not None and end > self._last:
            row.refuse(
                "end_ym",
                "TOO_FAR_AHEAD",
                f"终止年月 {_said(end)} 太远：缴费最多预缴到 {_said(self._last)}。",
                "请核对终止年月。",
            )
        if begin is not None and person is not None and begin < Month.of(person.brdy).wire():
            row.refuse(
                "begn_ym",
                "BEFORE_BIRTH",
                f"起始年月 {_said(begin)} 早于此人的出生年月。",
                "请核对起始年月和证件号码。",
            )
        if row.problems:
            return None
        assert insutype and kind and begin and end and paid_area, "no value means a defect"
        return Run(
            row=row.number,
            insutype=insutype,
            kind=kind,
            begn_ym=begin,
            end_ym=end,
            paid_area=paid_area,
        )


def _refuse(row: Row, run: Run, met: Run) -> None:
    first, last = max(run.begn_ym, met.begn_ym), min(run.end_ym, met.end_ym)
    months = _said(first) if first == last else f"{_said(first)} 至 {_said(last)}"
    where = f"第 {met.row} 行" if met.row else "系统中已有的记录"
    row.refuse(
        "begn_ym",
        "MONTHS_OVERLAP",
        f"{months}与{where}（{_said(met.begn_ym)} 至 {_said(met.end_ym)}）重复。",
        "同一人、同一险种、同一缴费地的同一个月只能有一条：请删去重复的月份后再导入。",
    )


def _said(ym: str) -> str:
    return f"{ym[:4]}-{ym[4:]}"


def _without_row(run: Run) -> dict[str, Any]:
    return {field: getattr(run, field) for field in Run.__struct_fields__[1:]}
