"""Recording postings: what is accepted, what is refused in which words, and that twice is once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from django.db import transaction
from ledger_books import DAY, HERE, NOW, THERE, open_agencies, record

from jiexu.core.base.errors import Conflict
from jiexu.core.ledger import postings as p
from jiexu.core.ledger.balances import Balance
from jiexu.core.ledger.laws import Law, LedgerLaw
from jiexu.records.isolation import IsolationBreach, acting_for, writing
from jiexu.records.ledger.models import Account, Transfer
from jiexu.records.ledger.queries import balance
from jiexu.records.ledger.write import post

pytestmark = pytest.mark.django_db
PERSON, BANK = p.person_account("P1"), p.PAYMENT_BANK


@pytest.fixture(autouse=True)
def _agencies(db: None) -> None:
    open_agencies()


def holds(posted: int, reserved: int) -> Balance:
    return Balance(posted_fen=posted, reserved_fen=reserved, available_fen=posted - reserved)


def rows(area: str = HERE) -> int:
    return Transfer.objects.of(area).count()


def test_the_road_of_a_transfer() -> None:
    record(p.opening_balance("P1", 10_000))
    record(p.reserve_for_transfer("C1", "P1", 8_000))
    assert balance(HERE, PERSON) == holds(10_000, 8_000)
    record(p.commit_reservation("C1", "P1", 8_000))
    assert balance(HERE, p.in_transit("C1")) == holds(8_000, 0)
    record(p.paid_out("C1", 8_000))
    assert balance(HERE, PERSON) == holds(2_000, 0)
    assert balance(HERE, p.in_transit("C1")) == holds(0, 0)
    assert balance(HERE, BANK) == holds(-8_000, 0)
    record(p.received("L1", 8_000), area=THERE)
    assert balance(THERE, p.suspense("L1")) == holds(8_000, 0)
    record(p.matched("C1", "L1", 8_000), p.credited("C1", "N1", 8_000), area=THERE)
    assert balance(THERE, p.person_account("N1")) == holds(8_000, 0)
    assert balance(THERE, p.RECEIPT_BANK) == holds(8_000, 0)


def test_the_same_again_is_done_already_even_on_another_day() -> None:
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 100))
    for _ in range(2):
        record(
            p.reserve_for_transfer("C1", "P1", 100), day=DAY + timedelta(1), now=NOW + timedelta(1)
        )
    assert balance(HERE, PERSON) == holds(100, 100)
    assert rows() == 2


def test_a_batch_that_is_partly_done_is_completed() -> None:
    batch = [p.received(f"L{i}", i + 1) for i in range(20)]
    record(*batch[5:12])
    record(*batch, *batch[3:7])
    assert rows() == 20
    assert balance(HERE, p.RECEIPT_BANK).posted_fen == sum(range(1, 21))


def test_the_same_key_with_other_content_is_a_conflict() -> None:
    record(p.received("L1", 100))
    with pytest.raises(Conflict) as refused:
        record(p.received("L2", 5), p.received("L1", 101))
    assert refused.value.code == "LEDGER_KEY_REUSED"
    assert refused.value.details["keys"] == ("received:L1",)
    assert rows() == 1
    with pytest.raises(Conflict):
        record(p.received("L3", 1), p.received("L3", 2))
    assert rows() == 1


def test_two_agencies_may_use_the_same_key() -> None:
    record(p.received("L1", 100))
    record(p.received("L1", 200), area=THERE)
    assert balance(HERE, p.suspense("L1")) == holds(100, 0)
    assert balance(THERE, p.suspense("L1")) == holds(200, 0)


def test_too_little_money_is_refused_in_words_and_the_posting_named() -> None:
    record(p.opening_balance("P1", 100))
    good = [p.received(f"L{i}", 1) for i in range(9)]
    bad = p.reserve_for_transfer("C1", "P1", 101)
    with pytest.raises(LedgerLaw) as refused:
        record(*good[:4], bad, *good[4:])
    assert refused.value.code == "INSUFFICIENT_BALANCE"
    assert refused.value.message == "可用余额不足，已占用的金额不能再次使用。"
    assert refused.value.details == {"law": "account_not_below_zero", "keys": (bad.key,)}
    assert rows() == 1


def test_the_transaction_around_a_refusal_stays_usable() -> None:
    with transaction.atomic(), writing():
        with pytest.raises(LedgerLaw):
            post(HERE, [p.paid_out("C1", 1)], business_date=DAY, now=NOW)
        post(HERE, [p.received("L1", 7)], business_date=DAY, now=NOW)
    assert balance(HERE, p.suspense("L1")) == holds(7, 0)
    assert rows() == 1


@pytest.mark.parametrize("count", [1, 2, 7])
def test_a_reservation_may_be_committed_in_the_batch_that_made_it(count: int) -> None:
    flow = [p.opening_balance("P1", 1_000)]
    for i in range(count):
        flow += [p.reserve_for_transfer(f"C{i}", "P1", 10), p.commit_reservation(f"C{i}", "P1", 10)]
        flow += [p.paid_out(f"C{i}", 10)]
    record(*flow)
    record(*flow)
    assert balance(HERE, PERSON) == holds(1_000 - 10 * count, 0)
    assert balance(HERE, BANK).posted_fen == -10 * count
    record(p.received("L1", 1))
    assert rows() == 2 + 3 * count


def test_a_reservation_that_nobody_made_cannot_be_committed() -> None:
    with pytest.raises(LedgerLaw) as refused:
        record(p.commit_reservation("C1", "P1", 5))
    assert refused.value.law is Law.MATCHES_PENDING
    assert refused.value.code == "RESERVATION_MISMATCH"


def test_a_resolution_must_have_the_amount_and_the_account_of_its_reservation() -> None:
    record(p.opening_balance("P1", 100), p.opening_balance("P2", 100))
    record(p.reserve_for_transfer("C1", "P1", 60))
    for wrong in (p.commit_reservation("C1", "P1", 59), p.void_reservation("C1", "P2", 60)):
        with pytest.raises(LedgerLaw) as refused:
            record(wrong)
        assert refused.value.law is Law.MATCHES_PENDING
    assert balance(HERE, PERSON) == holds(100, 60)


def test_money_of_one_line_cannot_be_matched_for_more_than_it_brought() -> None:
    record(p.received("L1", 100), p.received("L2", 100), p.matched("C1", "L1", 60))
    with pytest.raises(LedgerLaw) as refused:
        record(p.matched("C2", "L1", 41))
    assert refused.value.law is Law.NOT_BELOW_ZERO
    record(p.matched("C2", "L1", 40))
    assert balance(HERE, p.suspense("L1")) == holds(0, 0)


# Defects that ledgers of others had, each as a property of this one.


def test_does_not_have_blnk_41_a_second_void_returns_no_money() -> None:
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 60))
    for _ in range(3):
        record(p.void_reservation("C1", "P1", 60))
    assert balance(HERE, PERSON) == holds(100, 0)
    assert rows() == 3


def test_does_not_have_blnk_181_available_is_posted_less_reserved() -> None:
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 60))
    assert balance(HERE, PERSON).available_fen == 40
    with pytest.raises(LedgerLaw):
        record(p.reserve_for_transfer("C2", "P1", 41))
    record(p.reserve_for_transfer("C2", "P1", 40))
    assert balance(HERE, PERSON) == holds(100, 100)


@pytest.mark.parametrize("last", [p.void_reservation, p.commit_reservation])
def test_does_not_have_blnk_182_an_ended_reservation_accepts_no_later_event(last) -> None:
    first = p.commit_reservation if last is p.void_reservation else p.void_reservation
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 60))
    record(first("C1", "P1", 60))
    before = balance(HERE, PERSON), balance(HERE, p.in_transit("C1"))
    with pytest.raises(LedgerLaw) as refused:
        record(last("C1", "P1", 60))
    assert refused.value.code == "RESERVATION_CLOSED"
    assert refused.value.remedy == "请刷新业务，查看这笔占用的处理结果。"
    assert (balance(HERE, PERSON), balance(HERE, p.in_transit("C1"))) == before


def test_does_not_have_blnk_315_a_posting_is_all_of_its_sides_or_none() -> None:
    record(p.opening_balance("P1", 100))
    with pytest.raises(LedgerLaw):
        record(p.received("L1", 5), p.paid_out("C9", 1))
    assert not Account.objects.of(HERE).filter(kind__in=["receipt_bank", "suspense"]).exists()
    assert rows() == 1


def test_does_not_have_formance_1464_a_case_is_not_paid_twice_under_another_key() -> None:
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 60))
    record(p.commit_reservation("C1", "P1", 60), p.paid_out("C1", 60))
    again = msgspec.structs.replace(p.paid_out("C1", 60), key="another")
    with pytest.raises(LedgerLaw) as refused:
        record(again)
    assert refused.value.law is Law.NOT_BELOW_ZERO


def test_does_not_have_formance_wallets_110_accounts_open_once() -> None:
    record(p.opening_balance("P1", 100))
    record(p.reserve_for_transfer("C1", "P1", 10))
    assert Account.objects.of(HERE).filter(kind="person_account").count() == 1


# A crash in the middle, and the guards around the one way in.


def test_a_crash_in_the_middle_leaves_nothing() -> None:
    record(p.opening_balance("P1", 100))
    with pytest.raises(ZeroDivisionError), transaction.atomic(), writing():
        post(HERE, [p.reserve_for_transfer("C1", "P1", 60)], business_date=DAY, now=NOW)
        assert balance(HERE, PERSON).reserved_fen == 60
        1 / 0  # noqa: B018
    assert balance(HERE, PERSON) == holds(100, 0)
    assert rows() == 1
    record(p.reserve_for_transfer("C1", "P1", 60))
    assert balance(HERE, PERSON) == holds(100, 60)


def test_nobody_posts_outside_writing_or_for_another_agency() -> None:
    with pytest.raises(IsolationBreach), transaction.atomic():
        post(HERE, [p.received("L1", 1)], business_date=DAY, now=NOW)
    with pytest.raises(IsolationBreach), acting_for(THERE):
        record(p.received("L1", 1))
    with acting_for(HERE):
        record(p.received("L1", 1))
    assert rows() == 1


def test_a_posting_against_the_chart_is_a_defect() -> None:
    wrong = msgspec.structs.replace(p.paid_out("C1", 1), debit=PERSON)
    with pytest.raises(AssertionError, match="does not move so in the chart"):
        record(wrong)


def test_no_postings_are_nothing() -> None:
    record()
    assert rows() == 0
