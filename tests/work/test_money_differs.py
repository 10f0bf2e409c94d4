"""Money that is not what the form says: the rest completes it, or it goes back by two people."""

from __future__ import annotations

import pytest
from tests.support.country import SOURCE, TARGET, Country, account_of, rows

from jiexu.core.base.actors import Role
from jiexu.records.settlement.models import Order, StatementLine
from jiexu.work import reconcile
from jiexu.work.intake import keep_line, send_line_back

PREPARER, APPROVER = Role.FINANCE_PREPARER, Role.FINANCE_APPROVER
SENDER = {
    "account_name": "南京经办中心（演示账户）",
    "bank_name": "演示银行",
    "account": account_of(SOURCE),
    "reason": "金额与信息表不一致",
}


@pytest.fixture
def waiting(country: Country) -> tuple[Country, str, int]:
    """One case whose money is on its way, and how much."""
    country.add_movers(1)
    [number] = country.to_the_form()
    country.pay()
    country.settle()
    amount = country.movers[0].balance_fen
    country.statement(SOURCE, ("D1", "debit", amount, number))
    country.settle()
    return country, number, amount


def line(key: str) -> StatementLine:
    return StatementLine.objects.of(TARGET).get(line_key=key)


def by_hand(country: Country, key: str, number: str) -> None:
    row = line(key)
    actor = country.actor(PREPARER, area=TARGET)
    answer = reconcile.match_by_hand(actor, TARGET, row.pk, number, row.version, "k", country.now)
    assert answer.ok, answer


def fund(country: Country, number: str) -> str:
    return str(country.states(number)["in"][2])


def test_two_lines_complete_the_sum(waiting: tuple[Country, str, int]) -> None:
    country, number, amount = waiting
    country.statement(TARGET, ("A", "credit", amount - 300, number))
    country.settle()
    assert line("A").doubt == "AMOUNT_DIFFERS"
    by_hand(country, "A", number)
    country.settle()
    assert fund(country, number) == "arrived"
    assert country.held(TARGET, country.movers[0]) == 0
    country.statement(TARGET, ("B", "credit", 300, number))
    country.settle()
    assert line("B").state == "matched"
    assert fund(country, number) == "credited"
    assert country.held(TARGET, country.movers[0]) == amount
    assert country.breaks() == []


def test_too_much_the_rest_goes_back_and_the_form_is_credited(
    waiting: tuple[Country, str, int],
) -> None:
    country, number, amount = waiting
    country.statement(TARGET, ("A", "credit", amount + 55, number))
    country.settle()
    by_hand(country, "A", number)
    country.settle()
    assert country.act(PREPARER, number, "in", "send_back", **SENDER).ok
    order = Order.objects.of(TARGET).get()
    assert (order.kind, order.amount_fen, order.reference) == ("send_back", 55, f"{number}TH1")
    country.pay(TARGET)
    country.settle()
    assert country.books()[TARGET, "sending_back"] == 55
    country.statement(TARGET, ("B", "debit", 55, f"退款 {number}TH1"))
    country.settle()
    assert fund(country, number) == "credited"
    assert country.held(TARGET, country.movers[0]) == amount
    assert country.books().get((TARGET, "sending_back"), 0) == 0
    assert country.breaks() == []


def test_too_little_goes_back_whole_and_the_right_sum_comes_again(
    waiting: tuple[Country, str, int],
) -> None:
    country, number, amount = waiting
    country.statement(TARGET, ("A", "credit", amount - 1, number))
    country.settle()
    by_hand(country, "A", number)
    assert country.act(PREPARER, number, "in", "send_back", **SENDER).ok
    country.pay(TARGET)
    country.settle()
    country.statement(TARGET, ("B", "debit", amount - 1, f"{number}TH1"))
    country.settle()
    assert fund(country, number) == "fixed"
    country.statement(TARGET, ("C", "credit", amount, number))
    country.settle()
    assert fund(country, number) == "credited"
    assert country.held(TARGET, country.movers[0]) == amount
    assert country.breaks() == []


