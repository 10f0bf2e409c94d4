"""The work list as clerks see it: grouped by what is to be done, every field ready to copy."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from django.utils.timezone import localtime
from openpyxl import Workbook

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.errors import NotAllowed
from jiexu.core.procedures.known import PROCEDURES
from jiexu.records.access.sealing import vault
from jiexu.records.documents.models import Issued
from jiexu.records.exchange.models import Errand
from jiexu.records.isolation import acting_for
from jiexu.records.procedures.models import Case, Clock
from jiexu.work.companion.errand_fields import FieldRow, field_rows, form_of, forms
from jiexu.work.reads import log_read

MOST: Final = 300
STATES: Final = {"open": "待办", "impossible": "办不成", "done": "已办"}
_FORMULA: Final = ("=", "+", "-", "@", "\t")


class ErrandView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do outside, with the fields to key in, in the order of the form.

    `paper_number` is the paper that goes out with it, empty where none was issued.
    """

    id: int
    kind: str
    task: str
    document: str
    paper_number: str
    partner: str
    counterpart_name: str
    case_no: str
    half: str
    psn_name: str
    known_as: str
    state: str
    fields: tuple[FieldRow, ...]
    created_at: datetime
    reference: str
    reason: str
    closed_by: str
    closed_at: datetime | None
    version: int

    @property
    def on_paper(self) -> bool:
        return self.partner == "paper"

    @property
    def copy_text(self) -> str:
        """All fields as lines, to be copied at once."""
        return "\n".join(f"{name}：{value}" for name, value in self.fields)


class ErrandGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Errands of one task."""

    task: str
    items: tuple[ErrandView, ...]


def errand_groups(area: str, state: str) -> tuple[ErrandGroup, ...]:
    """The errands of an agency in a state, by task, the oldest first (done: the newest)."""
    with acting_for(area):
        rows = Errand.objects.of(area).filter(state=state).select_related("outgoing")
        chosen = list(rows.order_by("-closed_at" if state == "done" else "pk")[:MOST])
        views = _views(area, chosen)
    order = list(forms())
    groups: dict[str, list[ErrandView]] = {}
    for view in sorted(views, key=lambda one: _place(order, one.kind)):
        groups.setdefault(view.task, []).append(view)
    return tuple(ErrandGroup(task=task, items=tuple(items)) for task, items in groups.items())


def errands_workbook(actor: Actor, area: str, now: datetime) -> bytes:
    """The open errands as xlsx, one sheet per task; that it was taken out is kept.

    Raises `NotAllowed` for anybody but a clerk of the agency.
    """
    if actor.role != Role.CLERK or actor.agency != area:
        raise NotAllowed("清单由本机构的经办人员导出。", "请由经办人员登录后导出。")
    log_read(actor, area, "errands", "导出外部办理清单", now)
    book = Workbook()
    book.remove(book.active)
    for group in errand_groups(area, "open"):
        sheet = book.create_sheet(group.task[:31])
        titles = list(dict.fromkeys(name for item in group.items for name, _ in item.fields))
        sheet.append(["业务流水号", "对方机构", *titles, "办理后登记的编号"])
        for item in group.items:
            values = dict(item.fields)
            cells = [
                item.case_no,
                item.counterpart_name,
                *(values.get(name, "") for name in titles),
            ]
            sheet.append([_harmless(cell) for cell in cells])
        for row in sheet.iter_rows():
            for cell in row:
                cell.number_format = "@"
    if not book.worksheets:
        book.create_sheet("没有待办").append(["现在没有要在外部办理的事项"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _views(area: str, rows: Sequence[Errand]) -> list[ErrandView]:
    cases = {
        (case.case_no, case.half): case
        for case in Case.objects.of(area)
        .filter(case_no__in={row.case_no for row in rows})
        .select_related("person")
    }
    papers = {
        (case_no, kind): number
        for case_no, kind, number in Issued.objects.of(area)
        .filter(case_no__in={row.case_no for row in rows}, kind__in=_papers())
        .order_by("pk")
        .values_list("case_no", "kind", "number")
    }
    return [_view(area, row, cases.get((row.case_no, row.half)), papers) for row in rows]


def _papers() -> set[str]:
    return {form.document for form in forms().values() if form.document}


def _view(
    area: str, row: Errand, case: Case | None, papers: Mapping[tuple[str, str], str]
) -> ErrandView:
    form = form_of(row.kind)
    fields = field_rows(row.kind, _body(area, row, case))
    if case is not None and case.partner_reference:
        fields = (("平台业务流水号", case.partner_reference), *fields)
    return ErrandView(
        id=row.pk,
        kind=row.kind,
        task=form.task(row.partner),
        document=form.document,
        paper_number=papers.get((row.case_no, form.document), ""),
        partner=row.partner,
        counterpart_name=area_of(row.counterpart).name,
        case_no=row.case_no,
        half=row.half,
        psn_name=case.person.psn_name if case and case.person else "（本地无此人）",
        known_as=case.partner_reference if case else "",
        state=row.state,
        fields=fields,
        created_at=localtime(row.created_at),
        reference=row.reference,
        reason=row.reason,
        closed_by=row.closed_by,
        closed_at=localtime(row.closed_at) if row.closed_at else None,
        version=row.version,
    )


def _body(area: str, row: Errand, case: Case | None) -> dict[str, Any]:
    """What the message says; of a reminder, which limit has passed."""
    if row.outgoing is not None:
        body: dict[str, Any] = msgspec.json.decode(
            vault().open(row.outgoing.body_sealed, context="message.body")
        )
        return body
    name = row.item_key.rsplit(":", 1)[-1]
    clock = Clock.objects.of(area).filter(case=case, name=name).first() if case else None
    return {
        "what": PROCEDURES["transfer"].clock_labels.get(name, name),
        "due_on": clock.due_on.isoformat() if clock else "",
        "case_no": row.case_no,
    }


def _place(order: Sequence[str], kind: str) -> int:
    return order.index(kind) if kind in order else len(order)


def _harmless(text: str) -> str:
    """No cell of ours is ever run as a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
