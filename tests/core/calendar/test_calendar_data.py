"""The data files: each is whole, none contradicts another, and a wrong one names its mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from jiexu.core.base.errors import JiexuError
from jiexu.core.calendar.arrangement import Overlay, Year
from jiexu.core.calendar.loading import (
    DATA,
    load_overlay,
    load_statute,
    load_unknown_areas,
    load_year,
)

YEARS = sorted(DATA.glob("20??.toml"))
OVERLAYS = sorted((DATA / "overlay").glob("*.toml"))
NAMES = {"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"}
ONCE = "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"


def test_one_file_for_each_year() -> None:
    assert [path.stem for path in YEARS] == [str(year) for year in range(2007, 2027)]


@pytest.mark.parametrize("path", YEARS, ids=lambda path: path.stem)
def test_year_is_whole(path: Path) -> None:
    year = load_year(path)
    names = {holiday.name for holiday in year.holidays}
    assert names <= NAMES | ({ONCE} if year.year == 2015 else set())
    assert {"元旦", "春节", "劳动节", "国庆节"} <= names
    assert year.title == f"国务院办公厅关于{year.year}年部分节假日安排的通知"
    assert year.number is not None and f"〔{year.year - 1}〕" in year.number
    assert year.issued is not None and year.issued < year.begins
    assert year.day_sources
    assert all(day.weekday() >= 5 for day in year.makeup)
    # What is given back is never more than what was taken: weekend days worked for weekdays off.
    weekdays_off = [day for day in year.rest if day.weekday() < 5]
    assert len(year.makeup) < len(weekdays_off)


def test_statutory_days_are_off_in_every_arrangement() -> None:
    for path in YEARS:
        year = load_year(path)
        for month, day in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3)):
            statutory = date(year.year, month, day)
            assert statutory in year.rest or statutory.weekday() >= 5


def test_no_day_is_claimed_by_two_years() -> None:
    seen: dict[date, int] = {}
    for path in YEARS:
        year = load_year(path)
        for holiday in year.holidays:
            for day in holiday.days:
                assert seen.setdefault(day, year.year) == year.year


def test_each_holiday_is_one_run_of_days_but_for_shared_ones() -> None:
    for path in YEARS:
        year = load_year(path)
        for holiday in year.holidays:
            for earlier, later in zip(holiday.rest, holiday.rest[1:], strict=False):
                between = {earlier + timedelta(days=n) for n in range(1, (later - earlier).days)}
                # 中秋 inside 国庆 is listed under its own name.
                assert between <= year.rest, f"{path.name} {holiday.name}"


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.stem)
def test_overlay_is_whole(path: Path) -> None:
    overlay = load_overlay(path)
    assert overlay.number and overlay.title and overlay.last_checked
    assert overlay.years[0].year == overlay.from_.year
    for entry in overlay.years:
        assert str(entry.year) in entry.notice
        assert all(day.year == entry.year for day in entry.days)


def test_two_days_of_festival_are_given_each_year_but_the_one_that_was_worked() -> None:
    nation = {path.stem: load_year(path) for path in YEARS}
    for entry in load_overlay(DATA / "overlay" / "450000.toml").years:
        year = nation[str(entry.year)]
        gained = [
            day
            for day in entry.rest
            if day in year.makeup or (day.weekday() < 5 and day not in year.rest)
        ]
        net = len(gained) - len(entry.makeup)
        # A weekend day the nation works is gained like a weekday: Sunday 23 April 2023.
        assert net == (0 if entry.year == 2020 else 2), entry.year
        assert not entry.rest or entry.lunar[0] in entry.rest


def test_statute_and_unknown_areas_are_whole() -> None:
    statute = load_statute(DATA / "statutory.toml")
    assert statute.days_in(2027) == {
        date(2027, *pair) for pair in ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
    }
    unknown = load_unknown_areas(DATA / "local_unknown.toml")
    assert set(unknown.areas) == {"540000", "640000", "650000"}
    assert not set(unknown.areas) & {path.stem for path in OVERLAYS}


GOOD_YEAR = """\
year = 2031
title = "t"
number_status = "absent"
day_sources = ["s"]
confidence = "low"
last_checked = 2026-01-01
[[holidays]]
name = "元旦"
rest = [2031-01-01, 2031-01-02]
makeup = [2030-12-28]
"""


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_good_year_is_good(tmp_path: Path) -> None:
    year = load_year(written(tmp_path, "2031.toml", GOOD_YEAR))
    assert year.begins == date(2030, 12, 28)
    assert year.rest == {date(2031, 1, 1), date(2031, 1, 2)}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("year = 2031", "year = 2032", "year"),
        ('title = "t"\n', "", "title"),
        ('title = "t"', "title = 3", "title"),
        ('title = "t"', 'title = "t"\nsurprise = 1', "surprise"),
        ('"absent"', '"perhaps"', "number_status"),
        ('"absent"', '"verified"', "number_status"),
        ("2031-01-02]", "2031-01-01]", "holidays[0].rest"),
        ("2030-12-28", "2031-01-01", "holidays[0].makeup"),
        ("2030-12-28", "2031-01-06", "holidays[0].makeup"),
        ("2030-12-28", "2030-11-30", "holidays[0].makeup"),
        ("2031-01-02]", "2032-01-02]", "holidays[0].rest"),
        ("2031-01-02]", '"2031-13-02"]', "holidays[0].rest[1]"),
        ("rest = [2031-01-01, 2031-01-02]", "rest = []", "holidays[0].rest"),
        ('name = "元旦"', 'name = ""', "holidays[0].name"),
        ('[[holidays]]\nname = "元旦"', '[[holiday]]\nname = "元旦"', "holiday"),
        ("year = 2031", "year = = 2031", ""),
    ],
)
def test_a_wrong_year_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert old in GOOD_YEAR
    path = written(tmp_path, "2031.toml", GOOD_YEAR.replace(old, new))
    expect_fault(load_year, path, key)


GOOD_OVERLAY = """\
area = "990000"
name = "某地"
festival = "某节"
title = "t"
from = 2030-01-01
confidence = "low"
last_checked = 2026-01-01
[[years]]
year = 2030
lunar = []
rest = [2030-04-01]
notice = "n"
confidence = "low"
[[years]]
year = 2031
lunar = []
rest = [2031-04-01]
makeup = [2031-04-05]
notice = "n"
confidence = "low"
"""


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('area = "990000"', 'area = "980000"', "area"),
        ("year = 2031", "year = 2032", "years[1].year"),
        ("2031-04-05", "2031-04-07", "years[1].makeup"),
        ("[2031-04-01]", "[2031-04-01, 2031-04-01]", "years[1].rest"),
        ('notice = "n"\n', "", "notice"),
    ],
)
def test_a_wrong_overlay_names_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    assert load_overlay(written(tmp_path, "990000.toml", GOOD_OVERLAY)).last_year == 2031
    expect_fault(
        load_overlay, written(tmp_path, "990000.toml", GOOD_OVERLAY.replace(old, new)), key
    )


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    expect_fault(load_year, tmp_path / "2031.toml", "")


def expect_fault(load: Callable[[Path], Year | Overlay], path: Path, key: str) -> None:
    with pytest.raises(JiexuError) as caught:
        load(path)
    fault = caught.value
    assert fault.code == "BAD_CALENDAR_DATA"
    assert fault.details["file"] == str(path)
    assert path.name in fault.message
    assert key in fault.message
    assert fault.remedy == "请对照放假安排通知的原文改正这个文件，再重新运行。"