def test_a_send_back_the_bank_refuses_is_the_cases_again(
    waiting: tuple[Country, str, int],
) -> None:
    country, number, amount = waiting
    country.statement(TARGET, ("A", "credit", amount + 55, number))
    country.settle()
    by_hand(country, "A", number)
    assert country.act(PREPARER, number, "in", "send_back", **SENDER).ok
    batch = country.pay(TARGET)
    country.settle()
    country.result(TARGET, batch, (1, f"{number}TH1", 55, "户名不符"))
    country.settle()
    assert fund(country, number) == "arrived"
    assert country.node.transit(TARGET, number) == amount + 55
    assert country.breaks() != []  # more than the form, said as a doubt on the case
    assert country.act(PREPARER, number, "in", "send_back", **SENDER).ok
    assert Order.objects.of(TARGET).order_by("pk").last().reference == f"{number}TH2"


def test_a_corrected_form_lets_the_credit_go_on(waiting: tuple[Country, str, int]) -> None:
    """Whoever corrects the form changes the amount of the case: then the sum fits."""
    from jiexu.core.procedures.transfer.amounts import fits
    from jiexu.core.procedures.transfer.facts import CaseRecord
    from jiexu.records.access.sealing import open_struct

    country, number, amount = waiting
    country.statement(TARGET, ("A", "credit", amount - 9, number))
    country.settle()
    by_hand(country, "A", number)
    [case] = [row for row in rows("procedures.Case") if row.half == "in"]
    record = open_struct(case.facts_sealed, CaseRecord, context="case.facts")
    assert not fits(amount, record)
    assert fits(amount - 9, record)


def test_nothing_to_send_back(waiting: tuple[Country, str, int]) -> None:
    country, number, amount = waiting
    answer = country.act(PREPARER, number, "in", "send_back", **SENDER)
    assert answer.code == "WRONG_STATE"
    country.statement(TARGET, ("A", "credit", amount + 1, number))
    country.settle()
    by_hand(country, "A", number)
    bad = country.act(PREPARER, number, "in", "send_back", **{**SENDER, "account": "x"})
    assert (bad.ok, bad.code) == (False, "BANK_ACCOUNT_CHARACTERS")


def test_money_nobody_knows_goes_back_by_two_people(country: Country) -> None:
    country.statement(TARGET, ("S", "credit", 4321, "看不懂的附言"))
    country.settle()
    row, actor = line("S"), country.actor(PREPARER, area=TARGET)
    clerk = country.actor(Role.CLERK, area=TARGET)
    refused = send_line_back(clerk, TARGET, row.pk, SENDER, row.version, country.now)
    assert (refused.code, refused.text) == ("NOT_YOUR_MOVE", "退回来款由财务经办办理。")
    missing = send_line_back(actor, TARGET, row.pk, {}, row.version, country.now)
    assert (missing.ok, missing.path) == (False, "account_name")
    first = send_line_back(actor, TARGET, row.pk, SENDER, row.version, country.now)
    again = send_line_back(actor, TARGET, row.pk, SENDER, row.version, country.now)
    assert (first.ok, again.ok, again.repeated) == (True, True, True)
    assert Order.objects.of(TARGET).count() == 1
    kept = keep_line(actor, TARGET, row.pk, line("S").version, country.now)
    assert kept.ok
    assert line("S").state == "break"
    third = send_line_back(actor, TARGET, row.pk, SENDER, line("S").version, country.now)
    batch = country.pay(TARGET)
    country.settle()
    assert country.books()[TARGET, "sending_back"] == 4321
    country.result(TARGET, batch, (1, third.case_no, 4321, "账号不存在"))
    country.settle()
    order = Order.objects.of(TARGET).get(reference=third.case_no)
    assert (order.state, order.bank_answer) == ("waiting", "账号不存在")
    country.pay(TARGET)
    country.settle()
    country.statement(TARGET, ("B", "debit", 4321, third.case_no))
    country.settle()
    assert line("S").state == line("B").state == "matched"
    assert {fen for (area, _), fen in country.books().items() if area == TARGET} == {4321, -4321}
    assert country.breaks() == []
