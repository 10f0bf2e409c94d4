"""二次转移通知: money that came to the old account after the transfer follows on the same case."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"

Why = Literal["interest", "contribution", "reversal", "credit"]


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`amount` in yuan; `part` counts the payments of the case; `why` it came so late.

    `money_route` as in the information form.
    """

    case_no: str
    part: int
    amount: str
    why: Why
    payment_reference: str
    told_on: date
    money_route: str = "remit"
