"""Many at once, each with a connection of its own and real commits: one effect, no money made."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.db import connection, connections, transaction
from ledger_books import EVERY_TABLE, HERE, empty, execute, open_agencies, open_cases, record

from jiexu.core.base.errors import JiexuError
from jiexu.core.ledger import postings as p
from jiexu.records.ledger.models import Account, Transfer
from jiexu.records.ledger.queries import balance
from jiexu.records.ledger.verify import verify

WORKERS = 8


@pytest.fixture(autouse=True)
def _committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Rows that are really committed; thrown away afterwards."""
    with django_db_blocker.unblock():
        open_agencies()
        try:
            yield
            assert [found for found in verify() if found.code != "CASE_UNKNOWN"] == []
        finally:
            empty(EVERY_TABLE)
            connection.close()


def at_once(acts: Sequence[Callable[[], Any]]) -> list[str]:
    """Start all together; `done`, or the code of the refusal, of each. Other faults are raised."""
    together = threading.Barrier(len(acts))
    answers: list[str | BaseException] = [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            together.wait(timeout=30)
            act()
            answers[place] = "done"
        except JiexuError as refused:
            answers[place] = refused.code
        except BaseException as fault:
            answers[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return answers  # type: ignore[return-value]


def test_does_not_have_formance_364_identical_requests_have_one_effect_and_one_answer() -> None:
    record(p.opening_balance("P1", 100))
    ask = [p.reserve_for_transfer("C1", "P1", 60)]
    assert at_once([lambda: record(*ask)] * WORKERS) == ["done"] * WORKERS
    assert balance(HERE, p.person_account("P1")).reserved_fen == 60
    assert Transfer.objects.of(HERE).count() == 2


def test_identical_batches_have_one_effect() -> None:
    batch = [p.received(f"L{i}", 10) for i in range(60)]
    assert at_once([lambda: record(*batch)] * 4) == ["done"] * 4
    assert balance(HERE, p.RECEIPT_BANK).posted_fen == 600
    assert Account.objects.of(HERE).count() == 61


def test_one_key_with_two_contents_at_once_keeps_one_of_them() -> None:
    record(p.opening_balance("P1", 100))
    answers = at_once(
        [lambda i=i: record(p.reserve_for_transfer("C1", "P1", 10 + i % 2)) for i in range(WORKERS)]
    )
    assert Counter(answers) == {"done": WORKERS // 2, "LEDGER_KEY_REUSED": WORKERS // 2}
    assert balance(HERE, p.person_account("P1")).reserved_fen in {10, 11}


def test_reservations_together_never_exceed_the_balance() -> None:
    record(p.opening_balance("P1", 100))
    answers = at_once(
        [lambda i=i: record(p.reserve_for_transfer(f"C{i}", "P1", 30)) for i in range(WORKERS)]
    )
    assert Counter(answers) == {"done": 3, "INSUFFICIENT_BALANCE": WORKERS - 3}
    assert balance(HERE, p.person_account("P1")).available_fen == 10


def test_commit_and_void_at_once_end_a_reservation_once() -> None:
    record(p.opening_balance("P1", 100), p.reserve_for_transfer("C1", "P1", 60))
    ends = [p.commit_reservation("C1", "P1", 60), p.void_reservation("C1", "P1", 60)]
    answers = at_once([lambda i=i: record(ends[i % 2]) for i in range(WORKERS)])
    assert Counter(answers) == {"done": WORKERS // 2, "RESERVATION_CLOSED": WORKERS // 2}
    held = balance(HERE, p.person_account("P1"))
    assert (held.posted_fen, held.reserved_fen) in {(40, 0), (100, 0)}
    assert held.posted_fen + balance(HERE, p.in_transit("C1")).posted_fen == 100


def test_a_new_account_opens_once() -> None:
    open_cases(*(f"C{i}" for i in range(WORKERS)))
    for i in range(WORKERS):
        record(p.received(f"L{i}", 5), p.matched(f"C{i}", f"L{i}", 5))
    answers = at_once([lambda i=i: record(p.credited(f"C{i}", "P1", 5)) for i in range(WORKERS)])
    assert answers == ["done"] * WORKERS
    assert balance(HERE, p.person_account("P1")).posted_fen == 5 * WORKERS


def test_batches_over_the_same_accounts_in_opposite_order_do_not_block_each_other() -> None:
    people = [f"P{i}" for i in range(30)]
    record(*(p.opening_balance(person, 1_000) for person in people))

    def work(mine: int) -> None:
        for turn in range(5):
            order = people if mine % 2 else people[::-1]
            record(
                *(
                    p.reserve_for_transfer(f"C{person}", person, 1, 10 * mine + turn + 1)
                    for person in order
                )
            )

    assert at_once([lambda i=i: work(i) for i in range(4)]) == ["done"] * 4
    assert execute("SELECT sum(debits_pending) FROM ledger_account") == [(30 * 5 * 4,)]


def test_work_that_dies_uncommitted_leaves_room_for_the_next() -> None:
    record(p.opening_balance("P1", 100))

    def die() -> None:
        with transaction.atomic():
            record(p.reserve_for_transfer("C1", "P1", 100))
            transaction.set_rollback(True)

    assert at_once([die, die]) == ["done"] * 2
    record(p.reserve_for_transfer("C2", "P1", 100))
    assert balance(HERE, p.person_account("P1")).available_fen == 0
