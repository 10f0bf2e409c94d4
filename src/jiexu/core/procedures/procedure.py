"""What the house must know of a procedure to run and to show it: one value per folder.

A procedure is one folder here (`table`, `states`, `facts`, decisions, `procedure`) and one loader
of facts in `work`; see docs/guides/add-a-procedure.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from jiexu.core.procedures.machine import Table

Steps = Mapping[str, tuple[tuple[str, str], ...]]


class Parties(msgspec.Struct, frozen=True, kw_only=True):
    """Whose case a record is: the agency of the half, the other one, the scheme, the two places.

    `counterpart` and `target` are empty in a procedure of one agency. `paper_of` is the number
    that a paper inside the record names; empty without one.
    """

    agency: str
    counterpart: str
    insutype: str
    source: str
    target: str
    paper_of: str = ""


class Overall(Protocol):
    """The state of a half that follows from its legs, and from having been completed before."""

    def __call__(self, record_leg: str, fund_leg: str, *, was_completed: bool = False) -> str: ...


def _same(record_leg: str) -> str:
    return record_leg


class Procedure(msgspec.Struct, frozen=True, kw_only=True):
    """One procedure: its moves, its words, and what follows from its states.

    `prefix` begins its case numbers. `station` names the step of `record_steps` that a state
    stands on. `clock_events` names the event of a clock that ran out, where it is not
    `clock_late`; of numbered clocks (`enquiry-in-1-1`) both
    go by the word before the first dash. `waits_outside` are states in which somebody who is no
    agency has the case;
    `waits_for_clerk` states that are a clerk's work even without a doubt. `money` is false where
    there is no fund leg to show.
    """

    name: str
    title: str
    prefix: str
    table: Table
    record: type[Any]
    parties: Callable[[Any, str], Parties]
    overall: Overall
    halves: Mapping[str, str]
    record_title: str
    record_labels: Mapping[str, str]
    fund_labels: Mapping[str, str]
    state_labels: Mapping[str, str]
    tones: Mapping[str, str]
    record_steps: Steps
    fund_steps: Steps
    station: Callable[[str], str] = _same
    clock_labels: Mapping[str, str] = {}
    clock_events: Mapping[str, str] = {}
    waits_outside: Mapping[str, str] = {}
    waits_for_clerk: frozenset[str] = frozenset()
    money: bool = True
