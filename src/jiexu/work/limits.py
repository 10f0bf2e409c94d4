"""How many requests a caller may make in a minute.

Known callers are counted in rows, for all processes of the node together. A process takes a share
of the minute at a time, so that counting costs one write for many requests; what it took and did
not use lapses with the minute: the limit is never exceeded, and may be met a little early.
Unknown callers are counted by network address in the memory of the process, as failed sign-ins are;
loopback addresses are not, because behind a proxy everybody comes from there.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final

from django.db import IntegrityError, transaction

from jiexu.records.access import write
from jiexu.records.isolation import writing

WINDOW: Final = timedelta(minutes=1)
_SHARES: Final = 20
_MOST_SUBJECTS: Final = 10_000

_lock = threading.Lock()
_shares: dict[str, tuple[datetime, int]] = {}
_addresses: dict[str, tuple[datetime, int]] = {}


def spend(subject: str, limit: int, now: datetime) -> int:
    """Count one request of a known caller: 0 if it may be answered, else the seconds to wait."""
    since = _window(now)
    with _lock:
        begun, left = _shares.get(subject, (since, 0))
        if begun == since and left > 0:
            _shares[subject] = (since, left - 1)
            return 0
        if begun == since and left < 0:
            return _seconds_left(since, now)
    given = _take(subject, since, max(1, limit // _SHARES), limit)
    with _lock:
        _keep(_shares, subject, since, given - 1)
    return 0 if given else _seconds_left(since, now)


def spend_unknown(address: str, limit: int, now: datetime) -> int:
    """Count one request from a network address: 0 if it may be answered, else seconds to wait."""
    if is_loopback(address):
        return 0
    since = _window(now)
    with _lock:
        begun, made = _addresses.get(address, (since, 0))
        made = made + 1 if begun == since else 1
        _keep(_addresses, address, since, made)
    return _seconds_left(since, now) if made > limit else 0


def forget_all() -> None:
    """As after a start of the process; for tests."""
    with _lock:
        _shares.clear()
        _addresses.clear()


def is_loopback(address: str) -> bool:
    """True for this machine itself, and where the server does not know the address."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return not address


def _take(subject: str, since: datetime, wanted: int, limit: int) -> int:
    for _ in range(3):
        try:
            with writing(), transaction.atomic():
                return write.take_allowance(subject, since, wanted, limit)
        except IntegrityError:  # another process made the first row at the same moment
            continue
    return 1


def _keep(kept: dict[str, tuple[datetime, int]], name: str, since: datetime, count: int) -> None:
    kept.pop(name, None)
    kept[name] = (since, count)  # the latest stands last
    if len(kept) > _MOST_SUBJECTS:
        del kept[next(iter(kept))]


def _window(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _seconds_left(since: datetime, now: datetime) -> int:
    return max(1, int((since + WINDOW - now).total_seconds()) + 1)
