"""A check of the banks' word: the statements of every agency join, and nothing is doubtful."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from jiexu.records.registry.models import Agency
from jiexu.records.settlement.continuity import statement_breaks
from jiexu.work.finding import Finding, ok, wrong


def statements(now: datetime) -> Iterator[Finding]:
    """No entries are missing between the statements of an account."""
    for agency in Agency.objects.filter(hosted=True).order_by("area"):
        found = statement_breaks(agency.area)
        for one in found:
            yield wrong("对账单", f"{agency.area} {agency.name}：{one.text}", one.remedy)
        if not found:
            yield ok("对账单", f"{agency.area} {agency.name} 的对账单前后相接。")
