"""The table of moves as a whole: every half x record state x fund state x event x role."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

import jiexu.core.procedures.transfer as transfer_package
from jiexu.core.base.actors import Actor, Role
from jiexu.core.notices import doubt_codes, doubt_text, notice_codes, says
from jiexu.core.procedures.machine import NEW, Move, Table
from jiexu.core.procedures.outcome import Outcome, Step
from jiexu.core.procedures.transfer.states import (
    ENDED,
    FUND_LABELS,
    FUND_STATES,
    FUND_STEPS,
    HALVES,
    RECORD_LABELS,
    RECORD_STATES,
    RECORD_STEPS,
    STATE_LABELS,
    TONES,
    overall,
)
from jiexu.core.procedures.transfer.table import TRANSFER

STOPS = {"report_life", "life_event_received"}
"""Moves that end a transfer as long as its money has not been paid."""

EVENTS = sorted({move.event for move in TRANSFER.moves})


def step(half: str, event: str, role: Role) -> Step:
    return Step(case_no="ZY1", half=half, event=event, actor=Actor(role=role, ref="x"), key="k")


def test_every_cell_of_the_matrix_has_the_answer_of_its_row() -> None:
    cells = allowed = 0
    for half, record, fund, event, role in itertools.product(
        HALVES, RECORD_STATES, FUND_STATES, EVENTS, Role
    ):
        cells += 1
        refusal = TRANSFER.refuse(half, record, fund, step(half, event, role))
        move = TRANSFER.move(half, event)
        if move is None:
            assert refusal is not None
            assert refusal.code == "NO_SUCH_MOVE"
        elif role not in move.roles:
            assert refusal is not None
            assert refusal.code == "NOT_YOUR_MOVE"
            assert move.label in refusal.text
        elif record in move.record and fund in move.fund:
            assert refusal is None
            allowed += 1
        else:
            assert refusal is not None
            assert refusal.code == "WRONG_STATE"
            assert refusal.text.startswith("案件现在的状态不能再")
            assert refusal.remedy
    assert cells == len(HALVES) * len(RECORD_STATES) * len(FUND_STATES) * len(EVENTS) * len(Role)
    assert allowed > 100


def test_only_messages_out_of_order_are_tried_again() -> None:
    late = step("in", "form_received", Role.AGENCY)
    early = TRANSFER.refuse("in", "checking", "waiting", late)
    assert early is not None
    assert early.later
    over = TRANSFER.refuse("in", "refused", "none", late)
    assert over is not None
    assert not over.later
    clerk = TRANSFER.refuse("in", "checking", "waiting", step("in", "write_record", Role.CLERK))
    assert clerk is not None
    assert not clerk.later


@pytest.mark.parametrize("move", TRANSFER.moves, ids=lambda m: f"{m.half}.{m.event}")
def test_rows_name_known_states_and_go_somewhere(move: Move) -> None:
    assert move.half in HALVES
    assert move.record <= RECORD_STATES
    assert move.fund <= FUND_STATES
    assert {record for record, _ in move.to} <= RECORD_STATES - {NEW} | {""}
    assert {fund for _, fund in move.to} <= FUND_STATES - {NEW} | {""}
    assert move.to
    assert move.record
    assert move.fund
    assert move.roles
    assert move.label


def test_money_never_leaves_without_a_second_person() -> None:
    """Every way into a paid fund leg passes the approver: no role but the approver may approve."""
    approve = TRANSFER.move("out", "approve_payment")
    assert approve is not None
    assert approve.roles == {Role.FINANCE_APPROVER}
    assert not approve.auto
    for move in TRANSFER.moves:
        to_fund = {fund for _, fund in move.to}
        if move.half == "out" and "approved" in to_fund:
            assert move is approve
        if move.event in STOPS:
            continue  # what was paid stays paid when late money is stopped
        if move.half == "out" and "paid" in to_fund:
            # Whatever is paid was approved: now, or as the payment that this one was to repeat.
            assert move.event in {"debit_seen", "cleared"}


AGAIN = {"money_returned", "remittance_withdrawn", "late_money", "late_money_told", "cleared"}
"""What may follow when all is over: money that came back, money that comes later, and its list."""


def test_nobody_leaves_a_state_that_is_over() -> None:
    for move in TRANSFER.moves:
        if move.event in STOPS or move.event in AGAIN:
            continue  # by facts: see test_transfer_life
        if move.record & (ENDED - {"stopped"}):
            assert move.to == {("", "")}, "whoever is over may still be spoken about"
        if move.half == "out" and move.event == "withdrawal_received":
            continue  # answers "too late" once money moves: asserted in test_transfer_ending.py
        if {"credited", "paid"} & move.fund:
            assert {fund for _, fund in move.to} <= {"", "in_transit"}


def test_every_state_is_reachable_and_can_end() -> None:
    for half in HALVES:
        seen = {(NEW, NEW)}
        edges: dict[tuple[str, str], set[tuple[str, str]]] = {}
        frontier = [(NEW, NEW)]
        while frontier:
            record, fund = frontier.pop()
            for move in TRANSFER.moves:
                if move.half != half or record not in move.record or fund not in move.fund:
                    continue
                for to_record, to_fund in move.to:
                    state = (to_record or record, to_fund or fund)
                    edges.setdefault((record, fund), set()).add(state)
                    if state not in seen:
                        seen.add(state)
                        frontier.append(state)
        assert any(overall(*state) == "completed" for state in seen)
        ends = {"completed", *ENDED}
        can_end = {state for state in seen if overall(*state) in ends}
        while True:
            more = {s for s, to in edges.items() if to & can_end} - can_end
            if not more:
                break
            can_end |= more
        assert not {s for s in seen if s not in can_end}


def test_labels_cover_all_states() -> None:
    assert set(RECORD_LABELS) == RECORD_STATES
    assert set(FUND_LABELS) == FUND_STATES
    assert set(STATE_LABELS) == set(TONES)
    for half in HALVES:
        assert {name for name, _ in RECORD_STEPS[half]} <= RECORD_STATES
        assert {name for name, _ in FUND_STEPS[half]} <= FUND_STATES


def _sources() -> str:
    folder = Path(transfer_package.__file__).parent
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))


def test_every_sentence_that_is_said_is_written_and_none_is_left_over() -> None:
    spoken = set(re.findall(r'"((?:in|out|both)\.[a-z_.]+|clock_late|errand_[a-z]+)"', _sources()))
    written = {say.removeprefix("transfer.") for say in says() if say.startswith("transfer.")}
    assert spoken == written
    notified = set(re.findall(r'Notify\(\s*code="([a-z_]+)"', _sources()))
    told = {code for code in notice_codes() if code.startswith("transfer.")}
    assert {f"transfer.{code}" for code in notified} == told
    doubts = set(re.findall(r'doubts\.append\("([A-Z_]+)"\)', _sources())) | set(
        re.findall(r'doubts=\(\*facts\.doubts, "([A-Z_]+)"\)', _sources())
    )
    assert doubts <= doubt_codes()
    assert all(doubt_text(code) for code in doubt_codes())


def test_an_outcome_outside_its_row_is_a_defect() -> None:
    move = TRANSFER.move("in", "apply")
    assert move is not None
    with pytest.raises(AssertionError, match="not in its row"):
        TRANSFER.check(move, Outcome(record_leg="done", say="x"))
    with pytest.raises(AssertionError, match="not in its row"):
        TRANSFER.check(move, Outcome(fund_leg="paid", say="x"))


def test_a_table_refuses_to_hold_an_event_twice_or_an_auto_move_without_the_system() -> None:
    move = TRANSFER.moves[0]
    with pytest.raises(ValueError, match="stands twice"):
        Table("broken", [move, move])
    auto = next(move for move in TRANSFER.moves if move.auto)
    import msgspec

    with pytest.raises(ValueError, match="lacks the system role"):
        Table("broken", [msgspec.structs.replace(auto, roles=frozenset({Role.CLERK}))])
