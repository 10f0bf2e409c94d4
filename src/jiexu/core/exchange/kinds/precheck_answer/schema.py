"""校验结果: the old place answers whether the transfer can be accepted, with reasons if not."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.base.decision import Reason

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`outcome` accept, not_yet or refuse. `out_due` is counted in the old place's calendar."""

    case_no: str
    outcome: str
    answered_on: date
    out_due: date | None = None
    out_limit_workdays: int | None = None
    provisional: bool = False
    earliest: date | None = None
    reasons: tuple[Reason, ...] = ()
