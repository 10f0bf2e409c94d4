"""人民币大写: read back, every amount is the amount it was made from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.money import MAX_FEN
from jiexu.core.base.money_in_words import money_in_words

DIGITS = "零壹贰叁肆伍陆柒捌玖"
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount_fen", "words"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (32, "人民币叁角贰分"),
        (100, "人民币壹元整"),
        (105, "人民币壹元零伍分"),
        (1000, "人民币壹拾元整"),
        (140950, "人民币壹仟肆佰零玖元伍角整"),
        (600714, "人民币陆仟零柒元壹角肆分"),
        (168032, "人民币壹仟陆佰捌拾元零叁角贰分"),
        (1640902, "人民币壹万陆仟肆佰零玖元零贰分"),
        (32504, "人民币叁佰贰拾伍元零肆分"),
        (321456, "人民币叁仟贰佰壹拾肆元伍角陆分"),
        (1000_0000, "人民币壹拾万元整"),
        (1000_0100, "人民币壹拾万零壹元整"),
        (1_0000_0000_00, "人民币壹亿元整"),
        (1_0000_0001_00, "人民币壹亿零壹元整"),
        (1_0001_0000_00, "人民币壹亿零壹万元整"),
        (10_1000_0000_00, "人民币壹拾亿壹仟万元整"),
        (1_0000_0000_0000_00, "人民币壹万亿元整"),
        (1_0001_0000_0000_00, "人民币壹万零壹亿元整"),
    ],
)
def test_as_the_rules_for_vouchers_write_them(amount_fen: int, words: str) -> None:
    assert money_in_words(amount_fen) == words


@given(st.integers(0, MAX_FEN))
def test_words_read_back_are_the_amount(amount_fen: int) -> None:
    words = money_in_words(amount_fen)
    assert "零零" not in words
    assert _read(words) == amount_fen


@pytest.mark.parametrize("amount_fen", [-1, MAX_FEN + 1])
def test_no_words_outside_the_field(amount_fen: int) -> None:
    with pytest.raises(ValueError, match="between zero"):
        money_in_words(amount_fen)


def _read(words: str) -> int:
    """A reader of its own: a digit waits for its unit, 万 and 亿 raise what stands before them."""
    total = section = yuan = digit = 0
    for one in words.removeprefix("人民币").removesuffix("整"):
        if one in DIGITS:
            digit = DIGITS.index(one)
        elif one in UNITS:
            section, digit = section + digit * UNITS[one], 0
        elif one == "万":
            yuan, section, digit = yuan + (section + digit) * 10**4, 0, 0
        elif one == "亿":
            yuan, section, digit = (yuan + section + digit) * 10**8, 0, 0
        elif one == "元":
            total, yuan, section, digit = (yuan + section + digit) * 100, 0, 0, 0
        elif one == "角":
            total, digit = total + digit * 10, 0
        elif one == "分":
            total, digit = total + digit, 0
    return total
