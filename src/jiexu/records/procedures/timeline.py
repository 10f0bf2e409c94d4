"""What happened in a case, from its audit entries, in words for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.utils.timezone import localtime

from jiexu.core.base.decision import Reason
from jiexu.core.notices import timeline_order, timeline_text
from jiexu.records.audit.models import Entry
from jiexu.records.procedures.models import Case
from jiexu.records.procedures.views import CaseView, TimelineItem


def timeline(area: str, row: Case, names: Mapping[str, str]) -> tuple[TimelineItem, ...]:
    """What one half knows, in people's order. `names` are the agencies' by area.

    What happened in the same minute stands as a clean case goes through it: which of two
    independent messages a worker took first tells nobody anything. The chain keeps the real order.
    """
    items = []
    for entry in _entries(area, row):
        content = msgspec.json.decode(entry.content)
        leg, title, text = timeline_text(row.procedure, content["say"], content["args"])
        told = entry.actor_role == "agency"
        items.append(
            TimelineItem(
                at=localtime(entry.at),
                leg=leg,
                title=title,
                text=text,
                actor=_actor_words(entry, area, names) + _copied(content),
                ours=not told,
                place=timeline_order(row.procedure, content["say"]),
            )
        )
    return _in_order(items)


def joined(halves: Mapping[str, CaseView]) -> CaseView:
    """The citizen's one view of a case: the new place's half, with the old place's own steps.

    What the old place told by message stands in the new place's timeline already; only entries
    that no message carries are added.
    """
    if "in" not in halves:
        return halves.get("out") or next(iter(halves.values()))
    view = halves["in"]
    if "out" not in halves:
        return view
    other = halves["out"]
    extra = tuple(
        msgspec.structs.replace(item, ours=False)
        for item in other.timeline
        if item.title in {"信息表已生成", "已批准付款", "银行退回", "关系已转出"}
    )
    items = _in_order((*view.timeline, *extra))
    papers = (*view.papers, *other.papers)
    return msgspec.structs.replace(
        view,
        timeline=items,
        papers=papers,
        supplements=(*view.supplements, *other.supplements),
        disputes=(*view.disputes, *other.disputes),
        # Only the place that was applied at has seen an agent's papers, and names the agent.
        applicant=max(view.applicant, other.applicant, key=len),
    )


def reasons(area: str, row: Case) -> list[Reason]:
    """Why a case was refused, or not yet taken; nothing for any other case."""
    return recorded_reasons(area, row) if row.state in {"refused", "not_yet", "stopped"} else []


def recorded_reasons(area: str, row: Case) -> list[Reason]:
    """Every reason that a move of the case has given."""
    found: list[Reason] = []
    for entry in _entries(area, row):
        content = msgspec.json.decode(entry.content)
        found.extend(msgspec.convert(reason, Reason) for reason in content["reasons"])
    return found


def _in_order(items: Iterable[TimelineItem]) -> tuple[TimelineItem, ...]:
    return tuple(sorted(items, key=lambda item: (f"{item.at:%Y%m%d%H%M}", item.place)))


def _entries(area: str, row: Case) -> list[Entry]:
    stream = f"case:{row.half}:{row.case_no}"
    return list(Entry.objects.of(area).filter(stream=stream).order_by("seq"))


def _copied(content: Mapping[str, Any]) -> str:
    """Words of a partner that were not its own message say so."""
    source = content.get("via", {}).get("source", "")
    return {
        "platform_list": "（据国家平台名单）",
        "platform_keyed": "（据国家平台，人工录入）",
        "paper": "（据纸质材料，人工录入）",
    }.get(source, "")


def _actor_words(entry: Entry, area: str, names: Mapping[str, str]) -> str:
    if entry.actor_role == "agency":
        return names.get(entry.actor_ref, entry.actor_ref)
    if entry.actor_role == "citizen":
        return "参保人"
    if entry.actor_role == "employer":
        return "用人单位"
    if entry.actor_role in {"system", "timer"}:
        return "系统"
    return names.get(area, area)
