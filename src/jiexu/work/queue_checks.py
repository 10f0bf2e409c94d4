"""Checks of the daily work: nothing due lies about, and every day is closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max, Min

from jiexu.records.audit.days import day_of
from jiexu.records.audit.models import DayDigest, Entry
from jiexu.records.employers.models import Roster
from jiexu.records.exchange.models import Incoming, Outgoing
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency
from jiexu.work.finding import Finding, ok, wrong

OVERDUE: Final = timedelta(minutes=15)
"""A due row that nobody took for so long: no worker runs, or it cannot."""
UNDELIVERED: Final = timedelta(days=1)


def queues(now: datetime) -> Iterator[Finding]:
    """Nothing that is due has been left lying."""
    cases = Case.objects.across_node().exclude(auto_event="")
    waiting = Incoming.objects.across_node().filter(state="waiting")
    unsent = Outgoing.objects.across_node().filter(state__in=["waiting", "enveloped"])
    lists = Roster.objects.across_node().filter(finished_at__isnull=True)
    remedy = "请确认后台在运行（jiexu worker），并查看日志。"
    for name, rows, column in (
        ("待发报文", unsent, "due_at"),
        ("待办报文", waiting, "due_at"),
        ("自动办理", cases, "auto_due_at"),
        ("单位名单", lists, "due_at"),
    ):
        oldest = rows.aggregate(at=Min(column))["at"]
        if oldest is None:
            yield ok(name, "没有等待的。")
        elif now - oldest > OVERDUE:
            text = f"最早的一件已到期 {_age(now - oldest)}，没有人处理。"
            yield wrong(name, text, remedy)
        else:
            yield ok(name, "没有积压。")
    first = unsent.aggregate(at=Min("created_at"))["at"]
    if first is not None and now - first > UNDELIVERED:
        yield wrong(
            "待发报文",
            f"最早的一份已等了 {_age(now - first)}，仍没有送到对方。",
            "请检查到对方节点的交换通道，并联系对方机构。",
        )


def days(now: datetime) -> Iterator[Finding]:
    """Yesterday's digests are made by the night after."""
    for agency in Agency.objects.filter(hosted=True).order_by("area"):
        first = Entry.objects.of(agency.area).aggregate(at=Min("at"))["at"]
        last = DayDigest.objects.of(agency.area).aggregate(day=Max("day"))["day"]
        since = last or (day_of(first) - timedelta(days=1) if first else None)
        if since is not None and (day_of(now) - since).days > 2:
            text = f"{agency.area} {agency.name} 有 {(day_of(now) - since).days - 1} 天没有日结。"
            yield wrong("日结", text, "请运行 jiexu run day-digest，并确认后台在运行。")
        else:
            yield ok("日结", f"{agency.area} {agency.name} 没有拖欠。")


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 48 * 60 else f"{minutes // 1440} 天"
