"""What may be said about months paid. An absent optional fact is not stated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, Insutype, MonthText, Plan, Sex, YuanText


class PaidSpell(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"from_": "from"},
):
    """Months without a gap in one area and one scheme, both ends included."""

    area: AreaCode
    insutype: Insutype
    from_: Annotated[MonthText, Meta(description="第一个月")]
    to: Annotated[MonthText, Meta(description="最后一个月（含）")]
    kind: Annotated[
        Literal["actual", "deemed"], Meta(description="actual 实际缴费，deemed 视同缴费")
    ] = "actual"
    plan: Plan | None = None


class YearsFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `years`."""

    area: Annotated[AreaCode, Meta(description="打算在哪里享受退休医保待遇")]
    on: Annotated[date, Meta(description="计算到哪一天")]
    spells: Annotated[tuple[PaidSpell, ...], Meta(max_length=500)]
    sex: Sex | None = None
    birth: date | None = None
    worker_class: Annotated[
        Literal["cadre", "worker"] | None,
        Meta(description="女职工：cadre 原 55 岁退休，worker 原 50 岁退休"),
    ] = None
    reach_retire_age_on: Annotated[date | None, Meta(description="达到法定退休年龄之日")] = None
    base: Annotated[YuanText | None, Meta(description="一次性补足时的缴费基数")] = None
