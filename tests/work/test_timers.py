"""Automatic moves and clocks: each once, again after a fault, and in the end a person's turn."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from tests.support.country import SOURCE, TARGET, Country, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.records.isolation import writing
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.procedures.queries import queue
from jiexu.records.registry.models import Relation
from jiexu.work import timers
from jiexu.work.intake import act


def the_case(area: str = SOURCE) -> Case:
    return Case.objects.of(area).get()


def out_of_force(country: Country) -> None:
    """The relation of everybody at the old place is gone: a fault of the record."""
    with writing():
        Relation.objects.of(SOURCE).update(superseded_at=country.now)


def test_a_fault_is_tried_again_and_mended(country: Country) -> None:
    country.faults_expected = True
    country.add_movers(1)
    country.accepted()
    out_of_force(country)
    assert timers.run_autos(country.now) == 0
    case = the_case()
    assert (case.record_leg, case.auto_event, case.auto_attempts) == ("accepted", "issue_form", 1)
    assert case.auto_due_at == country.now + timedelta(seconds=2)
    assert timers.run_autos(country.now) == 0
    assert the_case().auto_attempts == 1  # not before its time
    with writing():
        Relation.objects.of(SOURCE).update(superseded_at=None)
    country.settle()
    assert the_case().record_leg == "done"
    assert the_case().auto_attempts == 0
    assert country.breaks() == []


def test_after_eight_times_a_person_must_look(country: Country) -> None:
    country.faults_expected = True
    country.add_movers(1)
    (number,) = country.accepted()
    out_of_force(country)
    pauses = []
    for _ in range(20):
        if the_case().auto_due_at is None:
            break
        pauses.append(the_case().auto_due_at - country.now)
        country.clock.forward(seconds=max(0, pauses[-1].total_seconds()))
        timers.run_autos(country.now)
    assert [int(pause.total_seconds()) for pause in pauses] == [0, 2, 4, 8, 16, 32, 64, 128]
    case = the_case()
    assert (case.auto_event, case.doubts) == ("", "AUTO_REFUSED")
    assert [one.case_no for one in queue(SOURCE, Role.CLERK, country.now.date())] == [number]
    assert queue(SOURCE, Role.CLERK, country.now.date())[0].doubts == (
        "系统多次不能自动办理这一步，已停止，请核对后人工办理。",
    )
    assert country.breaks() == []
    with writing():
        Relation.objects.of(SOURCE).update(superseded_at=None)
    clerk = Actor(role=Role.CLERK, ref="jingban", agency=SOURCE)
    assert act(clerk, SOURCE, number, "out", "issue_form", {}, case.version, "key", country.now).ok
    country.settle()
    assert (the_case().record_leg, the_case().doubts) == ("done", "")
    assert country.breaks() == []


def test_a_refusal_by_rule_stops_at_once(country: Country) -> None:
    """Insured again at the old place after acceptance: no form, and a clerk sees why."""
    country.add_movers(1)
    country.accepted()
    with writing():
        Relation.objects.of(SOURCE).filter(valid_to=None).update(status="normal")
    assert timers.run_autos(country.now) == 0
    case = the_case()
    assert (case.record_leg, case.auto_event, case.doubts) == ("accepted", "", "AUTO_REFUSED")
    assert country.breaks() == []


def test_money_does_not_take_the_place_of_the_months(country: Country) -> None:
    """Matched between the form and the writing of its months: both still happen."""
    country.add_movers(1)
    (number,) = country.in_two_letters()
    country.pay()
    country.settle()
    with writing():
        # As it stands when a second worker takes the bank's file before the automatic move.
        Case.objects.of(TARGET).update(auto_due_at=country.now + timedelta(minutes=5))
    country.bank_round()
    country.clock.forward(minutes=1)
    country.node.sweep()
    country.clock.forward(minutes=10)
    country.node.sweep()
    assert {state[0] for state in country.states(number).values()} == {"completed"}


def test_a_doubtful_form_holds_the_money_back(country: Country) -> None:
    (mover,) = country.add_movers(1)
    country.node.import_rows(
        "contributions",
        TARGET,
        [
            {
                "证件号码": mover.certno,
                "险种": "310",
                "类型": "actual",
                "起始年月": "2026-01",
                "终止年月": "2026-02",
                "缴费地": TARGET,
            }
        ],
    )
    (number,) = country.apply_all()
    country.settle()
    case = the_case(TARGET)
    assert (case.record_leg, case.doubts) == ("form_received", "MONTHS_OVERLAP")
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.states(number)["in"] == ("open", "form_received", "arrived")
    assert country.held(TARGET, mover) == 0
    clerk = Actor(role=Role.CLERK, ref="lz", agency=TARGET)
    version = the_case(TARGET).version
    assert act(clerk, TARGET, number, "in", "write_record", {}, version, "k", country.now).ok
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    assert country.held(TARGET, mover) == mover.balance_fen
    assert country.breaks() == []


def test_a_late_clock_is_told_once(country: Country) -> None:
    country.add_movers(2)
    numbers = country.accepted()
    with writing():
        Case.objects.of(SOURCE).update(auto_event="", auto_due_at=None)
    country.clock.forward(days=14)  # the last day of the limit is 25 March
    assert timers.tell_late_clocks(country.now) == 0
    country.clock.forward(days=1)
    assert timers.tell_late_clocks(country.now) == 2
    assert timers.tell_late_clocks(country.now) == 0
    country.settle()
    country.clock.forward(days=30)
    country.settle()
    for number in numbers:
        late = [line for line in country.transcript(number) if "超期" in line]
        assert [line.split()[0] for line in late] == ["in", "out"], late
    assert country.breaks() == []


def test_a_late_clock_whose_case_is_at_fault_is_told_later(
    country: Country, caplog: pytest.LogCaptureFixture
) -> None:
    country.faults_expected = True
    country.add_movers(1)
    country.accepted()
    with writing():
        Case.objects.of(SOURCE).update(auto_event="", auto_due_at=None)
    sealed = the_case().facts_sealed
    with writing():
        Case.objects.of(SOURCE).update(facts_sealed=b"damaged")
    country.clock.forward(days=20)
    with caplog.at_level(logging.ERROR):
        assert timers.tell_late_clocks(country.now) == 0
    assert [clock.late_notified_at for clock in Clock.objects.of(SOURCE)] == [None]
    with writing():
        Case.objects.of(SOURCE).update(facts_sealed=sealed)
    assert timers.tell_late_clocks(country.now) == 1
    assert len(rows("procedures.Clock")) == 1


def test_met_clocks_are_never_late(country: Country) -> None:
    country.add_movers(1)
    country.to_the_end()
    assert [clock.met_on for clock in rows("procedures.Clock")].count(None) == 0
    country.clock.forward(days=400)
    assert timers.tell_late_clocks(country.now) == 0
