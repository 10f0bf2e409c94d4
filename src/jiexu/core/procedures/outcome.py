"""What a move results in: new states and effects, as data. Nothing here happens by itself.

The unit of work carries all effects of a move out in one commit, or none of them.
"""

from __future__ import annotations

from datetime import date
from typing import Any, TypeAlias

import msgspec

from jiexu.core.base.actors import Actor, Via
from jiexu.core.base.decision import Reason
from jiexu.core.base.money import Fen
from jiexu.core.ledger.postings import Posting


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A move that somebody asks for. `key` makes it happen once: the same key, the same answer.

    `expected_version` is the version of the case the actor looked at; `None` for messages and
    timers, which look at nothing. `payload` holds what the move needs, as a struct of its own.
    `subject` is the blind index of the person's identity, for moves that open a half. `via` says
    who copied the words of a partner that sends no messages, and from what; it is no part of what
    is asked for: the same words copied twice are one step.
    """

    case_no: str
    half: str
    event: str
    actor: Actor
    key: str
    payload: Any = None
    expected_version: int | None = None
    subject: bytes = b""
    via: Via | None = None


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """The move is not made: why, and what to do now. `later` asks to try again (out of order)."""

    code: str
    text: str
    remedy: str
    reasons: tuple[Reason, ...] = ()
    later: bool = False


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """Book these postings in the agency's ledger."""

    postings: tuple[Posting, ...]


class Send(msgspec.Struct, frozen=True, kw_only=True):
    """Put a message to another agency into the outbox. `body` is the struct of its kind."""

    to: str
    kind: str
    body: Any


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """Issue a document: its number, kind and canonical content."""

    number: str
    kind: str
    content: Any


class AttachSeal(msgspec.Struct, frozen=True, kw_only=True):
    """Put the electronic seal beside an issued document."""

    number: str
    key_id: str
    root: str
    leaf_index: int
    leaf_count: int
    path: tuple[str, ...]
    signature: str


class Notify(msgspec.Struct, frozen=True, kw_only=True):
    """Tell the person: a text of the catalogue with its arguments."""

    code: str
    args: dict[str, str] = {}


class StartClock(msgspec.Struct, frozen=True, kw_only=True):
    """A limit begins to run, counted in the working days of `holder`."""

    leg: str
    name: str
    holder: str
    started_on: date
    limit_workdays: int
    due_on: date
    provisional: bool


class MeetClock(msgspec.Struct, frozen=True, kw_only=True):
    """The thing that a clock waits for has been done on this day."""

    name: str
    on: date


class StopClocks(msgspec.Struct, frozen=True, kw_only=True):
    """Clocks that run on end unmet on this day: of the case, or only those named."""

    on: date
    names: tuple[str, ...] = ()


class MoveClock(msgspec.Struct, frozen=True, kw_only=True):
    """A running clock is due on another day, or stands still from `paused_on` on.

    `paused_workdays` is for how many working days it has stood still in all.
    """

    name: str
    due_on: date
    provisional: bool
    paused_on: date | None = None
    paused_workdays: int = 0


class PlaceOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A payment for finance to make. `reference` travels with the money.

    `kind`: transfer to the new place, to_bank to the person, send_back to the sender of money.
    """

    reference: str
    amount_fen: Fen
    payee_area: str
    payee_name: str
    payee_bank: str
    payee_account: str
    kind: str = "transfer"


class Owe(msgspec.Struct, frozen=True, kw_only=True):
    """An amount of this case that is settled between the agencies later.

    `side` owe (the old place) or claim (the new place); `part` is the round of the case.
    """

    counterpart: str
    side: str
    part: int
    amount_fen: Fen
    arose_on: date


class MarkOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A new state of the payment order of this case, with the bank's words if there are any."""

    reference: str
    state: str
    bank_answer: str = ""


class MarkLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the bank statement has been matched to this case."""

    line_id: int


class WriteSpells(msgspec.Struct, frozen=True, kw_only=True):
    """Write insured months into the person's record: `(insutype, kind, begn_ym, end_ym, area)`."""

    spells: tuple[tuple[str, str, str, str, str], ...]


class RewriteSpells(msgspec.Struct, frozen=True, kw_only=True):
    """The months of this case are these: rows written before are superseded, never edited."""

    spells: tuple[tuple[str, str, str, str, str], ...]


class PauseRelation(msgspec.Struct, frozen=True, kw_only=True):
    """Participation is suspended from a day on: the months stay, nothing is paid any more.

    So it is with cover doubled by another scheme (医保发〔2020〕33号).
    """

    insutype: str
    on: date


class EndRelation(msgspec.Struct, frozen=True, kw_only=True):
    """The old relation ends by itself because the transfer's record leg is complete."""

    insutype: str
    on: date


class NoteLife(msgspec.Struct, frozen=True, kw_only=True):
    """Keep what happened to the person: death, retirement, army, emigration."""

    kind: str
    on: date
    evidence: str


class CorrectPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Name or identity number were wrong or have changed; what stood there before is kept."""

    psn_name: str
    psn_cert_type: str
    certno: str
    evidence: str


Effect: TypeAlias = (
    Post
    | Send
    | Issue
    | AttachSeal
    | Notify
    | StartClock
    | MeetClock
    | StopClocks
    | MoveClock
    | PlaceOrder
    | Owe
    | MarkOrder
    | MarkLine
    | WriteSpells
    | RewriteSpells
    | EndRelation
    | NoteLife
    | CorrectPerson
    | PauseRelation
)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a move decides. Legs that are `None` stay as they are.

    `say` names the line of the timeline in the catalogue of texts, with `args`. `auto` is the move
    that follows by itself in a transaction of its own; `hold_auto` calls one off. `doubts`
    replace the case's doubts: with a doubt a case waits for a person. `facts` is what the case
    remembers; `None` leaves it as it is.
    `partner_reference` is the partner's own number of the case; the first one stays.
    """

    record_leg: str | None = None
    fund_leg: str | None = None
    effects: tuple[Effect, ...] = ()
    say: str
    args: dict[str, str] = {}
    auto: str = ""
    hold_auto: bool = False
    doubts: tuple[str, ...] | None = None
    amount_fen: Fen | None = None
    accepted_on: date | None = None
    promised_on: date | None = None
    promised_provisional: bool | None = None
    facts: Any = None
    reasons: tuple[Reason, ...] = ()
    partner_reference: str = ""
