"""What may be said about months not paid. An absent optional fact is not stated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, Identity, MonthText, Plan, YuanText


class MakeUpFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `make-up`. Amounts in yuan."""

    area: AreaCode
    on: Annotated[date, Meta(description="哪一天办理")]
    identity: Identity
    break_from: Annotated[MonthText, Meta(description="中断的第一个月")]
    break_to: Annotated[MonthText, Meta(description="中断的最后一个月（含）")]
    cause: Annotated[
        Literal["employer", "self"] | None,
        Meta(description="employer 单位未缴，self 个人原因"),
    ] = None
    base: Annotated[YuanText | None, Meta(description="月缴费基数")] = None
    monthly_due: Annotated[YuanText | None, Meta(description="核定的每月应缴金额，知道时填写")] = (
        None
    )
    due_on: Annotated[date | None, Meta(description="应缴之日（最后一天）")] = None
    paid_on: Annotated[date | None, Meta(description="补缴之日")] = None
    plan: Plan | None = None
