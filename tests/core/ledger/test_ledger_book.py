"""The model of the ledger's laws: conservation, floors, two phases, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.errors import Conflict
from jiexu.core.base.money import MAX_FEN
from jiexu.core.ledger import postings as p
from jiexu.core.ledger.balances import MAX_TOTAL_FEN, Balance, Totals, balance_of, effect
from jiexu.core.ledger.book import Book
from jiexu.core.ledger.chart import Phase
from jiexu.core.ledger.laws import Law, LedgerLaw

people, cases, lines = (st.sampled_from([f"{w}1", f"{w}2"]) for w in "PCL")
amounts = st.integers(1, 4)
events = st.one_of(
    st.builds(p.opening_balance, people, amounts),
    st.builds(p.reserve_for_transfer, cases, people, amounts),
    st.builds(p.commit_reservation, cases, people, amounts),
    st.builds(p.void_reservation, cases, people, amounts),
    st.builds(p.paid_out, cases, amounts),
    st.builds(p.received, lines, amounts),
    st.builds(p.matched, cases, lines, amounts),
    st.builds(p.credited, cases, people, amounts),
)


def holds(posted: int, reserved: int) -> Balance:
    return Balance(posted_fen=posted, reserved_fen=reserved, available_fen=posted - reserved)


def played(postings: Sequence[p.Posting]) -> Book:
    book = Book()
    for posting in postings:
        try:
            book.post([posting])
        except (LedgerLaw, Conflict):
            continue
    return book


@given(st.lists(events, max_size=40))
def test_money_is_conserved_and_no_floor_is_broken(postings: list[p.Posting]) -> None:
    book = played(postings)
    assert sum(t.debits_posted for t in book.totals.values()) == sum(
        t.credits_posted for t in book.totals.values()
    )
    assert sum(t.debits_pending for t in book.totals.values()) == sum(
        t.credits_pending for t in book.totals.values()
    )
    for ref in book.totals:
        held = book.balance(ref)
        assert held.available_fen == held.posted_fen - held.reserved_fen
        if ref.kind in {"person_account", "in_transit", "suspense"}:
            assert held.available_fen >= 0


@given(st.lists(events, max_size=20), st.lists(events, max_size=6))
def test_a_batch_is_recorded_whole_or_not_at_all(
    before: list[p.Posting], batch: list[p.Posting]
) -> None:
    book = played(before)
    rows, totals = dict(book.rows), dict(book.totals)
    try:
        book.post(batch)
    except (LedgerLaw, Conflict):
        assert (book.rows, book.totals) == (rows, totals)
    else:
        assert {posting.key for posting in batch} <= book.rows.keys()


@given(st.lists(events, max_size=30))
def test_what_is_recorded_can_be_asked_for_again_without_effect(postings: list[p.Posting]) -> None:
    book = played(postings)
    totals = dict(book.totals)
    assert book.post(list(book.rows.values())) == ()
    assert book.totals == totals


def test_a_transfer_on_both_sides() -> None:
    source, destination = Book(), Book()
    source.post([p.opening_balance("P", 100), p.reserve_for_transfer("C", "P", 60)])
    assert source.balance(p.person_account("P")) == holds(100, 60)
    assert source.balance(p.in_transit("C")) == holds(0, 0)
    source.post([p.commit_reservation("C", "P", 60)])
    assert source.balance(p.person_account("P")) == holds(40, 0)
    assert source.balance(p.in_transit("C")) == holds(60, 0)
    source.post([p.paid_out("C", 60)])
    assert source.balance(p.in_transit("C")) == holds(0, 0)
    destination.post([p.received("L", 60), p.matched("C", "L", 60), p.credited("C", "N", 60)])
    assert destination.balance(p.person_account("N")) == holds(60, 0)
    assert destination.balance(p.suspense("L")) == holds(0, 0)
    assert destination.balance(p.RECEIPT_BANK) == holds(60, 0)


def law_of(book: Book, posting: p.Posting) -> Law:
    with pytest.raises(LedgerLaw) as broken:
        book.post([posting])
    assert broken.value.details["keys"] == (posting.key,)
    return broken.value.law


def test_each_law_has_its_refusal() -> None:
    book = Book()
    book.post([p.opening_balance("P", 10), p.reserve_for_transfer("C", "P", 10)])
    alter = msgspec.structs.replace
    assert law_of(book, p.reserve_for_transfer("D", "P", 1)) is Law.NOT_BELOW_ZERO
    assert law_of(book, p.commit_reservation("D", "P", 1)) is Law.MATCHES_PENDING
    assert law_of(book, p.commit_reservation("C", "P", 9)) is Law.MATCHES_PENDING
    assert law_of(book, p.commit_reservation("C", "Q", 10)) is Law.MATCHES_PENDING
    naming = alter(p.commit_reservation("C", "P", 10), pending_key="opening:P")
    assert law_of(book, naming) is Law.MATCHES_PENDING
    assert law_of(book, alter(p.paid_out("C", 1), amount_fen=0)) is Law.AMOUNT
    assert law_of(book, alter(p.paid_out("C", 1), amount_fen=MAX_FEN + 1)) is Law.AMOUNT
    assert law_of(book, alter(p.paid_out("C", 1), debit=p.PAYMENT_BANK)) is Law.TWO_ACCOUNTS
    assert law_of(book, alter(p.paid_out("C", 1), phase=Phase.POST)) is Law.PHASE
    assert law_of(book, alter(p.paid_out("C", 1), pending_key="reserve:1:C")) is Law.PHASE
    book.post([p.void_reservation("C", "P", 10)])
    assert law_of(book, p.commit_reservation("C", "P", 10)) is Law.RESOLVED_ONCE
    with pytest.raises(Conflict):
        book.post([p.reserve_for_transfer("C", "P", 9)])


def test_totals_stay_inside_what_can_be_counted() -> None:
    book = Book()
    book.totals[p.RECEIPT_BANK] = Totals(debits_posted=MAX_TOTAL_FEN)
    assert law_of(book, p.received("L", 1)) is Law.TOTALS_IN_RANGE


@given(st.sampled_from(Phase), st.integers(1, MAX_FEN))
def test_a_reservation_and_its_end_leave_no_reserve(phase: Phase, amount: int) -> None:
    posted, pending = effect(phase, amount)
    if phase in {Phase.POST, Phase.VOID}:
        assert pending + effect(Phase.PENDING, amount)[1] == 0
    assert posted == (amount if phase in {Phase.SINGLE, Phase.POST} else 0)


def test_balance_on_either_side() -> None:
    totals = Totals(debits_posted=70, credits_posted=100, debits_pending=20, credits_pending=5)
    assert balance_of("credit", totals) == holds(30, 20)
    assert balance_of("debit", totals) == holds(-30, 5)
