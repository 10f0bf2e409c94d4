"""统一社会信用代码: published codes, every single mistake, python-stdnum beside."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import uscc as second_opinion

from jiexu.core.base.codes.check_digits import ALPHABET_31, mod_31
from jiexu.core.base.codes.uscc import check_uscc
from jiexu.core.base.errors import BadInput

EXAMPLE = "91350100M000100Y43"  # GB 32100-2015, annex


@st.composite
def usccs(draw: st.DrawFn, authority: str = ALPHABET_31) -> str:
    two = draw(st.text(authority, min_size=2, max_size=2))
    area = draw(st.text("0123456789", min_size=6, max_size=6))
    organisation = draw(st.text(ALPHABET_31, min_size=9, max_size=9))
    body = two + area + organisation
    return body + mod_31(body)


@pytest.mark.parametrize("number", [EXAMPLE, "91110000600037341L"])
def test_published_codes_are_read(number: str) -> None:
    assert check_uscc(number) == number


@given(st.text(ALPHABET_31, min_size=17, max_size=17))
def test_the_check_character_agrees_with_stdnum(body: str) -> None:
    assert mod_31(body) == second_opinion.calc_check_digit(body)


@given(usccs("0123456789"), st.sampled_from(ALPHABET_31))
def test_stdnum_agrees_on_right_and_wrong(number: str, last: str) -> None:
    """Common ground: it wants digits in places 1 and 2, the standard also has A, N and Y there."""
    changed = number[:17] + last
    if second_opinion.is_valid(changed):
        assert check_uscc(changed) == changed
    else:
        with pytest.raises(BadInput):
            check_uscc(changed)


@settings(max_examples=20)
@given(usccs())
def test_every_single_wrong_character_is_found(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if wrong != right:
                with pytest.raises(BadInput):
                    check_uscc(number[:place] + wrong + number[place + 1 :])


@settings(max_examples=50)
@given(usccs())
def test_every_swap_of_neighbours_is_found(number: str) -> None:
    for i in range(17):
        if number[i] != number[i + 1]:
            with pytest.raises(BadInput):
                check_uscc(number[:i] + number[i + 1] + number[i] + number[i + 2 :])


@given(usccs())
def test_the_way_people_type_it_makes_no_difference(number: str) -> None:
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in number)
    assert check_uscc(f" {number[:8].lower()}-{number[8:17]}-{number[17]} ") == number
    assert check_uscc(full_width) == number


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "USCC_LENGTH", "应是 18 位，没有填写"),
        (EXAMPLE[:-1], "USCC_LENGTH", "应是 18 位，填了 17 位"),
        ("9I350100M000100Y43", "USCC_CHARACTERS", "没有字母 I、O、S、V、Z"),
        ("9135010OM000100Y43", "USCC_CHARACTERS", "没有字母 I、O、S、V、Z"),
        ("913501*0M000100Y43", "USCC_CHARACTERS", "只有数字和大写字母"),
        ("91A50100M000100Y43", "USCC_CHARACTERS", "第 3 到 8 位应是数字"),
        ("91350100M000100Y44", "USCC_CHECK_DIGIT", "最后一位（校验码）与前面对不上"),
    ],
)
def test_what_is_wrong_is_said(text: str, code: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_uscc(text)
    assert (caught.value.code, caught.value.path) == (code, "uscc")
    assert said in caught.value.message
    assert "营业执照" in caught.value.remedy
