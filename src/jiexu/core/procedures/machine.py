"""The table of moves: which event is allowed in which state by whom, and what it may lead to.

One table per procedure, checked as a whole when it is loaded and tested as a whole: every state x
event x actor has an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from jiexu.core.base.actors import Role
from jiexu.core.procedures.outcome import Outcome, Refusal, Step

Decide: TypeAlias = Callable[[Any, Step, datetime], Outcome | Refusal]
"""(facts, step, now) → what happens. Pure: the same arguments give the same answer."""

NEW = "new"
"""The state of both legs before a half exists."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table.

    `record` and `fund` are the states of the two legs in which the move is allowed; `to` the
    pairs it may lead to, where an empty word leaves that leg as it is. `asks` is the struct that a
    person fills in to make it (see `asked`); it becomes the payload of the step. `when` names
    doubts one of which must stand for the move to make sense; `aside` says that it goes beside the
    way of the case (asking, reminding, withdrawing) and is offered so on pages.
    """

    half: str
    event: str
    label: str
    roles: frozenset[Role]
    record: frozenset[str]
    fund: frozenset[str]
    to: frozenset[tuple[str, str]]
    decide: Decide
    auto: bool = False
    needs: frozenset[str] = frozenset()
    asks: type[msgspec.Struct] | None = None
    when: frozenset[str] = frozenset()
    aside: bool = False

    @property
    def opens(self) -> bool:
        return NEW in self.record


STAYS = ("", "")
"""The pair of a move that leaves both legs as they are."""


def move(
    half: str,
    event: str,
    label: str,
    roles: Iterable[Role],
    decide: Decide,
    *,
    record: Iterable[str],
    fund: Iterable[str],
    to: Iterable[tuple[str, str]] = (STAYS,),
    auto: bool = False,
    needs: Iterable[str] = (),
    asks: type[msgspec.Struct] | None = None,
    when: Iterable[str] = (),
    aside: bool = False,
) -> Move:
    """One row of a table, from plain lists of words."""
    return Move(
        half=half,
        event=event,
        label=label,
        roles=frozenset(roles),
        decide=decide,
        record=frozenset(record),
        fund=frozenset(fund),
        to=frozenset(to),
        auto=auto,
        needs=frozenset(needs),
        asks=asks,
        when=frozenset(when),
        aside=aside,
    )


class Table:
    """All moves of a procedure, found by half and event."""

    def __init__(self, name: str, moves: Iterable[Move]) -> None:
        self.name = name
        self.moves = tuple(moves)
        self._by_key = {(move.half, move.event): move for move in self.moves}
        if len(self._by_key) != len(self.moves):
            raise ValueError(f"procedure {name}: the same event stands twice in one half")
        for move in self.moves:
            if move.auto and Role.SYSTEM not in move.roles:
                raise ValueError(f"procedure {name}: auto move {move.event} lacks the system role")

    def move(self, half: str, event: str) -> Move | None:
        return self._by_key.get((half, event))

    def allowed(self, half: str, record: str, fund: str, role: Role) -> tuple[Move, ...]:
        """The moves this role may make in this state, in table order."""
        return tuple(
            move
            for move in self.moves
            if move.half == half
            and role in move.roles
            and record in move.record
            and fund in move.fund
        )

    def refuse(self, half: str, record: str, fund: str, step: Step) -> Refusal | None:
        """Why the step may not be made in this state by this actor; `None` if it may."""
        move = self.move(half, step.event)
        if move is None:
            return Refusal(
                code="NO_SUCH_MOVE",
                text="本业务没有这一步。",
                remedy="请刷新页面后重新选择。",
            )
        if step.actor.role not in move.roles:
            return Refusal(
                code="NOT_YOUR_MOVE",
                text=f"“{move.label}”不能由您现在的身份办理。",
                remedy="请由有相应权限的人员办理。",
            )
        if record not in move.record or fund not in move.fund:
            return Refusal(
                code="WRONG_STATE",
                text=f"案件现在的状态不能再“{move.label}”。",
                remedy="请刷新页面查看最新进度；如已办过，不必重复办理。",
                later=Role.AGENCY in move.roles and not _over(record),
            )
        return None

    def check(self, move: Move, outcome: Outcome) -> None:
        """An outcome must stay inside its row: a state that the table does not name is a defect."""
        pair = (outcome.record_leg or "", outcome.fund_leg or "")
        if pair not in move.to:
            raise AssertionError(f"{move.half}.{move.event} leads to {pair}, not in its row")


def _over(record: str) -> bool:
    """Nothing more will come: an out-of-order message need not be tried again."""
    return record in {"refused", "not_yet", "withdrawn", "stopped"}
