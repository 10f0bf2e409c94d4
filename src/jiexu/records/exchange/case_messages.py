"""Reads of the messages of a case."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.utils.timezone import localtime

from jiexu.core.exchange.kinds import kind_label
from jiexu.records.exchange.models import Incoming, Outgoing
from jiexu.records.registry.models import Agency

OUT_LABELS = {
    "waiting": "待发送",
    "enveloped": "已封装，待送达",
    "delivered": "已送达",
    "dead": "没有送达",
}
IN_LABELS = {
    "waiting": "待处理",
    "applied": "已处理",
    "refused": "没有采用",
    "dead": "没有处理",
}
TONES = {"delivered": "done", "applied": "done", "refused": "stop", "dead": "stop"}


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a case: what it was, from or to whom, and what became of it.

    `why` says why it was not taken, or is still waiting; empty for one that went well.
    """

    message_id: str
    kind: str
    kind_label: str
    sent: bool  # by us
    counterpart_name: str
    at: datetime
    state: str
    state_label: str
    tone: str
    why: str


def messages_of_case(area: str, case_no: str) -> list[MessageView]:
    """All messages of a case at one agency, the oldest first."""
    names = dict(Agency.objects.values_list("area", "name"))
    found = [
        _view(row, names, sent=True, at=row.created_at, labels=OUT_LABELS)
        for row in Outgoing.objects.of(area).filter(case_no=case_no)
    ]
    found += [
        _view(row, names, sent=False, at=row.received_at, labels=IN_LABELS)
        for row in Incoming.objects.of(area).filter(case_no=case_no)
    ]
    return sorted(found, key=lambda view: (view.at, view.message_id))


def _view(
    row: Outgoing | Incoming,
    names: dict[str, str],
    *,
    sent: bool,
    at: datetime,
    labels: dict[str, str],
) -> MessageView:
    done = row.state in {"delivered", "applied"}
    return MessageView(
        message_id=row.message_id,
        kind=row.kind,
        kind_label=kind_label(row.kind),
        sent=sent,
        counterpart_name=names.get(row.counterpart, row.counterpart),
        at=localtime(at),
        state=row.state,
        state_label=labels.get(row.state, row.state),
        tone=TONES.get(row.state, "wait"),
        why="" if done else row.last_error,
    )
