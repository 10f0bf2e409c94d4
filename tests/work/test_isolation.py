"""Agencies are apart by law: whoever acts for one cannot even load a row of another."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Count, Max
from tests.support.country import SOURCE, TARGET, THIRD, Country, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import NotFound
from jiexu.records.documents.models import Issued, Seal
from jiexu.records.exchange.models import Key
from jiexu.records.isolation import (
    AgencyRow,
    GuardedRow,
    IsolationBreach,
    acting_agency,
    acting_for,
    writing,
)
from jiexu.records.ledger.queries import balances
from jiexu.records.procedures.models import Case, Clock, Command
from jiexu.records.procedures.queries import actions, all_cases, case_for_clerk, queue
from jiexu.records.registry.models import Agency, Person
from jiexu.records.rows import advance_rows, insert_rows
from jiexu.records.settlement import queries as settlement
from jiexu.records.settlement.models import Batch, Order

BUSINESS = [model for model in apps.get_models() if issubclass(model, AgencyRow)]
NODE = [
    model
    for model in apps.get_models()
    if issubclass(model, GuardedRow) and not issubclass(model, AgencyRow)
]


def test_there_are_rows_to_keep_apart() -> None:
    assert len(BUSINESS) >= 18
    assert {model._meta.label for model in NODE} >= {"registry.Agency", "exchange.Key"}


def test_the_whole_story_never_mixes_two_agencies(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every row loaded and every statement sent while acting for one agency is that agency's."""
    loaded: Counter[tuple[str | None, str, str]] = Counter()
    statements: Counter[str] = Counter()
    from_db = AgencyRow.from_db.__func__  # type: ignore[attr-defined]
    tables = [model._meta.db_table for model in BUSINESS]
    about = re.compile(rf'(?:FROM|UPDATE|JOIN) "?(?:{"|".join(tables)})"?\b')

    def recorded(cls: Any, db: Any, names: Any, values: Any) -> Any:
        row = from_db(cls, db, names, values)
        loaded[acting_agency(), row.__dict__.get("agency_id", "not asked"), cls.__name__] += 1
        return row

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        acting = acting_agency()
        if acting is not None and about.search(sql):
            said = [str(one) for one in params or ()]
            # It names the agency it acts for, in a condition on the agency.
            assert acting in said, sql
            assert re.search(r'"?agency"? = ', sql), sql
            statements[acting] += 1
        return execute(sql, params, many, context)

    monkeypatch.setattr(AgencyRow, "from_db", classmethod(recorded))
    country.add_movers(3)
    with connection.execute_wrapper(look):
        numbers = country.to_the_end()
    assert all(state[0] == "completed" for n in numbers for state in country.states(n).values())
    acted = {acting for acting, _, _ in loaded if acting}
    assert acted == {SOURCE, TARGET}
    mixed = {key for key in loaded if key[0] not in {None, key[1]} and key[1] != "not asked"}
    assert mixed == set()
    assert statements[SOURCE] > 60
    assert statements[TARGET] > 60
    seen = {name for acting, _, name in loaded if acting}
    assert seen >= {"Case", "Person", "Order", "StatementLine"}


READS: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "first": lambda found: found.first(),
    "last": lambda found: found.last(),
    "get": lambda found: found.get(pk=1),
    "count": lambda found: found.count(),
    "exists": lambda found: found.exists(),
    "contains": lambda found: found.contains(found.model(pk=1)),
    "iterator": lambda found: list(found.iterator()),
    "aggregate": lambda found: found.aggregate(Max("pk")),
    "annotate": lambda found: list(found.annotate(n=Count("pk"))),
    "values": lambda found: list(found.values("pk")),
    "values_list": lambda found: list(found.values_list("agency_id", flat=True)),
    "in_bulk": lambda found: found.in_bulk([1]),
    "earliest": lambda found: found.earliest("pk"),
    "slice": lambda found: list(found[:1]),
    "index": lambda found: found[0],
    "bool": bool,
    "len": len,
    "or": lambda found: list(found.model.objects.of(SOURCE) | found),
    "and": lambda found: list(found.model.objects.of(SOURCE) & found),
    "union": lambda found: list(found.model.objects.of(SOURCE).union(found)),
    "intersection": lambda found: list(found.model.objects.of(SOURCE).intersection(found)),
    "difference": lambda found: list(found.model.objects.of(SOURCE).difference(found)),
    "inside another": lambda found: list(found.model.objects.of(SOURCE).filter(pk__in=found)),
    "its values inside another": lambda found: list(
        found.model.objects.of(SOURCE).filter(pk__in=found.values("pk"))
    ),
    "raw": lambda found: list(found.model.objects.raw("SELECT 1 AS id")),
    "update": lambda found: found.update(pk=1),
}


