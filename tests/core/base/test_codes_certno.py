"""Identity numbers: the standard's own examples, every single mistake, and python-stdnum beside."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_2 as second_opinion

from jiexu.core.base.codes.certno import CertKind, check_certno, check_other_cert
from jiexu.core.base.codes.check_digits import mod_11_2
from jiexu.core.base.errors import BadInput

TODAY = date(2026, 11, 21)
EXAMPLE = "11010519491231002X"  # GB 11643-1999, 5.1
# Counties that never changed their code in the years below, so that stdnum knows them too.
COUNTIES = ["110105", "450203", "320106", "310115", "500103", "510107", "440305", "650102"]

births = st.dates(date(1900, 1, 1), TODAY)
places = st.sampled_from([*COUNTIES, "659001", "459999", "810000", "820000", "830000", "911124"])


@st.composite
def certnos(draw: st.DrawFn, places: st.SearchStrategy[str] = places, births=births) -> str:
    order = draw(st.integers(0, 999))
    body = f"{draw(places)}{draw(births):%Y%m%d}{order:03d}"
    return body + mod_11_2(body)


def fault(text: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        check_certno(text, today=TODAY, path="person.certno")
    assert caught.value.path == "person.certno"
    assert caught.value.remedy
    return caught.value


def test_the_example_of_the_standard_is_read() -> None:
    read = check_certno(EXAMPLE, today=TODAY)
    assert (read.text, read.birth, read.sex, read.kind) == (
        EXAMPLE,
        date(1949, 12, 31),
        "F",
        CertKind.RESIDENT,
    )


def test_the_second_example_of_the_standard_fits_but_its_holder_was_born_before_1900() -> None:
    assert mod_11_2("44052418800101001") == "4"
    assert fault("440524188001010014").code == "CERTNO_DATE"


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_character_is_that_of_iso_7064(body: str) -> None:
    assert mod_11_2(body) == second_opinion.calc_check_digit(body)


@given(certnos())
def test_what_the_number_says_is_read_back(number: str) -> None:
    read = check_certno(number, today=TODAY)
    assert read.text == number
    assert f"{read.birth:%Y%m%d}" == number[6:14]
    assert read.sex == ("M" if number[16] in "13579" else "F")


@given(certnos(st.sampled_from(COUNTIES), st.dates(date(1998, 1, 1), TODAY)), st.data())
def test_stdnum_agrees_on_common_ground(number: str, data: st.DataObject) -> None:
    """Mainland counties, days that are past: the same numbers are right, the same are wrong."""
    last = data.draw(st.sampled_from("0123456789X"))
    changed = number[:17] + last
    try:
        check_certno(changed, today=TODAY)
        ours = True
    except BadInput:
        ours = False
    assert ours == ric.is_valid(changed) == (changed == number)


@settings(max_examples=25)
@given(certnos())
def test_every_single_wrong_character_is_found(number: str) -> None:
    for place, right in enumerate(number):
        for wrong in "0123456789X":
            if wrong != right:
                with pytest.raises(BadInput):
                    check_certno(number[:place] + wrong + number[place + 1 :], today=TODAY)


@settings(max_examples=50)
@given(certnos())
def test_every_swap_of_two_characters_is_found(number: str) -> None:
    """But not of places ten apart: the weights, powers of 2 mod 11, come round after ten."""
    for i in range(18):
        for j in range(i + 1, 18):
            if number[i] != number[j] and j - i != 10:
                swapped = list(number)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                with pytest.raises(BadInput):
                    check_certno("".join(swapped), today=TODAY)


@given(certnos())
def test_the_way_people_type_it_makes_no_difference(number: str) -> None:
    typed = f"  {number[:6]} {number[6:14]}\u3000{number[14:].lower()} "
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in number)
    expected = check_certno(number, today=TODAY)
    assert check_certno(typed, today=TODAY) == expected
    assert check_certno(full_width, today=TODAY) == expected


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "CERTNO_LENGTH", "没有填写身份证号码。"),
        ("1101051949123100", "CERTNO_LENGTH", "身份证号码应是 18 位，填了 16 位。"),
        ("1101051949123100200", "CERTNO_LENGTH", "身份证号码应是 18 位，填了 19 位。"),
        ("110105491231002", "CERTNO_LENGTH", "15 位号码须升为 18 位"),
        ("CAN110101234567", "CERTNO_LENGTH", "旧版外国人永久居留证"),
        ("1101051949123100AX", "CERTNO_CHARACTERS", "前 17 位应是数字"),
        ("X1010519491231002X", "CERTNO_CHARACTERS", "前 17 位应是数字"),
        ("1101051949123100²1", "CERTNO_CHARACTERS", "前 17 位应是数字"),
        ("1101051949123100٣1", "CERTNO_CHARACTERS", "前 17 位应是数字"),
        ("11010519491231002\n", "CERTNO_CHARACTERS", "前 17 位应是数字"),
        ("16010519491231002X", "CERTNO_PLACE", "开头的 16 不是任何省"),
        ("66010019491231002X", "CERTNO_PLACE", "开头的 66 不是任何省"),
        ("81000119491231002X", "CERTNO_PLACE", "开头的 81 不是任何省"),
        ("110105194902300020", "CERTNO_DATE", "不是 1900 年以来的真实日期"),
        ("110105194913010020", "CERTNO_DATE", "不是 1900 年以来的真实日期"),
        ("110105000001010020", "CERTNO_DATE", "不是 1900 年以来的真实日期"),
        ("110105189912310020", "CERTNO_DATE", "不是 1900 年以来的真实日期"),
        ("110105202611220020", "CERTNO_FUTURE", "出生日期在今天之后"),
        ("110105194912310021", "CERTNO_CHECK_DIGIT", "最后一位（校验码）与前面的数字对不上"),
    ],
)
def test_what_is_wrong_is_said(text: str, code: str, said: str) -> None:
    error = fault(text)
    assert error.code == code
    assert said in error.message


def test_the_old_form_is_sent_to_be_upgraded() -> None:
    assert "第二代身份证或户口簿上的 18 位号码" in fault("110105491231002").remedy
    assert "外国人永久居留证" in fault("CAN110101234567").remedy


@given(certnos(births=st.just(TODAY)))
def test_born_today_is_right_and_tomorrow_is_not_yet(number: str) -> None:
    assert check_certno(number, today=TODAY).birth == TODAY
    with pytest.raises(BadInput) as caught:
        check_certno(number, today=TODAY - timedelta(days=1))
    assert caught.value.code == "CERTNO_FUTURE"


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("810000199408230021", CertKind.HMT_RESIDENCE_PERMIT),
        ("830000199201300022", CertKind.HMT_RESIDENCE_PERMIT),
        ("911124198108030024", CertKind.FOREIGN_PERMANENT_RESIDENT),  # the published specimen
    ],
)
def test_cards_of_other_people_are_known(number: str, kind: CertKind) -> None:
    assert check_certno(number, today=TODAY).kind == kind


@given(certnos(), st.text("0123456789X", min_size=1, max_size=3))
def test_no_number_slips_into_a_log(number: str, tail: str) -> None:
    shown = repr(check_certno(number, today=TODAY))
    assert number not in shown
    assert number[6:14] not in shown
    assert number[-4:] in shown
    for wrong in (number[:-1], number + tail, number[:17] + "A", "00" + number[2:]):
        error = fault(wrong)
        assert number[3:14] not in f"{error}{error.details}{error!r}"


@given(st.text(st.characters(categories=["Lu", "Ll", "Nd", "Lo"]), min_size=1, max_size=50))
def test_other_papers_are_kept_as_they_are(number: str) -> None:
    assert check_other_cert(f" {number}\u3000") == number


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "CERTNO_LENGTH", "没有填写证件号码。"),
        (" \u3000", "CERTNO_LENGTH", "没有填写证件号码。"),
        ("E" * 51, "CERTNO_LENGTH", "证件号码有 51 个字符，超过了 50 个。"),
        ("E1234\n5678", "CERTNO_CHARACTERS", "看不见的字符或换行"),
        ("E12345678\t", "CERTNO_CHARACTERS", "看不见的字符或换行"),
        ("E1234\u200b5678", "CERTNO_CHARACTERS", "看不见的字符或换行"),
        ("E1234\u202e5678", "CERTNO_CHARACTERS", "看不见的字符或换行"),
    ],
)
def test_other_papers_refuse_what_no_field_holds(text: str, code: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_other_cert(text)
    assert (caught.value.code, caught.value.path) == (code, "certno")
    assert said in caught.value.message
