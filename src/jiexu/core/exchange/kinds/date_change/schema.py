"""期限变更通知: one side's day has moved, because papers were waited for; so does the promise."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`out_due` is the old place's day, `promised_on` the day of the whole record leg."""

    case_no: str
    to_half: Literal["in", "out"]
    told_on: date
    provisional: bool = False
    out_due: date | None = None
    promised_on: date | None = None
