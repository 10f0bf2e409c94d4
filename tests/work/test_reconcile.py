"""The bank's word against ours: every fen that came is booked, and goes where it surely belongs."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

import pytest
from django.db import connections
from tests.support.carriers import Keeping
from tests.support.country import SOURCE, START, TARGET, Country, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.ledger.postings import suspense
from jiexu.core.procedures.case_number import make_case_no
from jiexu.records.ledger.queries import balances
from jiexu.records.procedures.models import Case
from jiexu.records.settlement.models import StatementLine
from jiexu.work import ports as wiring
from jiexu.work import reconcile
from jiexu.work.intake import act
from jiexu.work.reconcile import match_by_hand, take_bank_files
from jiexu.work.results import Result

PREPARER = Actor(role=Role.FINANCE_PREPARER, ref="lz_zhidan", agency=TARGET)
FOREIGN = make_case_no(TARGET, START.date(), 1)


def line(key: str, area: str = TARGET) -> StatementLine:
    return StatementLine.objects.of(area).get(line_key=key)


def by_hand(
    country: Country,
    key: str,
    case_no: str,
    *,
    actor: Actor = PREPARER,
    version: int | None = None,
    area: str = TARGET,
) -> Result:
    row = line(key, area)
    asked = row.version if version is None else version
    return match_by_hand(actor, area, row.pk, case_no, asked, "key", country.now)


def words(result: Result) -> tuple[str, str, str]:
    assert not result.ok, result
    return result.code, result.text, result.remedy


@pytest.fixture
def paid(country: Country) -> tuple[Country, str]:
    """One payment is with the bank; the new place waits for it."""
    country.add_movers(1)
    (number,) = country.to_the_form()
    country.pay()
    country.settle()
    return country, number


Paid = tuple[Country, str]


@pytest.mark.parametrize(
    ("remark", "cents", "doubt"),
    [
        ("", 0, "NO_REFERENCE"),
        ("医保转移 谢谢", 0, "NO_REFERENCE"),
        ("{no} {other}", 0, "NO_REFERENCE"),
        ("ZY450200260311000000018", 0, "NO_REFERENCE"),  # its check character is wrong
        (FOREIGN, 0, "UNKNOWN_CASE"),
        ("{no}", 1, "AMOUNT_DIFFERS"),
        ("{no}", -1, "AMOUNT_DIFFERS"),
    ],
)
def test_doubtful_money_waits_for_a_person(paid: Paid, remark: str, cents: int, doubt: str) -> None:
    country, number = paid
    amount = country.movers[0].balance_fen + cents
    country.statement(TARGET, ("L1", "credit", amount, remark.format(no=number, other=FOREIGN)))
    country.settle()
    assert (line("L1").state, line("L1").doubt) == ("break", doubt)
    # It is in the books all the same, as money that came and is not yet known.
    assert balances(TARGET, [suspense("L1")])[suspense("L1")].posted_fen == amount
    assert country.states(number)["in"] == ("open", "done", "fixed")
    assert country.breaks() == []


@pytest.mark.parametrize(
    "remark", ["{no}", " {no} ", "转移{no}款", "{lower}", "Z Y{tail}", "附言:{no}/2026"]
)
def test_the_number_is_found_however_the_bank_writes_it(paid: Paid, remark: str) -> None:
    country, number = paid
    said = remark.format(no=number, lower=number.lower(), tail=number[2:])
    country.statement(TARGET, ("L1", "credit", country.movers[0].balance_fen, said))
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    assert country.held(TARGET, country.movers[0]) == country.movers[0].balance_fen


def test_a_debit_that_nobody_expects(paid: Paid) -> None:
    country, number = paid
    amount = country.movers[0].balance_fen
    country.statement(
        SOURCE,
        ("D1", "debit", amount + 1, number),
        ("D2", "debit", amount, FOREIGN),
        ("D3", "debit", 5_00, "手续费"),
    )
    country.settle()
    assert {row.line_key: row.doubt for row in rows("settlement.StatementLine")} == {
        "D1": "AMOUNT_DIFFERS",
        "D2": "UNKNOWN_CASE",
        "D3": "NO_REFERENCE",
    }
    assert country.states(number)["out"] == ("open", "done", "approved")
    assert country.breaks() == []


def test_a_debit_before_approval_is_not_ours(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    country.statement(SOURCE, ("D1", "debit", country.movers[0].balance_fen, number))
    country.settle()
    assert (line("D1", SOURCE).state, line("D1", SOURCE).doubt) == ("break", "NOT_EXPECTED")
    assert country.states(number)["out"] == ("open", "done", "fixed")


def test_the_same_money_twice(paid: Paid) -> None:
    """The second line for a case is somebody's mistake: it never reaches the account."""
    country, number = paid
    amount = country.movers[0].balance_fen
    country.statement(TARGET, ("L1", "credit", amount, number), ("L2", "credit", amount, number))
    country.settle()
    country.statement(TARGET, ("L3", "credit", amount, number))
    country.settle()
    assert [(row.line_key, row.state, row.doubt) for row in rows("settlement.StatementLine")] == [
        ("L1", "matched", ""),
        ("L2", "break", "ALREADY_MATCHED"),
        ("L3", "break", "ALREADY_MATCHED"),
    ]
    assert country.held(TARGET, country.movers[0]) == amount
    assert country.books()[TARGET, "suspense"] == 2 * amount
    assert country.breaks() == []


