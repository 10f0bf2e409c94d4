"""协查函: one side asks the other, or reminds it (催办). Always asks for an answer."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`enquiry_no` is unique within the case; the same number again chases a silent answer."""

    case_no: str
    to_half: Literal["in", "out"]
    enquiry_no: str
    purpose: Literal["clarify", "remind"]
    asked_on: date
    answer_by: date | None = None
    words: str = ""
    round: int = 1
