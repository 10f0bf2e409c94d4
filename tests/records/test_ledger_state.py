"""Any order of events, repeats, refusals: database and pure model agree at every step."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from ledger_books import HERE, execute, open_agencies, open_cases, record

from jiexu.core.base.errors import JiexuError
from jiexu.core.ledger import clearing_postings as q
from jiexu.core.ledger import postings as p
from jiexu.core.ledger.book import Book
from jiexu.core.ledger.chart import chart
from jiexu.records.ledger.models import Transfer
from jiexu.records.ledger.queries import balances, statement
from jiexu.records.ledger.verify import verify

OF_LISTS = {
    *("clearing_owed", "clearing_claimed"),
    *("clearing_netted", "clearing_paid", "clearing_received"),
}
"""Codes that are proved against the lists between agencies: see test_clearing_verify."""
PEOPLE, CASES, LINES = (tuple(f"{word}{i}" for i in range(2)) for word in "PCL")
people, cases, lines = (st.sampled_from(names) for names in (PEOPLE, CASES, LINES))
amounts = st.integers(1, 5)
parts = st.sampled_from([1, 1, 2])
ends = st.sampled_from([p.commit_reservation, p.void_reservation])
events = st.one_of(
    st.builds(p.opening_balance, people, amounts),
    st.builds(p.commit_reservation, cases, people, amounts, parts),
    st.builds(p.void_reservation, cases, people, amounts, parts),
    st.builds(p.paid_out, cases, amounts, parts),
    st.builds(p.received, lines, amounts),
    st.builds(p.matched, cases, lines, amounts),
    st.builds(p.credited, cases, people, amounts, parts),
)
REFS = (
    *map(p.person_account, PEOPLE),
    *map(p.in_transit, CASES),
    *map(p.suspense, LINES),
    *(p.PAYMENT_BANK, p.RECEIPT_BANK, p.OPENING),
)


def outcome(act: Callable[[], Any]) -> str:
    try:
        act()
    except JiexuError as refused:
        return refused.code
    return "done"


class Ledger(RuleBasedStateMachine):
    """Plays each event against `post` on the database and against `Book`."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        try:
            if transaction.get_connection().vendor == "postgresql":
                execute("SET CONSTRAINTS ALL IMMEDIATE")
            assert verify() == []
            for ref in self.book.totals:
                lines_ = statement(HERE, ref)
                assert lines_[-1].balance == self.book.balance(ref)
                assert sum(line.posted_fen for line in lines_) == lines_[-1].balance.posted_fen
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)

    def play(self, *postings: p.Posting) -> str:
        expected = outcome(lambda: self.book.post(postings))
        assert outcome(lambda: record(*postings)) == expected
        return expected

    @property
    def reservations(self) -> list[p.Posting]:
        return [row for row in self.book.rows.values() if row.phase == "pending"]

    @initialize(opened=st.integers(3, 12), came=amounts)
    def begin(self, opened: int, came: int) -> None:
        """Some money, so that there is something to move."""
        self.play(p.opening_balance("P0", opened), p.received("L0", came))
        self.play(p.reserve_for_transfer("C0", "P0", 2))

    @rule(case=cases, person=people, amount=amounts, part=parts)
    def reserve(self, case: str, person: str, amount: int, part: int) -> None:
        self.play(p.reserve_for_transfer(case, person, amount, part))

    @precondition(lambda self: self.reservations)
    @rule(data=st.data(), end=ends, off=st.sampled_from([0, 0, 0, 1]))
    def end_a_reservation(self, data: st.DataObject, end: Any, off: int) -> None:
        """Rightly named, mostly with the right amount: reservations do end, once or more."""
        row = data.draw(st.sampled_from(self.reservations))
        part = int(row.key.split(":")[1])
        self.play(end(row.case_no, row.debit.owner, row.amount_fen + off, part))

    @rule(event=events)
    def anything(self, event: p.Posting) -> None:
        self.play(event)

    @rule(data=st.data(), other=st.integers(0, 1))
    def again(self, data: st.DataObject, other: int) -> None:
        """The same keys: done already; with other content refused, whatever the money allows."""
        row = data.draw(st.sampled_from(list(self.book.rows.values())))
        again = msgspec.structs.replace(row, amount_fen=row.amount_fen + other)
        assert self.play(again) == ("LEDGER_KEY_REUSED" if other else "done")

    @rule(
        case=cases, line=lines, person=people, amount=amounts, taken=amounts, upto=st.integers(1, 4)
    )
    def all_at_once(
        self, case: str, line: str, person: str, amount: int, taken: int, upto: int
    ) -> None:
        """A batch: all of it or nothing."""
        out = (
            p.opening_balance(person, 3),
            p.reserve_for_transfer(case, person, amount),
            p.commit_reservation(case, person, amount),
            p.paid_out(case, taken),
        )
        self.play_batch(*out[:upto])
        into = (p.matched(case, line, taken), p.credited(case, person, taken))
        self.play_batch(p.received(line, amount), *into[: upto - 1])

    def play_batch(self, *postings: p.Posting) -> None:
        """Which of several faults is told first may differ; that there is one may not."""
        expected = outcome(lambda: self.book.post(postings))
        assert (outcome(lambda: record(*postings)) == "done") == (expected == "done")

    @rule(case=cases, person=people, amount=amounts)
    def crash(self, case: str, person: str, amount: int) -> None:
        """The transaction dies after the posting: nothing happened."""
        with transaction.atomic():
            outcome(lambda: record(p.reserve_for_transfer(case, person, amount, part=3)))
            transaction.set_rollback(True)

    @invariant()
    def balances_agree(self) -> None:
        assert balances(HERE, REFS) == {ref: self.book.balance(ref) for ref in REFS}
        assert Transfer.objects.of(HERE).count() == len(self.book.rows)

    @invariant()
    def money_is_conserved(self) -> None:
        totals = execute(
            "SELECT coalesce(sum(debits_posted - credits_posted), 0),"
            " coalesce(sum(debits_pending - credits_pending), 0) FROM ledger_account"
        )
        assert totals == [(0, 0)]


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_agencies()
    open_cases(*CASES)


