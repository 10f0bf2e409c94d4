"""付款通知: the old place's bank has paid; the money is on its way under this reference."""

from __future__ import annotations

from datetime import date

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`amount` in yuan with two decimals; `payment_reference` is repeated in the bank's remark."""

    case_no: str
    payment_reference: str
    amount: str
    paid_on: date
