"""Money is a whole number of fen (分). Yuan appear only as text, at the edges.

Nothing here or anywhere near money is a float: 0.1 + 0.2 is not 0.3 yuan.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from jiexu.core.base.errors import BadInput

Fen: TypeAlias = int

MAX_FEN: Fen = 10**16 - 1
"""Largest amount the standard field `number 16,2` holds: 14 digits and 2 decimals."""

_YUAN = re.compile(r"(?P<yuan>[0-9]{1,14})(?:\.(?P<fen>[0-9]{1,2}))?", re.ASCII)
_REMEDY = "请填写不带逗号和单位的数字，最多两位小数，例如 3214.56。"


def fen_from_yuan(text: str, *, path: str = "") -> Fen:
    """Read a decimal string in yuan with 0-2 decimals, never negative.

    Raises `BadInput` for a sign, a thousands separator, more than two decimals or more than
    14 digits before the point.
    """
    stripped = text.strip()
    match = _YUAN.fullmatch(stripped)
    if match is None:
        if stripped.startswith("-"):
            raise BadInput(f"金额不能是负数：{stripped}。", _REMEDY, path=path, code="BAD_MONEY")
        if re.fullmatch(r"[0-9]{15,}(\.[0-9]+)?", stripped):
            raise BadInput(
                "金额太大，超过了标准允许的 14 位整数。", _REMEDY, path=path, code="BAD_MONEY"
            )
        raise BadInput(f"看不懂这个金额：{stripped[:40]}。", _REMEDY, path=path, code="BAD_MONEY")
    return int(match["yuan"]) * 100 + int((match["fen"] or "0").ljust(2, "0"))


def yuan_from_fen(amount_fen: Fen) -> str:
    """Write fen as yuan with exactly two decimals and no separators: the form of every answer."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{yuan}.{fen:02d}"


def yuan_for_people(amount_fen: Fen) -> str:
    """Write fen as people read it: `3,214.56`."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{sign}{yuan:,}.{fen:02d}"
