"""What a cell says: dates, months, words for codes, numbers, as people and spreadsheets write them.

Every reader takes the text of a cell and returns the value, or raises `BadInput` in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from jiexu.core.base.areas import is_pool, pooling_area
from jiexu.core.base.codes.as_typed import half_width, is_hidden, without_blanks
from jiexu.core.base.codes.certno import EARLIEST_BIRTH, check_certno, check_other_cert
from jiexu.core.base.codes.codesets import codesets
from jiexu.core.base.errors import BadInput
from jiexu.core.base.periods import Month

_CODE = re.compile(r"[0-9A-Za-z]{1,6}", re.ASCII)
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?: 0?0:00(?::00)?)?")
_COMPACT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?")
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="?([^"]*)"?')
_RESIDENT_FORM = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_PHONE = re.compile(r"(?:\+?86)?(1[3-9][0-9]{9})", re.ASCII)
_PSN_NO = re.compile(r"[0-9A-Za-z_-]{1,30}", re.ASCII)

PLANS: Final = {
    **dict.fromkeys(("account", "统账结合", "有个人账户"), "account"),
    **dict.fromkeys(("pool_only", "单建统筹", "无个人账户"), "pool_only"),
}
STATUSES: Final = {
    **dict.fromkeys(("normal", "正常参保", "正常", "参保"), "normal"),
    **dict.fromkeys(("paused", "暂停参保", "暂停", "停保", "中止", "中断"), "paused"),
    **dict.fromkeys(("terminated", "终止参保", "终止"), "terminated"),
}
MONTH_KINDS: Final = {
    **dict.fromkeys(("actual", "实际缴费", "实际"), "actual"),
    **dict.fromkeys(("deemed", "视同缴费", "视同"), "deemed"),
}
_INSUTYPES: Final = {
    **dict.fromkeys(("职工", "职工医保", "城镇职工基本医疗保险"), "310"),
    **dict.fromkeys(("居民", "居民医保", "城乡居民医保"), "390"),
}
_CERT_TYPES: Final = dict.fromkeys(("身份证", "居民身份证", "户口簿"), "01")
_SEXES: Final = {
    **dict.fromkeys(("1", "男", "男性", "m"), "1"),
    **dict.fromkeys(("2", "女", "女性", "f"), "2"),
    **dict.fromkeys(("0", "未知"), "0"),
    **dict.fromkeys(("9", "未说明"), "9"),
}


def clean(text: str) -> str:
    """A cell without padding and without what keeps spreadsheets from turning it into a number."""
    text = text.strip().strip("\ufeff").strip()
    if text.startswith('="'):
        match = _FORMULA_TEXT.fullmatch(text)
        return match[1].strip() if match else text
    return text[1:].strip() if text.startswith("'") else text


def certificate_of(cert_type: str | None, today: date) -> Callable[[str], str]:
    """Reader of the number of a paper: only 01 has a check digit (GB 11643)."""

    def read(text: str) -> str:
        _unharmed(text)
        if cert_type == "01":
            return check_certno(text, today=today).text
        return check_other_cert(text)

    return read


def any_certificate(text: str) -> str:
    """A number to look somebody up by: no check digit is asked, they are on file or not."""
    _unharmed(text)
    number = without_blanks(half_width(text)).upper()
    return number if _RESIDENT_FORM.fullmatch(number) else check_other_cert(text)


def _unharmed(text: str) -> None:
    if _SCIENTIFIC.fullmatch(without_blanks(text)):
        raise BadInput(
            "证件号码被表格软件改成了科学计数法，后面几位已经丢失。",
            "请在原表中把这一栏设为“文本”格式，重新填写完整的号码后另存。",
            code="CERTNO_SCIENTIFIC",
        )


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """A day: 2026-03-01, 2026/3/1, 20260301, 2026年3月1日. `BadInput` BAD_DATE."""
    plain = half_width(text)
    match = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    said = f"看不懂这个日期：{text[:20]}。" if text else "没有填写日期。"
    raise BadInput(said, "请按“年-月-日”填写，例如 2026-03-01。", code="BAD_DATE")


def birthday(today: date) -> Callable[[str], date]:
    """Reader of a day of birth: since 1900, not after `today`. `BadInput` BAD_BIRTH."""

    def read(text: str) -> date:
        found = day(text)
        if not EARLIEST_BIRTH <= found <= today:
            raise BadInput(
                "出生日期应在 1900 年以后、今天以前。", "请照证件填写出生日期。", code="BAD_BIRTH"
            )
        return found

    return read


@lru_cache(maxsize=8192)
def month(text: str) -> str:
    """A month as `yyyyMM`: 2026-03, 202603, 2026/3, 2026年3月. `BadInput` BAD_MONTH."""
    plain = half_width(text)
    if match := _MONTH.fullmatch(plain):
        plain = f"{match[1]}-{int(match[2]):02d}"
    if not plain:
        raise BadInput("没有填写年月。", "请按“年-月”填写，例如 2026-03。", code="BAD_MONTH")
    return Month.parse(plain).wire()


def plan(text: str) -> str:
    """`account` or `pool_only`. `BadInput` BAD_PLAN."""
    return _word(text, PLANS, "参保类型", "统账结合（account）或单建统筹（pool_only）", "BAD_PLAN")


def status(text: str) -> str:
    """`normal`, `paused` or `terminated`. `BadInput` BAD_STATUS."""
    words = "正常参保（normal）、暂停参保（paused）或终止参保（terminated）"
    return _word(text, STATUSES, "参保状态", words, "BAD_STATUS")


def month_kind(text: str) -> str:
    """`actual` or `deemed`. `BadInput` BAD_KIND."""
    words = "实际缴费（actual）或视同缴费（deemed）"
    return _word(text, MONTH_KINDS, "缴费类型", words, "BAD_KIND")


def sex(text: str) -> str:
    """The code of GB/T 2261.1. `BadInput` BAD_SEX."""
    return _word(text, _SEXES, "性别", "男或女", "BAD_SEX")


def insutype(text: str) -> str:
    """The code of a scheme; codes that areas have added are kept. `BadInput` BAD_INSUTYPE."""
    words = "310（职工医保）或 390（居民医保）"
    return _coded(text, "insutype", _INSUTYPES, "险种", words, "BAD_INSUTYPE")


def cert_type(text: str) -> str:
    """The code of a kind of paper; spreadsheets make `1` of `01`. `BadInput` BAD_CERT_TYPE."""
    plain = text.zfill(2) if text.isdecimal() else text
    words = "01（居民身份证）、08（外国人护照）等证件类型代码"
    return _coded(plain, "psn_cert_type", _CERT_TYPES, "证件类型", words, "BAD_CERT_TYPE")


def phone(text: str) -> str:
    """A mobile number of 11 digits. `BadInput` BAD_PHONE."""
    match = _PHONE.fullmatch(without_blanks(half_width(text)).replace("-", ""))
    if match is None:
        raise BadInput(
            "手机号应是 1 开头的 11 位数字。", "请核对手机号；没有的可以不填。", code="BAD_PHONE"
        )
    return match[1]


def psn_no(text: str) -> str:
    """The number an agency gave a person. `BadInput` BAD_PSN_NO."""
    if _PSN_NO.fullmatch(text) is None:
        raise BadInput(
            "人员编号应是 1 到 30 位的数字、字母、短横或下划线。",
            "请照原系统的人员编号填写；没有的可以不填，系统会自动编号。",
            code="BAD_PSN_NO",
        )
    return text


def employer(text: str) -> str:
    """The name of an employer, or nothing. `BadInput` BAD_EMPLOYER."""
    if len(text) > 200 or any(is_hidden(char) for char in text):
        raise BadInput(
            "单位名称最多 200 个字，不能有换行等看不见的字符。",
            "请照营业执照填写单位全称。",
            code="BAD_EMPLOYER",
        )
    return text


@lru_cache(maxsize=8192)
def pool(text: str) -> str:
    """The pooling area of a code, a county's included. `BadInput` UNKNOWN_AREA or NOT_A_POOL."""
    found = pooling_area(text)
    if not is_pool(found.code):
        raise BadInput(
            f"{found.name}（{found.code}）下面还分统筹区，不能直接作为缴费地。",
            "请填写缴费所在市的 6 位区划代码。",
            code="NOT_A_POOL",
        )
    return found.code


