"""Rows of participations: which status in which scheme from which day. One truth per day.

The natural key is person, scheme and first day. Two rows may not speak of the same day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from jiexu.core.base.codes.insutype import RESIDENT
from jiexu.core.base.codes.uscc import check_uscc
from jiexu.records.registry.intake_write import NewRelation, add_relations
from jiexu.records.registry.models import Relation
from jiexu.work.importing import cells
from jiexu.work.importing.columns import RELATIONS
from jiexu.work.importing.known import Known, rows_of_persons
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow, Row

_OPEN_END_YEAR = 9999
"""Old systems write 9999-12-31 for a participation that has not ended."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A status somebody has or had; `row` is 0 for one on file."""

    row: int
    insutype: str
    plan: str
    status: str
    valid_from: date
    valid_to: date | None
    emp_name: str
    cover_year: int | None
    retired: bool
    emp_uscc: str

    def content(self) -> tuple[Any, ...]:
        """All but where it stands."""
        return msgspec.structs.astuple(self)[1:]

    def meets(self, other: Held) -> bool:
        """Whether both speak of the same scheme on the same day."""
        return (
            self.insutype == other.insutype
            and self.valid_from <= (other.valid_to or date.max)
            and other.valid_from <= (self.valid_to or date.max)
        )


class Relations:
    """Checks and records participations at one agency."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        self._seen: dict[bytes, list[Held]] = defaultdict(list)

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which statuses are new; what is wrong with the other rows."""
        plan = Plan()
        rows = rows_of_persons(RELATIONS, self.area, self.now.date(), raws)
        stored = self._stored([person.pk for _, person in rows if person])
        fresh: list[tuple[Known, Held]] = []
        batch: dict[bytes, list[Held]] = defaultdict(list)
        for row, person in rows:
            held = _read(row, person)
            if held is not None and person is not None:
                others = [
                    *self._seen.get(person.index, ()),
                    *batch[person.index],
                    *stored[person.pk],
                ]
                met = next((other for other in others if held.meets(other)), None)
                if met is None:
                    batch[person.index].append(held)
                    fresh.append((person, held))
                elif met.content() == held.content():
                    plan.unchanged += 1
                else:
                    _refuse(row, held, met)
            plan.problems += row.problems
        plan.added = len(fresh)
        plan.content = [[person.index.hex(), *held.content()] for person, held in fresh]
        new = [NewRelation(person_id=person.pk, **_without_row(held)) for person, held in fresh]
        plan.write = lambda: add_relations(self.area, new, self.now)
        plan.remember = lambda: self._remember(fresh)
        return plan

    def _remember(self, fresh: Sequence[tuple[Known, Held]]) -> None:
        for person, held in fresh:
            self._seen[person.index].append(held)

    def _stored(self, ids: Sequence[int]) -> dict[int, list[Held]]:
        found: dict[int, list[Held]] = defaultdict(list)
        rows = Relation.objects.of(self.area).filter(
            person_id__in=set(ids), superseded_at__isnull=True
        )
        fields = Held.__struct_fields__[1:]
        for person_id, *values in rows.values_list("person_id", *fields):
            found[person_id].append(Held(row=0, **dict(zip(fields, values, strict=True))))
        return found


def _read(row: Row, person: Known | None) -> Held | None:
    insutype = row.read("insutype", cells.insutype)
    if insutype == RESIDENT:
        # Residents have no account: the cell may stay empty.
        plan = row.read_if_stated("plan", cells.plan) or "pool_only"
        if plan == "account":
            row.refuse(
                "plan",
                "RESIDENT_HAS_NO_ACCOUNT",
                "居民医保没有个人账户，参保类型不能是统账结合。",
                "请填写单建统筹（pool_only），或核对险种。",
            )
    else:
        plan = row.read("plan", cells.plan)
    status = row.read("status", cells.status)
    begin = row.read("valid_from", cells.day)
    end = row.read_if_stated("valid_to", cells.day)
    employer = row.read("emp_name", cells.employer)
    cover_year = row.read_if_stated("cover_year", cells.cover_year)
    retired = row.read_if_stated("retired", cells.yes_or_no)
    if cover_year is not None and insutype not in {None, RESIDENT}:
        row.refuse(
            "cover_year",
            "COVER_YEAR_IS_FOR_RESIDENTS",
            "只有居民医保按年度参保，职工医保没有参保年度。",
            "请删去参保年度，或核对险种。",
        )
    if retired and insutype == RESIDENT:
        row.refuse(
            "retired",
            "RESIDENT_NOT_RETIRED",
            "居民医保没有退休人员待遇。",
            "请删去“是否退休”，或核对险种。",
        )
    uscc = row.read_if_stated("emp_uscc", check_uscc)
    if end is not None and end.year == _OPEN_END_YEAR:
        end = None
    if begin is not None and end is not None and end < begin:
        row.refuse(
            "valid_to",
            "ENDS_BEFORE_BEGIN",
            f"终止日期 {end} 早于起始日期 {begin}。",
            "请核对两个日期；还没有终止的，终止日期不填。",
        )
    if begin is not None and person is not None and begin < person.brdy:
        row.refuse(
            "valid_from",
            "BEFORE_BIRTH",
            f"起始日期 {begin} 早于此人的出生日期。",
            "请核对起始日期和证件号码。",
        )
    if row.problems:
        return None
    assert insutype and plan and status and begin, "a cell without a value has a defect"
    return Held(
        row=row.number,
        insutype=insutype,
        plan=plan,
        status=status,
        valid_from=begin,
        valid_to=end,
        emp_name=employer or "",
        cover_year=cover_year,
        retired=bool(retired),
        emp_uscc=uscc or "",
    )


def _refuse(row: Row, held: Held, met: Held) -> None:
    where = f"第 {met.row} 行" if met.row else "系统中已有的记录"
    if met.valid_from == held.valid_from:
        row.refuse(
            "valid_from",
            "RELATION_DIFFERS",
            f"同一人、同一险种、同一起始日期在{where}另有登记，内容不一样。",
            "请核对哪一个对。导入不修改已登记的关系；确需更正的，请在经办工作台办理。",
        )
        return
    row.refuse(
        "valid_from",
        "RELATION_OVERLAPS",
        f"{held.valid_from} 至 {held.valid_to or '今'}与{where}"
        f"（{met.valid_from} 至 {met.valid_to or '今'}）有重叠的日子。",
        "同一险种同一天只能有一种状态：请补上前一段的终止日期，或改正起始日期。",
    )


def _without_row(held: Held) -> dict[str, Any]:
    return {field: getattr(held, field) for field in Held.__struct_fields__[1:]}
