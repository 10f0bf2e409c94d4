"""What a request came to, for whoever asked: done, or refused in words."""

from __future__ import annotations

import msgspec

from jiexu.core.base.decision import Reason


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """`ok` with the new state, or a refusal: `code`, `text` (what and why), `remedy` (what now).

    `path` names the field of the form that could not be read.

    `later` asks a queue to try again. `repeated` says that the answer is that of an earlier,
    identical request.
    """

    ok: bool
    case_no: str = ""
    half: str = ""
    state: str = ""
    record_leg: str = ""
    fund_leg: str = ""
    version: int = 0
    code: str = ""
    text: str = ""
    remedy: str = ""
    reasons: tuple[Reason, ...] = ()
    later: bool = False
    repeated: bool = False
    auto: str = ""
    path: str = ""
