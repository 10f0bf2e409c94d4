"""The vault: sealed values open only where and as they were sealed; indexes find and tell nothing.

Second opinions: the SM4-GCM example of RFC 8998, and HKDF and HMAC of another library.
"""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.records.access.vault import (
    Vault,
    VaultError,
    derive,
    key_id_of,
    mask_bank,
    mask_certno,
    mask_name,
    normalised,
)

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
CERTNO, BANK = "person.certno", "person.bank_account"
NUMBER = "320102199001011234"
VAULT = Vault({1: OLD})


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from([CERTNO, BANK]))
def test_what_is_sealed_opens_again(text: str, context: str) -> None:
    blob = VAULT.seal(text, context=context)
    assert VAULT.open(blob, context=context) == text
    assert VAULT.open(memoryview(blob), context=context) == text
    assert len(blob) == 30 + len(text.encode())


def test_sealing_twice_gives_different_values_without_the_text() -> None:
    blobs = {VAULT.seal(NUMBER, context=CERTNO) for _ in range(200)}
    assert len(blobs) == 200
    assert len({blob[2:14] for blob in blobs}) == 200
    assert not any(NUMBER.encode() in blob for blob in blobs)


def test_every_changed_byte_is_noticed() -> None:
    blob = VAULT.seal(NUMBER, context=CERTNO)
    for at in range(len(blob)):
        changed = bytearray(blob)
        changed[at] ^= 1
        with pytest.raises(VaultError):
            VAULT.open(bytes(changed), context=CERTNO)


def test_a_cut_or_lengthened_value_is_noticed() -> None:
    blob = VAULT.seal(NUMBER, context=CERTNO)
    for wrong in (*(blob[:size] for size in range(len(blob))), blob + b"\0"):
        with pytest.raises(VaultError):
            VAULT.open(wrong, context=CERTNO)


def test_a_value_moved_to_another_column_does_not_open() -> None:
    blob = VAULT.seal(NUMBER, context=CERTNO)
    with pytest.raises(VaultError) as refused:
        VAULT.open(blob, context=BANK)
    assert str(refused.value) == (
        "加密数据校验不通过：内容被改动、被移到了别的字段，或密钥不对。"
        "请从备份恢复这条数据，并通知系统管理员查明原因。"
    )
    assert refused.value.code == "VAULT"
    assert isinstance(refused.value, JiexuError)
    assert NUMBER not in str(refused.value)


def test_another_master_under_the_same_id_does_not_open() -> None:
    blob = VAULT.seal(NUMBER, context=CERTNO)
    with pytest.raises(VaultError, match="密钥不对"):
        Vault({1: NEW}).open(blob, context=CERTNO)


def test_a_value_of_the_documented_form_made_by_hand_opens() -> None:
    key = HKDF(hashes.SM3(), 16, b"jiexu vault", b"seal").derive(OLD)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(b"n" * 12)).encryptor()
    encryptor.authenticate_additional_data(b"\x01\x01" + CERTNO.encode())
    body = encryptor.update(NUMBER.encode()) + encryptor.finalize()
    blob = b"\x01\x01" + b"n" * 12 + body + encryptor.tag
    assert VAULT.open(blob, context=CERTNO) == NUMBER


def test_the_library_computes_the_sm4_gcm_example_of_rfc_8998() -> None:
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    encryptor = Cipher(
        algorithms.SM4(key), modes.GCM(bytes.fromhex("00001234567800000000ABCD"))
    ).encryptor()
    encryptor.authenticate_additional_data(
        bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    )
    assert encryptor.update(plain) + encryptor.finalize() == bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    )
    assert encryptor.tag == bytes.fromhex("83DE3541E4C2B58177E065A9BF7B62EC")


@given(st.binary(min_size=32, max_size=32), st.sampled_from(["seal", "index", "check"]))
def test_derivation_is_hkdf_over_sm3(master: bytes, purpose: str) -> None:
    other = HKDF(hashes.SM3(), 32, b"jiexu vault", purpose.encode()).derive(master)
    assert derive(master, purpose) == other


def test_the_newest_key_seals_and_all_keys_open() -> None:
    both = Vault({2: NEW, 1: OLD})
    before, after = VAULT.seal(NUMBER, context=CERTNO), both.seal(NUMBER, context=CERTNO)
    assert (key_id_of(before), key_id_of(after), both.sealing_key_id) == (1, 2, 2)
    assert both.open(before, context=CERTNO) == both.open(after, context=CERTNO) == NUMBER
    with pytest.raises(VaultError) as refused:
        VAULT.open(after, context=CERTNO)
    assert refused.value.message == "这条数据由2号主密钥加密，当前没有配置该密钥。"
    assert refused.value.remedy == "请在配置中补上该密钥后重试。"


