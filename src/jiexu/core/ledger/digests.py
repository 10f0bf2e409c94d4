"""The digest of a transfer row: SM3 over its whole content, so that a changed row is found."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec

from jiexu.core.base.money import Fen
from jiexu.core.exchange.sm3 import sm3_hex

_encode = msgspec.json.Encoder().encode


class Stamp(msgspec.Struct, frozen=True):
    """Whose books, which business day, recorded when (UTC): what all rows of one act share."""

    area: str
    business_date: str
    recorded_at: str

    @classmethod
    def of(cls, area: str, business_date: date, recorded_at: datetime) -> Stamp:
        """`recorded_at` must be aware; it is kept to the microsecond."""
        at = recorded_at.astimezone(UTC).isoformat(timespec="microseconds")
        return cls(area, business_date.isoformat(), at)


def row_digest(
    stamp: Stamp,
    *,
    key: str,
    code: str,
    phase: str,
    debit: tuple[str, str],
    credit: tuple[str, str],
    amount_fen: Fen,
    case_no: str,
    pending_key: str | None,
) -> str:
    """64 hexadecimal digits over the canonical form: a JSON array of every field, in this order.

    Takes fields and not a `Posting`: verification reads rows that no posting would accept.
    """
    fields = (key, code, phase, debit, credit, amount_fen, case_no, pending_key)
    return sm3_hex(
        _encode(("transfer/1", stamp.area, stamp.business_date, stamp.recorded_at, *fields))
    )