@pytest.mark.parametrize("read", READS, ids=str)
def test_a_query_says_whose_rows_it_wants(db: None, read: str) -> None:
    for model in BUSINESS:
        with writing(), pytest.raises(IsolationBreach):
            READS[read](model.objects.all())
        with writing(), pytest.raises(IsolationBreach):
            READS[read](model.objects.filter(pk__gt=0).order_by("pk"))


def test_acting_for_one_agency_is_acting_for_no_other(db: None) -> None:
    for model in BUSINESS:
        with acting_for(SOURCE):
            assert list(model.objects.of(SOURCE)) == []
            with pytest.raises(IsolationBreach, match=f"acting for {SOURCE}, asked for rows of"):
                model.objects.of(TARGET)
            with pytest.raises(IsolationBreach, match="a sweep over the node"):
                model.objects.across_node()


def must_be_refused(*acts: Callable[[], Any]) -> None:
    for act in acts:
        with pytest.raises(IsolationBreach):
            act()


def test_rows_are_written_inside_writing_alone(db: None) -> None:
    for model in BUSINESS:
        row, rows_of = model(agency_id=SOURCE), model.objects
        must_be_refused(
            partial(rows_of.create, agency_id=SOURCE),
            partial(rows_of.bulk_create, [row]),
            partial(rows_of.of(SOURCE).update, pk=1),
            partial(rows_of.of(SOURCE).bulk_update, [row], ["agency"]),
            partial(rows_of.get_or_create, pk=1, defaults={"agency_id": SOURCE}),
            partial(insert_rows, SOURCE, [row]),
        )
        with writing():  # never one by one, and never away
            must_be_refused(
                row.save,
                row.delete,
                rows_of.of(SOURCE).delete,
                partial(row.save, force_insert=True),
            )


def test_acting_for_one_agency_writes_no_row_of_another(db: None) -> None:
    for model in BUSINESS:
        theirs, rows_of = model(agency_id=TARGET), model.objects
        with writing(), acting_for(SOURCE):
            must_be_refused(
                partial(rows_of.create, agency_id=TARGET),
                partial(rows_of.bulk_create, [theirs]),
                partial(rows_of.of(SOURCE).update, agency_id=TARGET),
                partial(rows_of.of(SOURCE).update, agency=Agency(area=TARGET)),
                partial(insert_rows, TARGET, [theirs]),
                partial(insert_rows, SOURCE, [theirs]),
            )
        assert rows_of.of(TARGET).count() == 0


def test_rows_of_the_node_are_written_by_work_alone(db: None) -> None:
    for model in NODE:
        row = model()
        must_be_refused(
            row.save,
            row.delete,
            model.objects.create,
            partial(model.objects.all().update, pk=None),
            partial(model.objects.bulk_create, [row]),
            model.objects.all().delete,
        )


@pytest.fixture
def moved(country: Country) -> tuple[Country, str]:
    """A completed case between the two agencies."""
    country.add_movers(1)
    (number,) = country.to_the_end()
    return country, number


def test_a_row_of_another_agency_cannot_be_reached_through_a_relation(
    moved: tuple[Country, str],
) -> None:
    _, number = moved
    theirs = Case.objects.of(TARGET).get(case_no=number)
    clock = Clock.objects.of(TARGET).first()
    seal, again = (
        Seal.objects.of(SOURCE).order_by("pk")[0],
        Seal.objects.of(SOURCE).order_by("pk")[0],
    )
    with acting_for(SOURCE):
        assert seal.document.case_no == number
        for reach in (
            lambda: theirs.person,
            lambda: clock.case,
            lambda: list(theirs.clocks.all()),
            theirs.refresh_from_db,
        ):
            with pytest.raises(IsolationBreach):
                reach()
    with acting_for(TARGET), pytest.raises(IsolationBreach):
        _ = again.document
    # Nor by reading a neighbour's row along with one's own.
    with acting_for(SOURCE), pytest.raises(IsolationBreach):
        list(Issued.objects.of(SOURCE).union(Issued.objects.all()))


def test_acting_for_one_agency_may_be_nested_for_the_same_alone() -> None:
    with acting_for(SOURCE):
        with acting_for(SOURCE):
            assert acting_agency() == SOURCE
        with pytest.raises(IsolationBreach, match="at the same time"), acting_for(TARGET):
            raise AssertionError("not reached")
        assert acting_agency() == SOURCE
    assert acting_agency() is None


def test_another_thread_acts_for_itself() -> None:
    seen: list[str | None] = []
    with acting_for(SOURCE), writing():
        thread = threading.Thread(target=lambda: seen.append(acting_agency()))
        thread.start()
        thread.join(timeout=10)
    assert seen == [None]