def test_the_same_file_again_changes_nothing(paid: Paid) -> None:
    country, number = paid
    path = country.statement(
        TARGET,
        ("L1", "credit", country.movers[0].balance_fen, number),
        ("L2", "credit", 7_00, "?"),
        name="one",
    )
    data = path.read_bytes()
    country.settle()
    before = country.counts(), country.books()
    for name in ("one", "two", "three"):
        path.with_name(f"{name}.csv").write_bytes(data)
        country.settle()
    assert (country.counts(), country.books()) == before
    done = country.bank_folder / TARGET / "done"
    assert sorted(one.name for one in done.iterdir()) == ["one.csv", "three.csv", "two.csv"]


def test_a_line_that_is_in_two_files_counts_once(paid: Paid) -> None:
    country, number = paid
    amount = country.movers[0].balance_fen
    country.statement(TARGET, ("L1", "credit", amount, number), ("L2", "credit", 3_00, "?"))
    country.settle()
    country.statement(TARGET, ("L2", "credit", 3_00, "?"), ("L3", "credit", 4_00, "?"))
    country.settle()
    assert {row.line_key for row in rows("settlement.StatementLine")} == {"L1", "L2", "L3"}
    assert country.books()[TARGET, "receipt_bank"] == -(amount + 7_00)


@pytest.mark.parametrize(
    "second", [("L1", "credit", 2_00, "?"), ("L1", "debit", 1_00, "?"), ("L1", "other day", 0, "")]
)
def test_a_number_with_a_second_meaning_is_not_passed_over(
    country: Country, second: tuple[str, str, int, str]
) -> None:
    """If a bank uses a number again, money would be lost silently: the file is refused in words."""
    country.statement(TARGET, ("L1", "credit", 1_00, "?"))
    country.settle()
    day = None
    if second[1] == "other day":
        second, day = ("L1", "credit", 1_00, "?"), country.now.date().replace(day=1)
    country.statement(TARGET, second, ("L2", "credit", 5_00, "?"), name="second", day=day)
    country.settle()
    reason = country.bank_folder / TARGET / "refused" / "second.csv.txt"
    assert reason.read_text(encoding="utf-8").strip() == (
        "流水号 L1 以前出现过，但借贷、金额或日期不同，整个文件没有采用。"
        "请与银行核对这条流水，由银行更正后重新提供对账单。"
    )
    assert [row.line_key for row in rows("settlement.StatementLine")] == ["L1"]
    assert country.books()[TARGET, "receipt_bank"] == -1_00


def test_an_unreadable_file_does_not_hold_up_the_next(
    paid: Paid, caplog: pytest.LogCaptureFixture
) -> None:
    country, number = paid
    folder = country.bank_folder / TARGET / "in"
    folder.mkdir(parents=True)
    (folder / "a-bad.csv").write_text("账号,1\n", encoding="utf-8")
    country.statement(TARGET, ("L1", "credit", country.movers[0].balance_fen, number), name="b")
    country.statement(TARGET, ("L2", "credit", 1, "?"), name="c", account="1234567890123456")
    with caplog.at_level(logging.WARNING):
        country.settle()
    refused = country.bank_folder / TARGET / "refused"
    assert sorted(path.name for path in refused.iterdir()) == [
        "a-bad.csv",
        "a-bad.csv.txt",
        "c.csv",
        "c.csv.txt",
    ]
    assert (refused / "c.csv.txt").read_text(encoding="utf-8").strip() == (
        "对账单的账号不是本机构的账户，可能放错了目录，没有采用。"
    )
    assert country.states(number)["in"][0] == "completed"


