"""Reads of partners' lists and of what became of their rows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec
from django.utils.timezone import localtime

from jiexu.core.base.errors import NotFound
from jiexu.records.exchange.models import PartnerList, PartnerListRow

ROW_LABELS = {
    "refused": "没有采用",
    "doubtful": "已办理，有疑点",
    "applied": "已办理",
    "repeated": "以前办过",
    "unchanged": "不用办理",
}
"""In the order in which a person should look at them."""
ROW_TONES = {"refused": "stop", "doubtful": "wait", "applied": "done"}


class ListRowView(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a list and its answer."""

    number: int
    state: str
    state_label: str
    tone: str
    case_no: str
    half: str
    field: str
    text: str
    remedy: str


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """A list with its counts by state; `rows` only where one list is looked at."""

    id: int
    kind: str
    name: str
    digest: str
    taken_by: str
    taken_at: datetime
    busy: bool
    total: int
    counts: tuple[tuple[str, str, int], ...]
    rows: tuple[ListRowView, ...] = ()


def partner_lists(area: str) -> list[ListView]:
    """The lists of an agency, newest first."""
    files = list(PartnerList.objects.of(area).order_by("-taken_at", "-pk")[:50])
    states: dict[int, Counter[str]] = {file.pk: Counter() for file in files}
    rows = PartnerListRow.objects.of(area).filter(file_id__in=list(states))
    for file_id, state in rows.values_list("file_id", "state"):
        states[file_id][state] += 1
    return [_view(file, states[file.pk]) for file in files]


def partner_list(area: str, pk: int, state: str = "") -> ListView:
    """One list with its rows, those first that a person should look at. Raises `NotFound`."""
    file = PartnerList.objects.of(area).filter(pk=pk).first()
    if file is None:
        raise NotFound("没有这个名单。", "请从“外部名单导入”进入。")
    rows = list(PartnerListRow.objects.of(area).filter(file_id=pk).order_by("number"))
    counted = Counter(row.state for row in rows)
    order = list(ROW_LABELS)
    chosen = [row for row in rows if not state or row.state == state]
    shown = tuple(
        ListRowView(
            number=row.number,
            state=row.state,
            state_label=ROW_LABELS[row.state],
            tone=ROW_TONES.get(row.state, "plain"),
            case_no=row.case_no,
            half=row.half,
            field=row.field,
            text=row.text,
            remedy=row.remedy,
        )
        for row in sorted(chosen, key=lambda row: (order.index(row.state), row.number))
    )
    return msgspec.structs.replace(_view(file, counted), rows=shown)


def _view(file: PartnerList, counted: Counter[str]) -> ListView:
    return ListView(
        id=file.pk,
        kind=file.kind,
        name=file.name,
        digest=file.digest,
        taken_by=file.taken_by,
        taken_at=localtime(file.taken_at),
        busy=file.state != "done",
        total=sum(counted.values()),
        counts=tuple(
            (state, label, counted[state]) for state, label in ROW_LABELS.items() if counted[state]
        ),
    )
