"""Types of stated facts that several questions share: codes, months, amounts, who somebody is.

A month may be stated by a day in it where the contract says "date or month".
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month

AreaCode = Annotated[str, Meta(description="六位区划代码：统筹区，或省（只适用省和国家的规定）")]
MonthText = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="年-月，例如 2026-03")
]
DayOrMonth = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?$",
        description="年-月-日或年-月，例如 2026-03-02、2026-03",
    ),
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


def day_of(text: str | None, *, path: str) -> date | None:
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


def month_of(text: str | None, *, path: str) -> Month | None:
    """The month stated, or the month of the day stated."""
    return None if text is None else Month.parse(text[: len("2026-03")], path=path)
