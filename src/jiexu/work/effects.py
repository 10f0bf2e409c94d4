"""Carries the effects of many outcomes out, set-wise: one writer call per kind of effect."""

from __future__ import annotations

from datetime import datetime

from jiexu.core.exchange.canonical import canonical, digest_hex
from jiexu.core.procedures import outcome as effect
from jiexu.core.procedures.outcome import Outcome, Step
from jiexu.records.documents import write as documents
from jiexu.records.exchange import write as exchange
from jiexu.records.ledger import write as ledger
from jiexu.records.notices import write as notices
from jiexu.records.procedures import write as procedures
from jiexu.records.procedures.models import Case
from jiexu.records.registry import write as registry
from jiexu.records.settlement import write as settlement


class Effects:
    """Collects the effects of a batch of one agency, then writes them all."""

    def __init__(self, agency: str, procedure: str, now: datetime) -> None:
        self.agency = agency
        self.procedure = procedure
        self.now = now
        self._clocks: list[tuple[Case, effect.StartClock]] = []
        self._met: list[tuple[Case, str, object]] = []
        self._postings: list[object] = []
        self._messages: list[tuple[str, str, str, str, str]] = []
        self._papers: list[tuple[str, int | None, effect.Issue]] = []
        self._seals: list[effect.AttachSeal] = []
        self._notices: list[tuple[int, str, str, effect.Notify]] = []
        self._orders: list[tuple[str, effect.PlaceOrder]] = []
        self._owed: list[tuple[str, effect.Owe]] = []
        self._marks: list[effect.MarkOrder] = []
        self._lines: list[tuple[int, str, str]] = []
        self._spells: list[tuple[int, str, tuple[str, str, str, str, str]]] = []
        self._stops: list[tuple[Case, effect.StopClocks]] = []
        self._moves: list[tuple[Case, effect.MoveClock]] = []
        self._rewritten: list[tuple[int, str]] = []
        self._lives: list[tuple[int, str, effect.NoteLife]] = []
        self._corrections: list[tuple[int, str, effect.CorrectPerson]] = []
        self._ends: list[tuple[int, effect.EndRelation]] = []
        self._pauses: list[tuple[int, effect.PauseRelation]] = []

    def add(self, case: Case, step: Step, outcome: Outcome) -> None:
        """Take over the effects of one outcome. `case` already has its new version."""
        for place, one in enumerate(outcome.effects):
            match one:
                case effect.Post():
                    self._postings.extend(one.postings)
                case effect.Send():
                    # The id follows from case, half and version: a step cannot send twice.
                    message_id = f"{case.case_no}-{case.half}-{case.version}-{place}"
                    body = canonical(one.body).decode()
                    self._messages.append((message_id, one.to, one.kind, case.case_no, body))
                case effect.Issue():
                    self._papers.append((case.case_no, case.person_id, one))
                case effect.AttachSeal():
                    self._seals.append(one)
                case effect.Notify():
                    if case.person_id is not None:
                        self._notices.append((case.person_id, case.case_no, self.procedure, one))
                case effect.StartClock():
                    self._clocks.append((case, one))
                case effect.MeetClock():
                    self._met.append((case, one.name, one.on))
                case effect.PlaceOrder():
                    self._orders.append((case.case_no, one))
                case effect.Owe():
                    self._owed.append((case.case_no, one))
                case effect.MarkOrder():
                    self._marks.append(one)
                case effect.MarkLine():
                    self._lines.append((one.line_id, case.case_no, step.actor.ref))
                case effect.WriteSpells():
                    self._spells.extend(
                        (case.person_id, case.case_no, spell) for spell in one.spells
                    )
                case effect.RewriteSpells():
                    self._rewritten.append((case.person_id, case.case_no))
                    self._spells.extend(
                        (case.person_id, case.case_no, spell) for spell in one.spells
                    )
                case effect.StopClocks():
                    self._stops.append((case, one))
                case effect.MoveClock():
                    self._moves.append((case, one))
                case effect.EndRelation():
                    self._ends.append((case.person_id, one))
                case effect.NoteLife():
                    self._lives.append((case.person_id, case.case_no, one))
                case effect.CorrectPerson():
                    self._corrections.append((case.person_id, case.case_no, one))
                case effect.PauseRelation():
                    self._pauses.append((case.person_id, one))

    def write(self) -> None:
        """Write everything; each kind once. Called inside the transaction of the batch."""
        agency, now = self.agency, self.now
        if self._postings:
            ledger.post(agency, self._postings, business_date=now.date(), now=now)
        if self._stops:
            procedures.stop_clocks(agency, self._stops)
        if self._moves:
            procedures.move_clocks(agency, self._moves)
        if self._clocks:
            procedures.start_clocks(agency, self._clocks)
        if self._met:
            procedures.meet_clocks(agency, self._met)
        if self._papers:
            documents.issue_documents(agency, self._papers, now)
        if self._seals:
            documents.attach_seals(agency, self._seals, now)
        if self._orders:
            settlement.place_orders(agency, self._orders, now)
        if self._owed:
            settlement.add_clearing_items(agency, self._owed)
        if self._marks:
            settlement.mark_orders(agency, self._marks)
        if self._lines:
            settlement.match_lines(agency, self._lines, now)
        if self._rewritten:
            registry.supersede_spells(agency, self._rewritten, now)
        if self._spells:
            registry.add_spells(agency, self._spells, now)
        if self._ends:
            registry.end_relations(agency, self._ends, now)
        if self._pauses:
            registry.pause_relations(agency, self._pauses, now)
        if self._lives:
            registry.note_life(agency, self._lives, now)
        if self._corrections:
            registry.correct_persons(agency, self._corrections, now)
        if self._messages:
            exchange.enqueue(agency, self._messages, now)
        if self._notices:
            notices.add_notices(agency, self._notices, now)


def summary(outcome: Outcome) -> list[dict[str, str]]:
    """What the audit chain keeps of the effects: kind and digest, no identity or bank number.

    Seals are left out: an SM2 signature differs at every making, the chain must not.
    """
    return [
        {"kind": type(one).__name__, "digest": digest_hex(one)}
        for one in outcome.effects
        if not isinstance(one, effect.AttachSeal) and not _has_seal(one)
    ]


def _has_seal(one: effect.Effect) -> bool:
    return isinstance(one, effect.Send) and one.kind == "information_form"
