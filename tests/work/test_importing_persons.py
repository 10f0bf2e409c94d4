"""Persons: every defect of a row in words, nobody twice, the same file again changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from jiexu.core.base.actors import Actor, Role
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.registry.models import Person
from jiexu.simulation.invented_numbers import invent_certno
from jiexu.work import agencies
from jiexu.work.importing import Report, RowProblem, import_rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AREA, OTHER = "450200", "320100"
BY = Actor(role=Role.CLERK, ref="jingban", agency=AREA)
CERTNO = "320198199203154525"  # born 1992-03-15, female
GOOD = {"姓名": "沈若岚", "证件类型": "01", "证件号码": CERTNO}


@pytest.fixture(autouse=True)
def agency() -> Iterator[None]:
    agencies.open_agency(AREA, name="柳州市医疗保障经办中心", now=NOW, by="root")
    yield


def load(*rows: dict[str, Any], dry_run: bool = False) -> Report:
    return import_rows("persons", rows, area=AREA, by=BY, now=NOW, dry_run=dry_run)


def only(report: Report) -> RowProblem:
    assert len(report.refused) == 1, report.refused
    return report.refused[0]


def another(seed: int, birth: date = date(1980, 5, 17)) -> str:
    return invent_certno(Random(seed), area=AREA, birth=birth, sex="M")


def test_a_person_is_recorded_sealed_with_what_the_number_says() -> None:
    report = load({**GOOD, "手机号": "154 0000-1234", "人员编号": "P-001"})
    assert (report.ok, report.added, report.unchanged, report.refused) == (1, 1, 0, [])
    row = Person.objects.of(AREA).get()
    assert (row.psn_no, row.psn_name, row.psn_cert_type) == ("P-001", "沈若岚", "01")
    assert (row.gend, row.brdy, row.recorded_at) == ("2", date(1992, 3, 15), NOW)
    assert bytes(row.certno_index) == identity_index(CERTNO)
    assert vault().open(row.certno_sealed, context="person.certno") == CERTNO
    assert vault().open(row.phone_sealed, context="person.phone") == "15400001234"
    assert CERTNO.encode() not in bytes(row.certno_sealed) + bytes(row.certno_index)


def test_a_number_is_given_to_who_has_none_and_stays() -> None:
    load(GOOD)
    number = Person.objects.of(AREA).get().psn_no
    assert (len(number), number[:6], number.isdecimal()) == (24, AREA, True)
    assert number[6:] not in CERTNO
    assert load(GOOD).unchanged == 1
    assert Person.objects.of(AREA).get().psn_no == number


@pytest.mark.parametrize(
    "spelling",
    [
        {"姓名": " 沈 若 岚 ", "证件类型": "居民身份证", "证件号码": "320198 19920315 4525"},
        {"姓名": "沈若岚", "证件类型": "1", "证件号码": f"'{CERTNO}", "性别": "女"},
        {"姓名": "沈若岚", "证件类型": "身份证", "证件号码": f'="{CERTNO}"', "性别": "2"},
        {"psn_name": "沈若岚", "psn_cert_type": "０１", "certno": f"\t{CERTNO}\t", "gend": "F"},
        {**GOOD, "出生日期": "1992/3/15", "手机号": None},
        {**GOOD, "出生日期": date(1992, 3, 15)},
        {**GOOD, "出生日期": "1992年3月15日", "性别": "未说明"},
    ],
)
def test_other_spellings_are_the_same_person(spelling: dict[str, Any]) -> None:
    load(GOOD)
    assert (load(spelling).unchanged, Person.objects.of(AREA).count()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "field", "code", "text", "remedy"),
    [
        (
            {"姓名": ""},
            *("姓名", "PERSON_NAME_LENGTH", "姓名应有 1 到 50 个字，没有填写。"),
            "请照身份证件填写姓名。",
        ),
        (
            {"证件类型": ""},
            *("证件类型", "BAD_CERT_TYPE", "没有填写证件类型。"),
            "请填写01（居民身份证）、08（外国人护照）等证件类型代码。",
        ),
        (
            {"证件类型": "借书证"},
            *("证件类型", "BAD_CERT_TYPE", "看不懂的证件类型：借书证。"),
            "请填写01（居民身份证）、08（外国人护照）等证件类型代码。",
        ),
        (
            {"证件号码": "320198199203154526"},
            *("证件号码", "CERTNO_CHECK_DIGIT"),
            "身份证号码最后一位（校验码）与前面的数字对不上，至少有一位填错了。",
            "请对照证件逐位核对后重新填写。",
        ),
        (
            {"证件号码": "3.20198E+17"},
            *("证件号码", "CERTNO_SCIENTIFIC"),
            "证件号码被表格软件改成了科学计数法，后面几位已经丢失。",
            "请在原表中把这一栏设为“文本”格式，重新填写完整的号码后另存。",
        ),
        (
            {"性别": "男"},
            *("性别", "SEX_CONTRADICTS", "性别与身份证号码不一致：号码第 17 位表示女。"),
            "请照身份证核对性别和号码；户籍登记确有更正的，请先到派出所换证。",
        ),
        (
            {"性别": "其他"},
            *("性别", "BAD_SEX", "看不懂的性别：其他。"),
            "请填写男或女。",
        ),
        (
            {"出生日期": "1992-03-16"},
            *("出生日期", "BIRTH_CONTRADICTS", "出生日期与身份证号码第 7 到 14 位不一致。"),
            "请照身份证核对出生日期和号码。",
        ),
        (
            {"出生日期": "1992-02-30"},
            *("出生日期", "BAD_DATE", "看不懂这个日期：1992-02-30。"),
            "请按“年-月-日”填写，例如 2026-03-01。",
        ),
        (
            {"出生日期": "2026-11-17"},
            *("出生日期", "BAD_BIRTH", "出生日期应在 1900 年以后、今天以前。"),
            "请照证件填写出生日期。",
        ),
        (
            {"手机号": "0772-1234567"},
            *("手机号", "BAD_PHONE", "手机号应是 1 开头的 11 位数字。"),
            "请核对手机号；没有的可以不填。",
        ),
        (
            {"人员编号": "编号 1"},
            *("人员编号", "BAD_PSN_NO", "人员编号应是 1 到 30 位的数字、字母、短横或下划线。"),
            "请照原系统的人员编号填写；没有的可以不填，系统会自动编号。",
        ),
        (
            {"证件类型": "08", "证件号码": "E12345678"},
            *("出生日期", "BIRTH_MISSING", "这种证件的号码看不出出生日期，这一栏不能空。"),
            "请照证件填写出生日期，例如 1990-05-17。",
        ),
    ],
)
def test_a_bad_cell_is_named(
    change: dict[str, str], field: str, code: str, text: str, remedy: str
) -> None:
    report = load({**GOOD, **change})
    problem = only(report)
    assert (problem.row, problem.field, problem.code) == (1, field, code)
    assert (problem.text, problem.remedy) == (text, remedy)
    assert (report.ok, Person.objects.of(AREA).count()) == (0, 0)


def test_all_defects_of_a_row_at_once() -> None:
    report = load({"姓名": "", "证件类型": "01", "证件号码": "1", "性别": "x", "手机号": "1"})
    assert [one.field for one in report.refused] == ["姓名", "证件号码", "性别", "手机号"]
    assert (report.rows, report.refused_rows) == (1, 1)


def test_a_bad_row_is_refused_alone() -> None:
    rows = [{"姓名": "张三", "证件类型": "01", "证件号码": another(n)} for n in range(5)]
    rows[2]["证件号码"] = "450298198005170000"
    report = load(*rows)
    assert (report.ok, only(report).row, Person.objects.of(AREA).count()) == (4, 3, 4)


def test_other_papers_keep_their_number_as_written() -> None:
    row = {
        "姓名": "Anna Müller",
        "证件类型": "08",
        "证件号码": "e 1234567",
        "出生日期": "1990-05-17",
    }
    assert load(row).added == 1
    person = Person.objects.of(AREA).get()
    assert vault().open(person.certno_sealed, context="person.certno") == "e 1234567"
    assert (person.gend, person.brdy) == ("9", date(1990, 5, 17))
    assert load({**row, "证件号码": "E 1234567"}).unchanged == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"姓名": "沈若兰"}, "姓名"),
        ({"手机号": "15400009999"}, "手机号"),
        ({"人员编号": "P-002"}, "人员编号"),
        ({"证件类型": "99", "出生日期": "1992-03-15"}, "证件类型"),
    ],
)
@pytest.mark.parametrize("stored", [True, False])
def test_the_same_number_told_otherwise(change: dict[str, str], field: str, stored: bool) -> None:
    first = {**GOOD, "手机号": "15400001234", "人员编号": "P-001"}
    if stored:
        load(first)
        problem, where = only(load({**first, **change})), "系统中已有的记录"
    else:
        problem, where = only(load(first, {**first, **change})), "第 1 行"
    assert (problem.field, problem.code) == (field, "PERSON_DIFFERS")
    assert problem.text == f"同一个证件号码在{where}另有登记，{field}不一样。"
    assert problem.remedy == (
        "请核对哪一个对。导入不修改已登记的人员；确需更正的，请在经办工作台办理信息变更。"
    )
    assert Person.objects.of(AREA).get().psn_name == "沈若岚"


@pytest.mark.parametrize("stored", [True, False])
def test_a_number_belongs_to_one_person(stored: bool) -> None:
    first = {**GOOD, "人员编号": "P-001"}
    second = {"姓名": "李四", "证件类型": "01", "证件号码": another(1), "人员编号": "P-001"}
    if stored:
        load(first)
        report = load(second)
    else:
        report = load(first, second)
    problem = only(report)
    assert (problem.field, problem.code) == ("人员编号", "PSN_NO_TAKEN")
    assert problem.text == "这个人员编号已经属于另一个证件号码。"
    assert problem.remedy == "请核对人员编号；同一个人有两个证件号码的，请先办理信息变更。"
    assert Person.objects.of(AREA).count() == 1


def test_two_agencies_know_the_same_person_apart() -> None:
    agencies.open_agency(OTHER, name="南京市医疗保障经办中心", now=NOW, by="root")
    load(GOOD)
    by = Actor(role=Role.CLERK, ref="nj", agency=OTHER)
    other = import_rows("persons", [{**GOOD, "姓名": "沈若兰"}], area=OTHER, by=by, now=NOW)
    assert (other.added, other.refused) == (1, [])
    assert Person.objects.of(AREA).get().psn_no != Person.objects.of(OTHER).get().psn_no


def test_born_today_but_not_tomorrow() -> None:
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    row = {"姓名": "新生儿", "证件类型": "01", "证件号码": another(1, today)}
    assert load(row).added == 1
    assert only(load({**row, "证件号码": another(2, tomorrow)})).code == "CERTNO_FUTURE"


def test_reports_repeat_no_identity_number() -> None:
    report = load(
        {**GOOD, "性别": CERTNO, "出生日期": CERTNO, "人员编号": CERTNO + "号", "手机号": CERTNO},
        {"姓名": CERTNO, "证件类型": CERTNO, "证件号码": CERTNO[:-1] + "0"},
    )
    assert report.refused_rows == 2
    for problem in report.refused:
        assert "19920315" not in problem.text + problem.remedy, problem
