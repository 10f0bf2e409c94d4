"""参保人变动通知: what happened to the person in mid-case, or how their identity was corrected.

Either side sends it. The old place, which holds the money, answers whether the transfer was
stopped or goes on. `half` is the half of the receiver.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`outcome` told, stopped or goes_on; a correction names the person as they are now."""

    case_no: str
    half: Literal["in", "out"]
    event: Literal["death", "retirement", "army", "emigration", "correction"]
    on: date
    outcome: Literal["told", "stopped", "goes_on"] = "told"
    evidence: str = ""
    psn_cert_type: str = ""
    certno: str = ""
    psn_name: str = ""
