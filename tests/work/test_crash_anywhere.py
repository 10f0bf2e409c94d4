"""The process dies at any instant and is started again: nothing is lost, nothing is twice.

The whole road is driven once undisturbed and then many times with deaths: before statements,
before and after commits, and between the two worlds that no transaction joins (files, envelopes,
signatures). What it comes to must be the same each time, down to every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from random import Random
from typing import Any

import pytest
from tests.support.carriers import Carrier, Letter
from tests.support.country import SOURCE, TARGET, Country, rows
from tests.support.watching import Death, DeathAtCommits, Died, dying

from jiexu.records.settlement.models import Batch, Order
from jiexu.work import ports as wiring
from jiexu.work import worker

Calm = Callable[[int], dict[str, Any]]


class Restarted:
    """Drives a country through the whole road, starting again after each death."""

    def __init__(self, country: Country, death: Death) -> None:
        self.country = country
        self.death = death

    def until_done(self, act: Callable[[], Any]) -> Any:
        """People and programs ask again until they have an answer."""
        while True:
            try:
                with dying(self.death):
                    return act()
            except Died:
                # The machine is up again; whatever it had leased has to end first.
                self.country.clock.forward(minutes=3)

    def work(self) -> None:
        """Sweeps until three rounds find nothing, with time for whatever waits for another try."""
        quiet = 0
        while quiet < 3:
            self.country.clock.forward(minutes=3)
            done = self.until_done(lambda: worker.sweep_once(self.country.now))
            quiet = 0 if done else quiet + 1

    def whole_road(self) -> list[str]:
        country = self.country
        numbers = []
        for place, mover in enumerate(country.movers, start=1):
            key = f"apply-{place:08d}"
            applied = self.until_done(lambda mover=mover, key=key: country.apply(mover, key=key))
            assert applied["ok"], applied
            numbers.append(applied["case_no"])
        self.work()
        key = f"batch-{len(country.movers) + 1:08d}"
        orders = [order.pk for order in Order.objects.of(SOURCE)]
        number = self.until_done(lambda: self._prepare(orders, key))
        approved = self.until_done(lambda: country.approve(number))
        assert approved["ok"] or approved["code"] == "STALE", approved
        self.work()
        assert Batch.objects.of(SOURCE).get().state == "filed"
        country.bank_round()
        self.work()
        return numbers

    def _prepare(self, orders: list[int], key: str) -> str:
        from jiexu.core.base.actors import Actor, Role
        from jiexu.work.payments import prepare_batch

        actor = Actor(role=Role.FINANCE_PREPARER, ref=f"prepares-{SOURCE}", agency=SOURCE)
        prepared = prepare_batch(actor, SOURCE, orders, key, self.country.now)
        assert prepared.ok, prepared
        return prepared.case_no


def instants_of_the_road(country: Country) -> Death:
    """The road with nobody dying: how many instants there are, and which."""
    alive = Death(())
    Restarted(country, alive).whole_road()
    return alive


@pytest.fixture
def moving(lasting: Country, lasting_calm: Calm) -> tuple[Country, dict[str, Any]]:
    undisturbed = lasting_calm(2)
    lasting.add_movers(2)
    return lasting, undisturbed


def test_the_road_has_enough_instants_to_die_at(moving: tuple[Country, dict[str, Any]]) -> None:
    country, undisturbed = moving
    alive = instants_of_the_road(country)
    assert alive.instant > 400
    assert alive.deaths == 0
    assert country.outcome([row.case_no for row in case_rows()]) == undisturbed


def case_rows() -> list[Any]:
    return [row for row in rows("procedures.Case") if row.half == "in"]


@pytest.mark.parametrize("seed", range(14))
def test_many_deaths_on_one_road(moving: tuple[Country, dict[str, Any]], seed: int) -> None:
    """Every few dozen statements the process is gone, each time somewhere else."""
    country, undisturbed = moving
    chance = Random(seed)
    death = Death(chance.randint(3, 50) for _ in count())
    numbers = Restarted(country, death).whole_road()
    assert death.deaths > 12
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("when", ["before", "after"])
def test_death_at_one_commit_in_three(
    moving: tuple[Country, dict[str, Any]], when: str, seed: int
) -> None:
    country, undisturbed = moving
    death = DeathAtCommits(when, Random(seed))
    numbers = Restarted(country, death).whole_road()
    assert death.deaths > 10
    assert set(death.where) == {f"{when} COMMIT"}
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


# Between the two worlds


class Mortal:
    """Counts how often something happened, and dies right after it, the first `times` times."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.done = 0

    def after(self) -> None:
        self.done += 1
        if self.times:
            self.times -= 1
            raise Died("after it happened, before it was written down")


