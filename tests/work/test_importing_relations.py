"""Participations and insured months: one truth per day, no month twice, each overlap named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.periods import Month, Spell
from jiexu.records.isolation import writing
from jiexu.records.registry.models import Contribution, Relation
from jiexu.work import agencies
from jiexu.work.importing import Report, RowProblem, import_rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 16, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
AREA = "450200"
BY = Actor(role=Role.CLERK, ref="jingban", agency=AREA)
CERTNO = "320198199203154525"  # born 1992-03-15
STRANGER = "450298198005170011"
RELATION = {
    "证件号码": CERTNO,
    "险种": "310",
    "参保类型": "account",
    "状态": "normal",
    "起始日期": "2019-03-01",
    "终止日期": "",
    "单位名称": "柳州龙城机械有限公司",
}
MONTHS = {
    "证件号码": CERTNO,
    "险种": "310",
    "类型": "actual",
    "起始年月": "2019-03",
    "终止年月": "2026-02",
    "缴费地": AREA,
}
KINDS = {"relations": RELATION, "contributions": MONTHS}


@pytest.fixture(autouse=True)
def person() -> Iterator[None]:
    agencies.open_agency(AREA, name="柳州市医疗保障经办中心", now=NOW, by="root")
    load("persons", {"姓名": "沈若岚", "证件类型": "01", "证件号码": CERTNO})
    yield


def load(kind: str, *rows: dict[str, Any], dry_run: bool = False) -> Report:
    return import_rows(kind, rows, area=AREA, by=BY, now=NOW, dry_run=dry_run)


def only(report: Report) -> RowProblem:
    assert len(report.refused) == 1, report.refused
    return report.refused[0]


def test_a_relation_is_recorded() -> None:
    assert load("relations", RELATION).added == 1
    row = Relation.objects.of(AREA).get()
    assert (row.insutype, row.plan, row.status) == ("310", "account", "normal")
    assert (row.valid_from, row.valid_to) == (date(2019, 3, 1), None)
    assert (row.emp_name, row.recorded_at) == ("柳州龙城机械有限公司", NOW)


def test_months_are_recorded() -> None:
    assert load("contributions", MONTHS).added == 1
    row = Contribution.objects.of(AREA).get()
    assert (row.insutype, row.kind, row.begn_ym, row.end_ym) == (
        "310",
        "actual",
        "201903",
        "202602",
    )
    assert (row.paid_area, row.case_no, row.recorded_at) == (AREA, "", NOW)


@pytest.mark.parametrize(
    ("kind", "spelling"),
    [
        ("relations", {"险种": "职工", "参保类型": "统账结合", "状态": "正常参保"}),
        (
            "relations",
            {"险种": "职工基本医疗保险", "起始日期": "2019/3/1", "终止日期": "9999-12-31"},
        ),
        ("relations", {"险种": "３１０", "起始日期": "20190301", "状态": "正常"}),
        ("relations", {"起始日期": "2019/3/1 0:00:00"}),
        ("contributions", {"类型": "实际缴费", "起始年月": "201903", "终止年月": "2026/2"}),
        ("contributions", {"险种": "职工医保", "起始年月": "2019年3月", "缴费地": "450202"}),
    ],
)
def test_other_spellings_change_nothing(kind: str, spelling: dict[str, str]) -> None:
    load(kind, KINDS[kind])
    report = load(kind, {**KINDS[kind], **spelling}, KINDS[kind])
    assert (report.unchanged, report.added, report.refused) == (2, 0, [])


CELLS = [
    (
        "relations",
        {"参保年度": "2027"},
        "参保年度",
        "COVER_YEAR_IS_FOR_RESIDENTS",
        "只有居民医保按年度参保，职工医保没有参保年度。",
    ),
    (
        "relations",
        {"险种": "390", "参保类型": "", "参保年度": "明年"},
        "参保年度",
        "BAD_COVER_YEAR",
        "看不懂这个参保年度：明年。",
    ),
    (
        "relations",
        {"险种": "390", "参保类型": "", "是否退休": "是"},
        "是否退休",
        "RESIDENT_NOT_RETIRED",
        "居民医保没有退休人员待遇。",
    ),
    ("relations", {"是否退休": "也许"}, "是否退休", "BAD_YES_NO", "看不懂：也许。"),
    ("relations", {"险种": "养老"}, "险种", "BAD_INSUTYPE", "看不懂的险种：养老。"),
    ("relations", {"险种": ""}, "险种", "BAD_INSUTYPE", "没有填写险种。"),
    ("relations", {"参保类型": ""}, "参保类型", "BAD_PLAN", "没有填写参保类型。"),
    ("relations", {"参保类型": "半"}, "参保类型", "BAD_PLAN", "看不懂的参保类型：半。"),
    ("relations", {"状态": "在职"}, "状态", "BAD_STATUS", "看不懂的参保状态：在职。"),
    ("relations", {"起始日期": ""}, "起始日期", "BAD_DATE", "没有填写日期。"),
    (
        "relations",
        {"起始日期": "2019-13-01"},
        "起始日期",
        "BAD_DATE",
        "看不懂这个日期：2019-13-01。",
    ),
    (
        "relations",
        {"终止日期": "2019-02-28"},
        *("终止日期", "ENDS_BEFORE_BEGIN", "终止日期 2019-02-28 早于起始日期 2019-03-01。"),
    ),
    (
        "relations",
        {"起始日期": "1992-03-14"},
        *("起始日期", "BEFORE_BIRTH", "起始日期 1992-03-14 早于此人的出生日期。"),
    ),
    (
        "relations",
        {"险种": "390", "参保类型": "account"},
        *("参保类型", "RESIDENT_HAS_NO_ACCOUNT", "居民医保没有个人账户，参保类型不能是统账结合。"),
    ),
    (
        "relations",
        {"单位名称": "长" * 201},
        *("单位名称", "BAD_EMPLOYER", "单位名称最多 200 个字，不能有换行等看不见的字符。"),
    ),
    ("contributions", {"类型": "欠费"}, "类型", "BAD_KIND", "看不懂的缴费类型：欠费。"),
    ("contributions", {"起始年月": ""}, "起始年月", "BAD_MONTH", "没有填写年月。"),
    (
        "contributions",
        {"终止年月": "2019-02"},
        *("终止年月", "ENDS_BEFORE_BEGIN", "终止年月 2019-02 早于起始年月 2019-03。"),
    ),
    (
        "contributions",
        {"终止年月": "2028-01"},
        *("终止年月", "TOO_FAR_AHEAD", "终止年月 2028-01 太远：缴费最多预缴到 2027-12。"),
    ),
    (
        "contributions",
        {"起始年月": "1992-02"},
        *("起始年月", "BEFORE_BIRTH", "起始年月 1992-02 早于此人的出生年月。"),
    ),
    (
        "contributions",
        {"缴费地": "450000"},
        *("缴费地", "NOT_A_POOL"),
        "广西壮族自治区（450000）下面还分统筹区，不能直接作为缴费地。",
    ),
    (
        "contributions",
        {"缴费地": "999999"},
        *("缴费地", "UNKNOWN_AREA", "区划代码 999999 不在区划表中。"),
    ),
]


@pytest.mark.parametrize(("kind", "change", "field", "code", "text"), CELLS)
def test_a_bad_cell_is_named(
    kind: str, change: dict[str, str], field: str, code: str, text: str
) -> None:
    problem = only(load(kind, {**KINDS[kind], **change}))
    assert (problem.row, problem.field, problem.code, problem.text) == (1, field, code, text)
    assert problem.remedy.startswith("请")
    assert not Relation.objects.of(AREA).exists()
    assert not Contribution.objects.of(AREA).exists()


@pytest.mark.parametrize("kind", ["relations", "contributions", "balances"])
def test_strangers_and_wrong_numbers(kind: str) -> None:
    row = KINDS.get(kind, {"证件号码": CERTNO, "个人账户余额": "1.00"})
    problem = only(load(kind, {**row, "证件号码": "E12345678"}))
    assert (problem.field, problem.code) == ("证件号码", "PERSON_NOT_FOUND")
    assert problem.text == "本机构没有这个证件号码的参保人。"
    assert problem.remedy == "请核对号码；如果是新的参保人，请先导入人员文件。"
    wrong = only(load(kind, {**row, "证件号码": CERTNO[:-1] + "6"}))
    assert wrong.code == "CERTNO_CHECK_DIGIT"
    assert only(load(kind, {**row, "证件号码": ""})).code == "CERTNO_LENGTH"
    assert only(load(kind, {**row, "证件号码": "3.2E+17"})).code == "CERTNO_SCIENTIFIC"


def test_residents_may_leave_the_plan_empty_and_local_codes_are_kept() -> None:
    resident = {**RELATION, "险种": "居民", "参保类型": ""}
    local = {**RELATION, "险种": "31001"}
    assert load("relations", resident, local).added == 2
    plans = dict(Relation.objects.of(AREA).values_list("insutype", "plan"))
    assert plans == {"390": "pool_only", "31001": "account"}


@pytest.mark.parametrize("stored", [True, False])
def test_the_same_day_told_otherwise(stored: bool) -> None:
    other = {**RELATION, "状态": "paused"}
    if stored:
        load("relations", RELATION)
        problem, where = only(load("relations", other)), "系统中已有的记录"
    else:
        problem, where = only(load("relations", RELATION, other)), "第 1 行"
    assert problem.code == "RELATION_DIFFERS"
    assert problem.text == f"同一人、同一险种、同一起始日期在{where}另有登记，内容不一样。"
    assert problem.remedy.startswith("请核对哪一个对。导入不修改已登记的关系")
    assert Relation.objects.of(AREA).get().status == "normal"


@pytest.mark.parametrize("stored", [True, False])
def test_two_statuses_on_one_day(stored: bool) -> None:
    later = {**RELATION, "状态": "paused", "起始日期": "2026-03-01"}
    if stored:
        load("relations", RELATION)
        problem, where = only(load("relations", later)), "系统中已有的记录"
    else:
        problem, where = only(load("relations", RELATION, later)), "第 1 行"
    assert problem.code == "RELATION_OVERLAPS"
    assert problem.text == f"2026-03-01 至 今与{where}（2019-03-01 至 今）有重叠的日子。"
    assert problem.remedy == (
        "同一险种同一天只能有一种状态：请补上前一段的终止日期，或改正起始日期。"
    )


def test_statuses_follow_each_other_to_the_day() -> None:
    ended = {**RELATION, "终止日期": "2026-02-28"}
    paused = {**RELATION, "状态": "暂停参保", "起始日期": "2026-03-01"}
    assert load("relations", paused, ended).added == 2
    touching = {**RELATION, "险种": "390", "参保类型": ""}
    assert load("relations", touching).added == 1  # two schemes at once are found, not refused


def test_superseded_rows_count_for_nothing() -> None:
    load("relations", RELATION)
    with writing():
        Relation.objects.of(AREA).update(superseded_at=NOW)
    assert load("relations", {**RELATION, "状态": "paused"}).added == 1


@pytest.mark.parametrize("stored", [True, False])
@pytest.mark.parametrize(
    ("begin", "end", "months"),
    [
        ("2026-01", "2026-05", "2026-01 至 2026-02"),
        ("2026-02", "2026-03", "2026-02"),
        ("2018-01", "2019-03", "2019-03"),
        ("2020-01", "2020-12", "2020-01 至 2020-12"),
        ("2019-03", "2026-01", "2019-03 至 2026-01"),
    ],
)
def test_months_twice_in_one_place(begin: str, end: str, months: str, stored: bool) -> None:
    other = {**MONTHS, "起始年月": begin, "终止年月": end}
    if stored:
        load("contributions", MONTHS)
        problem, where = only(load("contributions", other)), "系统中已有的记录"
    else:
        problem, where = only(load("contributions", MONTHS, other)), "第 1 行"
    assert (problem.field, problem.code) == ("起始年月", "MONTHS_OVERLAP")
    assert problem.text == f"{months}与{where}（2019-03 至 2026-02）重复。"
    assert problem.remedy == (
        "同一人、同一险种、同一缴费地的同一个月只能有一条：请删去重复的月份后再导入。"
    )
    assert Contribution.objects.of(AREA).count() == 1


def test_the_same_run_told_as_deemed() -> None:
    load("contributions", MONTHS)
    assert only(load("contributions", {**MONTHS, "类型": "视同"})).code == "MONTHS_OVERLAP"


@pytest.mark.parametrize("change", [{"缴费地": "320100"}, {"险种": "390"}, {"起始年月": "2026-03"}])
def test_elsewhere_or_in_another_scheme_or_next_month(change: dict[str, str]) -> None:
    ends = {"终止年月": "2026-05"} if "起始年月" in change else {}
    assert load("contributions", MONTHS, {**MONTHS, **change, **ends}).added == 2


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    runs=st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 12), st.sampled_from([AREA, "320100"])),
        max_size=12,
    ),
    split=st.integers(0, 12),
)
def test_no_month_is_ever_on_file_twice(runs: list[tuple[int, int, str]], split: int) -> None:
    with writing():
        Contribution.objects.of(AREA).update(superseded_at=NOW)
    first = Month(2010, 1)
    rows = [
        {
            **MONTHS,
            "起始年月": str(first.shift(begin)),
            "终止年月": str(first.shift(begin + length)),
            "缴费地": area,
        }
        for begin, length, area in runs
    ]
    foreseen = load("contributions", *rows, dry_run=True)
    reports = [load("contributions", *part) for part in (rows[:split], rows[split:])]
    assert sum(report.added for report in reports) == foreseen.added
    months = [
        (row.paid_area, month)
        for row in Contribution.objects.of(AREA).filter(superseded_at__isnull=True)
        for month in Spell(Month.parse(row.begn_ym), Month.parse(row.end_ym)).each()
    ]
    assert len(months) == len(set(months))
    wanted = {
        (area, first.shift(begin + n)) for begin, length, area in runs for n in range(length + 1)
    }
    assert set(months) <= wanted
    # Greedy in the order of the rows: only what meets an earlier good row may be missing.
    taken: set[tuple[str, Month]] = set()
    for begin, length, area in runs:
        own = {(area, first.shift(begin + n)) for n in range(length + 1)}
        if not own & taken:
            taken |= own
    assert set(months) == taken
