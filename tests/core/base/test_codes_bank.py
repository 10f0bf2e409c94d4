"""Bank accounts and branch numbers: form is an error, a check digit that misfits only a warning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn as luhn_second_opinion
from stdnum.iso7064 import mod_11_10 as cnaps_second_opinion

from jiexu.core.base.codes.bank_account import (
    LUHN_WARNING,
    check_bank_account,
    check_institution_account,
)
from jiexu.core.base.codes.check_digits import luhn, mod_11_10
from jiexu.core.base.codes.cnaps import CNAPS_WARNING, check_cnaps
from jiexu.core.base.errors import BadInput

digits = st.text("0123456789", min_size=1, max_size=40)
# Head offices, as the banks publish them.
CNAPS = [
    "102100099996", "103100000026", "104100000004", "105100000017", "301290000007", "302100011000",
    "303100000006", "305100000013", "308584000013", "309391000011", "310290000013", "403100000004",
]  # fmt: skip


@given(digits)
def test_luhn_agrees_with_stdnum(body: str) -> None:
    assert luhn(body) == luhn_second_opinion.calc_check_digit(body)


@given(digits)
def test_mod_11_10_agrees_with_stdnum(body: str) -> None:
    assert mod_11_10(body) == cnaps_second_opinion.calc_check_digit(body)


@given(st.text("0123456789", min_size=15, max_size=18))
def test_a_right_card_has_no_warning_and_a_wrong_one_only_a_warning(body: str) -> None:
    right = body + luhn(body)
    assert check_bank_account(right).warnings == ()
    for last in "0123456789":
        read = check_bank_account(body + last)
        assert read.text == body + last
        assert read.warnings == (() if last == right[-1] else (LUHN_WARNING,))


def test_the_warning_says_what_to_do() -> None:
    assert str(LUHN_WARNING) == (
        "银行卡号的校验位对不上，可能有一位填错了。"
        "请对照银行卡再看一遍；确认无误（例如是存折账号）可以继续。"
    )


def test_groups_as_printed_on_the_card_are_understood() -> None:
    assert check_bank_account(" 4111 1111-1111\u30001111 ").text == "4111111111111111"
    assert check_bank_account("４１１１１１１１１１１１１１１１").text == "4111111111111111"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "BANK_ACCOUNT_LENGTH", "银行卡号应有 16 到 19 位，没有填写"),
        ("1" * 15, "BANK_ACCOUNT_LENGTH", "填了 15 位"),
        ("1" * 20, "BANK_ACCOUNT_LENGTH", "填了 20 位"),
        ("411111111111111A", "BANK_ACCOUNT_CHARACTERS", "银行卡号只能有数字"),
        ("工行4111111111111111", "BANK_ACCOUNT_CHARACTERS", "银行卡号只能有数字"),
        ("4111111111111111\n", "BANK_ACCOUNT_CHARACTERS", "银行卡号只能有数字"),
        ("411111111111111³", "BANK_ACCOUNT_CHARACTERS", "银行卡号只能有数字"),
    ],
)
def test_what_cannot_be_a_card_is_refused(text: str, code: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_bank_account(text)
    assert (caught.value.code, caught.value.path) == (code, "bank_account")
    assert said in caught.value.message
    assert "4111" not in str(caught.value)
    assert "请" in caught.value.remedy


@given(st.text("0123456789", min_size=5, max_size=32))
def test_an_institution_may_have_any_number_of_digits_its_bank_gives(number: str) -> None:
    assert check_institution_account(number).text == number
    assert check_institution_account(number).warnings == ()


@pytest.mark.parametrize("text", ["", "1234", "1" * 33])
def test_an_institution_has_some_account(text: str) -> None:
    with pytest.raises(BadInput, match="单位账号应有 5 到 32 位"):
        check_institution_account(text)


def test_only_the_last_four_digits_show() -> None:
    read = check_bank_account("4111111111111112")
    assert read.masked == "**** 1112"
    assert repr(read) == "BankAccount(**** 1112, warnings=['BANK_ACCOUNT_LUHN'])"


@pytest.mark.parametrize("number", CNAPS)
def test_published_branch_numbers_fit(number: str) -> None:
    read = check_cnaps(number)
    assert (read.text, read.bank, read.warnings) == (number, number[:3], ())


@given(st.text("0123456789", min_size=12, max_size=12))
def test_a_branch_number_that_misfits_is_only_doubtful(number: str) -> None:
    fits = cnaps_second_opinion.is_valid(number)
    assert check_cnaps(number).warnings == (() if fits else (CNAPS_WARNING,))


@pytest.mark.parametrize("text", ["", "10210009999", "1021000999961", "10210009999X", "١" * 12])
def test_what_cannot_be_a_branch_number_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_cnaps(text)
    assert (caught.value.code, caught.value.path) == ("CNAPS_FORM", "cnaps")
    assert caught.value.message == "行号应是 12 位数字。"
    assert "支付系统行号" in caught.value.remedy
