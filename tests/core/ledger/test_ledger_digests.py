"""The digest of a transfer: fixed for ever, and different for every other content."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from jiexu.core.ledger.digests import Stamp, row_digest

AT = datetime(2026, 3, 2, 1, 30, 0, 5, tzinfo=UTC)
STAMP = Stamp.of("450100", date(2026, 3, 2), AT)
ROW: dict[str, Any] = {
    "key": "commit:1:C1",
    "code": "transfer_out_committed",
    "phase": "post",
    "debit": ("person_account", "P1"),
    "credit": ("in_transit", "C1"),
    "amount_fen": 321456,
    "case_no": "C1",
    "pending_key": "reserve:1:C1",
}
CANONICAL = (
    '["transfer/1","450100","2026-03-02","2026-03-02T01:30:00.000005+00:00","commit:1:C1",'
    '"transfer_out_committed","post",["person_account","P1"],["in_transit","C1"],321456,"C1",'
    '"reserve:1:C1"]'
)


def test_it_is_sm3_over_a_canonical_form_that_never_changes() -> None:
    assert row_digest(STAMP, **ROW) == hashlib.new("sm3", CANONICAL.encode()).hexdigest()


def test_the_same_instant_in_another_zone_is_the_same() -> None:
    china = AT.astimezone(timezone(timedelta(hours=8)))
    assert Stamp.of("450100", date(2026, 3, 2), china) == STAMP


@pytest.mark.parametrize(
    "change",
    [
        {"key": "commit:2:C1"},
        {"code": "transfer_out_voided"},
        {"phase": "void"},
        {"debit": ("person_account", "P2")},
        {"credit": ("in_transit", "C2")},
        {"amount_fen": 321457},
        {"case_no": "C2"},
        {"pending_key": None},
        {"debit": ROW["credit"], "credit": ROW["debit"]},
    ],
)
def test_every_field_counts(change: dict[str, Any]) -> None:
    assert row_digest(STAMP, **ROW | change) != row_digest(STAMP, **ROW)


@pytest.mark.parametrize(
    "stamp",
    [
        Stamp.of("450200", date(2026, 3, 2), AT),
        Stamp.of("450100", date(2026, 3, 3), AT),
        Stamp.of("450100", date(2026, 3, 2), AT + timedelta(microseconds=1)),
    ],
)
def test_agency_day_and_instant_count(stamp: Stamp) -> None:
    assert row_digest(stamp, **ROW) != row_digest(STAMP, **ROW)
