"""The days where counting goes wrong: festivals, make-up days, New Year, the end of the notices."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import pytest

from jiexu.core.base.decision import Badge
from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.core.calendar.explanation import notes_on, sources_of
from jiexu.core.calendar.loading import DATA, load_overlay
from jiexu.core.calendar.table import LAST_YEAR, MAX_WORKDAYS, Calendar, published_years
from jiexu.core.calendar.workdays import (
    add_workdays,
    due_date,
    is_published,
    is_workday,
    workdays_between,
)

GUANGXI = "450100"


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        # Ordinary week: Monday + 5 is the next Monday.
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        # Start on a rest day: day one is the first working day after it.
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 2, 17), 1, date(2026, 2, 24)),
        # Start on a make-up Saturday: a day like any other, not counted itself.
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 2, 28), 0, date(2026, 2, 28)),
        # A make-up Saturday counts.
        (date(2026, 2, 27), 1, date(2026, 2, 28)),
        # Zero on a rest day moves on; over the National Day week it moves far.
        (date(2026, 10, 1), 0, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),
        # New Year holidays that begin, and days worked for them, in December before.
        (date(2018, 12, 28), 1, date(2018, 12, 29)),
        (date(2018, 12, 29), 1, date(2019, 1, 2)),
        (date(2011, 12, 30), 1, date(2011, 12, 31)),
        (date(2007, 12, 29), 1, date(2008, 1, 2)),
        (date(2022, 12, 30), 1, date(2023, 1, 3)),
        # The changed notices: Labour Day 2019, the longer Spring Festival of 2020, September 2015.
        (date(2019, 4, 30), 1, date(2019, 5, 5)),
        (date(2020, 1, 23), 1, date(2020, 2, 3)),
        (date(2015, 9, 2), 1, date(2015, 9, 6)),
    ],
)
def test_national_due_dates(start: date, count: int, due: date) -> None:
    answer = add_workdays(start, count)
    assert (answer.due, answer.provisional) == (due, False)


def test_working_days_per_year_as_known() -> None:
    per_year = {
        year: workdays_between(date(year - 1, 12, 31), date(year, 12, 31))
        for year in (2024, 2025, 2026)
    }
    assert per_year == {2024: 251, 2025: 248, 2026: 248}


def test_over_the_last_published_new_year_is_provisional_and_says_why() -> None:
    answer = add_workdays(date(2026, 12, 25), 10)
    assert answer.due == date(2027, 1, 11)  # only 1 January itself is known to be off
    assert answer.provisional
    assert answer.notes == (
        "2027年的放假安排尚未公布：该年起按周一至周五推算，只扣除元旦、劳动节、国庆节的固定假日，"
        "春节、清明节、端午节、中秋节和调休未计入；公布后截止日可能改变。",
    )
    assert [source.number for source in answer.sources] == [
        "国办发明电〔2025〕7号",
        "国务院令第795号",
    ]
    assert {source.badge for source in answer.sources} == {Badge.NATION}


def test_last_published_day_is_settled_but_warned_of() -> None:
    answer = add_workdays(date(2026, 12, 31), 0)
    assert (answer.due, answer.provisional) == (date(2026, 12, 31), False)
    assert answer.notes == ("2027年元旦的安排尚未公布，可能调整2026年12月最后几天的上班和休息。",)
    assert add_workdays(date(2026, 12, 28), 0).notes == ()


def test_unpublished_year_keeps_only_fixed_statutory_days() -> None:
    off = [
        day
        for month, number in ((1, 1), (5, 3), (5, 4), (10, 1), (10, 4), (2, 8))
        if not is_workday(day := date(2027, month, number))
    ]
    assert off == [date(2027, 1, 1), date(2027, 10, 1)]
    assert not is_workday(date(2028, 5, 1))
    assert not is_workday(date(2028, 5, 2))
    assert not is_workday(date(2028, 10, 3))


def test_guangxi_over_the_festival_of_2026() -> None:
    # 17-20 April by the regional notice; the nation works on Friday 17 and Monday 20.
    nation = add_workdays(date(2026, 4, 16), 1)
    region = add_workdays(date(2026, 4, 16), 1, GUANGXI)
    assert (nation.due, region.due) == (date(2026, 4, 17), date(2026, 4, 21))
    assert not region.provisional
    local = [source for source in region.sources if source.badge is Badge.LOCAL]
    assert [source.number for source in local] == ["广西壮族自治区人民政府令第98号", None]
    assert [source.area for source in local] == ["450000", "450000"]
    assert "2026年" in local[1].title


@pytest.mark.parametrize("area", ["450000", "450100", "450881", "459900"])
def test_every_area_of_the_province_has_its_festival(area: str) -> None:
    assert not is_workday(date(2024, 4, 11), area)
    assert not is_workday(date(2024, 4, 12), area)
    assert is_workday(date(2024, 4, 12), "440100")


def test_local_notice_prevails_both_ways() -> None:
    # A national make-up Saturday rested, and a Saturday worked that the nation rests.
    assert is_workday(date(2017, 4, 1)) and not is_workday(date(2017, 4, 1), GUANGXI)
    assert not is_workday(date(2017, 4, 8)) and is_workday(date(2017, 4, 8), GUANGXI)


def test_festival_worked_in_2020_is_said() -> None:
    answer = add_workdays(date(2020, 3, 25), 1, GUANGXI)
    assert answer.due == date(2020, 3, 26)
    assert answer.notes == ("2020年三月三照常上班，补休由各单位自行安排，本结果按上班计算。",)


def test_before_the_regulation_the_region_is_like_the_nation() -> None:
    answer = add_workdays(date(2013, 4, 11), 2, GUANGXI)
    assert answer == add_workdays(date(2013, 4, 11), 2)


@pytest.mark.parametrize(
    ("area", "name"),
    [("540100", "西藏自治区"), ("640100", "宁夏回族自治区"), ("652300", "新疆维吾尔自治区")],
)
def test_areas_with_festivals_we_do_not_hold_say_so(area: str, name: str) -> None:
    answer = add_workdays(date(2026, 3, 2), 10, area)
    assert answer.due == add_workdays(date(2026, 3, 2), 10).due
    (note,) = answer.notes
    assert note.startswith(f"{name}另有地方节日放假(")
    assert "日期未收录，本结果未计入" in note


def test_region_is_provisional_while_its_own_notice_is_missing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    copytree(DATA, data)
    text = (data / "2026.toml").read_text(encoding="utf-8").split("[[holidays]]")[0]
    later = text.replace("2026", "2027").replace("last_checked = 2027", "last_checked = 2026")
    (data / "2027.toml").write_text(
        f'{later}\n[[holidays]]\nname = "元旦"\nrest = [2026-12-31, 2027-01-01]\n', encoding="utf-8"
    )
    assert published_years(data) == (2007, 2027)
    nation = Calendar(None, data)
    region = Calendar(load_overlay(data / "overlay" / "450000.toml"), data)
    start = date(2026, 12, 30)
    # The new notice reaches back into December of the year before.
    assert nation.reach(start, 1) == (date(2027, 1, 4), False)
    assert region.reach(start, 1) == (date(2027, 1, 4), True)
    assert notes_on(region, "450000", start, date(2027, 1, 4)) == (
        "广西壮族自治区2027年三月三的放假通知尚未收录，本结果未计入。",
    )
    assert notes_on(nation, "100000", start, date(2027, 1, 4)) == ()
    titles = [source.title for source in sources_of(nation, start, date(2026, 12, 31))]
    assert [title[8:13] for title in titles] == ["2026年", "2027年"]


@pytest.mark.parametrize("count", [-1, MAX_WORKDAYS + 1, 10**12, 2.5])
def test_impossible_counts_are_refused(count: int) -> None:
    with pytest.raises(BadInput) as caught:
        add_workdays(date(2026, 3, 2), count)
    assert caught.value.path == "workdays"
    assert caught.value.message == f"工作日数不能是 {count}。"
    assert caught.value.remedy == "请填写 0 到 5000 的整数。"


def test_longest_count_is_answered_from_anywhere() -> None:
    assert due_date(date(2007, 1, 1), MAX_WORKDAYS)[0] > date(2026, 1, 1)
    assert due_date(date(LAST_YEAR, 12, 31), MAX_WORKDAYS)[0] > date(LAST_YEAR + 19, 1, 1)
    # Years laid out for that answer do not become starting points.
    with pytest.raises(BadInput):
        due_date(date(LAST_YEAR + 1, 1, 4), 10)


@pytest.mark.parametrize(
    "start", [date(2006, 12, 31), date(1949, 10, 1), date(LAST_YEAR + 1, 1, 1)]
)
def test_years_without_a_calendar_are_refused(start: date) -> None:
    for ask in (lambda: add_workdays(start, 1), lambda: is_workday(start)):
        with pytest.raises(BadInput) as caught:
            ask()
        assert caught.value.message == f"工作日历从 2007 年到 2099 年，没有 {start} 这一天。"
        assert caught.value.remedy == "请检查年份是否写错。"


def test_a_moment_is_not_a_day() -> None:
    with pytest.raises(BadInput, match="这里需要日期"):
        add_workdays(datetime(2026, 3, 2, 9, 0), 1)  # noqa: DTZ001  (the point of the test)


@pytest.mark.parametrize("area", ["", "45", "45010", "4501000", "45010a", "4５0100", "../../"])
def test_malformed_areas_are_refused(area: str) -> None:
    with pytest.raises(BadInput) as caught:
        due_date(date(2026, 3, 2), 1, area)
    assert caught.value.path == "area"
    assert caught.value.remedy == "请填写六位数字的地区代码，例如 450100。"


def test_backward_distance_is_refused_and_same_day_is_nothing() -> None:
    assert workdays_between(date(2026, 3, 2), date(2026, 3, 2)) == 0
    with pytest.raises(BadInput, match="在截止日 2026-03-02 之后"):
        workdays_between(date(2026, 3, 3), date(2026, 3, 2))


def test_published_years_have_ends() -> None:
    assert [is_published(year) for year in (2006, 2007, 2026, 2027)] == [False, True, True, False]


def test_a_hole_between_years_is_a_fault(tmp_path: Path) -> None:
    for year in (2024, 2026):
        (tmp_path / f"{year}.toml").touch()
    with pytest.raises(JiexuError, match=r"2025\.toml .*缺少这个年度的文件"):
        published_years(tmp_path)
