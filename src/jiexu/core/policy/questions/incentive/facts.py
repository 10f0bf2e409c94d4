"""What may be said about a resident's years of cover, and the words of the answer."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from jiexu.core.policy.fact_types import AreaCode, CoverYear, YuanText

LABELS = {
    "raise": "提高大病保险最高支付限额",
    "lower": "降低大病保险最高支付限额",
    "none": "不变",
    "local_rule_unknown": "没有查到当地规定",
    "change": "本次变动（元）",
    "by_continuity": "连续参保激励（元）",
    "by_zero_claim": "零报销激励（元）",
    "limit_total": "变动总额上限（元）",
    "continuous_years_after": "此后的连续参保年数",
    "step_least": "国家规定的每次最低金额（元）",
}


class IncentiveFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Facts of the question `incentive`."""

    area: AreaCode
    cover_year: CoverYear
    continuous_years: Annotated[int, Meta(ge=0, description="连续参加居民医保的年数，含本年度")]
    zero_claim_prev_year: Annotated[bool | None, Meta(description="上年度医保基金零报销")] = None
    missed_years_count: Annotated[int, Meta(ge=0, description="此前断保的年数")] | None = None
    already_raised: Annotated[YuanText | None, Meta(description="此前已提高的金额（元）")] = None
