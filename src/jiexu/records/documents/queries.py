"""Reads of issued papers: whose they are, and what lists show of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime

from jiexu.core.base.areas import full_name
from jiexu.core.base.errors import NotFound
from jiexu.core.documents import title_of
from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.documents.models import Issued
from jiexu.records.procedures.views import PaperView

_NONE_SUCH = ("没有找到这份文书，或者它不属于您。", "请从“我的证明”或业务页面进入。")


def paper_of_citizen(user: User, number: str) -> Issued:
    """The citizen's own paper. Raises `NotFound` for anybody else's, as for none at all."""
    for area, person_id in person_refs(user):
        row = _with_seal(area).filter(person_id=person_id, number=number).first()
        if row is not None:
            return row
    raise NotFound(*_NONE_SUCH)


def paper_of_agency(area: str, number: str) -> Issued:
    """A paper of this agency. Raises `NotFound`."""
    row = _with_seal(area).filter(number=number).first()
    if row is None:
        raise NotFound("本机构没有出具过这份文书。", "请核对编号，或从业务页面进入。")
    return row


def papers_of_citizen(user: User) -> list[PaperView]:
    """All papers of the citizen at every agency here, the newest first."""
    found = [
        row
        for area, person_id in person_refs(user)
        for row in _with_seal(area).filter(person_id=person_id)
    ]
    return paper_views(sorted(found, key=lambda row: (row.issued_at, row.pk), reverse=True))


def papers_of_person(area: str, person_id: int) -> list[PaperView]:
    """The papers one agency issued to one person, the newest first."""
    return paper_views(_with_seal(area).filter(person_id=person_id).order_by("-issued_at", "-pk"))


def paper_views(rows: Iterable[Issued]) -> list[PaperView]:
    """Rows (with their seal) as lists show them."""
    return [
        PaperView(
            number=row.number,
            kind=row.kind,
            title=title_of(row.kind),
            issued_at=localtime(row.issued_at),
            sealed=hasattr(row, "seal"),
            area=row.agency_id,
            area_name=full_name(row.agency_id),
        )
        for row in rows
    ]


def _with_seal(area: str) -> Any:
    return Issued.objects.of(area).select_related("seal", "person")
