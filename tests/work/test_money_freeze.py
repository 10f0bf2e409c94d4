"""When the account is frozen: at acceptance, at the form, at the remittance; and open claims."""

from __future__ import annotations

import pytest
from django.db import transaction
from tests.support.country import SOURCE, TARGET, Country, rows

from jiexu.core.base.actors import Role
from jiexu.core.ledger.postings import reserve_for_transfer
from jiexu.core.policy.parameters import lookup
from jiexu.core.procedures.transfer import answering, forming
from jiexu.records.isolation import acting_for, writing
from jiexu.records.ledger import write as ledger
from jiexu.records.registry.models import Person


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """The area freezes at this moment: no file of an area says so yet."""
    for module in (answering, forming):
        monkeypatch.setattr(module, "freezes_at", lambda area, day: moment)


def reserved(country: Country) -> tuple[int, int]:
    found = country.node.balance(SOURCE, country.movers[0].certno)
    return found["posted_fen"], found["available_fen"]


def spend(country: Country, amount_fen: int) -> None:
    """Part of the balance is used for something else meanwhile."""
    [person] = Person.objects.of(SOURCE)
    posting = reserve_for_transfer("ELSEWHERE", person.psn_no, amount_fen)
    with acting_for(SOURCE), writing(), transaction.atomic():
        ledger.post(SOURCE, [posting], business_date=country.now.date(), now=country.now)


def finish(country: Country) -> None:
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()


def test_the_default_is_a_practice_and_not_a_rule() -> None:
    from datetime import date

    found = lookup("freeze_at", SOURCE, date(2026, 3, 11))
    assert found is not None
    assert (found.value, found.practice, found.badge) == ("form", True, None)


def test_at_acceptance_later_money_stays_for_the_second_transfer(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "accept")
    [mover] = country.add_movers(1)
    [number] = country.accepted()
    assert reserved(country) == (mover.balance_fen, 0)
    country.deposit(SOURCE, mover, 600, "late")
    country.settle()
    finish(country)
    assert country.held(TARGET, mover) == mover.balance_fen
    assert country.held(SOURCE, mover) == 600
    assert country.act(Role.CLERK, number, "out", "late_money", why="credit").ok
    country.settle()
    finish(country)
    assert country.held(TARGET, mover) == mover.balance_fen + 600
    assert country.breaks() == []


def test_at_the_form_nothing_is_held_before_and_all_after(country: Country) -> None:
    [mover] = country.add_movers(1)
    country.accepted()
    assert reserved(country) == (mover.balance_fen, mover.balance_fen)
    country.settle()
    assert reserved(country) == (mover.balance_fen, 0)


def test_at_the_remittance_the_account_works_until_then(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "remit")
    [mover] = country.add_movers(1)
    [number] = country.to_the_form()
    assert reserved(country) == (mover.balance_fen, mover.balance_fen)
    assert any("付款前账户仍可使用" in line for line in country.transcript(number))
    finish(country)
    assert country.held(TARGET, mover) == mover.balance_fen
    assert reserved(country) == (0, 0)
    assert country.breaks() == []


def test_at_the_remittance_a_balance_that_fell_stops_the_payment(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, "remit")
    country.add_movers(1)
    country.to_the_form()
    spend(country, 1)
    refusal = country.approve(country.prepare()["case_no"])
    assert (refusal["code"], refusal["text"], refusal["remedy"]) == (
        "BALANCE_FELL",
        "账户可用余额 1,000.36 元，少于信息表的 1,000.37 元（付款前又有支出），不能付款。",
        "请退回本批，由经办更正信息表的金额后再付款。",
    )
    assert {row.state for row in rows("settlement.Order")} == {"in_batch"}


def claim(country: Country, settled: str = "", number: str = "BX1") -> int:
    return country.node.import_rows(
        "claims",
        SOURCE,
        [
            {
                "证件号码": country.movers[0].certno,
                "待遇单号": number,
                "待遇种类": "零星报销",
                "待遇金额": "12.00",
                "最迟办理日期": "2026-05-31",
                "结清日期": settled,
            }
        ],
    )


def test_open_claims_wait_for_a_clerk_and_the_person_is_told(country: Country) -> None:
    country.add_movers(1)
    assert claim(country) == 1
    [number] = country.to_the_form()
    [case] = [row for row in rows("procedures.Case") if row.half == "out"]
    assert (case.record_leg, case.doubts) == ("accepted", "CLAIMS_OPEN")
    assert "transfer.claims_open" in {row.code for row in rows("notices.Notice")}
    told = country.transcript(number)
    assert any("零星报销（最迟 2026年5月31日）" in line for line in told), told
    assert country.act(Role.CLERK, number, "out", "issue_form").ok
    country.settle()
    assert country.states(number)["out"][1] == "done"


def test_a_settled_claim_holds_nothing_up(country: Country) -> None:
    country.add_movers(1)
    claim(country)
    claim(country, settled="2026-03-10")
    [number] = country.to_the_form()
    assert country.states(number)["out"] == ("open", "done", "fixed")