def _word(text: str, words: Mapping[str, str], name: str, choices: str, code: str) -> str:
    found = words.get(without_blanks(half_width(text)).lower())
    if found is None:
        said = f"看不懂的{name}：{text[:20]}。" if text else f"没有填写{name}。"
        raise BadInput(said, f"请填写{choices}。", code=code)
    return found


def _coded(
    text: str, table: str, words: Mapping[str, str], name: str, choices: str, code: str
) -> str:
    plain = without_blanks(half_width(text))
    if _CODE.fullmatch(plain):
        return plain
    return _word(text, {**words, **_labels(table)}, name, choices, code)


@lru_cache(maxsize=8)
def _labels(table: str) -> dict[str, str]:
    values = codesets()[table].values
    return {half_width(label).lower(): code for code, label in values.items()}


def cover_year(text: str) -> int:
    """The year a resident has paid for: 2027, 2027年, 2027年度. `BadInput` BAD_COVER_YEAR."""
    plain = half_width(text).removesuffix("度").removesuffix("年")
    if plain.isascii() and plain.isdigit() and 1998 <= int(plain) <= 2098:
        return int(plain)
    raise BadInput(
        f"看不懂这个参保年度：{text[:20]}。",
        "请填写四位年份，例如 2027。",
        code="BAD_COVER_YEAR",
    )


def yes_or_no(text: str) -> bool:
    """是 or 否. `BadInput` BAD_YES_NO."""
    if text in {"是", "yes", "Y", "y", "true", "True", "1"}:
        return True
    if text in {"否", "no", "N", "n", "false", "False", "0"}:
        return False
    raise BadInput(f"看不懂：{text[:20]}。", "请填写“是”或“否”。", code="BAD_YES_NO")
