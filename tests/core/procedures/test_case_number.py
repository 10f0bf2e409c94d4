"""The business number: made, checked, found in a bank's remark."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jiexu.core.base.errors import BadInput
from jiexu.core.procedures.case_number import check_case_no, find_case_no, make_case_no

serials = st.integers(min_value=0, max_value=10**20)
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2089, 12, 31))
areas = st.sampled_from(["450200", "320100", "110000", "660100"])
numbers = st.builds(make_case_no, areas, days, serials)


@given(numbers)
def test_a_made_number_passes_its_own_check(number: str) -> None:
    assert check_case_no(number) == number
    assert check_case_no(f" {number.lower()} ") == number
    assert len(number) == 23


@given(numbers, st.integers(min_value=2, max_value=22), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_found(number: str, place: int, other: str) -> None:
    assume(number[place] != other)
    wrong = number[:place] + other + number[place + 1 :]
    with pytest.raises(BadInput, match="业务流水号不正确"):
        check_case_no(wrong)
    assert find_case_no(wrong) is None


@given(numbers, st.integers(min_value=2, max_value=20))
def test_swapped_neighbours_are_found(number: str, place: int) -> None:
    assume(number[place] != number[place + 1])
    chars = list(number)
    chars[place], chars[place + 1] = chars[place + 1], chars[place]
    with pytest.raises(BadInput):
        check_case_no("".join(chars))


@given(numbers, st.text(alphabet="医保转移 abc,;:", max_size=12))
def test_it_is_found_inside_a_remark(number: str, around: str) -> None:
    assert find_case_no(f"{around}{number}{around}") == number
    assert find_case_no(f"{number} {number}") == number


@given(numbers, numbers)
def test_two_different_numbers_in_one_remark_are_no_answer(first: str, second: str) -> None:
    assume(first != second)
    assert find_case_no(f"{first} {second}") is None


def test_a_longer_run_of_digits_is_not_a_number() -> None:
    number = make_case_no("450200", date(2026, 3, 11), 7)
    assert find_case_no(f"{number}1") is None
    assert find_case_no("没有流水号") is None