@contextmanager
def restarts(country: Country) -> Iterator[Callable[[], None]]:
    """The worker, started again whenever it died."""

    def work() -> None:
        quiet = 0
        while quiet < 3:
            country.clock.forward(minutes=3)
            try:
                quiet = 0 if worker.sweep_once(country.now) else quiet + 1
            except Died:
                quiet = 0

    yield work


def drive(country: Country) -> list[str]:
    with restarts(country) as work:
        numbers = country.apply_all()
        work()
        country.pay()
        work()
        country.bank_round()
        work()
    return numbers


def test_between_writing_the_bank_file_and_marking_the_batch(country: Country, calm: Calm) -> None:
    undisturbed = calm(2)
    country.add_movers(2)
    inner, mortal = wiring.ports().bank, Mortal(3)

    class Bank:
        incoming = inner.incoming
        done = inner.done

        def write_batch(self, *batch: Any, **said: Any) -> Any:
            path = inner.write_batch(*batch, **said)
            mortal.after()
            return path

    wiring.install(replace(wiring.ports(), bank=Bank()))
    numbers = drive(country)
    assert mortal.done == 4
    assert len(list((country.bank_folder / SOURCE / "out").iterdir())) == 1
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


def test_between_booking_a_bank_file_and_putting_it_away(country: Country, calm: Calm) -> None:
    undisturbed = calm(2)
    country.add_movers(2)
    inner, mortal = wiring.ports().bank, Mortal(3)

    class Bank:
        write_batch = inner.write_batch
        incoming = inner.incoming

        def done(self, area: str, name: str, *, refused: str = "") -> None:
            assert not refused
            mortal.after()
            inner.done(area, name)

    wiring.install(replace(wiring.ports(), bank=Bank()))
    numbers = drive(country)
    assert mortal.done > 3
    assert country.outcome(numbers) == undisturbed


def test_between_delivering_an_envelope_and_marking_it(country: Country, calm: Calm) -> None:
    undisturbed = calm(2)
    country.add_movers(2)
    mortal = Mortal(4)

    class Fatal(Carrier):
        def carry(self, letter: Letter) -> None:
            super().carry(letter)
            mortal.after()

    carrier = Fatal()
    numbers = drive(country)
    assert mortal.done == len(carrier.letters) > len(set(carrier.letters))
    assert country.outcome(numbers) == undisturbed
    assert country.breaks() == []


def test_between_signing_and_writing_it_down(country: Country, calm: Calm) -> None:
    """Forms are sealed and envelopes signed outside any transaction: the signature is lost."""
    undisturbed = calm(2)
    country.add_movers(2)
    inner, mortal = wiring.ports().signer, Mortal(5)

    class Pen:
        name = inner.name
        generate = inner.generate
        verify = inner.verify

        def sign(self, private: bytes, text: bytes) -> bytes:
            signature = inner.sign(private, text)
            mortal.after()
            return signature

    wiring.install(replace(wiring.ports(), signer=Pen()))
    numbers = drive(country)
    assert mortal.done > 5
    assert country.outcome(numbers) == undisturbed
    assert len(rows("documents.Seal")) == 2 * 4  # acceptance, form, remittance, completion
    assert country.breaks() == []


def test_between_taking_an_envelope_in_and_saying_so(country: Country, calm: Calm) -> None:
    """A folder's envelope is in the inbox and still in the folder."""
    from jiexu.adapters.channels.files import FilesChannel

    undisturbed = calm(2)
    country.add_movers(2)
    far, mortal = FilesChannel(country.bank_folder.parent / "exchange"), Mortal(3)

    class Folder:
        collect = far.collect

        def done(self, receiver: str, name: str, *, refused: str = "") -> None:
            assert not refused
            mortal.after()
            far.done(receiver, name)

        def deliver(self, receiver: str, sender: str, seq: int, data: bytes) -> None:
            far.deliver(receiver, sender, seq, data)

    wiring.install(replace(wiring.ports(), far=Folder(), loopback=Folder()))
    numbers = drive(country)
    assert mortal.done > 3
    assert country.outcome(numbers) == undisturbed
    folder = country.bank_folder.parent / "exchange" / TARGET
    assert list((folder / "in").iterdir()) == []
    assert country.breaks() == []
