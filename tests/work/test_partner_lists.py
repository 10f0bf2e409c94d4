"""Lists of a partner: odd cells read or refused; a death on the way loses and doubles nothing."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.country import TARGET, THIRD, Country, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, JiexuError, NotAllowed
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.exchange.models import PartnerListRow
from jiexu.simulation.platform_lists import Export, as_csv, as_xlsx
from jiexu.work.companion import list_cells, lists
from jiexu.work.companion.list_kinds import kind_of, list_kinds
from jiexu.work.companion.sheets import read_records

CLERK = Actor(role=Role.CLERK, ref="jing", agency=TARGET)
HEADER = (
    *("业务流水号", "姓名", "证件号码", "转出地", "转入地", "险种", "状态", "申请日期", "受理日期"),
)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026/3/9", date(2026, 3, 9)),
        ("２０２６-０３-０９", date(2026, 3, 9)),
        ("46090", date(2026, 3, 9)),
        ("46090.5", date(2026, 3, 9)),
        ("2026-03-09 10:05:00", date(2026, 3, 9)),
        ("2026年3月9日", date(2026, 3, 9)),
        (" 20260309 ", date(2026, 3, 9)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert list_cells.day(text) == day


@pytest.mark.parametrize(
    ("text", "yuan"),
    [("1,234.5", "1234.50"), ("￥1,234.56元", "1234.56"), ("１２", "12.00"), ("0", "0.00")],
)
def test_money(text: str, yuan: str) -> None:
    assert list_cells.money(text) == yuan


@pytest.mark.parametrize(
    ("text", "spells"),
    [
        ("201903-202602", (("201903", "202602"),)),
        ("2019-03-2026-02", (("201903", "202602"),)),
        ("2019/03至2020/01；2021年5月", (("201903", "202001"), ("202105", "202105"))),
    ],
)
def test_spells(text: str, spells: tuple[tuple[str, str], ...]) -> None:
    assert list_cells.spells(text) == spells


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        (list_cells.day, "昨天"),
        (list_cells.day, "12"),
        (list_cells.money, "-1"),
        (list_cells.money, ""),
        (list_cells.spells, "202602-201903"),
        (list_cells.spells, "201913-202602"),
        (list_cells.count, "八十"),
        (list_cells.place, "朝阳区"),
        (list_cells.place, ""),
        (list_cells.partner_no, "3.30100202603E+17"),
        (list_cells.partner_no, "1"),
        (list_cells.name, ""),
    ],
)
def test_what_no_cell_may_say(reader: object, text: str) -> None:
    with pytest.raises(BadInput):
        reader(text)  # type: ignore[operator]


@pytest.mark.parametrize(
    "text", ["330100", "杭州市", "浙江省杭州市", "杭州市医疗保障局", " 330106 "]
)
def test_places(text: str) -> None:
    assert list_cells.place(text) == THIRD


@pytest.mark.parametrize(
    "data", [b"", b"\xd0\xcf\x11\xe0old", b"PK\x03\x04broken", b"\xff\xfe\x00"]
)
def test_files_that_are_no_lists(data: bytes) -> None:
    with pytest.raises(BadInput):
        read_records(data)


def test_every_kind_reads_its_own_titles() -> None:
    for name, kind in list_kinds().items():
        titles = [column.title for column in kind.columns]
        assert len(set(titles)) == len(titles)
        assert kind_of(name).required() <= {column.field for column in kind.columns}


def a_list(country: Country) -> Export:
    movers = country.add_movers(3)
    for mover in movers:
        assert country.apply(mover, source=THIRD)["ok"]
    country.settle()
    return Export(
        "导出",
        HEADER,
        [
            [
                f"33010020260311{place:04d}",
                one.name,
                one.certno,
                "杭州市",
                "柳州市",
                "310",
                "已受理",
                "2026-03-11",
                "2026-03-11",
            ]
            for place, one in enumerate(movers)
        ],
    )


def states() -> list[str]:
    return [row.state for row in PartnerListRow.objects.of(TARGET).order_by("number")]


def test_a_list_left_half_done_is_finished_by_the_worker(country: Country) -> None:
    """The file was kept, then the process died: before any row, or after some."""
    export = a_list(country)
    data = as_xlsx(export)
    lists._keep(CLERK, TARGET, "cases", "名单.xlsx", data, sm3_hex(data), country.now)
    country.settle()
    assert states() == []  # the one who took it may still be at it
    country.clock.forward(minutes=11)
    country.settle()
    assert states() == ["applied"] * 3
    (kept,) = rows("exchange.PartnerList")
    assert (kept.state, kept.taken_by) == ("done", "jing")
    before = country.counts()
    country.settle()
    assert country.counts() == before
    assert country.breaks() == []


def test_a_death_between_a_step_and_its_answer_is_made_good(country: Country) -> None:
    """Another file has done the rows meanwhile: they are told as done, and done once."""
    export = a_list(country)
    lists.take_list(CLERK, TARGET, "cases", "一.csv", as_csv(export), country.now)
    lists.take_list(CLERK, TARGET, "cases", "二.xlsx", as_xlsx(export), country.now)
    assert sorted(states()) == ["applied"] * 3 + ["repeated"] * 3
    assert {case.version for case in rows("procedures.Case")} == {2}


def test_the_evidence_of_a_step_names_the_row(country: Country) -> None:
    export = a_list(country)
    data = as_csv(export)
    lists.take_list(CLERK, TARGET, "cases", "一.csv", data, country.now)
    entries = [row.content for row in rows("audit.Entry") if row.action.endswith("answer_received")]
    assert len(entries) == 3
    assert all(f"list:{sm3_hex(data)}#" in text and "jing" in text for text in entries)


def test_who_may_not_import(country: Country) -> None:
    data = as_csv(Export("导出", HEADER, []))
    for actor in (
        Actor(role=Role.CLERK, ref="x", agency=THIRD),
        Actor(role=Role.FINANCE_PREPARER, ref="x", agency=TARGET),
    ):
        with pytest.raises(NotAllowed):
            lists.take_list(actor, TARGET, "cases", "a.csv", data, country.now)
    with pytest.raises(JiexuError):
        lists.take_list(CLERK, TARGET, "letters", "a.csv", data, country.now)
    assert rows("exchange.PartnerList") == []
