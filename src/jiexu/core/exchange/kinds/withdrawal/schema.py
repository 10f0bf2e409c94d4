"""终结通知: one side ends the case before the record has gone: withdrawn, or declined by a clerk.

The new place asks the old place, which holds form and money, and is answered by
withdrawal_answer; the old place tells the new place and needs no answer.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from jiexu.core.base.decision import Reason

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`to_half` is the half it is meant for; `how` says whether it was withdrawn or refused."""

    case_no: str
    to_half: Literal["in", "out"]
    how: Literal["withdrawn", "refused"]
    told_on: date
    reasons: tuple[Reason, ...] = ()
