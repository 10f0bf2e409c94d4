"""付款退回通知: a payment that was told as paid has come back to the old place (退汇)."""

from __future__ import annotations

from datetime import date

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`amount` in yuan with two decimals; it will be paid again under another reference."""

    case_no: str
    payment_reference: str
    amount: str
    returned_on: date
