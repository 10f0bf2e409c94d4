"""What holds of every procedure: each cell of its table, its words, its ways to an end."""

from __future__ import annotations

import itertools
import re
from importlib import import_module
from pathlib import Path

import pytest

from jiexu.core.base.actors import Actor, Role
from jiexu.core.notices import notice_codes, says
from jiexu.core.procedures.asked import fields_of
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.machine import NEW
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.procedure import Procedure

every = pytest.mark.parametrize("one", PROCEDURES.values(), ids=lambda one: one.name)
BY_HAND = {"by_employer"}
"""Notices that no move says: work tells them."""


def step(half: str, event: str, role: Role) -> Step:
    return Step(case_no="X1", half=half, event=event, actor=Actor(role=role, ref="x"), key="k")


@every
def test_every_cell_of_the_matrix_has_the_answer_of_its_row(one: Procedure) -> None:
    events = sorted({move.event for move in one.table.moves})
    allowed = 0
    for half, record, fund, event, role in itertools.product(
        one.halves, one.record_labels, one.fund_labels, events, Role
    ):
        refusal = one.table.refuse(half, record, fund, step(half, event, role))
        move = one.table.move(half, event)
        if move is None:
            code = "NO_SUCH_MOVE"
        elif role not in move.roles:
            code = "NOT_YOUR_MOVE"
        elif record in move.record and fund in move.fund:
            code = ""
            allowed += 1
        else:
            code = "WRONG_STATE"
        assert (refusal.code if refusal else "") == code
        assert refusal is None or (refusal.text and refusal.remedy)
        if move is not None:
            assert (move in one.table.allowed(half, record, fund, role)) == (code == "")
    assert allowed >= len(one.table.moves)


@every
def test_rows_and_words_name_known_states(one: Procedure) -> None:
    records, funds = set(one.record_labels), set(one.fund_labels)
    for move in one.table.moves:
        assert move.half in one.halves
        assert move.record <= records
        assert move.fund <= funds
        assert {record for record, _ in move.to} <= records - {NEW} | {""}
        assert {fund for _, fund in move.to} <= funds - {NEW} | {""}
        assert move.roles and move.record and move.fund and move.to and move.label
        assert all(field.label != field.name for field in fields_of(move.asks))
    assert one.waits_for_clerk <= records
    assert set(one.waits_outside) <= records
    assert set(one.state_labels) == set(one.tones)
    for half in one.halves:
        events = {move.event for move in one.table.moves if move.half == half}
        assert set(one.clock_events.values()) <= events
        assert "clock_late" in events
        assert {name for name, _ in one.fund_steps[half]} <= funds
        assert {one.overall(record, fund) for record in records for fund in funds} <= set(
            one.state_labels
        )


@every
def test_prefixes_and_names_are_their_own(one: Procedure) -> None:
    assert re.fullmatch("[A-Z]{2}", one.prefix)
    assert [other.name for other in PROCEDURES.values() if other.prefix == one.prefix] == [one.name]
    assert PROCEDURES[one.name] is one
    assert one.table.name == one.name


@every
def test_every_state_can_be_reached_and_can_end(one: Procedure) -> None:
    for half in one.halves:
        seen, frontier = {(NEW, NEW)}, [(NEW, NEW)]
        edges: dict[tuple[str, str], set[tuple[str, str]]] = {}
        while frontier:
            record, fund = frontier.pop()
            for move in one.table.moves:
                if move.half == half and record in move.record and fund in move.fund:
                    for to_record, to_fund in move.to:
                        state = (to_record or record, to_fund or fund)
                        edges.setdefault((record, fund), set()).add(state)
                        if state not in seen:
                            seen.add(state)
                            frontier.append(state)
        over = {state for state in seen if one.overall(*state) not in {NEW, "open"}}
        assert any(one.overall(*state) == "completed" for state in over)
        can_end = set(over)
        while more := {s for s, to in edges.items() if to & can_end} - can_end:
            can_end |= more
        assert {s for s in seen - can_end if s[1] != "returned"} == set()
        if not one.money:
            assert {record for record, _ in seen} == set(one.record_labels)


@every
def test_every_sentence_that_is_said_is_written_and_none_is_left_over(one: Procedure) -> None:
    folder = Path(str(import_module(f"jiexu.core.procedures.{one.name}").__file__)).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    halves = "|".join(one.halves)
    spoken = set(re.findall(rf'"((?:{halves}|both)\.[a-z_.]+|clock_late|errand_[a-z]+)"', source))
    mine = f"{one.name}."
    assert spoken == {say.removeprefix(mine) for say in says() if say.startswith(mine)}
    notified = set(re.findall(r'Notify\(\s*code="([a-z_]+)"', source))
    written = {code.removeprefix(mine) for code in notice_codes() if code.startswith(mine)}
    assert notified == written - BY_HAND