def test_a_clerk_sees_the_half_of_their_own_agency(moved: tuple[Country, str]) -> None:
    country, number = moved
    third = Country(country.bank_folder.parent / "third", areas=(THIRD,))
    third.bank.books.close()
    today = date(2026, 3, 11)
    clerk = Actor(role=Role.CLERK, ref="x", agency=SOURCE)
    assert case_for_clerk(SOURCE, number, "out", today).half == "out"
    for area, half in ((SOURCE, "in"), (TARGET, "out"), (THIRD, "in"), (THIRD, "out")):
        with pytest.raises(NotFound) as refused:
            case_for_clerk(area, number, half, today)
        assert refused.value.message == "本机构没有这笔业务。"
        assert refused.value.remedy == "请核对业务流水号，或从列表进入。"
        assert actions(area, number, half, clerk) == []
    assert [one.half for one in all_cases(SOURCE).items] == ["out"]
    assert [one.half for one in all_cases(TARGET, number).items] == ["in"]
    assert all_cases(THIRD).total == 0
    assert queue(THIRD, Role.CLERK, today) == []


def test_finance_sees_the_money_of_its_own_agency(moved: tuple[Country, str]) -> None:
    country, _ = moved
    (batch,) = rows("settlement.Batch")
    assert settlement.batch(SOURCE, batch.number).count == 1
    with pytest.raises(NotFound) as refused:
        settlement.batch(TARGET, batch.number)
    assert refused.value.message == "没有这一批付款。"
    assert settlement.batches(TARGET) == []
    assert settlement.orders_waiting(TARGET) == []
    assert {line.direction for line in settlement.lines(SOURCE, "matched")} == {"debit"}
    assert {line.direction for line in settlement.lines(TARGET, "matched")} == {"credit"}
    mover = country.movers[0]
    assert country.held(SOURCE, mover) == 0
    assert country.held(TARGET, mover) == mover.balance_fen
    with acting_for(TARGET), pytest.raises(IsolationBreach):
        balances(SOURCE, [settlement_ref(mover.certno)])


def settlement_ref(certno: str) -> Any:
    from jiexu.core.ledger.postings import person_account
    from jiexu.records.access.sealing import identity_index

    with acting_for(TARGET):
        person = Person.objects.of(TARGET).get(certno_index=identity_index(certno))
    return person_account(person.psn_no)


def test_writers_beside_the_orm_keep_the_same_law(moved: tuple[Country, str]) -> None:
    _, number = moved
    theirs = Case.objects.of(TARGET).get(case_no=number)
    theirs.version += 1
    with writing(), acting_for(SOURCE):
        for area in (SOURCE, TARGET):
            with pytest.raises(IsolationBreach):
                advance_rows(area, [theirs], ["version", "doubts"])
    with pytest.raises(IsolationBreach):
        advance_rows(TARGET, [theirs], ["version", "doubts"])
    assert Case.objects.of(TARGET).get(case_no=number).version == theirs.version - 1


def test_private_keys_are_those_of_hosted_agencies(country: Country) -> None:
    from jiexu.work.keys import NoKey, signing_key

    keys = {row.agency_id: row for row in Key.objects.all()}
    assert set(keys) == {SOURCE, TARGET}
    assert signing_key(SOURCE, country.now)[0] != signing_key(TARGET, country.now)[0]
    with pytest.raises(NoKey) as refused:
        signing_key(THIRD, country.now)
    assert refused.value.message == f"机构 {THIRD} 没有可用的签名密钥。"


def test_no_identity_number_stands_anywhere_in_clear(moved: tuple[Country, str]) -> None:
    """Neither in a row nor in what the audit says: only sealed, or as a blind index."""
    country, _ = moved
    certno = country.movers[0].certno
    for model in apps.get_models():
        if not model.__module__.startswith("jiexu."):
            continue
        manager = model.objects
        found = manager.across_node() if issubclass(model, AgencyRow) else manager.all()
        for values in found.values():
            for name, value in values.items():
                text = bytes(value) if isinstance(value, bytes | memoryview) else str(value)
                wanted = certno.encode() if isinstance(text, bytes) else certno
                assert wanted not in text, (model._meta.label, name)


def test_the_counts_of_the_two_agencies_add_up(moved: tuple[Country, str]) -> None:
    for model in BUSINESS:
        apart = sum(model.objects.of(area).count() for area in (SOURCE, TARGET))
        assert apart == model.objects.across_node().count()
    assert Command.objects.of(SOURCE).exists()
    assert Batch.objects.of(SOURCE).exists()
    assert not Order.objects.of(TARGET).exists()
