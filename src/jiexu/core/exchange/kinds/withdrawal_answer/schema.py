"""终结答复: the old place answers a 终结通知: ended there too, or too late: money is on its way."""

from __future__ import annotations

from datetime import date

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`agreed` says whether the outgoing half has ended."""

    case_no: str
    agreed: bool
    answered_on: date
