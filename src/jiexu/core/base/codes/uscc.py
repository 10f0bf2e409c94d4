"""统一社会信用代码, the number of every organisation (GB 32100-2015).

18 characters: registering authority 1, kind 1, division 6 digits, organisation 9, check 1.
"""

from __future__ import annotations

import re

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.base.codes.check_digits import ALPHABET_31, mod_31
from jiexu.core.base.errors import BadInput

_FORM = re.compile(rf"[{ALPHABET_31}]{{2}}[0-9]{{6}}[{ALPHABET_31}]{{10}}", re.ASCII)
_LOOK_AGAIN = "请对照营业执照（登记证书）逐位核对后重新填写。"


def check_uscc(text: str, *, path: str = "uscc") -> str:
    """Read a unified social credit code; returns it in capitals, without blanks or hyphens.

    Raises `BadInput` USCC_LENGTH (not 18), USCC_CHARACTERS (I, O, S, V, Z or a sign that never
    occurs, or no digits in places 3-8), USCC_CHECK_DIGIT (last place does not fit).
    """
    number = without_blanks(half_width(text)).replace("-", "").upper()
    if len(number) != 18:
        said = f"填了 {len(number)} 位" if number else "没有填写"
        raise BadInput(
            f"统一社会信用代码应是 18 位，{said}。", _LOOK_AGAIN, path=path, code="USCC_LENGTH"
        )
    if _FORM.fullmatch(number) is None:
        if set(number) & set("IOSVZ"):
            message = "统一社会信用代码里没有字母 I、O、S、V、Z，多半是数字 1、0、5 或 2 看错了。"
        elif set(number) - set(ALPHABET_31):
            message = "统一社会信用代码只有数字和大写字母。"
        else:
            message = "统一社会信用代码第 3 到 8 位应是数字（登记机关所在区划）。"
        raise BadInput(message, _LOOK_AGAIN, path=path, code="USCC_CHARACTERS")
    if mod_31(number[:17]) != number[17]:
        raise BadInput(
            "统一社会信用代码最后一位（校验码）与前面对不上，至少有一位填错了。",
            _LOOK_AGAIN,
            path=path,
            code="USCC_CHECK_DIGIT",
        )
    return number
