"""Names: what the papers hold is kept, what they cannot hold is refused, one form for each."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.codes.person_name import check_person_name
from jiexu.core.base.errors import BadInput

# One of the first and one of the last of each block a name may draw from.
HAN_EDGES = "〇㐀䶿一鿿𠀀𪛟𪜀𫜹𫝀𫠝𫠠𬺡𬺰𮯠\U00030000\U0003134a\U00031350\U000323af\U0002ebf0"


@pytest.mark.parametrize(
    "name",
    [
        "王伟", "欧阳安宁", "刘䶮", "张𬭎", "赵㛃", "李喆", "阿依古丽·吐尔逊", "扎西次仁",
        "阿卜杜热合曼·阿不都热依木", "Mary-Ann O'Neill", "José Ángel", "J. R. Smith", "Ng", "王",
        "Smith, John", "Nguyễn Thị Hoa", "M̄aria", "Martin Luther King Jr.", *HAN_EDGES,
    ],
)  # fmt: skip
def test_names_of_real_papers_are_kept(name: str) -> None:
    assert check_person_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("dot", [*"·•‧・･⸱∙⋅●\u0387", ".", "．", " · ", "．　"])
def test_every_dot_becomes_the_one_dot(dot: str) -> None:
    assert check_person_name(f"阿依古丽{dot}吐尔逊") == "阿依古丽·吐尔逊"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张 三 ", "张三"),
        ("张　三", "张三"),
        ("John   Smith", "John Smith"),
        ("Ｊｏｈｎ　Ｓｍｉｔｈ", "John Smith"),
        ("Jose\u0301", "José"),
        ("\uf9d1平", "六平"),
        ("J. Smith", "J. Smith"),
    ],
)
def test_one_form(typed: str, kept: str) -> None:
    assert check_person_name(typed) == kept


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "PERSON_NAME_LENGTH", "没有填写"),
        (" \u3000 ", "PERSON_NAME_LENGTH", "没有填写"),
        ("张" * 51, "PERSON_NAME_LENGTH", "姓名应有 1 到 50 个字，填了 51 个字。"),
        ("张\n三", "PERSON_NAME_CHARACTERS", "看不见的字符或换行"),
        ("张三\t", "PERSON_NAME_CHARACTERS", "看不见的字符或换行"),
        ("张\u200b三", "PERSON_NAME_CHARACTERS", "看不见的字符或换行"),
        ("张\u202e三", "PERSON_NAME_CHARACTERS", "看不见的字符或换行"),
        ("张\ud842三", "PERSON_NAME_CHARACTERS", "看不见的字符或换行"),
        ("张\ue863", "PERSON_NAME_CHARACTERS", "旧系统自造的字"),
        ("张三😀", "PERSON_NAME_CHARACTERS", "姓名中不能有“😀”。"),
        ("张三❤", "PERSON_NAME_CHARACTERS", "姓名中不能有“❤”。"),
        ("张三2", "PERSON_NAME_CHARACTERS", "姓名中不能有数字。"),
        ("张三（小）", "PERSON_NAME_CHARACTERS", "姓名中不能有“(”。"),
        ("<b>张三</b>", "PERSON_NAME_CHARACTERS", "姓名中不能有“<”。"),
        ("=SUM(A)", "PERSON_NAME_CHARACTERS", "姓名中不能有“=”。"),
        ("Иван", "PERSON_NAME_CHARACTERS", "姓名中不能有“И”。"),
        ("·吐尔逊", "PERSON_NAME_CHARACTERS", "间隔号不对"),
        ("古丽·", "PERSON_NAME_CHARACTERS", "间隔号不对"),
        ("古丽··吐尔逊", "PERSON_NAME_CHARACTERS", "间隔号不对"),
        ("-", "PERSON_NAME_CHARACTERS", "间隔号不对"),
        ("张三.", "PERSON_NAME_CHARACTERS", "间隔号不对"),
    ],
)
def test_what_no_paper_holds_is_refused(text: str, code: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_person_name(text)
    assert (caught.value.code, caught.value.path) == (code, "psn_name")
    assert said in caught.value.message
    assert "身份证件" in caught.value.remedy or "GB 18030-2022" in caught.value.remedy


def test_fifty_characters_are_a_name_even_of_two_units_each() -> None:
    assert check_person_name("𬭎" * 50) == "𬭎" * 50


@given(st.text(st.sampled_from("张三𬭎ａAé·•． .-'\u0301\u3000，Ａ"), max_size=60))
def test_the_form_is_final_and_never_longer_than_the_field(text: str) -> None:
    try:
        name = check_person_name(text)
    except BadInput:
        return
    assert check_person_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert 1 <= len(name) <= 50


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_a_fault_with_a_way_on(text: str) -> None:
    try:
        name = check_person_name(text)
    except BadInput as error:
        assert error.code in {"PERSON_NAME_LENGTH", "PERSON_NAME_CHARACTERS"}
        assert error.remedy.startswith("请")
    else:
        assert all(unicodedata.category(char)[0] != "C" or ord(char) > 0x2FFFF for char in name)
