"""What may be said about a transfer before it is applied for. Only what is required must be said.

An absent optional fact (or `null`) is "not stated": never taken for "no".
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, Insutype, MonthText, Plan, YuanText


class Person(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The insured person."""

    retired: Annotated[bool | None, Meta(description="已按职工医保退休人员享受待遇")] = None
    birth: date | None = None
    sex: Literal["M", "F"] | None = None
    event: Literal["none", "death", "army", "emigration"] = "none"


class FromFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """转出地, as far as the applicant knows it."""

    area: AreaCode
    insutype: Insutype
    status: Annotated[
        Literal["normal", "paused", "terminated"],
        Meta(description="normal 正常参保，paused 暂停（中止）参保，terminated 终止参保"),
    ]
    paused_on: Annotated[date | None, Meta(description="停保日；将来的日期表示仍在参保")] = None
    last_paid_month: MonthText | None = None
    plan: Plan | None = None
    arrears: Annotated[bool | str | None, Meta(description="有无欠费，或欠费金额（元）")] = None
    balance: Annotated[YuanText | None, Meta(description="个人账户余额")] = None
    bank_info_complete: Annotated[bool | None, Meta(description="经办机构的银行信息是否完整")] = (
        None
    )
    on_platform: Annotated[bool | None, Meta(description="是否已接入国家平台")] = None


class ToFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """转入地, as far as the applicant knows it."""

    area: AreaCode
    insutype: Insutype
    status: Annotated[
        Literal["normal", "paused", "none"],
        Meta(description="normal 已参保，paused 暂停参保，none 未参保"),
    ]
    enrolled_on: date | None = None
    cover_year: (
        Annotated[int, Meta(ge=1998, le=2098, description="居民医保已缴费的年度")] | None
    ) = None
    first_paid_month: MonthText | None = None
    plan: Plan | None = None
    paid_this_month: Annotated[bool | None, Meta(description="当月是否已足额缴费")] = None
    bank_info_complete: bool | None = None
    on_platform: bool | None = None


class TransferFacts(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"from_": "from"},
):
    """TransferFacts of the question `transfer`."""

    on: Annotated[date, Meta(description="申请日")]
    person: Person = Person()
    from_: FromFacts
    to: ToFacts
    applicant: Literal["self", "employer", "agent"] | None = None
    channel: Literal["online", "counter_from", "counter_to"] | None = None
    requests: Annotated[
        tuple[Literal["years", "balance", "pooled_balance"], ...] | None,
        Meta(description="申请转移的内容；不写即全部"),
    ] = None
    break_months: Annotated[int, Meta(ge=0, description="转移前中断缴费的月数")] | None = None
    back_paid: Annotated[bool | None, Meta(description="中断的月份是否已补缴")] = None
    continuous_years: Annotated[float, Meta(ge=0, description="连续参加基本医保的年数")] | None = (
        None
    )
