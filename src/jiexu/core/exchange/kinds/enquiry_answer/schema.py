"""协查答复: the answer to a 协查函."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    case_no: str
    to_half: Literal["in", "out"]
    enquiry_no: str
    answered_on: date
    words: str
