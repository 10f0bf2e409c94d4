"""How many requests a minute: exact over processes, shares that lapse, addresses in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiexu.records.access.models import Allowance
from jiexu.work import limits

NOW = datetime(2026, 3, 11, 10, 0, 20, tzinfo=ZoneInfo("Asia/Shanghai"))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    limits.forget_all()
    yield
    limits.forget_all()


def test_the_limit_is_met_exactly_and_opens_with_the_next_minute() -> None:
    said = [limits.spend("token:1", 40, NOW) for _ in range(42)]
    assert said == [0] * 40 + [41, 41]
    assert limits.spend("token:2", 40, NOW) == 0
    assert limits.spend("token:1", 40, NOW + timedelta(seconds=40)) == 0


def test_counting_writes_once_for_a_share_of_the_minute() -> None:
    for _ in range(5):
        limits.spend("token:1", 100, NOW)
    assert Allowance.objects.get(subject="token:1").taken == 5
    limits.spend("token:1", 100, NOW)
    assert Allowance.objects.get(subject="token:1").taken == 10


def test_another_process_shares_the_same_minute() -> None:
    for _ in range(30):
        assert limits.spend("token:1", 40, NOW) == 0
    limits.forget_all()  # as seen by a process that has just started
    made = sum(limits.spend("token:1", 40, NOW) == 0 for _ in range(40))
    assert made == 10


def test_unknown_callers_are_counted_by_address_but_this_machine_is_not() -> None:
    said = [limits.spend_unknown("203.0.113.9", 3, NOW) for _ in range(4)]
    assert said == [0, 0, 0, 41]
    assert limits.spend_unknown("203.0.113.10", 3, NOW) == 0
    assert limits.spend_unknown("203.0.113.9", 3, NOW + timedelta(minutes=1)) == 0
    for address in ("127.0.0.1", "::1", ""):
        assert all(limits.spend_unknown(address, 1, NOW) == 0 for _ in range(5))
    assert not Allowance.objects.exists()
