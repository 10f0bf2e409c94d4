"""清算清单答复: the other agency agrees to the list, or says which items differ."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`case_no` holds the number of the list. `differences` name items by case and round."""

    case_no: str
    outcome: Literal["agree", "differ"]
    answered_on: date
    differences: tuple[str, ...] = ()
    receipt_account: ReceiptAccount | None = None
