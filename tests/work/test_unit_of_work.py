"""The one writer: many cases in one commit, each for itself, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from tests.support.country import SOURCE, TARGET, Country, rows
from tests.support.watching import watching

from jiexu.core.base.actors import SYSTEM, Actor, Role
from jiexu.core.base.actors import agency as agency_actor
from jiexu.core.ledger.postings import person_account, reserve_for_transfer
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.facts import BankLine
from jiexu.records.audit.models import Entry
from jiexu.records.exchange.models import Outgoing
from jiexu.records.isolation import acting_for, writing
from jiexu.records.ledger.models import Transfer
from jiexu.records.ledger.queries import balances
from jiexu.records.ledger.write import post
from jiexu.records.procedures.models import Case, Command
from jiexu.records.registry.models import Person, Relation
from jiexu.work.unit_of_work import apply

CLERK = Actor(role=Role.CLERK, ref="jingban", agency=SOURCE)


def issue(case_no: str, key: str = "", *, actor: Actor = SYSTEM, version: int | None = None) -> Any:
    return Step(
        case_no=case_no,
        half="out",
        event="issue_form",
        actor=actor,
        key=key or f"issue:{case_no}",
        expected_version=version,
    )


def person_of(case_no: str) -> Person:
    return Case.objects.of(SOURCE).select_related("person").get(case_no=case_no).person


def legs(case_no: str) -> tuple[str, str]:
    case = Case.objects.of(SOURCE).get(case_no=case_no)
    return case.record_leg, case.fund_leg


@contextmanager
def spent_meanwhile(country: Country, case_no: str) -> Iterator[None]:
    """Whenever somebody has read the balance of this case's person, another one is faster."""
    psn_no = person_of(case_no).psn_no
    was_read = racing = False

    def race(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal was_read, racing
        if was_read and not racing:
            was_read, racing = False, True
            try:
                post(
                    SOURCE,
                    [reserve_for_transfer("ZYother", psn_no, 1)],
                    business_date=country.now.date(),
                    now=country.now,
                )
            finally:
                racing = False
        told = [str(one) for one in params or ()]
        if sql.startswith("SELECT") and '"ledger_account"' in sql and psn_no in told:
            was_read = not racing
        return execute(sql, params, many, context)

    with connection.execute_wrapper(race):
        yield


def test_good_refused_faulty_and_repeated_steps_in_one_batch(country: Country) -> None:
    country.faults_expected = True
    country.add_movers(9)
    numbers = country.accepted()
    one, two, three, stale, stranger, poor, taken, broken, before = numbers
    first = apply(SOURCE, [issue(before)], now=country.now)[0]
    assert first.ok
    # `taken`: its ledger key was used for another amount. `broken`: its relation is gone.
    with acting_for(SOURCE), writing(), transaction.atomic():
        post(
            SOURCE,
            [reserve_for_transfer(taken, person_of(taken).psn_no, 1)],
            business_date=country.now.date(),
            now=country.now,
        )
        Relation.objects.of(SOURCE).filter(person=person_of(broken)).update(
            superseded_at=country.now
        )
    version = Case.objects.of(SOURCE).get(case_no=stale).version
    steps = [
        issue(one),
        issue(stale, version=version - 1),
        issue(poor),
        issue(two),
        issue(stranger, actor=Actor(role=Role.CITIZEN, ref="somebody")),
        issue(taken),
        issue(broken),
        issue(before),
        issue(three),
        issue("ZY000000000000000000000"),
    ]
    with spent_meanwhile(country, poor):
        results = apply(SOURCE, steps, now=country.now)
    by_number = dict(zip([step.case_no for step in steps], results, strict=True))
    assert [result.case_no for result in results] == [step.case_no for step in steps]

    for number in (one, two, three):
        assert by_number[number].ok, by_number[number]
        assert not by_number[number].repeated
        assert (by_number[number].record_leg, by_number[number].fund_leg) == (
            "form_issued",
            "fixed",
        )
        assert legs(number) == ("form_issued", "fixed")
    said = {
        number: (result.code, result.text, result.remedy, result.later)
        for number, result in by_number.items()
        if not result.ok
    }
    assert said == {
        stale: (
            "STALE",
            "您打开页面之后，本案已被他人或系统办理过，您的操作没有生效。",
            "请查看最新进度后再决定是否办理。",
            False,
        ),
        stranger: (
            "NOT_YOUR_MOVE",
            "“出具信息表”不能由您现在的身份办理。",
            "请由有相应权限的人员办理。",
            False,
        ),
        poor: (
            "INSUFFICIENT_BALANCE",
            "可用余额不足，已占用的金额不能再次使用。",
            "请核对账户余额和已占用的金额，按可用余额重新办理。",
            True,
        ),
        taken: (
            "LEDGER_KEY_REUSED",
            "同一笔业务已经按不同的内容记过账，没有重复记账。",
            "请刷新业务，核对已入账的账户和金额；确需更正的，另记一笔更正。",
            True,
        ),
        broken: (
            "FAULT",
            "系统处理这一步时出错，没有任何改动。",
            "请稍后重试；如仍出错，请把业务流水号告诉系统管理员。",
            True,
        ),
        "ZY000000000000000000000": (
            "WRONG_STATE",
            "案件现在的状态不能再“出具信息表”。",
            "请刷新页面查看最新进度；如已办过，不必重复办理。",
            False,
        ),
    }
    for number in (stale, stranger, poor, taken, broken):
        assert legs(number) == ("accepted", "waiting")
        assert not Command.objects.of(SOURCE).filter(key=f"issue:{number}").exists()
    again = by_number[before]
    assert again.repeated
    assert (again.ok, again.version, again.record_leg) == (True, first.version, "form_issued")
    assert Case.objects.of(SOURCE).get(case_no=before).version == first.version
    # The competitor of `poor` was undone with it: only its own posting is missing.
    held = balances(SOURCE, [person_account(person_of(poor).psn_no)]).popitem()[1]
    assert held.reserved_fen == 0


def test_a_hundred_cases_are_one_commit(lasting: Country) -> None:
    lasting.add_movers(100)
    numbers = lasting.accepted()
    done = apply(SOURCE, [issue(numbers[0])], now=lasting.now)
    assert done[0].ok
    with watching() as seen:
        results = apply(
            SOURCE,
            [issue(number) for number in numbers] + [issue("ZY000000000000000000000")],
            now=lasting.now,
        )
    assert [result.ok for result in results] == [True] * 100 + [False]
    assert [result.repeated for result in results[:2]] == [True, False]
    assert seen.commits == 1


def test_a_faulty_case_among_many_costs_a_few_commits_and_no_other_case(lasting: Country) -> None:
    lasting.add_movers(32)
    numbers = lasting.accepted()
    with acting_for(SOURCE), writing(), transaction.atomic():
        post(
            SOURCE,
            [reserve_for_transfer(numbers[13], person_of(numbers[13]).psn_no, 1)],
            business_date=lasting.now.date(),
            now=lasting.now,
        )
    with watching() as seen:
        results = apply(SOURCE, [issue(number) for number in numbers], now=lasting.now)
    assert [place for place, result in enumerate(results) if not result.ok] == [13]
    assert seen.commits <= 5  # 16, 8, 4, 2 and 1: the halves without it
    assert Transfer.objects.of(SOURCE).filter(code="transfer_out_reserved").count() == 32


@pytest.mark.parametrize("event", ["issue_form", "approve_payment"])
def test_the_queries_of_a_batch_do_not_grow_with_its_cases(lasting: Country, event: str) -> None:
    counted = {}
    for size in (10, 100):
        lasting.movers.clear()
        lasting.add_movers(size)
        numbers = lasting.accepted()
        steps = [issue(number) for number in numbers]
        if event == "approve_payment":
            lasting.settle()
            actor = Actor(role=Role.FINANCE_APPROVER, ref="fuhe", agency=SOURCE)
            steps = [
                Step(case_no=number, half="out", event=event, actor=actor, key=f"pay:{number}")
                for number in numbers
            ]
        with watching() as seen:
            results = apply(SOURCE, steps, now=lasting.now)
        assert all(result.ok for result in results), results[0]
        counted[size] = seen.count
        lasting.settle()
    # SQLite takes fewer parameters at once, so a long list is cut into a few statements.
    allowed = 25 if connection.vendor == "sqlite" else 2
    assert counted[100] - counted[10] <= allowed, counted
    assert counted[10] < 45, counted


def test_together_is_all_or_nothing(country: Country) -> None:
    country.add_movers(3)
    one, two, three = country.accepted()
    assert apply(SOURCE, [issue(three, "other")], now=country.now)[0].ok
    before = country.counts()
    results = apply(SOURCE, [issue(one), issue(two), issue(three)], now=country.now, together=True)
    assert [(result.ok, result.code, result.case_no) for result in results] == [
        (False, "TOGETHER", one),
        (False, "TOGETHER", two),
        (False, "WRONG_STATE", three),
    ]
    assert results[0].text == (
        f"同批的 {three} 不能办理（案件现在的状态不能再“出具信息表”。），整批都没有办理。"
    )
    assert results[0].remedy == "请刷新页面查看最新进度；如已办过，不必重复办理。"
    assert country.counts() == before
    good = apply(SOURCE, [issue(one), issue(two)], now=country.now, together=True)
    assert [result.ok for result in good] == [True, True]


def test_together_a_broken_law_undoes_all(country: Country) -> None:
    country.add_movers(2)
    one, two = country.accepted()
    with acting_for(SOURCE), writing(), transaction.atomic():
        post(
            SOURCE,
            [reserve_for_transfer(two, person_of(two).psn_no, 1)],
            business_date=country.now.date(),
            now=country.now,
        )
    before = country.counts()
    results = apply(SOURCE, [issue(one), issue(two)], now=country.now, together=True)
    assert {result.code for result in results} == {"LEDGER_KEY_REUSED"}
    assert country.counts() == before
    assert legs(one) == ("accepted", "waiting")


def test_steps_made_together_must_be_of_different_cases(country: Country) -> None:
    steps = [issue("ZY1", "a"), issue("ZY1", "b")]
    with pytest.raises(ValueError, match="different cases"):
        apply(SOURCE, steps, now=country.now, together=True)


def test_a_key_stands_for_one_content(country: Country) -> None:
    country.add_movers(2)
    one, two = country.accepted()
    assert apply(SOURCE, [issue(one, "k")], now=country.now)[0].ok
    others = [
        issue(two, "k"),
        issue(one, "k", actor=CLERK),
        Step(case_no=one, half="out", event="clock_late", actor=SYSTEM, key="k"),
    ]
    for other in others:
        result = apply(SOURCE, [other], now=country.now)[0]
        assert (result.ok, result.code, result.text, result.remedy) == (
            False,
            "KEY_REUSED",
            "同一个请求编号已用于另一项内容，本次没有办理。",
            "请刷新页面后重新提交。",
        )
    again = apply(SOURCE, [issue(one, "k")], now=country.now)[0]
    assert (again.ok, again.repeated, again.case_no) == (True, True, one)
    assert legs(two) == ("accepted", "waiting")


def test_the_same_key_of_another_person_is_not_the_same_request(country: Country) -> None:
    """A guessed or reused form key must not show one person the case of another."""
    first, second = country.add_movers(2)
    mine = country.apply(first, key="the-same-key")
    assert mine["ok"]
    theirs = country.apply(second, key="the-same-key")
    assert (theirs["ok"], theirs["code"]) == (False, "KEY_REUSED")
    assert len(rows("procedures.Case")) == 1


def test_steps_on_one_case_are_made_in_their_order(country: Country) -> None:
    """Also when another step with the same key stands between them."""
    country.add_movers(2)
    one, two = country.accepted()
    steps = [
        issue(one, "k"),
        issue(two, "k"),  # waits for the first, and is refused: the key is used
        issue(two, "later"),
        issue(two, "latest"),
    ]
    results = apply(SOURCE, steps, now=country.now)
    assert [(result.ok, result.code) for result in results] == [
        (True, ""),
        (False, "KEY_REUSED"),
        (True, ""),
        (False, "WRONG_STATE"),
    ]


def test_a_step_that_cannot_be_written_falls_out_alone(country: Country) -> None:
    """Not only laws: whatever goes wrong while one case is written stays with it."""
    country.faults_expected = True
    country.add_movers(3)
    numbers = country.to_the_form()
    lines = [
        BankLine(line_id=place, line_key=f"L{place}", amount_fen=5, booked_on=country.now.date())
        for place in (901, 902, 903)
    ]
    steps = [
        Step(
            case_no=number,
            half="in",
            event="match_money" if place == 1 else "remittance_noticed",
            actor=SYSTEM if place == 1 else agency_actor(SOURCE),
            key=f"k{place}",
            payload=lines[place] if place == 1 else _notice(number, country),
        )
        for place, number in enumerate(numbers)
    ]
    results = apply(TARGET, steps, now=country.now)
    assert [(result.ok, result.code, result.later) for result in results] == [
        (True, "", False),
        # There is no such line, and no money of it: the ledger says so first.
        (False, "INSUFFICIENT_BALANCE", True),
        (True, "", False),
    ]


def test_a_row_that_is_not_there_is_a_fault_of_one_case(country: Country) -> None:
    from jiexu.core.procedures.outcome import AttachSeal
    from jiexu.core.procedures.transfer.facts import SealedForm
    from jiexu.records.documents.models import Issued
    from jiexu.work import documents

    country.faults_expected = True
    country.add_movers(3)
    numbers = country.accepted()
    assert all(result.ok for result in apply(SOURCE, [issue(n) for n in numbers], now=country.now))
    form = _any_form(Issued.objects.of(SOURCE).first())

    def seal(number: str) -> AttachSeal:
        return AttachSeal(
            number=number,
            key_id="0",
            root="0",
            leaf_index=0,
            leaf_count=1,
            path=(),
            signature="0",
        )

    steps = [
        Step(
            case_no=case_no,
            half="out",
            event="seal_form",
            actor=SYSTEM,
            key=f"seal:{case_no}",
            payload=SealedForm(form=form, seal=seal(f"XX{case_no[2:]}" if place != 1 else "gone")),
        )
        for place, case_no in enumerate(numbers)
    ]
    results = apply(SOURCE, steps, now=country.now)
    assert [(result.ok, result.code, result.later) for result in results] == [
        (True, "", False),
        (False, "FAULT", True),
        (True, "", False),
    ]
    assert legs(numbers[1]) == ("form_issued", "fixed")
    # The queue itself still finds and seals it.
    assert documents.seal_due(country.now) == 1
    assert legs(numbers[1]) == ("form_sent", "fixed")


def test_the_answers_are_written_in_the_same_commit(lasting: Country) -> None:
    """`also` runs inside: if it fails, nothing of the step is there."""
    lasting.add_movers(1)
    (number,) = lasting.accepted()
    before = lasting.counts()

    def fail(results: Any) -> None:
        assert results[0].ok
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply(SOURCE, [issue(number)], now=lasting.now, also=fail)
    assert lasting.counts() == before
    assert legs(number) == ("accepted", "waiting")
    assert apply(SOURCE, [issue(number)], now=lasting.now)[0].ok


@pytest.mark.parametrize("times", [1, 2, 3])
def test_somebody_else_was_first(country: Country, times: int) -> None:
    """A single step looks again when a row was written before it; the third time counts."""
    country.add_movers(1)
    (number,) = country.accepted()
    met: list[int] = []

    def first(results: object) -> None:
        if len(met) < times:
            met.append(1)
            raise IntegrityError("the row is there already")

    (answer,) = apply(SOURCE, [issue(number)], now=country.now, also=first)
    case = Case.objects.of(SOURCE).get(case_no=number)
    if times < 3:
        assert answer.ok
        assert (case.version, case.record_leg) == (2, "form_issued")
    else:
        assert (answer.ok, answer.code) == (False, "CONFLICT")
        assert (case.version, case.record_leg) == (1, "accepted")
    assert Entry.objects.of(SOURCE).filter(stream=f"case:out:{number}").count() == case.version


def test_every_step_is_one_entry_one_version_and_one_command(country: Country) -> None:
    country.add_movers(2)
    numbers = country.to_the_end()
    for area in (SOURCE, TARGET):
        for case in Case.objects.of(area).filter(case_no__in=numbers):
            entries = list(
                Entry.objects.of(area)
                .filter(stream=f"case:{case.half}:{case.case_no}")
                .order_by("seq")
            )
            assert [entry.seq for entry in entries] == list(range(1, case.version + 1))
            assert entries[-1].digest == case.chain_head
    steps = sum(case.version for case in rows("procedures.Case"))
    assert len(rows("procedures.Command")) == steps
    assert (
        len({row.message_id for row in rows("exchange.Outgoing")})
        == Outgoing.objects.of(SOURCE).count() + Outgoing.objects.of(TARGET).count()
    )
    assert country.breaks() == []


def _notice(case_no: str, country: Country) -> Any:
    from jiexu.core.base.money import yuan_from_fen
    from jiexu.core.exchange.kinds.remittance_notice.schema import Body

    amount_fen = Case.objects.of(SOURCE).get(case_no=case_no).amount_fen
    return Body(
        case_no=case_no,
        payment_reference=case_no,
        amount=yuan_from_fen(amount_fen),
        paid_on=country.now.date(),
    )


def _any_form(row: Any) -> Any:
    import msgspec

    from jiexu.core.exchange.kinds.information_form.schema import Form
    from jiexu.records.access.sealing import vault

    return msgspec.json.decode(
        vault().open(row.content_sealed, context="document.content"), type=Form
    )
