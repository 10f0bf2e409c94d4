"""清算清单: what two agencies owe each other until a day, item by item, before anything is paid."""

from __future__ import annotations

from datetime import date

import msgspec

from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount

VERSION = "1"


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One sum of one case: `part` is its round, `payer` the area that owes it, `amount` in yuan."""

    case_no: str
    part: int
    payer: str
    amount: str


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`case_no` holds the number of the list. The difference goes from `payer` to `payee`."""

    case_no: str
    until: date
    payer: str
    payee: str
    difference: str
    items: tuple[Item, ...]
    receipt_account: ReceiptAccount | None = None
