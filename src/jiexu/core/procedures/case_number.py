"""The business number (业务流水号) that both halves of a case and its money share.

`ZY` + six digits of the new place + the day + eight digits + a check character (ISO 7064
MOD 11-2, as on identity cards): a number typed wrongly is found before anybody looks for it.
It is also the token in the remark of the payment; there is no published rule for that remark, so
this is the product's own convention.
"""

from __future__ import annotations

import re
from datetime import date

from jiexu.core.base.errors import BadInput

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{6}[0-9]{6}[0-9]{8}[0-9X]", re.ASCII)
_FIND = re.compile(r"(ZY[0-9]{20}[0-9X])(?:-([1-9][0-9]{0,2}))?(?!-?[0-9X])", re.ASCII)


def make_case_no(area: str, day: date, serial: int, prefix: str = "ZY") -> str:
    """The number of a case opened for `area` on `day`; `serial` is chance or a counter.

    `prefix` is that of the procedure: two capitals.
    """
    digits = f"{area}{day:%y%m%d}{serial % 10**8:08d}"
    return f"{prefix}{digits}{_check(digits)}"


def check_case_no(text: str, *, path: str = "case_no") -> str:
    """The number in its one form; `BadInput` when it cannot be one."""
    number = text.strip().upper().replace(" ", "")
    if _SHAPE.fullmatch(number) is None or _check(number[2:-1]) != number[-1]:
        raise BadInput(
            f"业务流水号不正确：{text[:30]}。",
            "请核对受理页面或短信上的号码，两个字母开头，共 23 位。",
            path=path,
            code="BAD_CASE_NO",
        )
    return number


def day_of(case_no: str) -> date:
    """The day on which a number was given."""
    digits = case_no[8:14]
    return date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]))


def reference_of(case_no: str, part: int) -> str:
    """What travels with the money of one payment of the case: the second ends in `-2`."""
    return case_no if part == 1 else f"{case_no}-{part}"


def find_reference(remark: str) -> tuple[str, int] | None:
    """The genuine business number in a bank's remark and which payment of the case it is.

    `None` if there is none, or more than one.
    """
    found = {
        (number, int(part or 1))
        for number, part in _FIND.findall(remark.upper().replace(" ", ""))
        if _check(number[2:-1]) == number[-1]
    }
    return found.pop() if len(found) == 1 else None


def find_case_no(remark: str) -> str | None:
    """The genuine business number in a bank's remark; `None` if there is none or more than one."""
    found = find_reference(remark)
    return found[0] if found else None


def _check(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    return "0123456789X"[(12 - total) % 11]
