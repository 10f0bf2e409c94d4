"""What one of the two rules answers, before it is put on the calendar."""

from __future__ import annotations

import msgspec

from jiexu.core.base.decision import Reason, Repair


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """`waits` is `None` where neither facts nor rules say whether there is a wait."""

    waits: bool | None = None
    wait_months: int | None = None
    wait_days: int | None = None
    wait_start: str | None = None
    wait_cap_months: int | None = None
    retroactive: bool | None = None
    account_backfilled: bool | None = None
    benefit_ratio_during_wait: str | None = None
    guaranteed: bool | None = None
    reasons: tuple[Reason, ...] = ()


ASK = Repair(who="本人或用人单位", how="拨打医保服务热线 12393 或向当地经办机构问清等待期")


def unknown(code: str, text: str, *, ask: bool = False) -> Finding:
    """Nothing sourced answers: said as such."""
    return Finding(
        reasons=(
            Reason(
                code=code,
                text=text,
                rule="没有出处的数不作为规则",
                repair=ASK if ask else None,
            ),
        )
    )
