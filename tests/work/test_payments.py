"""Payment batches: two people, all or nothing, one file, every payment once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from tests.support.country import SOURCE, TARGET, Country, account_of, rows

from jiexu.adapters.banks.payment_csv import payment_bytes
from jiexu.core.base.actors import Actor, Role
from jiexu.records.audit.models import Entry
from jiexu.records.isolation import writing
from jiexu.records.procedures.models import Case
from jiexu.records.settlement.models import Batch, Order, StatementLine
from jiexu.work import payments, reconcile
from jiexu.work.payments import approve_batch, prepare_batch, reject_batch
from jiexu.work.ports import PaymentLine
from jiexu.work.results import Result

PREPARER = Actor(role=Role.FINANCE_PREPARER, ref="zhidan", agency=SOURCE)
APPROVER = Actor(role=Role.FINANCE_APPROVER, ref="fuhe", agency=SOURCE)


def waiting() -> list[int]:
    return list(
        Order.objects.of(SOURCE).filter(state="waiting").order_by("pk").values_list("pk", flat=True)
    )


def prepare(country: Country, key: str = "k-000001", ids: list[int] | None = None) -> Result:
    return prepare_batch(PREPARER, SOURCE, waiting() if ids is None else ids, key, country.now)


def approve(country: Country, number: str, version: int = 1) -> Result:
    return approve_batch(APPROVER, SOURCE, number, version, "k", country.now)


def words(result: Result) -> tuple[bool, str, str, str]:
    return result.ok, result.code, result.text, result.remedy


@pytest.fixture
def ready(country: Country) -> Country:
    """Three payments wait for finance."""
    country.add_movers(3)
    country.to_the_form()
    return country


def test_two_people_and_one_file(ready: Country) -> None:
    prepared = prepare(ready)
    assert (prepared.ok, prepared.version) == (True, 1)
    number = prepared.case_no
    assert number.startswith(f"PL{SOURCE}260311")
    assert approve(ready, number).ok
    assert {order.state for order in Order.objects.of(SOURCE)} == {"approved"}
    ready.settle()
    batch = Batch.objects.of(SOURCE).get()
    assert (batch.state, batch.count, batch.total_fen) == (
        "filed",
        3,
        sum(mover.balance_fen for mover in ready.movers),
    )
    files = list((ready.bank_folder / SOURCE / "out").iterdir())
    orders = Order.objects.of(SOURCE).order_by("pk")
    assert [file.read_bytes() for file in files] == [
        payment_bytes(
            number,
            account_of(SOURCE),
            tuple(
                PaymentLine(
                    row=row,
                    amount_fen=order.amount_fen,
                    payee_name="柳州经办中心（演示账户）",
                    payee_bank="演示银行",
                    payee_account=account_of(TARGET),
                    remark=order.case_no,
                )
                for row, order in enumerate(orders, start=1)
            ),
        )
    ]
    acts = Entry.objects.of(SOURCE).filter(action__startswith="payment.").order_by("seq")
    assert [(act.action, act.actor_ref) for act in acts] == [
        ("payment.prepare", "zhidan"),
        ("payment.approve", "fuhe"),
    ]


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.FINANCE_PREPARER])
def test_only_a_preparer_prepares(ready: Country, role: Role) -> None:
    actor = Actor(role=role, ref="x", agency=SOURCE)
    assert words(prepare_batch(actor, SOURCE, waiting(), "k", ready.now)) == (
        False,
        "NOT_YOUR_MOVE",
        "制单由财务经办办理。",
        "请由财务经办人员登录后制单。",
    )
    assert rows("settlement.Batch") == []


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.FINANCE_APPROVER])
def test_only_an_approver_approves_and_sends_back(ready: Country, role: Role) -> None:
    number = prepare(ready).case_no
    actor = Actor(role=role, ref="x", agency=SOURCE)
    assert words(approve_batch(actor, SOURCE, number, 1, "k", ready.now)) == (
        False,
        "NOT_YOUR_MOVE",
        "付款由财务复核批准。",
        "请由财务复核人员登录后批准。",
    )
    assert words(reject_batch(actor, SOURCE, number, 1, "k", ready.now)) == (
        False,
        "NOT_YOUR_MOVE",
        "退回由财务复核办理。",
        "请由财务复核人员登录后退回。",
    )
    assert Batch.objects.of(SOURCE).get().state == "prepared"


def test_people_of_another_agency_touch_nothing(ready: Country) -> None:
    number = prepare(ready).case_no
    before = ready.counts()
    no = (
        False,
        "NOT_YOUR_AGENCY",
        "这件事由另一家经办机构办理，您不能代办。",
        "请在您本机构的工作台办理；需要对方办理的，请与对方机构联系。",
    )
    preparer = Actor(role=Role.FINANCE_PREPARER, ref="lz", agency=TARGET)
    approver = Actor(role=Role.FINANCE_APPROVER, ref="lz2", agency=TARGET)
    assert words(prepare_batch(preparer, SOURCE, waiting(), "k", ready.now)) == no
    assert words(approve_batch(approver, SOURCE, number, 1, "k", ready.now)) == no
    assert words(reject_batch(approver, SOURCE, number, 1, "k", ready.now)) == no
    # And through their own agency they find nothing of it.
    assert words(approve_batch(approver, TARGET, number, 1, "k", ready.now)) == (
        False,
        "NOT_FOUND",
        "没有这一批付款。",
        "请从付款列表进入。",
    )
    theirs = [order.pk for order in rows("settlement.Order")]
    assert prepare_batch(preparer, TARGET, theirs, "k", ready.now).code == "STALE"
    assert ready.counts() == before


def test_four_eyes(ready: Country) -> None:
    number = prepare(ready).case_no
    same = Actor(role=Role.FINANCE_APPROVER, ref=PREPARER.ref, agency=SOURCE)
    no = (
        False,
        "FOUR_EYES",
        "这一批（3,002.22 元）由您制单，不能由您复核。",
        "请由另一位财务复核人员办理。",
    )
    assert words(approve_batch(same, SOURCE, number, 1, "k", ready.now)) == no
    assert words(reject_batch(same, SOURCE, number, 1, "k", ready.now)) == no
    assert Batch.objects.of(SOURCE).get().state == "prepared"
    assert ready.books().get((SOURCE, "in_transit")) is None


def test_the_database_itself_keeps_four_eyes(lasting: Country) -> None:
    from django.db import IntegrityError

    lasting.add_movers(1)
    lasting.to_the_form()
    prepare(lasting)
    with writing(), pytest.raises(IntegrityError, match="batch_four_eyes"):
        Batch.objects.of(SOURCE).update(approved_by=PREPARER.ref)
    with writing(), pytest.raises(IntegrityError, match="batch_pays_only_approved"):
        Batch.objects.of(SOURCE).update(state="approved")


@pytest.mark.parametrize("ids", [[], [10**9], "one twice and a stranger"])
def test_what_cannot_be_chosen(ready: Country, ids: Any) -> None:
    if isinstance(ids, str):
        ids = [waiting()[0], waiting()[0], 10**9]
    result = prepare(ready, ids=ids)
    assert words(result) == (
        (False, "NOTHING_CHOSEN", "请选择 1 至 1000 笔待付款。", "勾选要付款的行后再制单。")
        if not ids
        else (
            False,
            "STALE",
            "有的款项已被他人制单或已付款，本次没有制单。",
            "请刷新页面后重新选择。",
        )
    )
    assert rows("settlement.Batch") == []
    assert len(waiting()) == 3


def test_too_many_rows_for_one_batch(ready: Country) -> None:
    assert prepare(ready, ids=list(range(1001))).code == "NOTHING_CHOSEN"


def test_an_order_is_in_one_batch_only(ready: Country) -> None:
    ids = waiting()
    assert prepare(ready, "key-one", ids[:2]).ok
    taken = prepare(ready, "key-two", ids)
    assert taken.code == "STALE"
    assert prepare(ready, "key-two", ids[2:]).ok
    assert [batch.count for batch in rows("settlement.Batch")] == [2, 1]


def test_the_same_request_twice_is_one_batch(ready: Country) -> None:
    ids = waiting()
    first = prepare(ready, "key", ids)
    again = prepare(ready, "key", ids)
    assert (again.ok, again.repeated, again.case_no) == (True, True, first.case_no)
    assert len(rows("settlement.Batch")) == 1


def test_a_key_used_for_another_batch_is_refused(ready: Country) -> None:
    """Neither other payments nor another person get the answer of the first."""
    ids = waiting()
    assert prepare(ready, "key", ids[:1]).ok
    no = (
        False,
        "KEY_REUSED",
        "同一个请求编号已用于另一批付款，本次没有制单。",
        "请刷新页面后重新选择。",
    )
    assert words(prepare(ready, "key", ids[1:])) == no
    other = Actor(role=Role.FINANCE_PREPARER, ref="other", agency=SOURCE)
    assert words(prepare_batch(other, SOURCE, ids[:1], "key", ready.now)) == no
    assert len(waiting()) == 2


def test_keys_that_end_alike_are_different_requests(ready: Country) -> None:
    ids = waiting()
    one = prepare(ready, "first-12345678", ids[:1])
    two = prepare(ready, "second-12345678", ids[1:])
    assert (one.ok, two.ok, two.repeated) == (True, True, False)
    assert one.case_no != two.case_no


@pytest.mark.parametrize("key", ["", "../../../etc", "名\n字", "\0", "x" * 5000])
def test_any_key_makes_a_number_that_can_be_a_file(ready: Country, key: str) -> None:
    prepared = prepare(ready, key)
    assert prepared.ok
    assert approve(ready, prepared.case_no).ok
    ready.settle()
    assert [path.name for path in (ready.bank_folder / SOURCE / "out").iterdir()] == [
        f"{prepared.case_no}.csv"
    ]


def test_a_page_that_is_old(ready: Country) -> None:
    number = prepare(ready).case_no
    stale = (
        False,
        "STALE",
        "您打开页面之后，这一批已被处理，您的操作没有生效。",
        "请刷新页面查看状态。",
    )
    assert words(approve(ready, number, version=2)) == stale
    assert approve(ready, number).ok
    other = Actor(role=Role.FINANCE_APPROVER, ref="other", agency=SOURCE)
    assert words(approve_batch(other, SOURCE, number, 1, "k2", ready.now)) == stale
    assert words(reject_batch(other, SOURCE, number, 2, "k2", ready.now)) == stale
    ready.settle()
    assert words(reject_batch(APPROVER, SOURCE, number, 3, "k2", ready.now)) == stale


def test_pressing_twice_is_pressing_once(ready: Country) -> None:
    number = prepare(ready).case_no
    assert approve(ready, number).ok
    books = ready.books()
    again = approve(ready, number)
    assert (again.ok, again.repeated) == (True, True)
    assert ready.books() == books


def test_sent_back_and_prepared_again(ready: Country) -> None:
    number = prepare(ready, "first").case_no
    assert reject_batch(APPROVER, SOURCE, number, 1, "k", ready.now).ok
    assert Batch.objects.of(SOURCE).get().state == "rejected"
    assert len(waiting()) == 3
    assert approve(ready, number).code == "STALE"
    # The old request is not answered as if its batch still stood.
    assert prepare(ready, "first").code == "KEY_REUSED"
    ready.pay()
    ready.settle()
    ready.bank_round()
    ready.settle()
    assert {state[0] for case in rows("procedures.Case") for state in [(case.state,)]} == {
        "completed"
    }
    assert ready.breaks() == []


def test_one_case_that_cannot_be_paid_stops_the_batch(ready: Country) -> None:
    """All or nothing: the refused one is named, nothing is booked, nothing is filed."""
    number = prepare(ready).case_no
    case = Case.objects.of(SOURCE).order_by("pk").first()
    with writing():
        Case.objects.of(SOURCE).filter(pk=case.pk).update(fund_leg="returned")
    before = ready.books()
    result = approve(ready, number)
    assert (result.code, result.case_no) == ("WRONG_STATE", case.case_no)
    assert result.text == "案件现在的状态不能再“批准付款”。"
    assert ready.books() == before
    assert Batch.objects.of(SOURCE).get().state == "prepared"
    ready.settle()
    assert not (ready.bank_folder / SOURCE / "out").exists()


def test_the_bank_refuses_one_of_three(ready: Country) -> None:
    numbers = [case.case_no for case in Case.objects.of(SOURCE).order_by("pk")]
    number = ready.pay()
    ready.settle()
    amounts = {case.case_no: case.amount_fen for case in Case.objects.of(SOURCE)}
    ready.result(
        SOURCE,
        number,
        (1, numbers[0], amounts[numbers[0]], ""),
        (2, numbers[1], amounts[numbers[1]], "收款账户状态异常"),
        (3, numbers[2], amounts[numbers[2]], ""),
        (4, "ZY450200260311000000017", 100, "不是这一批的"),
    )
    ready.settle()
    orders = {order.case_no: (order.state, order.bank_answer) for order in rows("settlement.Order")}
    assert orders == {
        numbers[0]: ("accepted", ""),
        numbers[1]: ("failed", "收款账户状态异常"),
        numbers[2]: ("accepted", ""),
    }
    assert ready.states(numbers[1])["out"] == ("open", "done", "returned")
    case = Case.objects.of(SOURCE).get(case_no=numbers[1])
    assert case.doubts == "BANK_REFUSED"
    assert ready.transcript(numbers[1])[-1].endswith("银行未能付款：收款账户状态异常。") or any(
        "收款账户状态异常" in line for line in ready.transcript(numbers[1])
    )
    # The bank's word moves no money: the refused money is still in transit here.
    assert ready.books()[SOURCE, "in_transit"] == sum(amounts.values())
    assert Batch.objects.of(SOURCE).get().state == "answered"
    ready.result(SOURCE, number, (2, numbers[1], amounts[numbers[1]], "又一次"))
    before = ready.counts()["audit.Entry"]
    ready.settle()
    assert ready.counts()["audit.Entry"] == before
    assert ready.breaks() == []


def test_a_result_says_nothing_about_payments_of_other_batches(ready: Country) -> None:
    ids = waiting()
    first = prepare(ready, "first", ids[:1]).case_no
    second = prepare(ready, "second", ids[1:]).case_no
    assert approve(ready, first).ok
    assert approve(ready, second).ok
    ready.settle()
    mine = Order.objects.of(SOURCE).get(pk=ids[0])
    theirs = Order.objects.of(SOURCE).get(pk=ids[1])
    ready.result(
        SOURCE,
        first,
        (1, mine.case_no, mine.amount_fen, ""),
        (2, theirs.case_no, theirs.amount_fen, "别批的"),
    )
    ready.settle()
    assert Order.objects.of(SOURCE).get(pk=ids[0]).state == "accepted"
    assert Order.objects.of(SOURCE).get(pk=ids[1]).state == "approved"
    assert ready.states(theirs.case_no)["out"][2] == "approved"


def test_the_money_of_a_refused_payment_is_not_at_the_other_side(ready: Country) -> None:
    ready.refusing_bank(account_of(TARGET))
    ready.pay()
    ready.settle()
    ready.bank_round()
    ready.settle()
    assert {case.fund_leg for case in Case.objects.of(SOURCE)} == {"returned"}
    assert {case.fund_leg for case in Case.objects.of(TARGET)} == {"fixed"}
    assert rows("settlement.StatementLine") == []
    assert ready.breaks() == []


def test_a_batch_that_cannot_be_filed_does_not_hold_up_the_next(
    ready: Country, caplog: pytest.LogCaptureFixture
) -> None:
    ready.faults_expected = True
    ids = waiting()
    bad = prepare(ready, "bad", ids[:1]).case_no
    good = prepare(ready, "good", ids[1:]).case_no
    assert approve(ready, bad).ok
    assert approve(ready, good).ok
    out = ready.bank_folder / SOURCE / "out"
    out.mkdir(parents=True)
    (out / f"{bad}.csv").write_text("somebody else's file")
    with caplog.at_level(logging.ERROR):
        assert payments.file_approved(ready.now) == 1
    states = {batch.number: batch.state for batch in rows("settlement.Batch")}
    assert states == {bad: "approved", good: "filed"}
    assert any("failed, the others go on" in record.getMessage() for record in caplog.records)
    (out / f"{bad}.csv").unlink()
    assert payments.file_approved(ready.now) == 1
    assert {batch.state for batch in rows("settlement.Batch")} == {"filed"}
    assert payments.file_approved(ready.now) == 0


def test_a_result_before_the_batch_was_marked_as_filed(ready: Country) -> None:
    """The file was written, the worker died, the bank was faster than the restart."""
    number = prepare(ready).case_no
    assert approve(ready, number).ok
    payments.file_approved(ready.now)
    with writing():
        Batch.objects.of(SOURCE).update(state="approved", filed_at=None)
    ready.bank_round()
    assert reconcile.take_bank_files(ready.now) > 0
    assert Batch.objects.of(SOURCE).get().state == "answered"
    ready.settle()
    assert {case.state for case in rows("procedures.Case")} == {"completed"}
    assert StatementLine.objects.of(SOURCE).count() == 3


def at_once(*acts: Callable[[], Result]) -> list[Result]:
    """Each in a thread and connection of its own, as near to the same moment as can be."""
    barrier = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Result]) -> None:
        try:
            barrier.wait(timeout=30)
            answers[place] = act()
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
        if not isinstance(answer, Result):
            raise AssertionError(answer)
    return answers


@pytest.fixture
def several(lasting: Country) -> Country:
    """Payments wait, and several processes may see them."""
    lasting.add_movers(4)
    lasting.to_the_form()
    return lasting


def test_many_preparers_at_once(several: Country) -> None:
    """Every payment is in one batch; whoever came too late is told so."""
    ids = waiting()
    people = [Actor(role=Role.FINANCE_PREPARER, ref=f"p{i}", agency=SOURCE) for i in range(4)]
    answers = at_once(
        *(
            lambda i=i: prepare_batch(people[i], SOURCE, ids, f"key-{i}", several.now)
            for i in range(4)
        )
    )
    assert sorted((one.ok, one.code) for one in answers) == [(False, "STALE")] * 3 + [(True, "")]
    (batch,) = rows("settlement.Batch")
    assert batch.count == 4


def test_the_same_button_in_two_windows(several: Country) -> None:
    ids = waiting()
    answers = at_once(*[lambda: prepare(several, "key", ids)] * 3)
    assert [one.ok for one in answers] == [True] * 3
    assert len({one.case_no for one in answers}) == 1
    assert sorted(one.repeated for one in answers) == [False, True, True]


def test_sent_back_while_the_approver_reads(several: Country) -> None:
    """Between reading the batch and reading its orders: the approval must not pass as made."""
    number = prepare(several).case_no
    other = Actor(role=Role.FINANCE_APPROVER, ref="other", agency=SOURCE)
    sent_back: list[Result] = []

    def between(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sent_back and "settlement_order" in sql and sql.startswith("SELECT"):
            sent_back.extend(
                at_once(lambda: reject_batch(other, SOURCE, number, 1, "k", several.now))
            )
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        answer = approve(several, number)
    assert [one.ok for one in sent_back] == [True]
    assert (answer.ok, answer.code) == (False, "STALE")
    assert Batch.objects.of(SOURCE).get(number=number).state == "rejected"
    assert len(waiting()) == 4


def test_approved_and_sent_back_at_once(several: Country) -> None:
    """One of the two happens, whole: no approved batch without its orders, none paid twice."""
    for turn in range(4):
        number = prepare(several, f"turn-{turn}", [waiting()[0]]).case_no
        other = Actor(role=Role.FINANCE_APPROVER, ref="other", agency=SOURCE)
        answers = at_once(
            lambda number=number: approve(several, number),
            lambda number=number, other=other: reject_batch(
                other, SOURCE, number, 1, "k", several.now
            ),
        )
        assert sorted(one.ok for one in answers) == [False, True], answers
        batch = Batch.objects.of(SOURCE).get(number=number)
        orders = Order.objects.of(SOURCE).filter(batch=batch)
        if batch.state == "approved":
            assert [order.state for order in orders] == ["approved"]
        else:
            assert (batch.state, list(orders)) == ("rejected", [])
    several.settle()
    if waiting():
        several.pay()
    several.settle()
    several.bank_round()
    several.settle()
    assert {case.state for case in rows("procedures.Case")} == {"completed"}
    assert several.breaks() == []


def test_two_approvers_at_once(several: Country) -> None:
    number = prepare(several).case_no
    people = [Actor(role=Role.FINANCE_APPROVER, ref=f"a{i}", agency=SOURCE) for i in range(3)]
    answers = at_once(
        *(lambda who=who: approve_batch(who, SOURCE, number, 1, "k", several.now) for who in people)
    )
    assert sorted(one.ok for one in answers) == [False, False, True]
    codes = {one.code for one in answers if not one.ok}
    assert codes <= {"STALE", "CONFLICT", "WRONG_STATE", "KEY_REUSED", "TOGETHER"}
    assert several.books()[SOURCE, "in_transit"] == sum(m.balance_fen for m in several.movers)
    assert connection.vendor in {"sqlite", "postgresql"}
