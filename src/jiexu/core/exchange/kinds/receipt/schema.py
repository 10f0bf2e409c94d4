"""办理结果回执: the new place says that a leg has been completed."""

from __future__ import annotations

from datetime import date

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`leg` record (years written) or fund (money credited; `amount` in yuan)."""

    case_no: str
    leg: str
    done_on: date
    amount: str | None = None
