"""Kinds of facts that several questions ask for: how they are written, and how they are read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta

from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month

AreaCode = Annotated[str, Meta(description="六位区划代码：统筹区，或省（只适用省和国家的规定）")]
MonthText = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="年-月，例如 2026-03")
]
YuanText = Annotated[str, Meta(description="元，字符串，最多两位小数，例如 3214.56")]
Insutype = Annotated[Literal["310", "390"], Meta(description="310 职工医保，390 居民医保")]
Identity = Annotated[
    Literal["employer", "flexible", "resident"],
    Meta(description="employer 单位职工，flexible 灵活就业人员，resident 居民"),
]
Plan = Annotated[
    Literal["account", "pool_only"], Meta(description="account 统账结合，pool_only 单建统筹")
]
Sex = Annotated[Literal["M", "F"], Meta(description="M 男，F 女")]
CoverYear = Annotated[int, Meta(ge=1998, le=2098, description="居民医保的参保年度")]
DayOrMonth = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$",
        description="年-月-日，或年-月",
    ),
]
LocalTime = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$",
        description="北京时间，不带时区，例如 2026-03-02T10:30:00",
    ),
]

FIRST_YEAR, LAST_YEAR = 1998, 2098
_FIRST_YEAR_OF_LIFE = 1900
"""Births, and months of work that count as paid, lie before the first rules."""


def usual_day(day: date, *, path: str) -> date:
    """The day, if it lies in the years rules are asked about. Raises `BadInput` BAD_DATE."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(
            f"{path} 的年份 {day.year} 不在可回答的范围内。",
            f"请填写 {FIRST_YEAR} 年至 {LAST_YEAR} 年之间的日期。",
            path=path,
            code="BAD_DATE",
        )
    return day


def local_time(text: str, *, path: str) -> datetime:
    """A local time of day as written. Raises `BadInput` BAD_DATE for a day that does not exist."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"{path} 不是有效的时间。",
            "请按“年-月-日T时:分:秒”填写，例如 2026-03-02T10:30:00。",
            path=path,
            code="BAD_DATE",
        ) from error
    usual_day(found.date(), path=path)
    return found


def usual_birth(day: date, *, path: str) -> date:
    """A day in a life: births and days of retirement. Raises `BadInput` BAD_DATE."""
    if not _FIRST_YEAR_OF_LIFE <= day.year <= LAST_YEAR:
        raise _out_of_range(str(day.year), path)
    return day


def usual_month(text: str, *, path: str) -> Month:
    """The month stated, or of the day stated. Raises `BadInput` BAD_MONTH or BAD_DATE."""
    month = Month.parse(text[: len("2026-03")], path=path)
    if not _FIRST_YEAR_OF_LIFE <= month.year <= LAST_YEAR:
        raise _out_of_range(str(month.year), path)
    return month


def stated_day(text: str | None, *, path: str) -> date | None:
    """The day stated; `None` when only a month was. Raises `BadInput` BAD_FACT."""
    if text is None or len(text) == len("2026-03"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"{path} 不是有效日期。",
            "请按“年-月-日”填写，例如 2026-03-02。",
            path=path,
            code="BAD_FACT",
        ) from error


def _out_of_range(year: str, path: str) -> BadInput:
    return BadInput(
        f"{path} 的年份 {year} 不在可回答的范围内。",
        f"请填写 {_FIRST_YEAR_OF_LIFE} 年至 {LAST_YEAR} 年之间的日期。",
        path=path,
        code="BAD_DATE",
    )
