"""人民币大写: an amount in the capital figures that papers and bank vouchers bear.

Follows 《正确填写票据和结算凭证的基本规定》 (annex one of 支付结算办法, 银发〔1997〕393号):
zeros between digits are read once, 整 ends an amount without fen, 零 stands where 角 is missing.
"""

from __future__ import annotations

from jiexu.core.base.money import MAX_FEN, Fen

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def money_in_words(amount_fen: Fen) -> str:
    """`321456` is 人民币叁仟贰佰壹拾肆元伍角陆分. Raises `ValueError` outside 0 to `MAX_FEN`."""
    if not 0 <= amount_fen <= MAX_FEN:
        raise ValueError("an amount in words is between zero and the largest amount of the field")
    yuan, rest = divmod(amount_fen, 100)
    jiao, fen = divmod(rest, 10)
    if amount_fen == 0:
        return "人民币零元整"
    words = "人民币" + (_whole(yuan) + "元" if yuan else "")
    if jiao:
        # Where the yuan end in zero 零 may be written; it is, so that nothing fits between.
        words += ("零" if yuan and yuan % 10 == 0 else "") + _DIGITS[jiao] + "角"
    elif fen and yuan:
        words += "零"
    return words + (_DIGITS[fen] + "分" if fen else "整")


def _whole(yuan: int) -> str:
    """The digits of whole yuan, group by group of four; a run of zeros is one 零."""
    words, gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = yuan // 10000**place % 10000
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _four(group) + _unit(place, yuan)
        gap = False
    return words


def _unit(place: int, yuan: int) -> str:
    """万亿 is said 万 when the 亿 group says 亿 itself."""
    return "万" if place == 3 and yuan // 10000**2 % 10000 else _GROUPS[place]


def _four(group: int) -> str:
    words = ""
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += _DIGITS[digit] + _PLACES[place]
        elif words and group % 10**place and not words.endswith("零"):
            words += "零"
    return words