def test_matched_by_hand(paid: Paid) -> None:
    country, number = paid
    amount = country.movers[0].balance_fen
    country.statement(TARGET, ("L1", "credit", amount, "附言丢了"))
    country.settle()
    result = by_hand(country, "L1", number)
    assert (result.ok, result.fund_leg) == (True, "arrived")
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    assert (line("L1").state, line("L1").matched_by) == ("matched", "lz_zhidan")
    assert words(by_hand(country, "L1", number)) == (
        "STALE",
        "这条流水刚被他人处理过，您的操作没有生效。",
        "请刷新页面查看最新状态。",
    )
    assert country.breaks() == []


def test_who_may_match_by_hand(paid: Paid) -> None:
    country, number = paid
    country.statement(TARGET, ("L1", "credit", country.movers[0].balance_fen, "?"))
    country.settle()
    for role in Role:
        if role is not Role.FINANCE_PREPARER:
            actor = Actor(role=role, ref="x", agency=TARGET)
            assert words(by_hand(country, "L1", number, actor=actor)) == (
                "NOT_YOUR_MOVE",
                "匹配到账由财务经办办理。",
                "请由财务经办人员登录后匹配。",
            )
    stranger = Actor(role=Role.FINANCE_PREPARER, ref="nj", agency=SOURCE)
    assert words(by_hand(country, "L1", number, actor=stranger)) == (
        "NOT_YOUR_AGENCY",
        "这件事由另一家经办机构办理，您不能代办。",
        "请在您本机构的工作台办理；需要对方办理的，请与对方机构联系。",
    )
    # The stranger's own agency has no such line.
    assert words(match_by_hand(stranger, SOURCE, line("L1").pk, number, 1, "k", country.now)) == (
        "NOT_FOUND",
        "没有这条流水。",
        "请从列表进入。",
    )
    assert words(by_hand(country, "L1", number, version=99))[0] == "STALE"
    assert line("L1").state == "break"


@pytest.mark.parametrize("case_no", [FOREIGN, "", "不是号码"])
def test_by_hand_to_a_case_that_is_not_there(paid: Paid, case_no: str) -> None:
    country, _ = paid
    country.statement(TARGET, ("L1", "credit", 1_00, "?"))
    country.settle()
    assert words(by_hand(country, "L1", case_no)) == (
        "WRONG_STATE",
        "案件现在的状态不能再“匹配到账资金”。",
        "请刷新页面查看最新进度；如已办过，不必重复办理。",
    )
    assert line("L1").state == "break"


def test_by_hand_with_another_amount(paid: Paid) -> None:
    """The money is with its case, the doubt is named, the account is not touched."""
    country, number = paid
    (mover,) = country.movers
    country.statement(TARGET, ("L1", "credit", mover.balance_fen - 1, "?"))
    country.settle()
    assert by_hand(country, "L1", number).ok
    country.settle()
    case = Case.objects.of(TARGET).get(case_no=number)
    assert (case.state, case.fund_leg, case.doubts) == ("open", "arrived", "AMOUNT_DIFFERS")
    assert country.held(TARGET, mover) == 0
    approver = Actor(role=Role.FINANCE_APPROVER, ref="fuhe", agency=TARGET)
    result = act(
        approver, TARGET, number, "in", "credit_account", {}, case.version, "k", country.now
    )
    assert words(result) == (
        "AMOUNT_DIFFERS",
        "到账 1,000.36 元，信息表为 1,000.37 元，不能记入个人账户。",
        "请与转出地核对差额；金额一致后才能记账。",
    )
    assert country.breaks() == []


