"""二次转移: what comes to the old account later follows on the same case, as often as it comes."""

from __future__ import annotations

import pytest
from tests.support.country import SOURCE, TARGET, Country, rows

from jiexu.core.base.actors import Role
from jiexu.work.late_money import send_late_money


@pytest.fixture
def moved(country: Country) -> tuple[Country, str]:
    """One transfer that is completed."""
    country.add_movers(1)
    [number] = country.to_the_end()
    return country, number


def round_of_payment(country: Country) -> None:
    country.settle()
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()


def test_three_rounds_on_one_number(moved: tuple[Country, str]) -> None:
    country, number = moved
    mover = country.movers[0]
    held = mover.balance_fen
    for turn, fen in enumerate((1234, 5, 99999), start=2):
        country.deposit(SOURCE, mover, fen, f"{turn}")
        assert country.act(Role.CLERK, number, "out", "late_money", why="interest").ok
        country.settle()
        states = country.states(number)
        assert states == {
            "in": ("completed", "done", "fixed"),
            "out": ("completed", "done", "fixed"),
        }
        round_of_payment(country)
        held += fen
        assert country.held(TARGET, mover) == held
        assert country.held(SOURCE, mover) == 0
        assert {state[2] for state in country.states(number).values()} == {"paid", "credited"}
        assert rows("settlement.Order")[-1].reference == f"{number}-{turn}"
    assert sum("二次转移" in line for line in country.transcript(number)) == 6
    assert country.breaks() == []


def test_the_run_finds_it_once(moved: tuple[Country, str]) -> None:
    country, _ = moved
    assert send_late_money(country.now) == 0
    country.deposit(SOURCE, country.movers[0], 77, "x")
    assert send_late_money(country.now) == 1
    assert send_late_money(country.now) == 0
    round_of_payment(country)
    assert country.held(TARGET, country.movers[0]) == country.movers[0].balance_fen + 77
    assert country.breaks() == []


def test_money_before_its_notice_waits_and_is_matched(moved: tuple[Country, str]) -> None:
    country, number = moved
    country.deposit(SOURCE, country.movers[0], 500, "x")
    country.statement(TARGET, ("L2", "credit", 500, f"{number}-2"))
    country.settle()
    assert [row.state for row in rows("settlement.StatementLine") if row.line_key == "L2"] == [
        "waiting"
    ]
    assert country.act(Role.CLERK, number, "out", "late_money", why="reversal").ok
    country.settle()
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    assert country.held(TARGET, country.movers[0]) == country.movers[0].balance_fen + 500


def test_nothing_left_and_money_that_stays(moved: tuple[Country, str]) -> None:
    country, number = moved
    answer = country.act(Role.CLERK, number, "out", "late_money", why="credit")
    assert (answer.code, answer.text, answer.remedy) == (
        "NOTHING_LEFT",
        "个人账户没有可用余额，没有可以补转的资金。",
        "有新的利息、补缴或冲正入账后再办理。",
    )


def test_late_money_that_comes_back_is_paid_again(moved: tuple[Country, str]) -> None:
    country, number = moved
    country.deposit(SOURCE, country.movers[0], 500, "x")
    assert country.act(Role.CLERK, number, "out", "late_money", why="contribution").ok
    country.settle()
    country.pay()
    country.settle()
    country.statement(SOURCE, ("D2", "debit", 500, f"{number}-2"))
    country.settle()
    country.statement(SOURCE, ("C2", "credit", 500, f"退汇{number}-2"))
    country.settle()
    assert country.states(number)["out"] == ("completed", "done", "returned")
    preparer = Role.FINANCE_PREPARER
    assert country.act(preparer, number, "out", "pay_again", details="same").ok
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert rows("settlement.Order")[-1].reference == f"{number}-3"
    assert country.held(TARGET, country.movers[0]) == country.movers[0].balance_fen + 500
    assert country.breaks() == []
