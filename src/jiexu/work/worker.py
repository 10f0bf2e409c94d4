"""The worker: sweeps every queue, in turn, for ever. Rows are the queues; the worker has no memory.

It may be killed at any instruction and started again, and any number may run beside each other:
each effect is guarded by a key of its own in the database.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError, close_old_connections

from jiexu.work import (
    attachments,
    dispatch,
    documents,
    netting,
    nightly,
    payments,
    receive,
    reconcile,
    rosters,
    timers,
)
from jiexu.work.companion import lists
from jiexu.work.ports import clock

log = logging.getLogger(__name__)

_CLOSING_PAUSE = timedelta(minutes=5)

Sweep = Callable[[datetime], int]

SWEEPS: tuple[tuple[str, Sweep], ...] = (
    ("receive far envelopes", receive.collect),
    ("apply messages", receive.apply_due),
    ("work through lists", lists.run_due),
    ("automatic moves", timers.run_autos),
    ("seal documents", documents.seal_due),
    ("dispatch messages", dispatch.dispatch_due),
    ("file payment batches", payments.file_approved),
    ("take bank files", reconcile.take_bank_files),
    ("match bank lines", reconcile.match_due),
    ("settle cleared lists", netting.settle_due),
    ("late clocks", timers.tell_late_clocks),
    ("waiting forms", timers.release_waiting_forms),
    ("lists of employers", rosters.run_due),
)


def sweep_once(now: datetime) -> int:
    """Every queue once; returns how many things were done. A fault in one stops no other."""
    return sum(_sweep(name, sweep, now) for name, sweep in SWEEPS)


def _sweep(name: str, sweep: Sweep, now: datetime) -> int:
    try:
        return sweep(now)
    except OperationalError:
        log.warning("sweep %s: the database is busy or away, again later", name)
        close_old_connections()
    except Exception:
        log.exception("sweep %s failed", name)
    return 0


def run_until_quiet(now: Callable[[], datetime] = clock, most: int = 200) -> int:
    """Sweep until nothing is left to do now; returns how many things were done."""
    total = 0
    for _ in range(most):
        done = sweep_once(now())
        total += done
        if not done:
            return total
    raise RuntimeError(f"the queues do not come to rest after {most} rounds")


def run_for_ever(stop: Callable[[], bool], pause_seconds: float = 0.5) -> None:
    """Sweep until told to stop; rests a little when there is nothing to do.

    Days that are over are closed and files without a row removed now and then: nothing waits.
    """
    closed_at: datetime | None = None
    while not stop():
        if closed_at is None or clock() - closed_at > _CLOSING_PAUSE:
            closed_at = clock()
            _sweep("close days", nightly.close_due, closed_at)
            _sweep("files without a row", attachments.sweep_orphans, closed_at)
        if not sweep_once(clock()):
            close_old_connections()
            time.sleep(pause_seconds)