def test_any_order_of_events() -> None:
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_long_walk_meets_every_code_and_every_refusal() -> None:
    """One long life of the same books, where the short ones above rarely get far."""
    chance = random.Random(20260302)
    book, seen = Book(), set()
    for _ in range(1200):
        case, line, person = map(chance.choice, (CASES, LINES, PEOPLE))
        amount, part = chance.randint(1, 3), chance.randint(1, 30)
        reserved = [row for row in book.rows.values() if row.phase == "pending"]
        ends = [p.opening_balance(person, 20)]
        if reserved:
            row = chance.choice(reserved)
            facts = (row.case_no, row.debit.owner, row.amount_fen + chance.randint(0, 1))
            same = int(row.key.split(":")[1])
            ends = [end(*facts, same) for end in (p.commit_reservation, p.void_reservation)]
        posting = chance.choice(
            [
                *ends,
                p.reserve_for_transfer(case, person, amount, part),
                p.later_credit(person, f"V{line}-{part}", amount),
                p.paid_out(case, amount, part),
                p.received(f"{line}-{part}", amount),
                p.matched(case, f"{line}-{part}", amount),
                p.credited(case, person, amount, part),
                q.payment_returned(case, f"{line}-{part}", amount, part),
                q.restored(case, person, amount, part),
                q.person_paid(case, amount, part),
                q.send_back_of_case(case, f"{case}TH{part}", amount),
                q.send_back_of_case_failed(case, f"{case}TH{part}", amount),
                q.send_back_of_line(f"{line}-{part}", f"TH{part}", amount),
                q.send_back_of_line_failed(f"{line}-{part}", f"TH{part}", amount),
                q.sent_back(chance.choice([f"{case}TH{part}", f"TH{part}"]), amount),
            ]
        )
        expected = outcome(lambda posting=posting: book.post([posting]))
        assert outcome(lambda posting=posting: record(posting)) == expected
        seen.add((posting.code, expected))
    refs = book.totals.keys()
    assert balances(HERE, refs) == {ref: book.balance(ref) for ref in refs}
    assert verify() == []
    assert {code for code, told in seen if told == "done"} == set(chart().codes) - OF_LISTS
    assert {told for _, told in seen} == {
        *("done", "LEDGER_KEY_REUSED", "INSUFFICIENT_BALANCE"),
        *("RESERVATION_CLOSED", "RESERVATION_MISMATCH"),
    }
