"""The product's worker in a process of its own, in a time that runs faster than ours.

    python -m tests.support.fast_worker BASE SPEED

Leases that end after a minute end after a second here; all processes of a test agree on the time.
"""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from jiexu.faces.cli.start import start_django


def fast_clock(base: float, speed: float, start: datetime) -> Callable[[], datetime]:
    """The moment `start` was at `base` (seconds since the epoch); since then time flies."""
    return lambda: start + timedelta(seconds=(time.time() - base) * speed)


def main() -> int:
    base, speed, start = float(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
    start_django()
    from jiexu.faces.cli.worker import run
    from jiexu.work.ports import install, ports

    install(replace(ports(), clock=fast_clock(base, speed, datetime.fromisoformat(start))))
    return run(Namespace(once=False))


if __name__ == "__main__":
    raise SystemExit(main())
