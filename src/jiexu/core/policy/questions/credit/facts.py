"""What may be said about a credit. An absent optional fact is not stated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, Plan, YuanText


class CreditFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `credit`. Amounts in yuan."""

    area: AreaCode
    on: Annotated[date, Meta(description="哪一天的划入")]
    category: Annotated[
        Literal["active", "flexible", "retired"],
        Meta(description="active 在职，flexible 灵活就业，retired 退休"),
    ]
    base: Annotated[YuanText | None, Meta(description="月缴费基数")] = None
    plan: Plan | None = None
    birth: date | None = None
    age: Annotated[int, Meta(ge=0, le=150, description="周岁")] | None = None
    retired_on: Annotated[date | None, Meta(description="退休日期")] = None
    first_pension: Annotated[YuanText | None, Meta(description="退休当月的基本养老金")] = None
    own_pension: Annotated[YuanText | None, Meta(description="本人每月基本养老金")] = None
    credit_2022_12: Annotated[YuanText | None, Meta(description="2022年12月的划入额")] = None
    average_pension: Annotated[
        YuanText | None, Meta(description="改革当年当地平均基本养老金（知道时填写）")
    ] = None