def test_the_index_survives_a_rotation_until_it_is_moved() -> None:
    both, moved = Vault({1: OLD, 2: NEW}), Vault({1: OLD, 2: NEW}, index_key_id=2)
    before = VAULT.index(NUMBER, context=CERTNO)
    assert both.index(NUMBER, context=CERTNO) == before
    assert moved.index(NUMBER, context=CERTNO) != before
    assert moved.index(NUMBER, context=CERTNO) == Vault({2: NEW}).index(NUMBER, context=CERTNO)


def test_the_index_is_hmac_sm3_of_column_and_normal_form() -> None:
    other = HMAC(derive(OLD, "index"), hashes.SM3())
    other.update(b"person.certno\0" + b"32010219900101123X")
    assert VAULT.index(" 32010219900101123x\n", context=CERTNO) == other.finalize()


@given(st.text(st.sampled_from("0123456789X"), min_size=1), st.sampled_from(["", " ", "\u3000"]))
def test_spellings_of_one_number_share_an_index(number: str, blank: str) -> None:
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    index = VAULT.index(number, context=CERTNO)
    assert len(index) == 32
    for spelling in (number.lower(), blank + number + blank, wide):
        assert VAULT.index(spelling, context=CERTNO) == index


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_numbers_and_columns_have_different_indexes(one: str, two: str) -> None:
    if not (normalised(one) and normalised(two)):
        return
    same = normalised(one) == normalised(two)
    first = VAULT.index(one, context=CERTNO)
    assert (VAULT.index(two, context=CERTNO) == first) is same
    assert VAULT.index(one, context=BANK) != first
    assert Vault({1: NEW}).index(one, context=CERTNO) != first


@pytest.mark.parametrize("blank", ["", "  ", "\u3000\t"])
def test_a_blank_number_has_no_index(blank: str) -> None:
    with pytest.raises(BadInput) as refused:
        VAULT.index(blank, context=CERTNO)
    assert str(refused.value) == "号码是空白的，无法查找。请填写号码后重试。"


@pytest.mark.parametrize("context", ["", "person\0certno"])
def test_a_context_must_name_a_column(context: str) -> None:
    blob = VAULT.seal(NUMBER, context=CERTNO)
    for act in (VAULT.seal, VAULT.index):
        with pytest.raises(ValueError, match="must name a column"):
            act(NUMBER, context=context)
    with pytest.raises(ValueError, match="must name a column"):
        VAULT.open(blob, context=context)


@pytest.mark.parametrize(
    ("masters", "message"),
    [
        ({}, "没有配置主密钥。"),
        ({1: OLD[:-1]}, "1号主密钥应为32字节，收到的是31字节。"),
        ({1: OLD, 2: b""}, "2号主密钥应为32字节，收到的是0字节。"),
        ({0: OLD}, "主密钥编号 0 超出范围。"),
        ({256: OLD}, "主密钥编号 256 超出范围。"),
    ],
)
def test_bad_keys_are_refused_in_words(masters: dict[int, bytes], message: str) -> None:
    with pytest.raises(VaultError) as refused:
        Vault(masters)
    assert refused.value.message == message
    assert refused.value.remedy


def test_an_index_key_that_is_not_held_is_refused_in_words() -> None:
    with pytest.raises(VaultError) as refused:
        Vault({2: NEW}, index_key_id=1)
    assert str(refused.value) == (
        "索引用的1号主密钥不在配置中。请补上该密钥，或先重建全部索引再停用它。"
    )


def test_check_values_tell_keys_apart() -> None:
    values = Vault({1: OLD, 2: NEW}).check_values
    assert values == {1: derive(OLD, "check").hex()[:8], 2: derive(NEW, "check").hex()[:8]}
    assert values[1] != values[2]
    assert Vault({1: OLD, 2: os.urandom(32)}).check_values[1] == values[1]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("320102199001011234", "320102********1234"),
        ("32010219900101123X", "320102********123X"),
        ("320102900101123", "320102*****1123"),
        ("H12345678901", "H1********01"),
        ("E12345678", "E1*****78"),
        ("12345678", "12****78"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_identity_numbers_are_masked(number: str, shown: str) -> None:
    assert mask_certno(number) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张*丰"),
        ("欧阳娜娜", "欧**娜"),
        ("张", "*"),
        ("", ""),
        ("迪丽热巴·迪力木拉提", "迪********提"),
    ],
)
def test_names_are_masked(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("6222021234567891234", "***************1234"),
        ("12345678", "****5678"),
        ("1234567", "*******"),
        ("", ""),
    ],
)
def test_bank_numbers_are_masked(number: str, shown: str) -> None:
    assert mask_bank(number) == shown


@given(st.text(min_size=1, max_size=30))
def test_a_mask_keeps_the_length_and_always_hides_something(text: str) -> None:
    for mask in (mask_certno, mask_name, mask_bank):
        assert len(mask(text)) == len(text)
        assert "*" in mask(text)
