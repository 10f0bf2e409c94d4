"""What may be said about a payment for resident cover. What is absent is not stated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, CoverYear

YearText = Annotated[str, Meta(pattern=r"^[0-9]{4}$")]


class ChangeOfStatus(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changed in the person's life, and when."""

    kind: Annotated[
        Literal[
            "newborn",
            "graduate",
            "discharged_soldier",
            "released",
            "left_employee_cover",
            "assisted",
            "other",
        ],
        Meta(
            description="newborn 新生儿，graduate 毕业，discharged_soldier 退役，"
            "released 刑满释放，left_employee_cover 职工医保停保，assisted 救助对象，other 其他"
        ),
    ]
    on: Annotated[date, Meta(description="变动（出生）之日，为第 0 日")]


class PriorCover(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cover elsewhere directly before this payment."""

    area: AreaCode
    insutype: Literal["310", "390"]
    continuous_years: Annotated[float, Meta(ge=0)] | None = None


class ResidentWaitFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `resident-wait`."""

    area: AreaCode
    cover_years: Annotated[
        tuple[CoverYear, ...], Meta(min_length=1, description="这次缴费所缴的年度")
    ]
    paid_on: Annotated[date, Meta(description="缴费日")]
    in_window: Annotated[
        bool | dict[YearText, bool] | None,
        Meta(description="是否在集中参保期内缴费；可按年度分别写；不写则按当地公布的时段判断"),
    ] = None
    missed_years: Annotated[
        tuple[CoverYear, ...] | None, Meta(description="断保的年度；没有断保写空列表")
    ] = None
    repaired_years: Annotated[int, Meta(ge=0, description="多缴费修复的断保年数")] | None = None
    first_enrolment: Annotated[bool | None, Meta(description="首次参加居民医保")] = None
    change_of_status: ChangeOfStatus | None = None
    birth: date | None = None
    prior_cover: PriorCover | None = None
