"""Reads and checks the calendar's data files.

A file that is wrong must stop the work with its own name and the key that is wrong: a deadline
counted over a broken calendar would be believed. Checks that need two files (a day claimed by
two years) are done by the tests, so that one question reads no more files than it needs.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec

from jiexu.core.base.errors import JiexuError
from jiexu.core.calendar.arrangement import Overlay, Statute, UnknownAreas, Year

DATA = Path(__file__).parent / "data"
"""Where the package keeps its own calendar."""

SATURDAY = 5
DECEMBER = 12

Loaded = TypeVar("Loaded", Year, Overlay, Statute, UnknownAreas)


def fault(path: Path, key: str, why: str) -> JiexuError:
    """The fault of a data file: which file, which key, and why."""
    return JiexuError(
        f"日历数据文件 {path.name} 的 {key or '内容'} 有误：{why}。",
        "请对照放假安排通知的原文改正这个文件，再重新运行。",
        code="BAD_CALENDAR_DATA",
        details={"file": str(path), "key": key},
    )


def load_year(path: Path) -> Year:
    """Read and check the arrangement of one year. Raises `JiexuError` naming file and key."""
    arrangement = _read(path, Year)
    if path.stem != str(arrangement.year):
        raise fault(path, "year", f"文件名是 {path.stem}，内容却是 {arrangement.year} 年")
    if (arrangement.number is None) != (arrangement.number_status == "absent"):
        raise fault(path, "number_status", "文号与文号状态不一致")
    if not arrangement.holidays:
        raise fault(path, "holidays", "一个假日也没有")
    names: set[str] = set()
    seen: set[date] = set()
    for index, holiday in enumerate(arrangement.holidays):
        key = f"holidays[{index}]"
        if not holiday.name or holiday.name in names:
            raise fault(path, f"{key}.name", f"假日名称为空或重复：{holiday.name}")
        names.add(holiday.name)
        if not holiday.rest:
            raise fault(path, f"{key}.rest", "没有休息日")
        days = (*_as("rest", holiday.rest), *_as("makeup", holiday.makeup))
        _check_days(path, key, days, year=arrangement.year, seen=seen)
    return arrangement


def load_overlay(path: Path) -> Overlay:
    """Read and check the local festivals of a province. Raises `JiexuError` as `load_year`."""
    overlay = _read(path, Overlay)
    if path.stem != overlay.area:
        raise fault(path, "area", f"文件名是 {path.stem}，内容却是 {overlay.area}")
    if not overlay.years:
        raise fault(path, "years", "一个年份也没有")
    seen: set[date] = set()
    for index, entry in enumerate(overlay.years):
        # A hole would be counted as a year without the festival: only the end may be open.
        if entry.year != overlay.years[0].year + index:
            raise fault(path, f"years[{index}].year", "年份必须连续递增")
        key = f"years[{index}]"
        days = (*_as("rest", entry.rest), *_as("makeup", entry.makeup))
        _check_days(path, key, days, year=entry.year, seen=seen)
        _check_days(path, key, _as("lunar", entry.lunar), year=entry.year, seen=set())
    return overlay


def load_statute(path: Path) -> Statute:
    """Read the statutory holidays. Raises `JiexuError` as `load_year`."""
    statute = _read(path, Statute)
    for index, day in enumerate(statute.fixed):
        try:
            date.fromisoformat(f"{statute.from_.year}-{day}")
        except ValueError as error:
            raise fault(path, f"fixed[{index}]", f"不是“月-日”：{day}") from error
    return statute


def load_unknown_areas(path: Path) -> UnknownAreas:
    """Read which provinces have festivals of unknown date. Raises `JiexuError` as `load_year`."""
    return _read(path, UnknownAreas)


def _read(path: Path, shape: type[Loaded]) -> Loaded:
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), shape)
    except FileNotFoundError as error:
        raise fault(path, "", "文件不存在") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise fault(path, "", f"不是有效的 TOML({error})") from error
    except msgspec.ValidationError as error:
        reason, _, key = str(error).partition(" - at `$")
        raise fault(path, key.rstrip("`").lstrip("."), reason) from error


def _as(name: str, days: tuple[date, ...]) -> tuple[tuple[str, date], ...]:
    return tuple((name, day) for day in days)


def _check_days(
    path: Path, key: str, days: tuple[tuple[str, date], ...], *, year: int, seen: set[date]
) -> None:
    for name, day in days:
        where = f"{key}.{name}"
        # New Year's holiday may reach back into December; nothing reaches forward.
        if day.year != year and (day.year, day.month) != (year - 1, DECEMBER):
            raise fault(path, where, f"{day} 不属于 {year} 年")
        if day in seen:
            raise fault(path, where, f"{day} 重复")
        seen.add(day)
        if name == "makeup" and day.weekday() < SATURDAY:
            raise fault(path, where, f"{day} 不是周六或周日，不能作为调休上班日")
