"""Corrected figures and money let go: the order follows, nothing is lost or paid twice."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.country import SOURCE, TARGET, Country
from tests.work.test_money_differs import by_hand
from tests.work.test_money_freeze import at, reserved, spend

from jiexu.core.base.actors import Role
from jiexu.records.settlement.models import Order
from jiexu.work.payments import reject_batch

CLERK, APPROVER = Role.CLERK, Role.FINANCE_APPROVER


def orders() -> list[tuple[str, str, int]]:
    rows = Order.objects.of(SOURCE).order_by("pk")
    return [(row.reference, row.state, row.amount_fen) for row in rows]


def corrected(country: Country, number: str, yuan: str) -> Any:
    return country.act(CLERK, number, "out", "correct_form", words="金额有误", amount_fen=yuan)


def finish(country: Country) -> None:
    country.settle()
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()


def test_the_order_that_waits_follows_the_corrected_form(country: Country) -> None:
    [mover] = country.add_movers(1)
    [number] = country.to_the_form()
    assert corrected(country, number, "1000.00").ok
    country.settle()
    assert orders() == [
        (number, "cancelled", mover.balance_fen),
        (f"{number}-2", "waiting", 1000_00),
    ]
    finish(country)
    assert country.states(number) == {
        "in": ("completed", "done", "credited"),
        "out": ("completed", "done", "paid"),
    }
    assert country.held(TARGET, mover) == 1000_00
    assert reserved(country) == (mover.balance_fen - 1000_00, mover.balance_fen - 1000_00)
    assert country.breaks() == []


def test_more_than_is_there_or_in_a_batch_is_refused(country: Country) -> None:
    country.add_movers(1)
    [number] = country.to_the_form()
    much = corrected(country, number, "1000.38")
    assert (much.code, much.text, much.remedy) == (
        "AMOUNT_ABOVE_BALANCE",
        "应转出金额 1,000.38 元，超过可转出的 1,000.37 元。",
        "请核对金额；以后入账的，由二次转移补转。",
    )
    country.prepare()
    late = corrected(country, number, "1.00")
    assert (late.code, late.text, late.remedy) == (
        "IN_BATCH",
        "这笔付款已经制单，现在不能更正金额。",
        "请财务复核人员先退回该批，再更正信息表的金额。",
    )
    assert len(orders()) == 1


def test_a_balance_that_fell_is_paid_after_the_correction(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "remit")
    [mover] = country.add_movers(1)
    [number] = country.to_the_form()
    spend(country, 1)
    batch = country.prepare()["case_no"]
    assert country.approve(batch)["code"] == "BALANCE_FELL"
    approver = country.actor(APPROVER)
    assert reject_batch(approver, SOURCE, batch, 1, "r", country.now).ok
    assert corrected(country, number, "1000.36").ok
    finish(country)
    assert country.held(TARGET, mover) == mover.balance_fen - 1
    assert reserved(country) == (1, 0)  # what was spent elsewhere
    assert ["ELSEWHERE" in one for one in country.breaks()] == [True]


def test_what_came_is_credited_once_the_corrected_form_says_so(country: Country) -> None:
    """The old place has paid by the wrong figure; the form is put right afterwards."""
    [mover] = country.add_movers(1)
    [number] = country.to_the_form()
    country.pay()
    country.settle()
    country.statement(SOURCE, ("D1", "debit", mover.balance_fen, number))
    country.settle()
    country.statement(TARGET, ("A", "credit", 500_00, number))
    country.settle()
    by_hand(country, "A", number)
    country.settle()
    assert country.states(number)["in"][2] == "arrived"
    assert corrected(country, number, "500.00").ok
    country.settle()
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    assert country.held(TARGET, mover) == 500_00
    assert country.case(number, "out")["doubts"]
    assert country.breaks() == []


def test_after_a_death_money_that_came_back_is_the_heirs(country: Country) -> None:
    [mover] = country.add_movers(1)
    [number] = country.to_the_form()
    country.refusing_bank("柳州")
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.states(number)["out"][2] == "returned"
    day = country.now.date().isoformat()
    told = country.act(CLERK, number, "out", "report_life", kind="death", on=day, evidence="证明")
    assert told.ok, told
    country.settle()
    assert country.states(number)["out"] == ("completed", "done", "none")
    assert reserved(country) == (mover.balance_fen, mover.balance_fen)
    again = country.act(Role.FINANCE_PREPARER, number, "out", "pay_again", details="same")
    assert again.code == "WRONG_STATE"
    assert country.breaks() == []


def test_withdrawn_before_the_form_frees_what_was_set_aside(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "accept")
    [mover] = country.add_movers(1)
    [number] = country.accepted()
    assert reserved(country) == (mover.balance_fen, 0)
    assert country.act(CLERK, number, "out", "withdraw").ok
    country.settle()
    assert reserved(country) == (mover.balance_fen, mover.balance_fen)
    assert {state for state, _, _ in country.states(number).values()} == {"withdrawn"}
    assert country.breaks() == []
