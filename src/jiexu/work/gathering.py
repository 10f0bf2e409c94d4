"""Steps that people ask for at the same moment, made in one commit.

Every thread that brings a step waits for its answer. The first one makes it at once; whatever
comes while it is being made is made together by the next, in one commit. Alone, a step costs what
it cost before; sixteen at a time share the locks, the reading of facts and the flush to disk.
Each still stands for itself: one that is refused or breaks a law falls out alone (`unit_of_work`).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from datetime import datetime
from typing import Final

from django.db import connection

from jiexu.core.procedures.outcome import Step
from jiexu.work import unit_of_work
from jiexu.work.results import Result

MOST_STEPS: Final = 64


class _Waiting:
    """A step and the thread that waits for it: woken with an answer, or to make the next commit."""

    def __init__(self, step: Step, now: datetime) -> None:
        self.step = step
        self.now = now
        self.woken = threading.Event()
        self.result: Result | None = None
        self.fault: BaseException | None = None


class _Gate:
    """The steps of one agency and procedure; one thread at a time makes them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.queue: list[_Waiting] = []
        self.busy = False


_gates: defaultdict[tuple[str, str], _Gate] = defaultdict(_Gate)
_gates_lock = threading.Lock()


def make(agency: str, step: Step, now: datetime, procedure: str = "transfer") -> Result:
    """Make one step of an agency, together with what others ask for at the same moment.

    Only steps of one procedure share a commit.

    Inside a transaction of the caller it is made alone: only the caller can see its rows.
    """
    if connection.in_atomic_block:
        return unit_of_work.apply(agency, [step], now=now, procedure=procedure)[0]
    with _gates_lock:
        gate = _gates[agency, procedure]
    mine = _Waiting(step, now)
    with gate.lock:
        gate.queue.append(mine)
        leads = not gate.busy
        gate.busy = True
    if not leads:
        mine.woken.wait()
    if mine.result is None and mine.fault is None:
        _lead(agency, procedure, gate)
    if mine.fault is not None:
        raise mine.fault
    assert mine.result is not None
    return mine.result


def _lead(agency: str, procedure: str, gate: _Gate) -> None:
    """Make what waits, one's own step first among it, and hand on to the next who came since."""
    with gate.lock:
        batch, gate.queue = gate.queue[:MOST_STEPS], gate.queue[MOST_STEPS:]
    try:
        results = unit_of_work.apply(
            agency,
            [one.step for one in batch],
            now=max(one.now for one in batch),
            procedure=procedure,
        )
        for one, result in zip(batch, results, strict=True):
            one.result = result
    except BaseException as fault:
        for one in batch:
            one.fault = fault
    finally:
        with gate.lock:
            following = gate.queue[0] if gate.queue else None
            gate.busy = following is not None
        for one in batch:
            one.woken.set()
        if following is not None:
            following.woken.set()
