"""Rows of employers: what is known of each now. A row that says otherwise replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from jiexu.core.base.codes.uscc import check_uscc
from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month
from jiexu.records.employers.models import Employer
from jiexu.records.employers.write import NewEmployer, put_employers
from jiexu.work.importing import cells
from jiexu.work.importing.columns import EMPLOYERS
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow, Row

_STATUSES = {"正常": "open", "存续": "open", "在业": "open", "open": "open"} | dict.fromkeys(
    ("注销", "吊销", "closed"), "closed"
)


class Employers:
    """Checks and records employers at one agency."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        self._seen: dict[str, NewEmployer] = {}

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which employers are new or have changed; what is wrong with the other rows."""
        plan = Plan()
        rows = [Row(EMPLOYERS, raw) for raw in raws]
        said = [_read(row) for row in rows]
        stored = self._stored([one.uscc for one in said if one is not None])
        fresh: dict[str, NewEmployer] = {}
        for row, one in zip(rows, said, strict=True):
            if one is not None:
                earlier = fresh.get(one.uscc) or self._seen.get(one.uscc)
                if earlier is not None and earlier != one:
                    row.refuse(
                        "uscc",
                        "EMPLOYER_TWICE",
                        "同一个统一社会信用代码在文件里出现两次，内容不一样。",
                        "请核对后只留一行。",
                    )
                elif (earlier or stored.get(one.uscc)) == one:
                    plan.unchanged += 1
                else:
                    fresh[one.uscc] = one
            plan.problems += row.problems
        plan.added = len(fresh)
        plan.content = [list(_content(one)) for one in fresh.values()]
        plan.write = lambda: put_employers(self.area, list(fresh.values()), self.now)
        plan.remember = lambda: self._seen.update(fresh)
        return plan

    def _stored(self, numbers: Sequence[str]) -> dict[str, NewEmployer]:
        fields = NewEmployer.__struct_fields__
        rows = Employer.objects.of(self.area).filter(uscc__in=set(numbers))
        found = (
            NewEmployer(**dict(zip(fields, values, strict=True)))
            for values in rows.values_list(*fields)
        )
        return {one.uscc: one for one in found}


def _content(one: NewEmployer) -> tuple[str, ...]:
    closed = one.closed_on.isoformat() if one.closed_on else ""
    return (one.uscc, one.name, one.status, closed, one.arrears_since)


def _read(row: Row) -> NewEmployer | None:
    uscc = row.read("uscc", check_uscc)
    name = row.read("emp_name", cells.employer)
    status = row.read("emp_status", _status)
    closed_on: date | None = row.read_if_stated("closed_on", cells.day)
    arrears = row.read_if_stated("arrears_since", _month)
    if name == "":
        row.refuse("emp_name", "NO_NAME", "没有填写单位名称。", "请照营业执照填写单位全称。")
    if row.problems or uscc is None or name is None or status is None:
        return None
    return NewEmployer(
        uscc=uscc, name=name, status=status, closed_on=closed_on, arrears_since=arrears or ""
    )


def _status(text: str) -> str:
    found = _STATUSES.get(text.strip().lower())
    if found is None:
        raise BadInput(
            f"看不懂的登记状态：{text[:20]}。" if text else "没有填写登记状态。",
            "请填写正常、注销或吊销。",
            code="BAD_EMPLOYER_STATUS",
        )
    return found


def _month(text: str) -> str:
    return Month.parse(text).wire()
