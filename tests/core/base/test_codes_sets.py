"""Code tables: what is known has a name, what is not is kept and flagged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.codes import insutype
from jiexu.core.base.codes.codesets import check_code, codesets, is_known, label
from jiexu.core.base.codes.gend import gend_of, sex_of
from jiexu.core.base.errors import BadInput

STATUS = {"confirmed", "corroborated", "single copy", "local", "unverified", "unconfirmed"}


@pytest.mark.parametrize(
    ("codeset", "code", "name"),
    [
        ("insutype", "310", "职工基本医疗保险"),
        ("insutype", "390", "城乡居民基本医疗保险"),
        ("insutype", "510", "生育保险"),
        ("psn_cert_type", "01", "居民身份证（户口簿）"),
        ("psn_cert_type", "07", "外国人永久居留证"),
        ("gend", "2", "女"),
        ("mdtrt_cert_type", "01", "医保电子凭证"),
        ("psn_insu_stas", "1", "正常参保"),
        ("psn_insu_stas", "2", "暂停参保"),
        ("opter_type", "1", "经办人"),
        ("infcode", "-1", "失败"),
    ],
)
def test_codes_have_their_official_name(codeset: str, code: str, name: str) -> None:
    assert label(codeset, code) == name
    assert is_known(codeset, code)


def test_the_tables_are_whole() -> None:
    sizes = {name: len(table.values) for name, table in codesets().items()}
    assert sizes == {
        "insutype": 14, "psn_cert_type": 17, "gend": 4, "mdtrt_cert_type": 3, "psn_insu_stas": 2,
        "opter_type": 3, "infcode": 2, "ec_business_type": 6, "mrg_stas": 5, "gov_item_code": 2,
    }  # fmt: skip


def test_every_table_says_where_it_stands_and_holds_what_its_field_can() -> None:
    for table in codesets().values():
        assert table.status in STATUS
        assert table.sources
        assert all(0 < len(code) <= table.length and name for code, name in table.values.items())
        assert len(set(table.values.values())) == len(table.values)


@given(st.text("0123456789ABC", min_size=1, max_size=6))
def test_an_unknown_code_is_kept_and_flagged(code: str) -> None:
    read = check_code("insutype", code)
    assert read.code == code
    assert read.known == is_known("insutype", code)
    assert read.label == (label("insutype", code) if read.known else f"{code}（未收录的代码）")


@pytest.mark.parametrize("text", ["", "3100000", "3 10", "310\n", "31\u200b0"])
def test_what_the_field_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_code("insutype", text, path="from.insutype")
    assert (caught.value.code, caught.value.path) == ("BAD_CODE", "from.insutype")
    assert caught.value.message == "险种类型应是 1 到 6 个字符的代码，中间没有空格。"


def test_a_table_that_does_not_exist_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError, match="insurance_type"):
        label("insurance_type", "310")


def test_the_kinds_the_program_speaks_of_are_in_the_table() -> None:
    assert label("insutype", insutype.EMPLOYEE) == "职工基本医疗保险"
    assert label("insutype", insutype.RESIDENT) == "城乡居民基本医疗保险"


def test_sex_goes_to_the_wire_and_back() -> None:
    assert [label("gend", gend_of(sex)) for sex in ("M", "F", None)] == ["男", "女", "未说明的性别"]
    assert [sex_of(code) for code in ("1", "2", "0", "9", "7")] == ["M", "F", None, None, None]
    assert sex_of(gend_of("M")) == "M"
    assert sex_of(gend_of("F")) == "F"
