"""What may be said about relations that overlap. What is absent is not stated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, DayOrMonth

HERE = Annotated[bool | AreaCode, Meta(description="true，或六位区划代码：与参保地相同即为 true")]

LABELS = {
    "keep": "保留的参保关系（从 0 数起）",
    "keep_name": "保留",
    "outcome.keep": "保留一个参保关系",
    "local_rule_unknown": "没有查到规定",
    "keep_is_own_choice": "由本人选择",
    "action": "怎样处理",
    "suspend": "暂停（终止）的参保关系（从 0 数起）",
    "refund": "能否退费",
    "refund_months": "可退费的月份",
}


class Relation(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"from_": "from"},
):
    """One relation."""

    area: AreaCode
    insutype: Annotated[Literal["310", "390"], Meta(description="310 职工医保，390 居民医保")]
    identity: Literal["employer", "flexible", "resident"] | None = None
    from_: DayOrMonth | None = None
    continuous_months: Annotated[int, Meta(ge=0, description="连续缴费月数")] | None = None
    workplace: Annotated[HERE | None, Meta(description="是就业地")] = None
    residence: Annotated[HERE | None, Meta(description="是常住地")] = None
    school: Annotated[HERE | None, Meta(description="是学籍地")] = None


class DuplicateFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `duplicate`."""

    on: date
    relations: Annotated[tuple[Relation, ...], Meta(min_length=1)]
    benefit_started: Annotated[
        bool | None, Meta(description="重复的参保关系的待遇享受期是否已开始")
    ] = None
    terminated: Annotated[bool | None, Meta(description="是否（申请）终止重复的参保关系")] = None
    prepaid_to: Annotated[DayOrMonth | None, Meta(description="灵活就业人员预缴到的月份（含）")] = (
        None
    )
    employed_from: Annotated[DayOrMonth | None, Meta(description="单位参保起始月份（含）")] = None
