"""Virtual time for stories and tests: a clock that moves only when told to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jiexu.core.calendar.workdays import is_workday
from jiexu.work.ports import install, ports

SHANGHAI = ZoneInfo("Asia/Shanghai")


class VirtualClock:
    """`now()` answers the same moment until somebody moves it; it never goes back."""

    def __init__(self, start: datetime) -> None:
        self._now = start if start.tzinfo else start.replace(tzinfo=SHANGHAI)

    def __call__(self) -> datetime:
        return self._now

    def forward(self, **amount: float) -> None:
        self._now += timedelta(**amount)

    def set(self, moment: datetime) -> None:
        if moment < self._now:
            raise ValueError("time does not run backwards")
        self._now = moment

    def next_workday(self, area: str, hour: int = 9) -> None:
        """To `hour` o'clock of the next working day of an area."""
        day = self._now.date() + timedelta(days=1)
        while not is_workday(day, area):
            day += timedelta(days=1)
        self._now = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)

    def install(self) -> None:
        """Become the clock of this process."""
        install(replace(ports(), clock=self))
