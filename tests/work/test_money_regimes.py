"""Every regime of the policy: ahead with netting, to the person's own account, by hand, staying."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.support.country import Country, rows

from jiexu.core.base.actors import Role
from jiexu.records.settlement.models import Clearing, ClearingItem, Order, StatementLine
from jiexu.work.netting import last_month_end, propose_due

PREPARER, CLERK = Role.FINANCE_PREPARER, Role.CLERK
FZ, XM, QZ = "350100", "350200", "350500"


def build(folder: Path, *areas: str) -> Country:
    return Country(folder, areas=areas)


def whole_nation(country: Country) -> dict[str, int]:
    found: dict[str, int] = {}
    for (_, kind), fen in country.books().items():
        found[kind] = found.get(kind, 0) + fen
    return {kind: fen for kind, fen in found.items() if fen}


@pytest.fixture
def pair(country: Country, tmp_path: Path) -> Country:
    """Two areas of one province that credit first and net by the month; people move both ways."""
    country.bank.books.close()
    built = build(tmp_path / "pair", FZ, XM)
    there = built.add_movers(2, source=FZ, target=XM)
    back = built.add_movers(1, source=XM, target=FZ)
    for mover in there:
        assert built.apply(mover, source=FZ, target=XM)["ok"]
    for mover in back:
        assert built.apply(mover, source=XM, target=FZ)["ok"]
    built.settle()
    built.settle()
    return built


def test_credited_at_once_and_owed_between_the_agencies(pair: Country) -> None:
    first, _, third = pair.movers
    assert pair.held(XM, first) == first.balance_fen
    assert pair.held(FZ, first) == 0
    assert pair.held(FZ, third) == third.balance_fen
    legs = {(row.half, row.state, row.fund_leg) for row in rows("procedures.Case")}
    assert legs == {("in", "completed", "credited_ahead"), ("out", "completed", "owed")}
    nation = whole_nation(pair)
    assert nation.pop("due_to") == -nation.pop("due_from")
    assert "in_transit" not in nation
    assert Order.objects.of(FZ).count() == Order.objects.of(XM).count() == 0
    # The transfer is over for the person, so each has the 办结通知书 of the new place, once.
    over = [row for row in rows("documents.Issued") if row.kind == "completion"]
    assert [row.agency_id for row in sorted(over, key=lambda row: row.pk)].count(XM) == 2
    assert len({row.case_no for row in over}) == len(over) == 3
    assert pair.breaks() == []


def test_only_the_difference_is_paid_and_both_agree_first(pair: Country) -> None:
    first, second, third = pair.movers
    net = first.balance_fen + second.balance_fen - third.balance_fen
    until = pair.now.date()
    assert propose_due(until, pair.now) == 1
    assert propose_due(until, pair.now) == 0
    pair.settle()
    pair.settle()
    mine, theirs = Clearing.objects.of(FZ).get(), Clearing.objects.of(XM).get()
    assert (mine.number, mine.net_fen, mine.state) == (theirs.number, net, "agreed")
    assert (theirs.net_fen, theirs.state) == (-net, "agreed")
    [order] = rows("settlement.Order")
    assert (order.agency_id, order.kind, order.amount_fen) == (FZ, "clearing", net)
    assert pair.breaks() == []
    pair.pay(FZ)
    pair.settle()
    pair.bank_round()
    pair.settle()
    pair.settle()
    assert {row.state for row in rows("settlement.Clearing")} == {"settled"}
    assert {row.fund_leg for row in rows("procedures.Case")} == {"paid", "credited"}
    assert {row.state for row in rows("settlement.StatementLine")} == {"matched"}
    nation = whole_nation(pair)
    assert not {"due_to", "due_from", "in_transit", "suspense"} & set(nation)
    assert pair.breaks() == []
    before = pair.counts()
    assert propose_due(until, pair.now) == 0
    pair.settle()
    assert pair.counts() == before


def test_a_list_that_differs_is_not_paid_and_goes_out_again_without_it(pair: Country) -> None:
    from jiexu.records.isolation import acting_for, writing

    item = ClearingItem.objects.of(XM).order_by("pk").first()
    assert item is not None
    until = pair.now.date()
    kept = item.arose_on
    with acting_for(XM), writing():  # as if it were in an older list there
        ClearingItem.objects.of(XM).filter(pk=item.pk).update(
            clearing=Clearing.objects.create(
                agency_id=XM,
                number="QSold",
                counterpart=FZ,
                until=kept,
                owe_fen=0,
                claim_fen=0,
                net_fen=0,
                state="settled",
                proposed_at=pair.now,
            )
        )
    assert propose_due(until, pair.now) == 1
    pair.settle()
    pair.settle()
    mine = Clearing.objects.of(FZ).get()
    assert (mine.state, mine.differences) == ("disputed", f"{item.case_no}/{item.part}")
    assert rows("settlement.Order") == []
    assert propose_due(until, pair.now) == 1
    pair.settle()
    pair.settle()
    mine.refresh_from_db()
    assert (mine.state, ClearingItem.objects.of(FZ).filter(clearing=mine).count()) == ("agreed", 2)


def test_a_list_names_only_the_two_of_it(pair: Country) -> None:
    from jiexu.core.exchange.kinds.clearing_statement import schema as statements
    from jiexu.work.netting import BadList, take

    body = statements.Body(
        case_no=f"QS{FZ}26033135020001",
        until=pair.now.date(),
        payer=FZ,
        payee="350300",
        difference="1.00",
        items=(),
    )
    with pytest.raises(BadList, match="不是收发双方"):
        take(XM, FZ, body, pair.now)


def test_the_month_that_is_over() -> None:
    assert last_month_end(date(2026, 3, 1)) == date(2026, 2, 28)
    assert last_month_end(date(2026, 1, 31)) == date(2025, 12, 31)


@pytest.fixture
def to_bank(country: Country, tmp_path: Path) -> tuple[Country, str]:
    """Somebody moves from 泉州 to a place without accounts: the balance is the person's own."""
    country.bank.books.close()
    built = build(tmp_path / "bank", QZ, "450200")
    [mover] = built.add_movers(1, source=QZ, target="450200", plan_in="pool_only")
    answer = built.apply(mover, source=QZ, target="450200")
    assert answer["ok"], answer
    built.settle()
    return built, answer["case_no"]


