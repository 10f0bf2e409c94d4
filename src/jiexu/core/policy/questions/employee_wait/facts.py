"""What may be said about a break in employee cover. An absent optional fact is not stated."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, DayOrMonth, Identity


class EmployeeWaitFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `employee-wait`."""

    area: Annotated[AreaCode, Meta(description="现在参保（转入）的地方")]
    identity: Annotated[Identity, Meta(description="现在以什么身份参保")]
    via_transfer: Annotated[bool | None, Meta(description="是否办理跨统筹区转移接续")] = None
    kind: Annotated[
        Literal["EE", "RR", "ER", "RE"] | None,
        Meta(description="EE 职工→职工，ER 职工→居民，RE 居民→职工，RR 居民→居民"),
    ] = None
    first_enrolment: Annotated[bool | None, Meta(description="是否首次参加职工医保")] = None
    break_from: Annotated[DayOrMonth | None, Meta(description="中断的第一天或第一个月")] = None
    break_months: Annotated[int, Meta(ge=0, le=1200, description="中断缴费的月数")] | None = None
    paid_on: Annotated[DayOrMonth | None, Meta(description="恢复缴费的日期或月份")] = None
    back_paid: Annotated[bool | None, Meta(description="中断的月份是否已补缴")] = None
    late_fee_paid: Annotated[bool | None, Meta(description="滞纳金是否已缴清")] = None
    continuous_years: Annotated[float, Meta(ge=0, description="连续参加基本医保的年数")] | None = (
        None
    )
