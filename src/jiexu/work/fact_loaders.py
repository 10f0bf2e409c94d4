"""Which loader gives the decisions of a procedure their facts: one line per procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from jiexu.core.procedures.machine import Move
from jiexu.core.procedures.outcome import Step
from jiexu.records.procedures.models import Case
from jiexu.work import stop_cover_facts, transfer_facts
from jiexu.work.loaded import Loaded


class Loader(Protocol):
    """Loads set-wise: a fixed number of queries, however many steps."""

    def __call__(
        self,
        agency: str,
        steps: Mapping[int, tuple[Step, Move]],
        cases: Mapping[tuple[str, str], Case],
    ) -> Loaded: ...


LOADERS: dict[str, Loader] = {
    "transfer": transfer_facts.load_facts,
    "stop_cover": stop_cover_facts.load_facts,
}
