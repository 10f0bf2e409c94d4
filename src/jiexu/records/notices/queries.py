"""Reads of what a citizen was told."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.timezone import localtime

from jiexu.core.notices import notice_text
from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.notices.models import Notice
from jiexu.records.registry.models import Agency

MOST = 100


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """One notice in words; `case_no` leads to what it is about."""

    agency_name: str
    case_no: str
    title: str
    text: str
    created_at: datetime
    unread: bool


def notices_of_citizen(user: User) -> list[NoticeView]:
    """The newest notices of all agencies here, newest first."""
    names = dict(Agency.objects.values_list("area", "name"))
    found = []
    for area, person_id in person_refs(user):
        rows = Notice.objects.of(area).filter(person_id=person_id).order_by("-created_at", "-pk")
        found += [_view(row, names.get(area, area)) for row in rows[:MOST]]
    return sorted(found, key=lambda view: view.created_at, reverse=True)[:MOST]


def unread_notices(user: User) -> int:
    """How many the citizen has not marked as read."""
    return sum(
        Notice.objects.of(area).filter(person_id=person_id, read_at__isnull=True).count()
        for area, person_id in person_refs(user)
    )


def _view(row: Notice, agency_name: str) -> NoticeView:
    procedure, _, code = row.code.partition(".")
    title, text = notice_text(procedure, code, msgspec.json.decode(row.args, type=dict[str, str]))
    return NoticeView(
        agency_name=agency_name,
        case_no=row.case_no,
        title=title,
        text=text,
        created_at=localtime(row.created_at),
        unread=row.read_at is None,
    )
