"""Bank files in every format at work: the whole road, uploads, vouchers, gaps, appropriation."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.support.country import SOURCE, TARGET, Country, account_of, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.base.money import yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.records.audit.models import Entry as AuditEntry
from jiexu.records.settlement import queries
from jiexu.records.settlement.continuity import statement_breaks
from jiexu.records.settlement.models import Batch
from jiexu.simulation.bank_files import Entry
from jiexu.simulation.bank_forms import FORMS
from jiexu.work import bank_uploads, intake, statement_checks
from jiexu.work.bank_details import set_bank
from jiexu.work.bank_settings import set_bank_settings
from jiexu.work.bank_uploads import Upload
from jiexu.work.month_end import month_ends
from jiexu.work.ports import OutFile
from jiexu.work.results import Result

MARCH = Month(2026, 3)
every_format = pytest.mark.parametrize("form", sorted(FORMS))


def preparer(area: str = TARGET) -> Actor:
    return Actor(role=Role.FINANCE_PREPARER, ref=f"prepares-{area}", agency=area)


def upload(country: Country, name: str, data: bytes, *, area: str = TARGET) -> Upload:
    return intake.upload_bank_file(preparer(area), area, name, data, country.now)


def finance_account(country: Country, area: str = TARGET) -> None:
    """The finance bureau receives for this agency."""
    set_bank(
        area,
        receipt_kind="财政专户",
        bank_name="演示银行",
        account_name="财政专户",
        account=account_of(area),
        now=country.now,
        by="test",
    )


def entries(*lines: tuple[str, bool, int, str], opening_fen: int, day: date) -> list[Entry]:
    made = []
    for number, debit, fen, remark in lines:
        opening_fen += -fen if debit else fen
        made.append(
            Entry(
                entry_no=number,
                booked_on=day,
                debit=debit,
                amount_fen=fen,
                counterparty="某某",
                remark=remark,
                balance_fen=opening_fen,
            )
        )
    return made


@every_format
def test_the_whole_road_in_each_format(country: Country, form: str) -> None:
    for area in country.areas:
        set_bank_settings(area, bank_format=form, now=country.now, by="test")
    country.add_movers(3)
    country.refusing_bank("^$")
    numbers = country.to_the_end()
    suffix = FORMS[form].suffix
    assert [p.suffix for p in (country.bank_folder / SOURCE / "out").iterdir()] == [suffix]
    done = sorted(p.name for p in (country.bank_folder / SOURCE / "done").iterdir())
    assert [name[: name.index("-")] for name in done] == ["result", "statement"]
    assert all(name.endswith(suffix) for name in done)
    for number in numbers:
        assert country.states(number) == {
            "in": ("completed", "done", "credited"),
            "out": ("completed", "done", "paid"),
        }
    assert country.breaks() == []
    assert [statement_breaks(area) for area in country.areas] == [[], []]
    assert [one.breaks for one in month_ends(MARCH)] == [(), ()]


@every_format
def test_the_bank_refuses_in_each_format(country: Country, form: str) -> None:
    set_bank_settings(SOURCE, bank_format=form, now=country.now, by="test")
    country.add_movers(1)
    (number,) = country.to_the_form()
    country.refusing_bank(account_of(TARGET))
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.states(number)["out"][2] == "returned"
    assert country.breaks() == []


def test_a_format_must_be_known(country: Country) -> None:
    with pytest.raises(NotFound) as caught:
        set_bank_settings(SOURCE, bank_format="mt940", now=country.now, by="test")
    assert caught.value.code == "UNKNOWN_FORMAT"
    with pytest.raises((NotFound, BadInput)):
        set_bank_settings("110100", bank_format="csv", now=country.now, by="test")


# --- uploads ----------------------------------------------------------------------------------


@every_format
def test_a_statement_is_uploaded_once(country: Country, form: str) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    country.pay()
    country.settle()
    amount = country.movers[0].balance_fen
    made = entries(
        ("C1", False, amount, number),
        ("C2", False, 7, "谢谢"),
        opening_fen=0,
        day=country.now.date(),
    )
    data = FORMS[form].statement(account_of(TARGET), 0, made, country.now.date())
    name = f"对账单{FORMS[form].suffix}"
    done = upload(country, name, data)
    assert (done.ok, done.kind_label, done.repeated) == (True, "银行对账单", False)
    assert [(row.number, row.said, row.doubtful) for row in done.rows] == [
        ("C1", f"已匹配，{number}", False),
        ("C2", "待人工处理，附言里没有可用的业务流水号", True),
    ]
    again = upload(country, "改了名" + name, data)
    assert (again.ok, again.repeated) == (True, True)
    assert again.rows[0].said == f"以前已导入，已匹配，{number}"
    assert len(rows("settlement.StatementLine")) == 2
    acts = AuditEntry.objects.of(TARGET).filter(action="bank.upload")
    assert acts.count() == 1
    (file,) = queries.files(TARGET)
    assert (file.name, file.brought_by, file.rows) == (name, f"prepares-{TARGET}", 2)
    assert country.breaks() == []


def test_who_may_upload_and_what(country: Country) -> None:
    good = FORMS["csv"].statement(account_of(TARGET), 0, [], country.now.date())
    actor = Actor(role=Role.FINANCE_APPROVER, ref="x", agency=TARGET)
    assert bank_uploads.take_upload(actor, TARGET, "a.csv", good, country.now).code == (
        "NOT_YOUR_MOVE"
    )
    foreign = bank_uploads.take_upload(preparer(SOURCE), TARGET, "a.csv", good, country.now)
    assert not foreign.ok
    assert upload(country, "a.pdf", good).code == "BANK_FILE"
    assert upload(country, "a.csv", b"x" * (bank_uploads.LARGEST_BYTES + 1)).code == (
        "FILE_TOO_LARGE"
    )
    other = FORMS["csv"].statement(account_of(SOURCE), 0, [], country.now.date())
    assert upload(country, "a.csv", other).code == "NOT_OURS"
    assert rows("settlement.StatementFile") == []
    assert upload(country, "../../a.csv", good).ok
    assert rows("settlement.StatementFile")[0].name == "a.csv"


# --- vouchers ---------------------------------------------------------------------------------


def test_a_voucher_tells_of_the_money(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    country.pay()
    country.settle()
    amount = yuan_from_fen(country.movers[0].balance_fen)
    text = f"凭证号,日期,付款方,金额,附言\n2026-1,{country.now.date()},南京,{amount},{number}\n"
    assert upload(country, "v.csv", text.encode()).code == "NOT_OURS"
    finance_account(country)
    # By the folder as by the page: the same queue, the same matching.
    place = country.bank_folder / TARGET / "in" / "v.csv"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")
    country.settle()
    assert country.states(number)["in"] == ("completed", "done", "credited")
    (line,) = rows("settlement.StatementLine")
    assert (line.source, line.line_key, line.state) == ("voucher", "凭证:2026-1", "matched")
    done = upload(country, "v.csv", text.encode())
    assert (done.ok, done.repeated, done.kind_label) == (True, True, "财政缴拨凭证")
    assert country.breaks() == []
    (proof,) = month_ends(MARCH, TARGET)
    assert (proof.breaks, proof.opening_fen) == ((), None)
    assert proof.sides[1].came_fen == proof.sides[1].came_booked_fen == line.amount_fen


def test_a_voucher_and_an_entry_of_one_number_are_two(country: Country) -> None:
    finance_account(country)
    day = country.now.date()
    upload(country, "v.csv", f"凭证号,日期,付款方,金额,附言\nX1,{day},甲,1.00,a\n".encode())
    made = entries(("X1", False, 500, "b"), opening_fen=0, day=day)
    assert upload(country, "s.xlsx", FORMS["xlsx"].statement(account_of(TARGET), 0, made, day)).ok
    assert {(row.source, row.amount_fen) for row in rows("settlement.StatementLine")} == {
        ("voucher", 100),
        ("statement", 500),
    }
    assert country.breaks() == []


# --- continuity -------------------------------------------------------------------------------


def three_statements(country: Country) -> list[bytes]:
    day, data, opening_fen = country.now.date(), [], 1_000
    for number in range(3):
        made = entries((f"E{number}", False, 100, ""), opening_fen=opening_fen, day=day)
        data.append(FORMS["csv"].statement(account_of(TARGET), opening_fen, made, day))
        opening_fen += 100
    return data


def test_a_missing_statement_is_named_until_it_comes(country: Country) -> None:
    first, second, third = three_statements(country)
    upload(country, "1.csv", first)
    upload(country, "3.csv", third)
    (gap,) = statement_breaks(TARGET)
    assert gap.text == (
        "对账单不连续：2026-03-11 的期末余额是 11.00 元，接着的 2026-03-11 的期初余额是 12.00 元，"
        "中间少收入的流水净额 1.00 元。"
    )
    assert [one.level for one in statement_checks.statements(country.now)] == ["ok", "wrong"]
    (proof,) = month_ends(MARCH, TARGET)
    assert gap.text in proof.breaks
    upload(country, "2.csv", second)
    assert statement_breaks(TARGET) == []
    (proof,) = month_ends(MARCH, TARGET)
    assert (proof.opening_fen, proof.closing_fen, proof.suspense_fen) == (1_000, 1_300, 300)
    assert len(proof.breaks) == 3  # the lines nobody has placed


def test_overlapping_statements_are_one_road(country: Country) -> None:
    first, _, third = three_statements(country)
    day = country.now.date()
    whole = entries(
        *((f"E{number}", False, 100, "") for number in range(3)), opening_fen=1_000, day=day
    )
    upload(country, "1.csv", first)
    upload(country, "3.csv", third)
    done = upload(
        country, "all.xml", FORMS["iso20022"].statement(account_of(TARGET), 1_000, whole, day)
    )
    assert [row.said.split("，")[0] for row in done.rows] == [
        "以前已导入",
        "待人工处理",
        "以前已导入",
    ]
    assert statement_breaks(TARGET) == []
    assert len(rows("settlement.StatementLine")) == 3
    assert [row.rows for row in rows("settlement.StatementSpan")] == [1, 1, 1]


def test_an_overlap_that_disagrees_is_named(country: Country) -> None:
    first = three_statements(country)[0]
    upload(country, "1.csv", first)
    day = country.now.date()
    made = entries(("E0", False, 100, ""), opening_fen=5_000, day=day)
    assert upload(country, "x.csv", FORMS["csv"].statement(account_of(TARGET), 5_000, made, day)).ok
    (one,) = statement_breaks(TARGET)
    assert one.code == "STATEMENT_OVERLAP"
    assert "x.csv" in one.text


def test_a_notification_before_its_statement(country: Country) -> None:
    day = country.now.date()
    made = entries(("N1", False, 100, "a"), ("N2", True, 50, "b"), opening_fen=1_000, day=day)
    camt = FORMS["iso20022"].statement(account_of(TARGET), 1_000, made, day).decode()
    notice = (
        camt.replace("camt.053", "camt.054")
        .replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn")
        .replace("<Stmt>", "<Ntfctn>")
        .replace("</Stmt>", "</Ntfctn>")
    )
    assert upload(country, "n.xml", notice.encode()).kind_label == "到账通知"
    assert rows("settlement.StatementSpan") == []
    assert upload(country, "s.xml", camt.encode()).ok
    assert [row.balance_fen for row in rows("settlement.StatementLine")] == [1_100, 1_050]
    assert [row.rows for row in rows("settlement.StatementSpan")] == [2]
    assert statement_breaks(TARGET) == []
    assert country.breaks() == []


# --- appropriation ----------------------------------------------------------------------------


def noted(country: Country, number: str, plan: str, day: date | None) -> Result:
    version = Batch.objects.of(SOURCE).get(number=number).version
    return intake.note_appropriation(
        preparer(SOURCE), SOURCE, number, version, plan, day, country.now
    )


def test_a_batch_waits_for_plan_and_appropriation(country: Country) -> None:
    set_bank_settings(SOURCE, needs_appropriation=True, now=country.now, by="test")
    country.add_movers(1)
    (case_no,) = country.to_the_form()
    number = country.pay()

    def shown() -> tuple[str, str]:
        view = queries.batch(SOURCE, number)
        return view.state, view.state_label

    country.settle()
    assert shown() == ("approved", "待用款计划")
    assert country.case(case_no, "out")["fund_label"] == "待用款计划"
    refused: Any = intake.hand_out(preparer(SOURCE), SOURCE, number, country.now)
    assert refused.code == "NOT_APPROPRIATED"
    assert noted(country, number, " ", None).code == "BAD_PLAN"
    assert noted(country, number, "YK-1", date(2026, 4, 1)).code == "BAD_DAY"
    assert noted(country, number, "YK-1", None).ok
    country.settle()
    assert shown() == ("approved", "待财政拨款")
    assert country.case(case_no, "out")["money_sentence"].endswith("，待财政拨款。")
    assert not list((country.bank_folder / SOURCE).glob("out/*"))
    assert noted(country, number, "YK-1", country.now.date()).ok
    country.settle()
    assert shown() == ("filed", "已送银行")
    assert country.case(case_no, "out")["fund_label"] == "已批准付款，等待银行"
    assert noted(country, number, "YK-2", None).code == "STALE"
    (path,) = (country.bank_folder / SOURCE).glob("out/*")
    given = intake.hand_out(preparer(SOURCE), SOURCE, number, country.now)
    assert isinstance(given, OutFile)
    assert (given.name, given.data) == (path.name, path.read_bytes())
    acts = list(AuditEntry.objects.of(SOURCE).values_list("action", flat=True))
    assert acts.count("payment.appropriation") == 2
    assert acts.count("payment.download") == 1


def test_who_may_take_a_payment_file(country: Country) -> None:
    country.add_movers(1)
    country.to_the_form()
    prepared = country.prepare()
    number = prepared["case_no"]
    given: Any = intake.hand_out(preparer(SOURCE), SOURCE, number, country.now)
    assert given.code == "NOT_APPROVED"
    clerk = Actor(role=Role.CLERK, ref="c", agency=SOURCE)
    given = intake.hand_out(clerk, SOURCE, number, country.now)
    assert given.code == "NOT_YOUR_MOVE"
    given = intake.hand_out(preparer(TARGET), SOURCE, number, country.now)
    assert isinstance(given, Result)
    given = intake.hand_out(preparer(TARGET), TARGET, number, country.now)
    assert given.code == "NOT_FOUND"


# --- month end --------------------------------------------------------------------------------


def test_the_month_end_names_what_is_open(country: Country) -> None:
    country.add_movers(1)
    country.to_the_form()
    country.pay()
    country.settle()
    source, target = month_ends(MARCH)
    assert (source.unpaid_fen, source.breaks) == (country.movers[0].balance_fen, ())
    assert (target.opening_fen, target.closing_fen) == (None, None)
    day = country.now.date()
    made = entries(("D1", True, 500, "手续费"), opening_fen=10_000, day=day)
    data = FORMS["xlsx"].statement(account_of(SOURCE), 10_000, made, day)
    assert upload(country, "s.xlsx", data, area=SOURCE).ok
    (source,) = month_ends(MARCH, SOURCE)
    assert source.breaks == ("2026-03-11 支出 5.00 元（D1）对不上：请在“银行流水”里处理。",)
    assert (source.opening_fen, source.closing_fen) == (10_000, 9_500)
    (before,) = month_ends(Month(2026, 2), SOURCE)
    assert before.breaks == ()