def test_another_amount_before_the_form_is_known(country: Country) -> None:
    """The doubt is seen when the form comes, does not hold back the months, and stays."""
    (mover,) = country.add_movers(1)
    carrier = Keeping(lambda letter: "information_form" in letter.kinds)
    (number,) = country.in_two_letters()
    country.statement(TARGET, ("L1", "credit", mover.balance_fen - 1, number))
    country.settle()
    assert country.states(number)["in"] == ("open", "accepted", "arrived")
    carrier.hold = lambda letter: False
    carrier.let_go()
    country.settle()
    case = Case.objects.of(TARGET).get(case_no=number)
    assert (case.record_leg, case.fund_leg, case.doubts) == ("done", "arrived", "AMOUNT_DIFFERS")
    assert country.held(TARGET, mover) == 0
    assert country.breaks() == []


def test_a_debit_by_hand_must_have_the_amount(paid: Paid) -> None:
    country, number = paid
    amount = country.movers[0].balance_fen
    country.statement(SOURCE, ("D1", "debit", amount - 1, "?"), ("D2", "debit", amount, "?"))
    country.settle()
    preparer = Actor(role=Role.FINANCE_PREPARER, ref="nj_zhidan", agency=SOURCE)
    assert words(by_hand(country, "D1", number, actor=preparer, area=SOURCE)) == (
        "AMOUNT_DIFFERS",
        "流水金额 1,000.36 元与应付金额 1,000.37 元不一致。",
        "请与银行核对这笔流水，不要与本案匹配。",
    )
    assert by_hand(country, "D2", number, actor=preparer, area=SOURCE).ok
    assert country.states(number)["out"] == ("completed", "done", "paid")
    assert country.breaks() == []


def test_a_break_is_matched_when_its_case_can_take_it(country: Country) -> None:
    """A credit for a case of tomorrow: the next file of the bank finds it again."""
    country.add_movers(1)
    (number,) = country.apply_all()
    country.clock.forward(minutes=1)
    country.statement(TARGET, ("L1", "credit", country.movers[0].balance_fen, number))
    take_bank_files(country.now)
    assert (line("L1").state, line("L1").doubt) == ("waiting", "")
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    assert country.states(number)["out"] == ("open", "done", "fixed")


def test_two_workers_and_two_files_that_share_a_line(lasting: Country) -> None:
    """Neither file's other lines are lost, whoever is faster."""
    lasting.statement(TARGET, *[(f"L{i}", "credit", 1_00 + i, "?") for i in range(30)], name="one")
    lasting.statement(
        TARGET, *[(f"L{i}", "credit", 1_00 + i, "?") for i in range(20, 50)], name="two"
    )
    barrier = threading.Barrier(3)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            barrier.wait(timeout=30)
            take_bank_files(lasting.now)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    take_bank_files(lasting.now)  # what was left because another worker was there
    assert sorted(row.line_key for row in rows("settlement.StatementLine")) == sorted(
        f"L{i}" for i in range(50)
    )
    assert lasting.books()[TARGET, "suspense"] == sum(1_00 + i for i in range(50))
    assert list((lasting.bank_folder / TARGET / "in").iterdir()) == []
    assert lasting.breaks() == []


def test_the_waiting_lines_of_a_quiet_bank_are_still_looked_at(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.apply_all()
    country.statement(TARGET, ("L1", "credit", country.movers[0].balance_fen, number))
    take_bank_files(country.now)
    assert reconcile.match_due(country.now) == 0
    country.settle()
    assert line("L1").state == "matched"
    assert reconcile.match_due(country.now) == 0


def test_a_file_is_read_again_after_a_fault(paid: Paid) -> None:
    """It could not be put away after it had been booked: read again, it changes nothing."""
    country, number = paid
    country.faults_expected = True
    country.statement(TARGET, ("L1", "credit", country.movers[0].balance_fen, number))
    bank = wiring.ports().bank

    class Forgetful:
        write_batch = bank.write_batch
        incoming = bank.incoming

        def done(self, area: str, name: str, *, refused: str = "") -> None:
            raise OSError("the folder is gone")

    wiring.install(replace(wiring.ports(), bank=Forgetful()))
    country.settle()
    country.settle()
    assert country.states(number)["in"][0] == "completed"
    before = country.counts(), country.books()
    wiring.install(replace(wiring.ports(), bank=bank))
    assert take_bank_files(country.now) == 1
    assert (country.counts(), country.books()) == before
