"""退汇: refused by the bank or given back later; paid again under another part, never twice."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.country import SOURCE, TARGET, Country, account_of, rows

from jiexu.core.base.actors import Role
from jiexu.records.settlement.models import Order, StatementLine
from jiexu.work import payments, reconcile

PREPARER = Role.FINANCE_PREPARER
LETTER = {
    "details": "corrected",
    "account_name": "柳州经办中心（演示账户）",
    "bank_name": "演示银行",
    "account": account_of(TARGET),
    "letter_no": "柳医保函〔2026〕7号",
    "call_back": "3月12日拨打登记电话与张某核对",
}


def amount(country: Country) -> int:
    return country.movers[0].balance_fen


@pytest.fixture
def refused(country: Country) -> tuple[Country, str]:
    """One payment that the bank has refused."""
    country.add_movers(1)
    [number] = country.to_the_form()
    country.refusing_bank("柳州")
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.states(number)["out"] == ("open", "done", "returned")
    return country, number


@pytest.fixture
def returned(country: Country) -> tuple[Country, str]:
    """One payment that was paid, told, and came back before it reached the new place."""
    country.add_movers(1)
    [number] = country.to_the_form()
    country.pay()
    country.settle()
    country.statement(SOURCE, ("D1", "debit", amount(country), number))
    country.settle()
    assert country.states(number)["in"][2] == "in_transit"
    country.statement(SOURCE, ("C1", "credit", amount(country), f"退汇 {number} 账号户名不符"))
    country.settle()
    return country, number


def finish(country: Country) -> None:
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()


def orders() -> list[tuple[str, str]]:
    return [(row.reference, row.state) for row in Order.objects.of(SOURCE).order_by("pk")]


def test_refused_then_paid_again_with_the_same_details(refused: tuple[Country, str]) -> None:
    country, number = refused
    assert country.act(PREPARER, number, "out", "pay_again", details="same").ok
    assert country.states(number)["out"][2] == "fixed"
    assert orders() == [(number, "failed"), (f"{number}-2", "waiting")]
    country.refusing_bank("没有人")
    finish(country)
    assert country.states(number) == {
        "in": ("completed", "done", "credited"),
        "out": ("completed", "done", "paid"),
    }
    assert country.held(TARGET, country.movers[0]) == amount(country)
    assert orders() == [(number, "failed"), (f"{number}-2", "paid")]
    assert country.breaks() == []


def test_new_details_of_an_agency_need_a_letter_and_a_call_back(
    refused: tuple[Country, str],
) -> None:
    country, number = refused
    for missing in ("letter_no", "call_back"):
        answer = country.act(PREPARER, number, "out", "pay_again", **{**LETTER, missing: ""})
        assert (answer.code, answer.text, answer.remedy) == (
            "LETTER_AND_CALL_BACK",
            "对方机构的新账户必须有公函，并按原来知道的电话回拨核对。",
            "请填写来函文号和回拨核对记录；没有收到公函的，请先请对方来函。",
        )
    short = country.act(PREPARER, number, "out", "pay_again", details="corrected", account="12345")
    assert (short.code, short.text) == (
        "DETAILS_INCOMPLETE",
        "新账户没有写全：缺户名、开户银行。",
    )
    assert len(orders()) == 1
    assert country.act(PREPARER, number, "out", "pay_again", **LETTER).ok
    text = country.transcript(number)
    assert any("柳医保函〔2026〕7号" in line for line in text)
    clerk = country.act(Role.CLERK, number, "out", "pay_again", details="same")
    assert clerk.code == "NOT_YOUR_MOVE"


def test_paying_again_twice_places_one_order(refused: tuple[Country, str]) -> None:
    country, number = refused
    assert country.act(PREPARER, number, "out", "pay_again", details="same").ok
    assert country.act(PREPARER, number, "out", "pay_again", details="same").code == "WRONG_STATE"
    assert len(orders()) == 2


def test_the_bank_paid_after_all_so_the_second_order_is_cancelled(
    refused: tuple[Country, str],
) -> None:
    country, number = refused
    assert country.act(PREPARER, number, "out", "pay_again", details="same").ok
    prepared = country.prepare()
    country.statement(SOURCE, ("D9", "debit", amount(country), number))
    country.settle()
    assert country.states(number)["out"] == ("completed", "done", "paid")
    assert orders() == [(number, "paid"), (f"{number}-2", "cancelled")]
    refusal = country.approve(prepared["case_no"])
    assert (refusal["ok"], refusal["code"]) == (False, "ORDER_CANCELLED")
    rejecter = country.actor(Role.FINANCE_APPROVER)
    assert payments.reject_batch(rejecter, SOURCE, prepared["case_no"], 1, "k", country.now).ok
    assert orders()[1] == (f"{number}-2", "cancelled")
    assert -country.books()[SOURCE, "payment_bank"] == -amount(country)
    assert country.breaks() == []


def test_a_debit_after_the_second_approval_stops_for_people(refused: tuple[Country, str]) -> None:
    country, number = refused
    assert country.act(PREPARER, number, "out", "pay_again", details="same").ok
    country.pay()
    country.statement(SOURCE, ("D9", "debit", amount(country), number))
    country.settle()
    [line] = StatementLine.objects.of(SOURCE)
    assert (line.state, line.doubt, line.case_no) == ("break", "PAID_AFTER_ALL", number)


def test_an_unexplained_debit_stops_the_approval(refused: tuple[Country, str]) -> None:
    country, number = refused
    assert country.act(PREPARER, number, "out", "pay_again", details="same").ok
    prepared = country.prepare()
    country.statement(SOURCE, ("D9", "debit", amount(country), f"{number}-7"))
    reconcile.take_bank_files(country.now)
    answer = country.approve(prepared["case_no"])
    assert (answer["code"], answer["text"], answer["remedy"]) == (
        "DEBIT_UNEXPLAINED",
        f"{number} 有一条同样金额的付出流水没有核对，可能已经付过，整批没有批准。",
        "请先在银行流水里核对这条流水；确实没有付过的，再批准本批。",
    )


def test_an_old_refusal_does_not_touch_the_new_payment(refused: tuple[Country, str]) -> None:
    country, number = refused
    first = rows("settlement.Batch")[0].number
    assert country.act(PREPARER, number, "out", "pay_again", details="same").ok
    country.pay()
    before = country.counts()
    country.result(SOURCE, first, (1, number, amount(country), "再说一遍：账号户名不符"))
    country.settle()
    assert country.states(number)["out"][2] == "approved"
    counts = country.counts()
    del before["settlement.StatementFile"], counts["settlement.StatementFile"]
    assert counts == before


def test_what_came_back_is_in_transit_and_the_new_place_is_told(
    returned: tuple[Country, str],
) -> None:
    country, number = returned
    assert country.states(number)["out"][2] == "returned"
    assert country.states(number)["in"][2] == "fixed"
    assert country.node.transit(SOURCE, number) == amount(country)
    assert (
        "MONEY_RETURNED" in rows("procedures.Case")[-1].doubts + rows("procedures.Case")[0].doubts
    )
    assert country.breaks() == []
    assert country.act(PREPARER, number, "out", "pay_again", **LETTER).ok
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert {state[2] for state in country.states(number).values()} == {"paid", "credited"}
    assert country.held(TARGET, country.movers[0]) == amount(country)
    assert country.node.transit(SOURCE, number) == country.node.transit(TARGET, number) == 0
    assert country.breaks() == []


def test_the_same_return_in_two_files_counts_once(returned: tuple[Country, str]) -> None:
    country, number = returned
    before = country.books()
    country.statement(
        SOURCE, ("C1", "credit", amount(country), f"退汇 {number} 账号户名不符"), name="again"
    )
    country.settle()
    assert country.books() == before
    other = ("C2", "credit", amount(country), f"退汇 {number}")
    country.statement(SOURCE, other)
    country.settle()
    assert country.states(number)["out"][2] == "returned"
    assert [row.doubt for row in rows("settlement.StatementLine") if row.line_key == "C2"] == [
        "NOT_EXPECTED"
    ]


@pytest.mark.parametrize(
    ("remark", "less"), [("{}", 0), ("退汇 {}", 1)], ids=["no word of the bank", "another amount"]
)
def test_what_is_not_surely_a_return_waits_for_a_person(
    country: Country, remark: str, less: int
) -> None:
    country.add_movers(1)
    [number] = country.to_the_form()
    country.pay()
    country.settle()
    country.statement(SOURCE, ("D1", "debit", amount(country), number))
    country.statement(SOURCE, ("C1", "credit", amount(country) - less, remark.format(number)))
    country.settle()
    country.settle()
    [line] = [row for row in rows("settlement.StatementLine") if row.line_key == "C1"]
    assert (line.state, line.doubt) == ("break", "RETURN_UNCLEAR")
    actor = country.actor(PREPARER)
    answer: Any = reconcile.match_by_hand(
        actor, SOURCE, line.pk, number, line.version, "k", country.now
    )
    assert answer.ok == (less == 0)
    if less:
        assert (answer.code, answer.text) == (
            "RETURN_DIFFERS",
            "退回的金额与本案已付的款项不一致。",
        )
