"""Identity numbers: 18 places of GB 11643, and papers of other kinds that have no check.

Three papers share the 18 places: the resident identity card, the residence permit of people
from Hong Kong, Macao and Taiwan (81, 82, 83), and since December 2023 the identity card of
foreign permanent residents (first place 9, places 2-6 not checked: their table is not published).
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Literal, TypeAlias

import msgspec

from jiexu.core.base.codes.as_typed import half_width, is_hidden, without_blanks
from jiexu.core.base.codes.check_digits import mod_11_2
from jiexu.core.base.errors import BadInput

Sex: TypeAlias = Literal["M", "F"]

EARLIEST_BIRTH = date(1900, 1, 1)
MAX_OTHER_CERT = 50
"""Length of the field certno in the field standard (text 50)."""

_FORM = re.compile(r"[0-9]{17}[0-9X]", re.ASCII)
_OLD_FOREIGN_CARD = re.compile(r"[A-Z]{3}[0-9]{12}", re.ASCII)

# GB/T 2260, places 1-2. 66 (兵团) is no province of identity numbers: its people hold 65.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65))
    for code in range(first, last + 1)
)
_HMT_PERMITS = frozenset({"810000", "820000", "830000"})

_LOOK_AGAIN = "请对照证件逐位核对后重新填写。"


class CertKind(StrEnum):
    """Which paper the 18 places belong to."""

    RESIDENT = "resident"  # 居民身份证
    HMT_RESIDENCE_PERMIT = "hmt_residence_permit"  # 港澳台居民居住证
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"  # 外国人永久居留身份证，2023 版


class Certno(msgspec.Struct, frozen=True, kw_only=True):
    """A checked identity number. `text` is upper case without blanks; the sex is as registered.

    `repr` shows only the masked form, so that a number does not slip into a log.
    """

    text: str
    birth: date
    sex: Sex
    kind: CertKind

    @property
    def masked(self) -> str:
        """For lists and letters: the first three and the last four places."""
        return f"{self.text[:3]}{'*' * 11}{self.text[-4:]}"

    def __repr__(self) -> str:
        return f"Certno({self.masked}, {self.kind})"


def check_certno(text: str, *, today: date, path: str = "certno") -> Certno:
    """Read an 18-place identity number, checked by GB 11643-1999.

    Blanks, full-width digits and a small x are understood. Raises `BadInput` with code
    CERTNO_LENGTH, CERTNO_CHARACTERS, CERTNO_PLACE, CERTNO_DATE (no such day, or before 1900),
    CERTNO_FUTURE (born after `today`) or CERTNO_CHECK_DIGIT; the first that applies.
    """
    number = without_blanks(half_width(text)).upper()
    if len(number) != 18:
        raise _wrong_length(number, path)
    if _FORM.fullmatch(number) is None:
        raise BadInput(
            "身份证号码前 17 位应是数字，最后一位应是数字或 X。",
            _LOOK_AGAIN,
            path=path,
            code="CERTNO_CHARACTERS",
        )
    kind = _kind(number, path)
    birth = _birth(number, today, path)
    if mod_11_2(number[:17]) != number[17]:
        raise BadInput(
            "身份证号码最后一位（校验码）与前面的数字对不上，至少有一位填错了。",
            _LOOK_AGAIN,
            path=path,
            code="CERTNO_CHECK_DIGIT",
        )
    sex: Sex = "M" if int(number[16]) % 2 else "F"
    return Certno(text=number, birth=birth, sex=sex, kind=kind)


def check_other_cert(text: str, *, path: str = "certno") -> str:
    """Read the number of any other paper (psn_cert_type other than 01): it has no check of its own.

    Returns it without blanks at the ends. Raises `BadInput` CERTNO_LENGTH when empty or longer
    than 50 characters, CERTNO_CHARACTERS when it holds a control or invisible character.
    """
    if any(is_hidden(char) for char in text):
        raise BadInput(
            "证件号码中有看不见的字符或换行。",
            "请不要粘贴，照证件手工输入。",
            path=path,
            code="CERTNO_CHARACTERS",
        )
    number = text.strip()
    if not number:
        raise BadInput("没有填写证件号码。", "请照证件填写。", path=path, code="CERTNO_LENGTH")
    if len(number) > MAX_OTHER_CERT:
        raise BadInput(
            f"证件号码有 {len(number)} 个字符，超过了 {MAX_OTHER_CERT} 个。",
            "请只填写证件上的号码，不要带说明文字。",
            path=path,
            code="CERTNO_LENGTH",
        )
    return number


def _wrong_length(number: str, path: str) -> BadInput:
    if not number:
        message, remedy = "没有填写身份证号码。", "请填写身份证上的 18 位号码。"
    elif len(number) == 15 and number.isdecimal():
        message = "这是 15 位的老号码，第一代身份证已经停止使用，15 位号码须升为 18 位。"
        remedy = "请填写第二代身份证或户口簿上的 18 位号码；没有的，请先到户籍地派出所办理。"
    elif _OLD_FOREIGN_CARD.fullmatch(number):
        message = "这是旧版外国人永久居留证的 15 位号码，不是 18 位身份证号码。"
        remedy = "请把证件类型改选为“外国人永久居留证”，或换领新版证件后填写 18 位号码。"
    else:
        message, remedy = f"身份证号码应是 18 位，填了 {len(number)} 位。", _LOOK_AGAIN
    return BadInput(message, remedy, path=path, code="CERTNO_LENGTH")


def _kind(number: str, path: str) -> CertKind:
    if number[0] == "9":
        return CertKind.FOREIGN_PERMANENT_RESIDENT
    if number[:6] in _HMT_PERMITS:
        return CertKind.HMT_RESIDENCE_PERMIT
    if number[:2] in _PROVINCES:
        return CertKind.RESIDENT
    raise BadInput(
        f"身份证号码开头的 {number[:2]} 不是任何省、自治区、直辖市的代码。",
        _LOOK_AGAIN,
        path=path,
        code="CERTNO_PLACE",
    )


def _birth(number: str, today: date, path: str) -> date:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        birth = None
    if birth is None or birth < EARLIEST_BIRTH:
        raise BadInput(
            "身份证号码第 7 到 14 位应是出生日期，填写的不是 1900 年以来的真实日期。",
            _LOOK_AGAIN,
            path=path,
            code="CERTNO_DATE",
        )
    if birth > today:
        raise BadInput(
            "身份证号码里的出生日期在今天之后。", _LOOK_AGAIN, path=path, code="CERTNO_FUTURE"
        )
    return birth
