"""The proof finds every row that was corrupted behind the laws' back, and names it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from ledger_books import DAY, HERE, THERE, execute, open_agencies, open_cases, record

from jiexu.core.ledger import postings as p
from jiexu.records import laws
from jiexu.records.isolation import IsolationBreach, acting_for
from jiexu.records.ledger.models import Account, Transfer
from jiexu.records.ledger.verify import Break, verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _books(db: None) -> None:
    open_agencies()
    open_cases("C1", "C2", amount_fen=6_000)
    open_cases("C1", area=THERE, amount_fen=6_000)
    record(p.opening_balance("P1", 10_000), p.opening_balance("P2", 10_000))
    record(p.reserve_for_transfer("C1", "P1", 6_000), p.reserve_for_transfer("C2", "P2", 5_000))
    record(p.commit_reservation("C1", "P1", 6_000), p.paid_out("C1", 6_000))
    record(p.received("L1", 6_000), p.matched("C1", "L1", 6_000), area=THERE)
    record(p.credited("C1", "N1", 6_000), area=THERE)


def transfer(key: str, area: str = HERE) -> int:
    return Transfer.objects.of(area).get(key=key).pk


def account(ref: p.AccountRef, area: str = HERE) -> int:
    return Account.objects.of(area).get(kind=ref.kind, owner=ref.owner).pk


def behind_the_laws(*statements: tuple[Any, ...]) -> list[Break]:
    """What the proof says after raw SQL that ran while the triggers were off."""
    with laws.suspended(connection):
        for query, *values in statements:
            execute(query, *values)
    return verify()


def named(found: list[Break]) -> set[tuple[str, str, int | None]]:
    return {(item.code, item.table, item.row_id) for item in found}


def test_sound_books_have_no_break() -> None:
    assert verify() == verify(HERE) == verify(THERE) == []


def test_a_changed_amount_is_named_with_its_row() -> None:
    row = transfer("paid:1:C1")
    found = behind_the_laws(("UPDATE ledger_transfer SET amount_fen = 5999 WHERE id = %s", row))
    assert ("DIGEST_DIFFERS", "ledger_transfer", row) in named(found)
    assert ("TOTAL_DIFFERS", "ledger_account", account(p.PAYMENT_BANK)) in named(found)
    assert {item.agency for item in found} == {HERE}
    assert "记账“paid:1:C1”入账后内容被改动。" in {item.text for item in found}
    assert verify(THERE) == []


def test_a_changed_amount_is_named_even_when_the_totals_were_made_to_fit() -> None:
    row = transfer("opening:P1")
    found = behind_the_laws(
        ("UPDATE ledger_transfer SET amount_fen = amount_fen + 1 WHERE id = %s", row),
        (
            "UPDATE ledger_account SET credits_posted = credits_posted + 1 WHERE id = %s",
            account(p.person_account("P1")),
        ),
        (
            "UPDATE ledger_account SET debits_posted = debits_posted + 1 WHERE id = %s",
            account(p.OPENING),
        ),
    )
    assert named(found) == {("DIGEST_DIFFERS", "ledger_transfer", row)}


@pytest.mark.parametrize(
    ("column", "value"),
    [("case_no", "C2"), ("business_date", DAY.replace(day=3)), ("key", "paid:9:C1"), ("code", "x")],
)
def test_any_changed_column_of_a_transfer_is_found(column: str, value: object) -> None:
    row = transfer("paid:1:C1")
    found = behind_the_laws((f"UPDATE ledger_transfer SET {column} = %s WHERE id = %s", value, row))
    assert ("DIGEST_DIFFERS", "ledger_transfer", row) in named(found)


def test_money_put_to_another_person_is_found() -> None:
    row, other = transfer("opening:P1"), account(p.person_account("P2"))
    found = behind_the_laws(("UPDATE ledger_transfer SET credit_id = %s WHERE id = %s", other, row))
    assert ("DIGEST_DIFFERS", "ledger_transfer", row) in named(found)
    assert ("TOTAL_DIFFERS", "ledger_account", other) in named(found)


def test_a_changed_total_is_named_with_both_figures() -> None:
    row = account(p.person_account("P2"))
    found = behind_the_laws(
        ("UPDATE ledger_account SET credits_posted = credits_posted + 100 WHERE id = %s", row)
    )
    assert ("TOTAL_DIFFERS", "ledger_account", row) in named(found)
    texts = {item.text for item in found}
    assert "个人账户（P2）的贷方累计是 101.00 元，明细合计是 100.00 元。" in texts
    assert "借方发生额合计 320.00 元，贷方发生额合计 321.00 元。" in texts
    assert "个人账户余额合计 141.00 元，期初加转入减转出是 140.00 元。" in texts
    assert {item.code for item in found} == {"TOTAL_DIFFERS", "SIDES_DIFFER", "PERSONS_DIFFER"}


def test_a_deleted_transfer_is_found() -> None:
    found = behind_the_laws(
        ("DELETE FROM ledger_transfer WHERE id = %s", transfer("received:L1", THERE))
    )
    suspense = account(p.suspense("L1"), THERE)
    assert ("TOTAL_DIFFERS", "ledger_account", suspense) in named(found)


def test_an_overdrawn_account_is_found() -> None:
    row = account(p.person_account("P1"))
    found = behind_the_laws(
        ("UPDATE ledger_account SET floor_zero = %s WHERE id = %s", False, row),
        ("UPDATE ledger_account SET debits_posted = 12000 WHERE id = %s", row),
    )
    assert ("NOT_IN_CHART", "ledger_account", row) in named(found)
    assert "个人账户（P1）与科目表不一致。" in {item.text for item in found}


def test_an_overdraft_is_told_in_yuan() -> None:
    row = account(p.person_account("P1"))
    if connection.vendor == "postgresql":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("ALTER TABLE ledger_account DROP CONSTRAINT account_not_below_zero")
    else:
        execute("PRAGMA ignore_check_constraints = ON")
    try:
        found = behind_the_laws(
            ("UPDATE ledger_account SET debits_posted = 12000 WHERE id = %s", row)
        )
    finally:
        if connection.vendor == "sqlite":
            execute("PRAGMA ignore_check_constraints = OFF")
    assert ("BELOW_ZERO", "ledger_account", row) in named(found)
    assert "个人账户（P1）透支 20.00 元。" in {item.text for item in found}


def test_a_resolution_that_does_not_fit_its_reservation_is_found() -> None:
    row = transfer("commit:1:C1")
    found = behind_the_laws(
        (
            "UPDATE ledger_transfer SET pending_id = %s WHERE id = %s",
            transfer("reserve:1:C2"),
            row,
        )
    )
    assert ("DIGEST_DIFFERS", "ledger_transfer", row) in named(found)


def test_an_account_of_another_agency_is_found() -> None:
    row = transfer("paid:1:C1")
    found = behind_the_laws(
        (
            "UPDATE ledger_transfer SET credit_id = %s WHERE id = %s",
            account(p.RECEIPT_BANK, THERE),
            row,
        )
    )
    assert ("FOREIGN_ACCOUNT", "ledger_transfer", row) in named(found)


def test_an_account_that_is_gone_is_found() -> None:
    row = transfer("received:L1", THERE)
    found = behind_the_laws(
        ("DELETE FROM ledger_account WHERE id = %s", account(p.suspense("L1"), THERE))
    )
    assert ("FOREIGN_ACCOUNT", "ledger_transfer", row) in named(found)


def test_money_in_transit_belongs_to_a_case_and_is_no_more_than_it_moves() -> None:
    record(p.received("L2", 1), p.matched("C7", "L2", 1))
    record(p.reserve_for_transfer("C2", "P2", 1_001, part=2))
    found = verify()
    assert named(found) == {
        ("CASE_UNKNOWN", "ledger_account", account(p.in_transit("C7"))),
        ("MORE_THAN_CASE", "ledger_account", account(p.in_transit("C2"))),
    }
    assert {item.text for item in found} == {
        "在途资金 0.01 元没有对应的业务：C7。",
        "业务 C2 应转 60.00 元，进入在途的有 60.01 元。",
    }


def test_a_law_that_was_taken_off_is_named() -> None:
    on = " ON ledger_transfer" if connection.vendor == "postgresql" else ""
    execute("SET CONSTRAINTS ALL IMMEDIATE" if on else "SELECT 1")
    execute(f"DROP TRIGGER law_ledger_transfer_never_changed_update{on}")
    assert verify() == [
        Break(
            table="ledger_transfer",
            code="LAW_MISSING",
            text="数据库守则“ledger_transfer_never_changed”没有生效。",
        )
    ]


def test_only_a_sweep_for_nobody_reads_the_whole_node() -> None:
    with acting_for(HERE):
        assert verify(HERE) == []
        for area in (None, THERE):
            with pytest.raises(IsolationBreach):
                verify(area)