def test_to_the_persons_own_account(to_bank: tuple[Country, str]) -> None:
    country, number = to_bank
    [mover] = country.movers
    case = next(row for row in rows("procedures.Case") if row.half == "out")
    assert (case.record_leg, case.doubts) == ("accepted", "BANK_ACCOUNT_NEEDED")
    early = country.act(CLERK, number, "out", "issue_form", area=QZ)
    assert (early.code, early.text) == (
        "BANK_ACCOUNT_NEEDED",
        "本案余额要付给参保人本人，还没有登记本人的银行账户。",
    )
    form = {"account_name": "别人", "bank_name": "演示银行", "account": "6222020000000000006"}
    other = country.act(CLERK, number, "out", "give_bank_account", area=QZ, **form)
    assert (other.code, other.text) == (
        "NOT_OWN_ACCOUNT",
        "户名与参保人姓名不一致，余额只能付给参保人本人的账户。",
    )
    form["account_name"] = mover.name
    assert country.act(CLERK, number, "out", "give_bank_account", area=QZ, **form).ok
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "none")
    [order] = rows("settlement.Order")
    assert (order.kind, order.payee_name, order.amount_fen) == (
        "to_bank",
        mover.name,
        mover.balance_fen,
    )
    assert form["account"].encode() not in bytes(order.payee_account_sealed)
    batch = country.pay(QZ)
    country.settle()
    country.result(QZ, batch, (1, number, mover.balance_fen, "账号户名不符"))
    country.settle()
    assert country.states(number)["out"][2] == "returned"
    again = {"details": "corrected", **form, "account_name": "别人"}
    refused = country.act(PREPARER, number, "out", "pay_again", area=QZ, **again)
    assert refused.code == "NOT_OWN_ACCOUNT"
    again["account_name"] = mover.name
    assert country.act(PREPARER, number, "out", "pay_again", area=QZ, **again).ok
    country.pay(QZ)
    country.settle()
    country.statement(QZ, ("D1", "debit", mover.balance_fen, f"{number}-2"))
    country.settle()
    assert country.states(number)["out"] == ("completed", "done", "paid")
    assert country.held(QZ, mover) == 0
    assert whole_nation(country) == {
        "opening": -mover.balance_fen,
        "payment_bank": mover.balance_fen,
    }
    late = country.act(CLERK, number, "out", "late_money", area=QZ, why="interest")
    assert (late.code, late.text) == (
        "DOES_NOT_MOVE",
        "按本案适用的规定，余额不转往转入地，不能办理二次转移。",
    )
    assert country.breaks() == []


def test_without_a_rule_and_without_an_account_there_the_balance_stays(country: Country) -> None:
    """The person was told so before applying: nobody has to decide anything."""
    [mover] = country.add_movers(1, plan_in="pool_only")
    [number] = country.to_the_form()
    assert country.states(number)["out"] == ("completed", "done", "none")
    assert country.held("320100", mover) == mover.balance_fen
    early = country.act(CLERK, number, "out", "settle_by_hand", way="remit", basis="两地协议第三条")
    assert early.code == "WRONG_STATE"
    late = country.act(CLERK, number, "out", "late_money", why="interest")
    assert late.code == "DOES_NOT_MOVE"
    assert country.breaks() == []


def test_where_it_stays_the_person_is_told_so(country: Country, tmp_path: Path) -> None:
    country.bank.books.close()
    built = build(tmp_path / "stays", "440100", "440300")
    [mover] = built.add_movers(1, source="440100", target="440300")
    answer = built.apply(mover, source="440100", target="440300")
    built.settle()
    assert {row.fund_leg for row in rows("procedures.Case")} == {"none"}
    assert any("余额留在原账户，可以继续使用" in t for t in built.transcript(answer["case_no"]))
    assert built.held("440100", mover) == mover.balance_fen
    late = built.act(CLERK, answer["case_no"], "out", "late_money", area="440100", why="interest")
    assert late.code == "DOES_NOT_MOVE"
    assert built.breaks() == []
    assert not StatementLine.objects.of("440100").exists()
