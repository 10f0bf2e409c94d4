"""How often one may fail: by network address or by what is asked for, in this process alone."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta
from ipaddress import ip_address


class Attempts:
    """Failures within `pause`, in the memory of this process; `most` of them close a name.

    Each web process counts for itself, so the true limit is that times the processes.
    """

    def __init__(self, most: int, pause: timedelta, *, names: int = 10_000) -> None:
        self._most, self._pause, self._names = most, pause, names
        self._failures: dict[str, deque[datetime]] = {}
        self._lock = threading.Lock()

    def closed(self, name: str, now: datetime) -> bool:
        with self._lock:
            return len(self._recent(name, now)) >= self._most

    def failed(self, name: str, now: datetime) -> None:
        with self._lock:
            recent = self._recent(name, now)
            recent.append(now)
            self._failures.pop(name, None)
            self._failures[name] = recent  # the latest stands last
            if len(self._failures) > self._names:
                del self._failures[next(iter(self._failures))]

    def clear(self) -> None:
        with self._lock:
            self._failures.clear()

    def _recent(self, name: str, now: datetime) -> deque[datetime]:
        failures = self._failures.get(name, deque())
        while failures and failures[0] <= now - self._pause:
            failures.popleft()
        return failures


def is_loopback(address: str) -> bool:
    """Whether nobody can be told apart by it: behind a proxy everybody comes from there."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return not address
