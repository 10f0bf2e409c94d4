"""Postings between agencies and of money that goes back: sides, keys, and what always holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.ledger import clearing_postings as c
from jiexu.core.ledger import postings as p
from jiexu.core.ledger.book import Book
from jiexu.core.ledger.chart import Phase, chart
from jiexu.core.ledger.laws import Law, LedgerLaw

CASE, OTHER, LINE, REF, LIST = "ZY1", "350200", "B1", "ZY1TH1", "QS1"
ALL = (
    (c.owed(CASE, OTHER, 5), "in_transit", "due_to"),
    (c.claimed(CASE, OTHER, 5), "due_from", "in_transit"),
    (c.netted(LIST, OTHER, 5), "due_to", "due_from"),
    (c.clearing_paid(LIST, OTHER, 5), "due_to", "payment_bank"),
    (c.clearing_received(LIST, OTHER, LINE, 5), "suspense", "due_from"),
    (c.payment_returned(CASE, LINE, 5), "suspense", "in_transit"),
    (c.person_paid(CASE, 5), "in_transit", "payment_bank"),
    (c.send_back_of_case(CASE, REF, 5), "in_transit", "sending_back"),
    (c.send_back_of_case_failed(CASE, REF, 5), "sending_back", "in_transit"),
    (c.send_back_of_line(LINE, REF, 5), "suspense", "sending_back"),
    (c.send_back_of_line_failed(LINE, REF, 5), "sending_back", "suspense"),
    (c.sent_back(REF, 5), "sending_back", "payment_bank"),
)


@pytest.mark.parametrize(("posting", "debit", "credit"), ALL)
def test_each_moves_as_the_chart_says(posting: p.Posting, debit: str, credit: str) -> None:
    code = chart().codes[posting.code]
    assert (posting.debit.kind, posting.credit.kind) == (debit, credit) == (code.debit, code.credit)
    assert posting.phase is code.phase is Phase.SINGLE
    assert posting.pending_key is None


def test_no_two_events_share_a_key() -> None:
    keys = [posting.key for posting, _, _ in ALL]
    assert len(set(keys)) == len(keys)


def test_what_is_sent_back_cannot_be_sent_twice() -> None:
    book = Book()
    book.post([p.received(LINE, 5), c.send_back_of_line(LINE, REF, 5), c.sent_back(REF, 5)])
    with pytest.raises(LedgerLaw) as broken:
        book.post([c.sent_back("ZY1TH2", 5)])
    assert broken.value.law is Law.NOT_BELOW_ZERO
    with pytest.raises(LedgerLaw):
        book.post([p.matched(CASE, LINE, 1)])


def test_a_list_never_strikes_out_more_than_is_owed() -> None:
    book = Book()
    book.post([p.opening_balance("P", 9), p.reserve_for_transfer(CASE, "P", 9)])
    book.post([p.commit_reservation(CASE, "P", 9), c.owed(CASE, OTHER, 9)])
    for too_much in (c.netted(LIST, OTHER, 1), c.clearing_paid(LIST, OTHER, 10)):
        with pytest.raises(LedgerLaw):
            book.post([too_much])


amounts = st.integers(1, 10**6)
moves = st.lists(st.tuples(st.sampled_from("ab"), amounts, st.booleans()), max_size=12)


@given(moves, st.integers(0, 12))
def test_two_agencies_that_credit_ahead_keep_the_nation_whole(
    cases: list[tuple[str, int, bool]], settled: int
) -> None:
    """opening + transfers in = transfers out + closing; in transit and dues net to zero."""
    books = {"a": Book(), "b": Book()}
    opened = 0
    for number, (source, fen, comes_back) in enumerate(cases, start=1):
        target = "b" if source == "a" else "a"
        case, person = f"ZY{number}", f"P{number}"
        old, new = books[source], books[target]
        old.post([p.opening_balance(person, fen), p.reserve_for_transfer(case, person, fen)])
        opened += fen
        if number % 2:
            old.post([p.commit_reservation(case, person, fen), c.owed(case, target, fen)])
            new.post([c.claimed(case, source, fen), p.credited(case, person, fen)])
            continue
        old.post([p.commit_reservation(case, person, fen), p.paid_out(case, fen)])
        if comes_back:
            old.post([p.received(f"R{number}", fen)])
            old.post([c.payment_returned(case, f"R{number}", fen), p.paid_out(case, fen, 2)])
        new.post([p.received(f"L{number}", fen), p.matched(case, f"L{number}", fen)])
        new.post([p.credited(case, person, fen)])
    _net(books, settled)
    sums: dict[str, int] = {}
    for book in books.values():
        assert sum(one.debits_posted - one.credits_posted for one in book.totals.values()) == 0
        for ref in book.totals:
            sums[ref.kind] = sums.get(ref.kind, 0) + book.balance(ref).posted_fen
    assert sums.get("person_account", 0) == opened == sums.get("opening", 0)
    assert sums.get("in_transit", 0) == sums.get("suspense", 0) == 0
    assert sums.get("due_to", 0) == sums.get("due_from", 0)
    assert sums.get("payment_bank", 0) + sums.get("receipt_bank", 0) == 0


def _net(books: dict[str, Any], settled: int) -> None:
    """Some lists are struck out, and some of their differences paid."""
    owe = books["a"].balance(p.due_to("b")).posted_fen
    claim = books["a"].balance(p.due_from("b")).posted_fen
    both = min(owe, claim)
    if both and settled:
        books["a"].post([c.netted(LIST, "b", both)])
        books["b"].post([c.netted(LIST, "a", both)])
        net = abs(owe - claim)
        if net and settled > 6:
            payer, payee = ("a", "b") if owe > claim else ("b", "a")
            books[payer].post([c.clearing_paid(LIST, payee, net)])
            books[payee].post([p.received("N", net), c.clearing_received(LIST, payer, "N", net)])
