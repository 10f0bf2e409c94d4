"""Reading: balances of many accounts, statements with running balance, the money of a case."""

from __future__ import annotations

import pytest
from ledger_books import DAY, HERE, NOW, THERE, open_agencies, record

from jiexu.core.ledger import postings as p
from jiexu.core.ledger.balances import Balance
from jiexu.records.isolation import IsolationBreach, acting_for
from jiexu.records.ledger.queries import balance, balances, statement, transfers_of_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_agencies()
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 60))
    record(p.commit_reservation("C1", "P1", 60))
    record(p.paid_out("C1", 60))
    record(p.received("L1", 5), area=THERE)


def holds(posted: int, reserved: int) -> Balance:
    return Balance(posted_fen=posted, reserved_fen=reserved, available_fen=posted - reserved)


def test_an_account_nobody_used_holds_nothing() -> None:
    assert balance(HERE, p.person_account("P9")) == holds(0, 0)
    assert balance(HERE, p.suspense("L1")) == holds(0, 0)
    assert statement(HERE, p.person_account("P9")) == ()


def test_many_balances_at_once() -> None:
    many = [p.person_account(f"P{i}") for i in range(1200)]
    found = balances(HERE, [*many, p.PAYMENT_BANK])
    assert len(found) == 1201
    assert {ref for ref, held in found.items() if held != holds(0, 0)} == {
        p.person_account("P1"),
        p.PAYMENT_BANK,
    }


def test_the_statement_tells_each_change_and_the_balance_after_it() -> None:
    lines = statement(HERE, p.person_account("P1"))
    assert [(line.label, line.posted_fen, line.reserved_fen, line.balance) for line in lines] == [
        ("期初余额", 100, 0, holds(100, 0)),
        ("转出金额占用", 0, 60, holds(100, 60)),
        ("转出金额出账", -60, -60, holds(40, 0)),
    ]
    assert (lines[0].business_date, lines[0].recorded_at) == (DAY, NOW)


def test_the_statement_of_a_debit_account_grows_with_debits() -> None:
    assert [line.posted_fen for line in statement(THERE, p.RECEIPT_BANK)] == [5]
    assert [line.posted_fen for line in statement(HERE, p.PAYMENT_BANK)] == [-60]


def test_the_money_of_a_case_in_order() -> None:
    moved = transfers_of_case(HERE, "C1")
    assert [(view.code, view.debit.kind, view.credit.kind, view.amount_fen) for view in moved] == [
        ("transfer_out_reserved", "person_account", "in_transit", 60),
        ("transfer_out_committed", "person_account", "in_transit", 60),
        ("transfer_out_paid", "in_transit", "payment_bank", 60),
    ]
    assert transfers_of_case(THERE, "C1") == ()
    assert transfers_of_case(HERE, "") == ()


def test_nobody_reads_another_agency() -> None:
    with acting_for(THERE):
        for read in (
            lambda: balance(HERE, p.PAYMENT_BANK),
            lambda: statement(HERE, p.PAYMENT_BANK),
            lambda: transfers_of_case(HERE, "C1"),
        ):
            with pytest.raises(IsolationBreach):
                read()
