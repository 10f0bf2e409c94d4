"""Statements of the hot path give what the ORM gives, and keep its laws."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.support.country import SOURCE, TARGET, Country

from jiexu.records.exchange.models import Key, Outgoing
from jiexu.records.isolation import IsolationBreach, acting_for, writing
from jiexu.records.procedures.models import Case, Clock, Command
from jiexu.records.registry.models import Contribution, Person
from jiexu.records.statements import Change, Read


@pytest.fixture
def moved(country: Country) -> Country:
    country.add_movers(3)
    country.to_the_end()
    return country


@pytest.mark.parametrize("model", [Case, Clock, Command, Outgoing, Person, Contribution])
def test_rows_are_those_of_the_orm(moved: Country, model: type) -> None:
    rows = Read(model, "id > {last}", order="id").of(SOURCE, last=0)
    known = list(model.objects.of(SOURCE).order_by("pk"))
    assert known
    assert [row.__dict__ | {"_state": None} for row in rows] == [
        row.__dict__ | {"_state": None} for row in known
    ]


def test_values_lists_and_order(moved: Country) -> None:
    read = Read(Case, "case_no {numbers:many}", fields=("id", "agency", "opened_at"), order="id")
    known = Case.objects.of(SOURCE).order_by("pk")
    numbers = [row.case_no for row in known]
    expected = [(row.pk, row.agency_id, row.opened_at) for row in known]
    assert read.of(SOURCE, numbers=numbers) == expected
    assert read.of(SOURCE, numbers=numbers[1:2]) == expected[1:2]
    assert read.of(SOURCE, numbers=[]) == []
    newest = Read(Case, "opened_at <= {now}", fields=("id",), order="id DESC", limit=1)
    assert newest.of(SOURCE, now=known[0].opened_at) == [(expected[-1][0],)]
    assert newest.of(SOURCE, now=known[0].opened_at - timedelta(seconds=1)) == []
    sealed = Read(Person, "certno_index {indexes:many}", order="id")
    index = bytes(Person.objects.of(SOURCE).first().certno_index)
    assert [bytes(row.certno_index) for row in sealed.of(SOURCE, indexes={index})] == [index]


def test_a_percent_sign_is_text(moved: Country) -> None:
    assert len(Read(Case, "case_no LIKE 'ZY%' AND half = {half}").of(SOURCE, half="out")) == 3


def test_agencies_stay_apart(moved: Country) -> None:
    read = Read(Case, "id > {last}")
    assert {row.agency_id for row in read.of(SOURCE, last=0)} == {SOURCE}
    assert {row.agency_id for row in read.across_node(last=0)} == {SOURCE, TARGET}
    with acting_for(SOURCE):
        with pytest.raises(IsolationBreach):
            read.of(TARGET, last=0)
        with pytest.raises(IsolationBreach):
            read.across_node(last=0)
    with pytest.raises(IsolationBreach):
        read.of_node(last=0)
    assert {row.agency_id for row in Read(Key, "id > {last}").of_node(last=0)} == {SOURCE, TARGET}


def test_changes_are_counted_and_only_made_where_rows_are_written(moved: Country) -> None:
    change = Change(Case, "assigned_to = {name}", "half = {half} AND id {ids:many}")
    ids = [row.pk for row in Case.objects.of(SOURCE)]
    with pytest.raises(IsolationBreach):
        change.of(SOURCE, name="张三", half="out", ids=ids)
    with acting_for(SOURCE), writing():
        assert change.of(SOURCE, name="张三", half="out", ids=ids) == 3
        assert change.of(SOURCE, name="李四", half="in", ids=ids) == 0
        with pytest.raises(IsolationBreach):
            change.of(TARGET, name="王五", half="in", ids=ids)
    # Naming another agency's rows changes none of them.
    with writing():
        assert change.of(TARGET, name="王五", half="out", ids=ids) == 0
    assert {row.assigned_to for row in Case.objects.of(SOURCE)} == {"张三"}
