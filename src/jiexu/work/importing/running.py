"""Runs an import: batches of 1,000 rows, each checked, written and noted in one commit.

A batch that breaks a law of the database is halved until the row that breaks it stands alone and
is refused alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import IntegrityError, transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, JiexuError, NotAllowed, NotFound
from jiexu.core.exchange.canonical import digest_hex
from jiexu.records.audit.write import append_act
from jiexu.records.isolation import acting_for, writing
from jiexu.records.laws import broken_law
from jiexu.records.registry.intake_write import lock_agency
from jiexu.records.registry.models import Agency
from jiexu.work.importing.balances import Balances
from jiexu.work.importing.cells import clean
from jiexu.work.importing.claims import Claims
from jiexu.work.importing.columns import KINDS, Kind, fields_of
from jiexu.work.importing.contributions import Contributions
from jiexu.work.importing.credits import Credits
from jiexu.work.importing.employers import Employers
from jiexu.work.importing.persons import Persons
from jiexu.work.importing.plans import Importer, Plan
from jiexu.work.importing.relations import Relations
from jiexu.work.importing.report import Report, RowProblem
from jiexu.work.importing.rows import RawRow
from jiexu.work.importing.table import Table

BATCH_ROWS: Final = 1000
_TRIES: Final = 3

_IMPORTERS: Final[Mapping[str, type[Importer]]] = {
    "persons": Persons,
    "relations": Relations,
    "contributions": Contributions,
    "balances": Balances,
    "credits": Credits,
    "claims": Claims,
    "employers": Employers,
}
_MAY_IMPORT: Final = frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.SYSTEM})

Progress = Callable[[int], None]
"""Told after every batch how many rows are done."""


def import_rows(
    kind: str,
    rows: Iterable[Mapping[str, Any]],
    *,
    area: str,
    by: Actor,
    now: datetime,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> Report:
    """Import rows given as mappings from column title or field name to text; counted from 1.

    Dates and months may be values that print themselves as such; `None` is an empty cell. Money is
    text in yuan. With `dry_run` everything is checked and nothing written. Raises `BadInput`
    UNKNOWN_KIND or UNKNOWN_COLUMN, `NotFound` AGENCY_NOT_FOUND, `NotAllowed`; never for a bad row.
    """
    if kind not in KINDS:
        raise BadInput(
            f"不能导入“{kind[:30]}”。",
            f"可以导入：{'、'.join(f'{one.name}（{one.title}）' for one in KINDS.values())}。",
            path="kind",
            code="UNKNOWN_KIND",
        )
    raws = (RawRow(number, _cells(KINDS[kind], row)) for number, row in enumerate(rows, start=1))
    return _run(kind, raws, area, by, now, progress, dry_run)


def import_table(
    table: Table,
    *,
    area: str,
    by: Actor,
    now: datetime,
    progress: Progress | None = None,
    dry_run: bool = False,
) -> Report:
    """Import a file that `read_table` has recognised; rows are numbered as in the file."""
    return _run(table.kind.name, table.rows(), area, by, now, progress, dry_run)


def _run(
    kind: str,
    raws: Iterable[RawRow],
    area: str,
    by: Actor,
    now: datetime,
    progress: Progress | None,
    dry_run: bool,
) -> Report:
    _must_be_allowed(area, by)
    importer = _IMPORTERS[kind](area, now)
    batch_of = _Batches(kind, importer, area, by, now, dry_run)
    rows = added = unchanged = 0
    problems: list[RowProblem] = []
    remaining = iter(raws)
    while batch := list(islice(remaining, BATCH_ROWS)):
        for plan in batch_of.commit(batch):
            added += plan.added
            unchanged += plan.unchanged
            problems += plan.problems
        rows += len(batch)
        if progress is not None:
            progress(rows)
    return Report(
        kind=kind,
        rows=rows,
        ok=added + unchanged,
        added=added,
        unchanged=unchanged,
        refused=problems,
        dry_run=dry_run,
    )


class _Batches:
    """Commits batches of one run."""

    def __init__(
        self, kind: str, importer: Importer, area: str, by: Actor, now: datetime, dry_run: bool
    ) -> None:
        self.kind = kind
        self.importer = importer
        self.area = area
        self.by = by
        self.now = now
        self.dry_run = dry_run

    def commit(self, raws: Sequence[RawRow], tries: int = _TRIES) -> list[Plan]:
        """What became of the rows: one plan, or more where the batch had to be halved."""
        try:
            plan = self._planned(raws) if self.dry_run else self._written(raws)
        except (JiexuError, IntegrityError) as error:
            if tries > 1 and broken_law(error) == "audit_seq_once":
                # Another act of the agency took the number: the batch is as good as before.
                return self.commit(raws, tries - 1)
            if len(raws) == 1:
                return [Plan(problems=[_fault(raws[0], error)])]
            half = len(raws) // 2
            return [*self.commit(raws[:half]), *self.commit(raws[half:])]
        plan.remember()
        return [plan]

    def _planned(self, raws: Sequence[RawRow]) -> Plan:
        with acting_for(self.area):
            return self.importer.plan(raws)

    def _written(self, raws: Sequence[RawRow]) -> Plan:
        with acting_for(self.area), writing(), transaction.atomic():
            lock_agency(self.area)
            plan = self.importer.plan(raws)
            if plan.added:
                plan.write()
                append_act(
                    self.area,
                    at=self.now,
                    actor=self.by,
                    action=f"import.{self.kind}",
                    content={
                        "rows": len(raws),
                        "added": plan.added,
                        "unchanged": plan.unchanged,
                        "refused": len({problem.row for problem in plan.problems}),
                        "digest": digest_hex(plan.content),
                    },
                )
            return plan


def _cells(kind: Kind, row: Mapping[str, Any]) -> dict[str, str]:
    titles = list(row)
    fields = fields_of(kind, titles)
    unknown = [title for title, field in zip(titles, fields, strict=True) if field is None]
    if unknown:
        raise BadInput(
            f"“{kind.title}”没有这一栏：{'、'.join(map(str, unknown))[:60]}。",
            f"可用的栏：{'、'.join(column.title for column in kind.columns)}。",
            code="UNKNOWN_COLUMN",
        )
    return {
        str(field): "" if value is None else clean(str(value))
        for field, value in zip(fields, row.values(), strict=True)
    }


def _must_be_allowed(area: str, by: Actor) -> None:
    if by.role not in _MAY_IMPORT or by.agency not in {None, area}:
        raise NotAllowed(
            "只有本机构的经办人员或系统管理员可以导入数据。", "请联系本机构的系统管理员办理。"
        )
    if not Agency.objects.filter(area=area, hosted=True).exists():
        raise NotFound(
            f"本节点没有承办{area[:6]}的经办机构，不能导入。",
            "请用 jiexu agency list 查看本节点承办的机构。",
            code="AGENCY_NOT_FOUND",
        )


def _fault(raw: RawRow, error: JiexuError | IntegrityError) -> RowProblem:
    """A row that the database or the ledger refused though its cells looked right."""
    if isinstance(error, JiexuError):
        code, text, remedy = error.code, error.message, error.remedy
    else:
        code = (broken_law(error) or "database").upper()
        text = "这一行与系统中已有的记录冲突，数据库拒绝写入。"
        remedy = "请核对这一行；仍不清楚的，请把文件和行号交给系统管理员。"
    return RowProblem(row=raw.number, field="", code=code, text=text, remedy=remedy)
