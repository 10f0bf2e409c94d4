"""Opening balances go to the ledger once per person; a different second one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.money import MAX_FEN
from jiexu.core.ledger.balances import MAX_TOTAL_FEN
from jiexu.core.ledger.postings import OPENING, person_account
from jiexu.records.ledger.models import Transfer
from jiexu.records.ledger.queries import balances
from jiexu.simulation.people import invent_people
from jiexu.work import agencies
from jiexu.work.importing import Report, RowProblem, import_rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AREA = "450200"
BY = Actor(role=Role.ADMINISTRATOR, ref="root")
CERTNO = "320198199203154525"


@pytest.fixture(autouse=True)
def person() -> Iterator[None]:
    agencies.open_agency(AREA, name="柳州市医疗保障经办中心", now=NOW, by="root")
    load(
        {"姓名": "沈若岚", "证件类型": "01", "证件号码": CERTNO, "人员编号": "P-1"}, kind="persons"
    )
    yield


def load(*rows: dict[str, Any], kind: str = "balances", at: datetime = NOW) -> Report:
    return import_rows(kind, rows, area=AREA, by=BY, now=at)


def row(yuan: str) -> dict[str, str]:
    return {"证件号码": CERTNO, "个人账户余额": yuan}


def held() -> int:
    ref = person_account("P-1")
    return int(balances(AREA, [ref])[ref].available_fen)


def only(report: Report) -> RowProblem:
    assert len(report.refused) == 1, report.refused
    return report.refused[0]


def test_a_balance_is_in_the_books_to_the_fen() -> None:
    assert load(row("3214.56")).added == 1
    assert held() == 321456
    assert balances(AREA, [OPENING])[OPENING].posted_fen == 321456
    posted = Transfer.objects.of(AREA).get()
    assert (posted.key, posted.business_date) == ("opening:P-1", NOW.date())


def test_the_same_balance_on_another_day_changes_nothing() -> None:
    load(row("3214.56"))
    report = load(row("3214.560"[:-1]), row("3214.56"), at=NOW + timedelta(days=30))
    assert (report.unchanged, report.added, held()) == (2, 0, 321456)
    assert Transfer.objects.of(AREA).count() == 1


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize("second", ["3214.57", "0"])
def test_another_balance_is_refused_in_words(second: str, stored: bool) -> None:
    if stored:
        load(row("3214.56"))
        problem, where = only(load(row(second))), "系统"
    else:
        problem, where = only(load(row("3214.56"), row(second))), "第 1 行"
    said = "3,214.57" if second != "0" else "0.00"
    assert (problem.field, problem.code) == ("个人账户余额", "BALANCE_DIFFERS")
    assert problem.text == (
        f"此人的余额在{where}已经登记为 3,214.56 元，与这一行的 {said} 元不同。"
    )
    assert problem.remedy == (
        "期初余额每人只登记一次。请核对哪一个对；已登记的有误，请由财务另做更正。"
    )
    assert held() == 321456


def test_zero_needs_no_posting() -> None:
    report = load(row("0"), row("0.00"))
    assert (report.ok, report.added, report.unchanged) == (2, 0, 2)
    assert not Transfer.objects.of(AREA).exists()
    assert only(load(row("0"), row("1"))).code == "BALANCE_DIFFERS"


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        ("", "看不懂这个金额"),
        ("3,214.56", "看不懂这个金额"),
        ("12.345", "看不懂这个金额"),
        ("-1", "金额不能是负数"),
        ("1" * 15, "金额太大,超过了标准允许的 14 位整数。"),
    ],
)
def test_bad_money(yuan: str, text: str) -> None:
    problem = only(load(row(yuan)))
    assert (problem.field, problem.code) == ("个人账户余额", "BAD_MONEY")
    assert text.replace(",", "") in problem.text.replace(",", "").replace("，", "")
    assert not Transfer.objects.of(AREA).exists()


def test_a_row_that_breaks_a_law_of_the_ledger_falls_out_alone() -> None:
    fits = MAX_TOTAL_FEN // MAX_FEN
    people = invent_people(
        Random(7),
        count=fits + 3,
        area=AREA,
        today=NOW.date(),
        born_between=(datetime(1960, 1, 1).date(), datetime(2000, 1, 1).date()),  # noqa: DTZ001
    )
    load(
        *({"姓名": one.name, "证件类型": "01", "证件号码": one.certno} for one in people),
        kind="persons",
    )
    most = "99999999999999.99"
    rows = [{"证件号码": one.certno, "个人账户余额": most} for one in people]
    report = load(*rows, row("0.01"))
    assert (report.added, report.refused_rows) == (fits + 1, 3)
    assert {one.code for one in report.refused} == {"TOTALS_OUT_OF_RANGE"}
    assert {one.text for one in report.refused} == {"账户累计发生额超出了可以记录的范围。"}
    assert [one.row for one in report.refused] == [fits + 1, fits + 2, fits + 3]
    assert held() == 1
    assert balances(AREA, [OPENING])[OPENING].posted_fen == fits * MAX_FEN + 1
