"""What an approved payment still waits for where the finance bureau appropriates the money.

用款计划 → 财政拨款 → 支出户 (财社〔2017〕144号 arts 40-42): only then does a batch go to the bank.
"""

from __future__ import annotations

from jiexu.records.registry.models import Agency
from jiexu.records.settlement.models import Batch, Order

AWAITS = {"plan": "待用款计划", "appropriation": "待财政拨款"}


def needs_appropriation(area: str) -> bool:
    """Whether payments of this agency wait for 用款计划 and 财政拨款."""
    return Agency.objects.filter(area=area, needs_appropriation=True).exists()


def awaits(row: Batch) -> str:
    """A key of `AWAITS`, or "" for a batch that waits for neither."""
    if row.state not in {"prepared", "approved"}:
        return ""
    return "" if row.plan_no and row.appropriated_on else "appropriation" if row.plan_no else "plan"


def case_awaits(area: str, case_no: str) -> str:
    """What the approved payment of a case waits for, in words; "" for nothing."""
    if not needs_appropriation(area):
        return ""
    order = (
        Order.objects.of(area)
        .filter(case_no=case_no, batch__state="approved")
        .select_related("batch")
        .order_by("-pk")
        .first()
    )
    return "" if order is None else AWAITS.get(awaits(order.batch), "")
