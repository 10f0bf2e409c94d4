"""校验结果: whether the transfer can be accepted, with reasons if not.

Told by the old place; where the case was started there, a refusal is told by the new place.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

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
    to_half: Literal["in", "out"] = "in"
