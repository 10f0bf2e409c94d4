"""Files: encodings, headers, damage; runs: batches, dry runs, audit, rights."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import DjangoAssertNumQueries

from jiexu.core.base.actors import SYSTEM, Actor, Role
from jiexu.core.base.errors import BadInput, JiexuError, NotAllowed, NotFound
from jiexu.records.audit.models import Entry
from jiexu.records.registry.models import Contribution, Person, Relation
from jiexu.simulation.people import invent_people
from jiexu.work import agencies
from jiexu.work.importing import (
    KINDS,
    Report,
    RowProblem,
    import_rows,
    import_table,
    read_table,
    write_report,
)

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AREA, PARTNER = "450200", "320100"
BY = Actor(role=Role.ADMINISTRATOR, ref="console:root", agency=AREA)
CERTNO = "320198199203154525"
PEOPLE = invent_people(
    Random(3),
    count=5000,
    area=AREA,
    today=NOW.date(),
    born_between=(date(1950, 1, 1), date(2010, 1, 1)),
)


def persons(count: int) -> list[dict[str, str]]:
    return [
        {"姓名": one.name, "证件类型": "01", "证件号码": one.certno, "手机号": one.phone}
        for one in PEOPLE[:count]
    ]


def relations(count: int) -> list[dict[str, str]]:
    return [
        {
            "证件号码": one.certno,
            "险种": "310",
            "参保类型": "account",
            "状态": "normal",
            "起始日期": "2019-03-01",
            "单位名称": one.employer.name,
        }
        for one in PEOPLE[:count]
    ]


def contributions(count: int) -> list[dict[str, str]]:
    return [
        {
            "证件号码": one.certno,
            "险种": "310",
            "类型": "actual",
            "起始年月": "2019-03",
            "终止年月": "2026-02",
            "缴费地": AREA,
        }
        for one in PEOPLE[:count]
    ]


def balances(count: int) -> list[dict[str, str]]:
    return [
        {"证件号码": one.certno, "个人账户余额": f"{n}.50"} for n, one in enumerate(PEOPLE[:count])
    ]


ROWS = {
    "persons": persons,
    "relations": relations,
    "contributions": contributions,
    "balances": balances,
}


def write_csv(
    path: Path, rows: list[dict[str, str]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def refused(kind: type[JiexuError], code: str, act: Any, *values: Any, **more: Any) -> JiexuError:
    with pytest.raises(kind) as caught:
        act(*values, **more)
    assert caught.value.code == code
    return caught.value


def acts() -> list[tuple[str, dict[str, Any]]]:
    rows = Entry.objects.of(AREA).filter(action__startswith="import.").order_by("seq")
    return [(row.action, json.loads(row.content)) for row in rows]


@pytest.fixture
def agency(db: None) -> None:
    agencies.open_agency(AREA, name="柳州市医疗保障经办中心", now=NOW, by="root")


def load(kind: str, rows: list[dict[str, str]], **more: Any) -> Report:
    return import_rows(kind, rows, area=AREA, by=BY, now=NOW, **more)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("kind", list(ROWS))
def test_each_kind_is_recognised_in_each_encoding(tmp_path: Path, kind: str, encoding: str) -> None:
    table = read_table(write_csv(tmp_path / "a.csv", ROWS[kind](20), encoding))
    assert (table.kind.name, table.count, table.unused) == (kind, 20, ())
    rows = list(table.rows())
    assert [row.number for row in rows] == list(range(2, 22))
    assert [row.cells["certno"] for row in rows] == [one.certno for one in PEOPLE[:20]]


@pytest.mark.parametrize("kind", list(KINDS))
def test_field_names_serve_as_titles(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",".join(column.field for column in KINDS[kind].columns), encoding="utf-8")
    table = read_table(path)
    assert (table.kind.name, table.count) == (kind, 0)
    assert table.fields == tuple(column.field for column in KINDS[kind].columns)


def test_titles_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "序号,*姓 名,证件类型（代码）,身份证号码,备注\n1,张三,01,x,y\n", encoding="utf-8"
    )
    table = read_table(path)
    assert table.kind.name == "persons"
    assert table.fields == (None, "psn_name", "psn_cert_type", "certno", None)
    assert table.unused == ("序号", "备注")
    assert [dict(row.cells) for row in table.rows()] == [
        {"psn_name": "张三", "psn_cert_type": "01", "certno": "x"}
    ]


def test_tabs_serve_as_commas_and_blank_lines_are_no_rows(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", balances(2), delimiter="\t")
    text = path.read_text(encoding="utf-8")
    path.write_text(f"\n{text}\n \t \n", encoding="utf-8")
    table = read_table(path)
    assert (table.count, [row.number for row in table.rows()]) == (2, [3, 4])


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (b"PK\x03\x04...", "NOT_CSV", "这是 Excel 工作簿（xlsx），不是 CSV 文件。"),
        (b"\xd0\xcf\x11\xe0...", "NOT_CSV", "这是旧版 Excel 工作簿（xls），不是 CSV 文件。"),
        ("姓名".encode("utf-16"), "NOT_CSV", "这个文件是 UTF-16 编码（“Unicode 文本”）。"),
        (b"\xff\xff\xff", "BAD_ENCODING", "看不懂这个文件的编码：既不是 UTF-8，也不是 GB18030。"),
        (b"", "EMPTY_FILE", "文件是空的。"),
        (b"\n , \n", "EMPTY_FILE", "文件是空的。"),
        (
            "甲,乙\n1,2\n".encode(),
            "UNKNOWN_HEADER",
            "认不出这个文件：第一行没有任何认识的栏名。",
        ),
        (
            "证件号码,险种,状态,起始日期\n".encode(),
            "UNKNOWN_HEADER",
            "认不出这个文件：最像“参保关系”，但缺少栏：参保类型。",
        ),
        (
            "姓名,证件号码\n".encode(),
            "UNKNOWN_HEADER",
            "认不出这个文件：最像“人员”，但缺少栏：证件类型。",
        ),
        (
            "姓名,证件类型,证件号码,个人账户余额\n".encode(),
            "AMBIGUOUS_HEADER",
            "这个文件同时像“人员”和“个人账户余额”，分不清是哪一种。",
        ),
        (
            "证件号码,身份证号,个人账户余额\n".encode(),
            "DOUBLE_COLUMN",
            "表头里有重复的栏：证件号码。",
        ),
        (
            '证件号码,个人账户余额\n1,2\n"3,4\n'.encode(),
            "BAD_CSV",
            "第 3 行附近的引号不成对，或有一栏长得不像话。",
        ),
        (
            ("证件号码,个人账户余额\n" + "9" * 200_000).encode(),
            "BAD_CSV",
            "第 2 行附近的引号不成对，或有一栏长得不像话。",
        ),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, content: bytes, code: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    error = refused(BadInput, code, read_table, path)
    assert error.message == message
    assert error.remedy.startswith(("请", "第一行应是栏名"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        error = refused(NotFound, "NO_FILE", read_table, path)
        assert (error.message, error.remedy) == (
            f"找不到文件：{path}。",
            "请核对文件名和路径。",
        )


@pytest.mark.usefixtures("agency")
def test_a_file_goes_in_with_its_own_row_numbers(tmp_path: Path) -> None:
    rows = persons(3)
    rows[1]["手机号"] = "12"
    table = read_table(write_csv(tmp_path / "a.csv", rows, "gb18030"))
    report = import_table(table, area=AREA, by=BY, now=NOW)
    assert (report.rows, report.added, [one.row for one in report.refused]) == (3, 2, [3])


@pytest.mark.usefixtures("agency")
def test_cells_beyond_the_header_are_a_defect_and_missing_ones_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    one, two = PEOPLE[:2]
    path.write_text(
        f"姓名,证件类型,证件号码,手机号\n甲,01,{one.certno}\n乙,丙,01,{two.certno},15400001234\n"
        f"丁,01,{two.certno},,,\n",
        encoding="utf-8",
    )
    report = import_table(read_table(path), area=AREA, by=BY, now=NOW)
    assert report.added == 2
    first = report.refused[0]
    assert (first.row, first.field, first.code) == (3, "", "TOO_MANY_CELLS")
    assert first.text == "这一行的栏数比表头多，后面的内容可能串栏了。"
    assert first.remedy == "请核对这一行的逗号；内容里有逗号的，要用引号括起来。"
    assert two.certno[6:14] not in "".join(one.text for one in report.refused)


def test_the_report_opens_in_spreadsheets_and_runs_no_formula(tmp_path: Path) -> None:
    problem = RowProblem(row=3, field="姓名", code="X", text="=1+1", remedy="请核对")
    report = Report(kind="persons", rows=9, ok=8, added=8, unchanged=0, refused=[problem])
    path = tmp_path / "a.csv.report.csv"
    write_report(path, report)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            ["行号", "栏目", "问题", "怎么办"],
            ["3", "姓名", "'=1+1", "请核对"],
        ]


@pytest.mark.usefixtures("agency")
def test_a_batch_is_one_act_in_the_audit_without_names_or_numbers() -> None:
    rows = persons(2500)
    rows[7]["手机号"] = "12"
    seen: list[int] = []
    report = load("persons", rows, progress=seen.append)
    assert (report.rows, report.added, report.refused_rows) == (2500, 2499, 1)
    assert seen == [1000, 2000, 2500]
    found = acts()
    assert [action for action, _ in found] == ["import.persons"] * 3
    assert [content["added"] for _, content in found] == [999, 1000, 500]
    assert [content["refused"] for _, content in found] == [1, 0, 0]
    assert len({content["digest"] for _, content in found}) == 3
    text = json.dumps(found, ensure_ascii=False)
    assert not any(row["证件号码"] in text or row["姓名"] in text for row in rows)


@pytest.mark.usefixtures("agency")
def test_the_same_rows_again_change_nothing_at_all() -> None:
    first = {kind: load(kind, make(1200)) for kind, make in ROWS.items()}
    before = [model.objects.of(AREA).count() for model in (Person, Relation, Contribution, Entry)]
    again = {kind: load(kind, make(1200)) for kind, make in ROWS.items()}
    after = [model.objects.of(AREA).count() for model in (Person, Relation, Contribution, Entry)]
    assert {kind: (one.added, one.unchanged) for kind, one in first.items()} == dict.fromkeys(
        ROWS, (1200, 0)
    )
    assert {kind: (one.added, one.unchanged, one.refused) for kind, one in again.items()} == {
        kind: (0, 1200, []) for kind in ROWS
    }
    assert before == after


@pytest.mark.usefixtures("agency")
@pytest.mark.parametrize("kind", list(ROWS))
def test_a_dry_run_foresees_everything_and_writes_nothing(kind: str) -> None:
    if kind != "persons":
        load("persons", persons(1100))
    rows = ROWS[kind](1100)
    last = list(rows[0])[-1]
    # A bad cell, a repetition, and a contradiction to a row of an earlier batch.
    other = {"persons": "15400009999", "relations": "别的单位", "balances": "9.99"}
    rows[5] = {**rows[5], "证件号码": "1"}
    rows.append(rows[3])
    rows.append({**rows[4], last: other.get(kind, AREA), "终止年月": "2026-01"})
    if kind != "contributions":
        del rows[-1]["终止年月"]
    entries = Entry.objects.of(AREA).count()
    foreseen = load(kind, rows, dry_run=True)
    assert Entry.objects.of(AREA).count() == entries
    assert not Relation.objects.of(AREA).exists()
    assert not Contribution.objects.of(AREA).exists()
    done = load(kind, rows)
    assert (foreseen.dry_run, done.dry_run) == (True, False)
    assert (foreseen.added, foreseen.unchanged) == (done.added, done.unchanged)
    assert (done.added, done.unchanged) == (1099, 1)
    assert foreseen.refused == done.refused
    assert [one.row for one in done.refused] == [6, 1102]
    assert "第 5 行" in done.refused[1].text


@pytest.mark.usefixtures("agency")
def test_a_batch_costs_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(24):
        load("persons", persons(1000))
    for kind in ("relations", "contributions"):
        with django_assert_max_num_queries(24):
            load(kind, ROWS[kind](1000))
    with django_assert_max_num_queries(24):
        load("balances", balances(1000))


@pytest.mark.slow
@pytest.mark.usefixtures("agency")
def test_five_thousand_people_in_seconds() -> None:
    started = time.process_time()
    for kind, make in ROWS.items():
        report = load(kind, make(5000))
        assert (report.ok, report.refused) == (5000, [])
    assert time.process_time() - started < 15  # seconds of our own work, however busy the machine


@pytest.mark.usefixtures("agency")
def test_questions_nobody_can_answer() -> None:
    error = refused(BadInput, "UNKNOWN_KIND", load, "people", [])
    assert error.message == "不能导入“people”。"
    assert error.remedy == (
        "可以导入：persons（人员）、relations（参保关系）、"
        "contributions（缴费年月）、balances（个人账户余额）、credits（个人账户补记）、claims（未结清待遇）、"
        "employers（用人单位）。"
    )
    error = refused(BadInput, "UNKNOWN_COLUMN", load, "balances", [{"证件号码": "1", "余": "2"}])
    assert error.message == "“个人账户余额”没有这一栏：余。"
    assert error.remedy == "可用的栏：证件号码、个人账户余额。"


@pytest.mark.usefixtures("agency")
@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        (BY, True),
        (SYSTEM, True),
        (Actor(role=Role.CLERK, ref="li", agency=AREA), True),
        (Actor(role=Role.CLERK, ref="li", agency=PARTNER), False),
        (Actor(role=Role.SUPERVISOR, ref="li", agency=AREA), False),
        (Actor(role=Role.CITIZEN, ref="li"), False),
        (Actor(role=Role.AGENCY, ref=PARTNER), False),
    ],
)
def test_who_may_import(by: Actor, allowed: bool) -> None:
    call = (import_rows, "persons", persons(1))
    if allowed:
        report = import_rows("persons", persons(1), area=AREA, by=by, now=NOW)
        assert report.added == 1
        assert Entry.objects.of(AREA).last().actor_ref == by.ref
        return
    error = refused(NotAllowed, "NOT_ALLOWED", *call, area=AREA, by=by, now=NOW)
    assert error.message == "只有本机构的经办人员或系统管理员可以导入数据。"
    assert error.remedy == "请联系本机构的系统管理员办理。"
    assert not Person.objects.of(AREA).exists()


@pytest.mark.django_db
def test_only_for_agencies_hosted_here() -> None:
    agencies.open_agency(PARTNER, name="南京市医保中心", now=NOW, by="root", hosted=False)
    for area in (AREA, PARTNER):
        error = refused(
            NotFound,
            "AGENCY_NOT_FOUND",
            import_rows,
            *("persons", persons(1)),
            area=area,
            by=SYSTEM,
            now=NOW,
        )
        assert error.message == f"本节点没有承办{area}的经办机构，不能导入。"
        assert error.remedy == "请用 jiexu agency list 查看本节点承办的机构。"
