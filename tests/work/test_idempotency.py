"""Everything asked for twice, in any order, by several workers at once: the effects are single."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connections
from tests.support.country import SOURCE, TARGET, Country, rows

from jiexu.core.base.actors import SYSTEM, Role
from jiexu.core.procedures.outcome import Step
from jiexu.records.exchange.models import Incoming, Outgoing
from jiexu.records.isolation import writing
from jiexu.records.procedures.models import Case, Command
from jiexu.records.settlement.queries import orders_waiting
from jiexu.work import receive, unit_of_work, worker
from jiexu.work.payments import approve_batch, prepare_batch
from jiexu.work.receive import CLEARING, EVENTS

Calm = Callable[[int], dict[str, Any]]


def test_every_act_of_people_twice(country: Country, calm: Calm) -> None:
    undisturbed = calm(3)
    country.add_movers(3)
    numbers = []
    for mover in country.movers:
        key = country.key("apply")
        first, second = country.apply(mover, key=key), country.apply(mover, key=key)
        assert (first["ok"], second["ok"], second["repeated"]) == (True, True, True)
        assert second["case_no"] == first["case_no"]
        numbers.append(first["case_no"])
    country.settle()
    key = country.key("batch")
    orders = [order.id for order in orders_waiting(SOURCE)]
    preparer = country.actor(Role.FINANCE_PREPARER)
    prepared = [prepare_batch(preparer, SOURCE, orders, key, country.now) for _ in range(2)]
    assert [(answer.ok, answer.repeated) for answer in prepared] == [(True, False), (True, True)]
    number = prepared[0].case_no
    approver = country.actor(Role.FINANCE_APPROVER)
    answers = [
        approve_batch(approver, SOURCE, number, 1, "same page", country.now) for _ in range(2)
    ]
    assert [(answer.ok, answer.repeated) for answer in answers] == [(True, False), (True, True)]
    country.settle()
    for _ in range(3):
        country.bank_round()
        country.settle()
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


@pytest.mark.parametrize("seed", range(4))
def test_the_queues_in_any_order_and_twice(country: Country, calm: Calm, seed: int) -> None:
    """What a sweep does must not depend on which other sweep came before it."""
    undisturbed = calm(3)
    chance = Random(seed)
    country.add_movers(3)

    def work() -> None:
        quiet = 0
        while quiet < 3:
            sweeps = [sweep for _, sweep in worker.SWEEPS] * 2
            chance.shuffle(sweeps)
            country.clock.forward(minutes=11)
            done = sum(sweep(country.now) for sweep in sweeps)
            quiet = 0 if done else quiet + 1

    numbers = country.apply_all()
    work()
    country.pay()
    work()
    country.bank_round()
    work()
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


def test_messages_that_are_asked_for_again(country: Country) -> None:
    """Every command is remembered: a message whose mark was lost is answered, not applied."""
    country.add_movers(2)
    numbers = country.to_the_end()
    before = country.outcome(numbers)
    for area in (SOURCE, TARGET):
        with writing():
            Incoming.objects.of(area).update(state="waiting", applied_at=None)
    assert receive.apply_due(country.now) == 12
    assert {row.state for row in rows("exchange.Incoming")} == {"applied"}
    assert country.outcome(numbers) == before
    with writing():
        for area in (SOURCE, TARGET):
            Outgoing.objects.of(area).update(state="enveloped", delivered_at=None)
    country.settle()
    assert country.outcome(numbers) == before
    assert country.breaks() == []


def test_every_automatic_move_asked_for_again(country: Country) -> None:
    """With the very key it was made under, and with a new one: never a second time."""
    country.add_movers(2)
    numbers = country.to_the_end()
    before = country.outcome(numbers)
    keys = [
        (row.agency_id, row.key) for row in rows("procedures.Command") if row.key.startswith("auto")
    ]
    assert len(keys) == 2 * 3
    for area, key in keys:
        _, half, case_no, version, event = key.split(":")
        step = Step(
            case_no=case_no,
            half=half,
            event=event,
            actor=SYSTEM,
            key=key,
            expected_version=int(version),
        )
        same = unit_of_work.apply(area, [step], now=country.now)[0]
        assert (same.ok, same.repeated) == (True, True)
        other = Step(case_no=case_no, half=half, event=event, actor=SYSTEM, key=f"{key}:again")
        fresh = unit_of_work.apply(area, [other], now=country.now)[0]
        assert (fresh.ok, fresh.code) == (False, "WRONG_STATE")
    assert country.outcome(numbers) == before


def test_every_message_kind_starts_a_move_of_the_table() -> None:
    from jiexu.core.exchange.kinds import kinds
    from jiexu.core.procedures.transfer.table import TRANSFER

    assert set(EVENTS) | CLEARING == set(kinds())
    for half, event in EVENTS.values():
        for one in (half,) if half else ("in", "out"):
            move = TRANSFER.move(one, event)
            assert move is not None
            assert move.roles == {Role.AGENCY}


def test_a_remembered_answer_is_the_answer(country: Country) -> None:
    """Whatever happened to the case since: a repeat is told what the first was told."""
    country.add_movers(1)
    (number,) = country.apply_all()
    first = Command.objects.of(TARGET).get()
    country.settle()
    again = country.apply(country.movers[0], key="apply-00000001")
    assert (again["record_leg"], again["version"]) == ("checking", 1)
    assert again["repeated"]
    assert Case.objects.of(TARGET).get(case_no=number).version > 1
    assert Command.objects.of(TARGET).get(pk=first.pk).result == first.result


def test_three_workers_at_once(lasting: Country, lasting_calm: Calm) -> None:
    """Real threads, real connections: they share the work and repeat none of it."""
    undisturbed = lasting_calm(6)
    lasting.add_movers(6)
    faults: list[BaseException] = []

    def work(times: int) -> None:
        try:
            for _ in range(times):
                worker.sweep_once(lasting.now)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    def together(times: int = 8) -> None:
        threads = [threading.Thread(target=work, args=(times,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
        # What somebody else had leased, or was told to try later, comes in its time.
        lasting.clock.forward(minutes=11)
        lasting.node.sweep()
        lasting.clock.forward(minutes=11)
        lasting.node.sweep()

    numbers = lasting.apply_all()
    together()
    lasting.pay()
    together(3)
    lasting.bank_round()
    together(6)
    assert faults == []
    assert lasting.outcome(numbers) == undisturbed
    assert lasting.breaks() == []


def test_two_people_apply_at_once_for_one_person(lasting: Country) -> None:
    """Two windows, two keys, one moment: one case; the other is told in words."""
    (mover,) = lasting.add_movers(1)
    barrier = threading.Barrier(2)
    answers: dict[int, Any] = {}

    def apply(place: int) -> None:
        try:
            barrier.wait(timeout=30)
            answers[place] = lasting.apply(mover, key=f"window-{place}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=apply, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(answer["ok"] for answer in answers.values()) == [False, True]
    refused = next(answer for answer in answers.values() if not answer["ok"])
    assert refused["code"] in {"ALREADY_OPEN", "CONFLICT"}
    assert refused["text"]
    assert refused["remedy"]
    assert len(rows("procedures.Case")) == 1


def test_a_lease_ends_by_itself(country: Country) -> None:
    """A worker that died with messages in its hands: another takes them up after a while."""
    country.add_movers(2)
    numbers = country.apply_all()
    with writing():
        Outgoing.objects.of(TARGET).update(lease_until=country.now + timedelta(seconds=60))
    assert country.node.sweep() == 0
    country.clock.forward(seconds=61)
    country.node.sweep()
    assert {country.states(number)["in"][1] for number in numbers} == {"done"}
