"""What one batch of rows would do, planned before anything is written.

An importer plans a batch from the rows, from what is on file and from what earlier rows of the
same run said (`remember`): so a dry run, which writes nothing, finds the same as a real one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from jiexu.work.importing.report import RowProblem
from jiexu.work.importing.rows import RawRow


class Plan(msgspec.Struct, kw_only=True):
    """The good rows of a batch, how to write them, and how to keep them in mind afterwards.

    `content` is what the audit's digest covers: of a person only the blind index, which says
    nothing without the key.
    """

    problems: list[RowProblem] = []
    content: list[Any] = []
    added: int = 0
    unchanged: int = 0
    write: Callable[[], None] = lambda: None
    remember: Callable[[], None] = lambda: None


class Importer(Protocol):
    """One kind of rows, for one agency and one run."""

    def __init__(self, area: str, now: datetime) -> None: ...

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Check the rows against each other and against the database. Changes nothing."""
        ...
