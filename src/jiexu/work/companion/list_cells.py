"""What a cell of a partner's list says, read as tolerantly as is safe.

Every reader takes the text of a cell and returns the value, or raises `BadInput` in words.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from jiexu.core.base.areas import all_pools, full_name
from jiexu.core.base.codes.as_typed import half_width, is_hidden, without_blanks
from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import fen_from_yuan, yuan_from_fen
from jiexu.core.base.periods import Month
from jiexu.work.importing import cells

_SERIAL = re.compile(r"[3-6][0-9]{4}(?:\.[0-9]+)?", re.ASCII)
"""Days since 1899-12-30, as a spreadsheet keeps a date: 1982 to 2091."""
_EPOCH = date(1899, 12, 30)
_TIME = re.compile(r"[ T]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?$")
_BETWEEN = re.compile(r"[-—–~～至到]+")
_SPELL_MARK = re.compile(r"[;；,，、\n]+")
_COUNT = re.compile(r"([0-9]{1,4})(?:\.0+)?个?月?", re.ASCII)
_NUMBER = re.compile(r"[0-9A-Za-z()（）〔〕\[\]._\-/\u4e00-\u9fff]{4,60}")


def day(text: str) -> date:
    """A day as people write it or as a spreadsheet counts it; a time of day is dropped.

    Raises `BadInput` BAD_DATE.
    """
    plain = half_width(text).strip()
    if _SERIAL.fullmatch(without_blanks(plain)):
        return _EPOCH + timedelta(days=int(float(plain)))
    return cells.day(without_blanks(_TIME.sub("", plain).strip()))


def money(text: str) -> str:
    """An amount in yuan with two decimals. Signs of money, thousands and blanks are dropped.

    Raises `BadInput` BAD_MONEY.
    """
    plain = without_blanks(half_width(text)).lstrip("¥￥").removesuffix("元").replace(",", "")
    if not plain:
        raise BadInput("没有填写金额。", "请填写以元为单位的金额。", code="BAD_MONEY")
    return yuan_from_fen(fen_from_yuan(plain))


def count(text: str) -> int:
    """A number of months. Raises `BadInput` BAD_COUNT."""
    match = _COUNT.fullmatch(without_blanks(half_width(text)))
    if match is None:
        raise BadInput(f"看不懂月数：{text[:20]}。", "请填写整数，例如 84。", code="BAD_COUNT")
    return int(match[1])


def spells(text: str) -> tuple[tuple[str, str], ...]:
    """Runs of months `yyyyMM`: 201903-202602，或 2019年3月至2026年2月, several with ； between.

    Raises `BadInput` BAD_SPELLS.
    """
    found = []
    for part in filter(None, (one.strip() for one in _SPELL_MARK.split(half_width(text)))):
        ends = [end for end in _BETWEEN.split(without_blanks(part)) if end]
        found.append(_spell(ends, part))
    if not found:
        raise BadInput(
            "没有填写缴费时段。", "请填写起止年月，例如 201903-202602。", code="BAD_SPELLS"
        )
    return tuple(sorted(found))


def _spell(ends: list[str], said: str) -> tuple[str, str]:
    # 2019-03-2026-02 uses one sign for both: its four numbers are two months.
    if len(ends) == 4 and all(end.isdecimal() for end in ends):
        ends = [f"{ends[0]}-{ends[1]}", f"{ends[2]}-{ends[3]}"]
    try:
        months = [cells.month(end) for end in ends]
    except BadInput:
        months = []
    if not 1 <= len(months) <= 2 or Month.parse(months[0]) > Month.parse(months[-1]):
        raise BadInput(
            f"看不懂缴费时段：{said[:30]}。",
            "请填写起止年月，例如 201903-202602；有几段的，用“；”隔开。",
            code="BAD_SPELLS",
        )
    return months[0], months[-1]


def place(text: str) -> str:
    """The pooling area of a code or a name: 330100, 杭州市, 浙江省杭州市.

    Raises `BadInput` UNKNOWN_AREA or NOT_A_POOL.
    """
    plain = without_blanks(half_width(text))
    code = re.sub(r"[^0-9]", "", plain)
    if len(code) == 6:
        return cells.pool(code)
    name = re.sub(r"(?:医疗保障|医疗保险|医保).*$", "", plain)
    hits = [
        pool.code
        for pool in all_pools()
        if name and name in {pool.name, pool.name.removesuffix("市"), full_name(pool.code)}
    ]
    if len(hits) != 1:
        raise BadInput(
            f"看不出是哪个统筹区：{text[:20]}。" if text else "没有填写统筹区。",
            "请填写六位区划代码，或省、市全称。",
            code="UNKNOWN_AREA",
        )
    return hits[0]


def partner_no(text: str) -> str:
    """The partner's own number of a case. Raises `BadInput` BAD_NUMBER."""
    plain = without_blanks(half_width(text))
    if re.fullmatch(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+", plain, re.IGNORECASE):
        raise BadInput(
            "业务流水号被表格软件改成了科学计数法，后面几位已经丢失。",
            "请重新导出，或在原表中把这一栏设为“文本”后填写完整的号码。",
            code="BAD_NUMBER",
        )
    if _NUMBER.fullmatch(plain) is None:
        raise BadInput(
            "业务流水号应是 4 到 60 个字符，不能有特殊符号。" if plain else "没有填写业务流水号。",
            "请照平台或函件上的号码填写。",
            code="BAD_NUMBER",
        )
    return plain


def name(text: str) -> str:
    """A name; the blanks that line lists up are dropped. Raises `BadInput` BAD_NAME."""
    plain = half_width(text).strip()
    if any("\u4e00" <= char <= "\u9fff" for char in plain):
        plain = without_blanks(plain)
    if not 1 <= len(plain) <= 100 or any(is_hidden(char) for char in plain):
        raise BadInput("没有填写姓名，或姓名里有看不见的字符。", "请照证件填写。", code="BAD_NAME")
    return plain


def words(text: str) -> str:
    """A plain text of at most 300 characters. `BadInput` BAD_TEXT."""
    plain = " ".join(text.split())
    if len(plain) > 300:
        raise BadInput("文字太长，最多 300 个字。", "请写得短一些。", code="BAD_TEXT")
    return plain
