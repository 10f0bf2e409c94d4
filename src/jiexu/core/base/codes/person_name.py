"""Names of people as the identity papers write them (field psn_name, text 50).

Chinese characters of every extension, the middle dot of minority names, Latin names of
foreigners. What a name is compared by later depends on this one form.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from jiexu.core.base.codes.as_typed import half_width, is_blank, is_hidden
from jiexu.core.base.errors import BadInput

MAX_NAME = 50
DOT = "·"
"""U+00B7, the one middle dot names are kept with."""

# U+2022 U+2027 U+30FB U+FF65 U+2E31 U+2219 U+22C5 U+25CF: what keyboards and old systems give.
_TO_DOT = str.maketrans(dict.fromkeys("\u2022\u2027\u30fb\uff65\u2e31\u2219\u22c5\u25cf", DOT))

# Unified ideographs: basic block, extensions A to I, twelve in the compatibility block, and 〇.
# By range, not by unicodedata: the running Python may know fewer than GB 18030-2022.
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e-\ufa29\U00020000-\U000323af"
_IS_HAN = re.compile(f"[{_HAN}]")
_STOP_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}]) ?\. ?(?=[{_HAN}])")
_BLANK_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_BLANKS_AT_DOT = re.compile(f" ?{DOT} ?")

_LATIN_SIGNS = "-'’. ,"
_NEVER_TWO = DOT + "-,"
_NEVER_LAST = DOT + "-,'’"


def check_person_name(text: str, *, path: str = "psn_name") -> str:
    """Read a name of 1-50 characters and return its one form.

    NFC; variants of the middle dot become U+00B7; blanks between Chinese characters go, between
    Latin words become one. Raises `BadInput` PERSON_NAME_LENGTH or PERSON_NAME_CHARACTERS.
    """
    name = _one_form(text)
    for char in name:
        if not (_is_letter(char) or _is_accent(char) or char in DOT + _LATIN_SIGNS):
            raise _wrong_character(char, path)
    if not 1 <= len(name) <= MAX_NAME:
        said = f"填了 {len(name)} 个字" if name else "没有填写"
        raise BadInput(
            f"姓名应有 1 到 {MAX_NAME} 个字，{said}。",
            "请照身份证件填写姓名。",
            path=path,
            code="PERSON_NAME_LENGTH",
        )
    doubled = any(a in _NEVER_TWO and b in _NEVER_TWO for a, b in pairwise(name))
    stop_after_han = name[-1] == "." and _IS_HAN.match(name[-2:]) is not None
    if doubled or stop_after_han or not _is_letter(name[0]) or name[-1] in _NEVER_LAST:
        raise BadInput(
            "姓名的开头、结尾或间隔号不对：姓名以文字开头，间隔号只在两部分之间。",
            "请照身份证件填写，间隔号用“·”。",
            path=path,
            code="PERSON_NAME_CHARACTERS",
        )
    return name


def _one_form(text: str) -> str:
    spaced = "".join(" " if is_blank(char) else char for char in half_width(text))
    single = " ".join(part for part in spaced.split(" ") if part)
    name = unicodedata.normalize("NFC", single).translate(_TO_DOT)
    name = _STOP_BETWEEN_HAN.sub(DOT, name)
    name = _BLANKS_AT_DOT.sub(DOT, name)
    return _BLANK_BETWEEN_HAN.sub("", name)


def _is_letter(char: str) -> bool:
    latin = char.isalpha() and unicodedata.name(char, "").startswith("LATIN")
    return latin or _IS_HAN.match(char) is not None


def _is_accent(char: str) -> bool:
    """A combining accent that NFC leaves apart, as some Latin names have."""
    return "\u0300" <= char <= "\u036f"


def _wrong_character(char: str, path: str) -> BadInput:
    remedy = "请照身份证件填写姓名。"
    if is_hidden(char):
        message = "姓名中有看不见的字符或换行。"
        remedy = "请不要粘贴，照身份证件手工输入。"
    elif unicodedata.category(char) == "Co":
        message = "姓名中有旧系统自造的字，别的机关看不到这个字。"
        remedy = "请用支持 GB 18030-2022 的输入法重新输入这个生僻字。"
    elif char.isdigit():
        message = "姓名中不能有数字。"
    else:
        message = f"姓名中不能有“{char}”。"
    return BadInput(message, remedy, path=path, code="PERSON_NAME_CHARACTERS")
