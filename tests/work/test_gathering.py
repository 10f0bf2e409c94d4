"""Steps of several threads in one commit: each gets its own answer, a bad one falls alone."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from tests.support.country import SOURCE, TARGET, Country, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.records.access.sealing import identity_index
from jiexu.work import gathering, intake
from jiexu.work.results import Result

FORM = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}


def together(country: Country, certnos: list[str]) -> list[Result | BaseException]:
    """All apply while the gate is held; the first is then let in with everybody behind it."""
    gate = gathering._gates[TARGET, "transfer"]
    with gate.lock:
        gate.busy = True
    answers: list[Any] = [None] * len(certnos)

    def one(place: int, certno: str, now: datetime) -> None:
        actor = Actor(role=Role.CITIZEN, ref=f"citizen-{place}")
        try:
            answers[place] = intake.apply_for_transfer(
                actor, FORM, f"together-{place}", now, subject=identity_index(certno)
            )
        except BaseException as fault:
            answers[place] = fault
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=one, args=(place, certno, country.now + timedelta(seconds=place)))
        for place, certno in enumerate(certnos)
    ]
    for place, thread in enumerate(threads):
        thread.start()
        while len(gate.queue) <= place and thread.is_alive():
            time.sleep(0.005)
    gate.queue[0].woken.set()
    for thread in threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in threads)
    assert (gate.queue, gate.busy) == ([], False)
    return answers


def test_what_waits_is_made_in_one_commit_and_each_gets_its_own_answer(lasting: Country) -> None:
    movers = lasting.add_movers(6)
    answers = together(lasting, [mover.certno for mover in movers])
    assert all(isinstance(one, Result) and one.ok for one in answers), answers
    numbers = [one.case_no for one in answers if isinstance(one, Result)]
    assert len(set(numbers)) == 6
    made = [entry for entry in rows("audit.Entry") if entry.action == "transfer.apply"]
    assert {entry.at for entry in made} == {lasting.now + timedelta(seconds=5)}
    assert lasting.breaks() == []


def test_one_that_is_refused_or_meets_its_twin_falls_out_alone(lasting: Country) -> None:
    movers = lasting.add_movers(3)
    stranger = "11010119900307003X"
    twin = movers[0].certno
    answers = together(lasting, [*(mover.certno for mover in movers), stranger, twin])
    said = [one.code if isinstance(one, Result) else repr(one) for one in answers]
    assert said[1:3] == ["", ""]
    assert said[3] == "PERSON_UNKNOWN_HERE"
    # Of two applications of one person at one moment one wins and the other is told.
    assert sorted((said[0], said[4]))[0] == ""
    assert sorted((said[0], said[4]))[1] in {"ALREADY_OPEN", "CONFLICT"}
    assert len(rows("procedures.Case")) == 3
    assert lasting.breaks() == []


def test_alone_it_is_made_at_once_and_the_gate_is_open_afterwards(lasting: Country) -> None:
    [mover] = lasting.add_movers(1)
    actor = Actor(role=Role.CITIZEN, ref="citizen")
    index = identity_index(mover.certno)
    for key, code in (("first", ""), ("second", "ALREADY_OPEN")):
        said = intake.apply_for_transfer(actor, FORM, key, lasting.now, subject=index)
        assert said.code == code
        assert gathering._gates[TARGET, "transfer"].busy is False
