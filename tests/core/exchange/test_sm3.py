"""SM3 and HMAC-SM3: published vectors, two implementations of ours, and another library's."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.exchange import sm3 as module
from jiexu.core.exchange.sm3 import hmac_sm3, hmac_sm3_plain, sm3, sm3_hex, sm3_plain

# GB/T 32905-2016, annex A.
VECTORS = [
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
]


@pytest.mark.parametrize(("data", "digest"), VECTORS)
def test_published_vectors(data: bytes, digest: str) -> None:
    assert sm3(data).hex() == sm3_hex(data) == sm3_plain(data).hex() == digest


@given(st.binary(max_size=300))
def test_all_implementations_agree(data: bytes) -> None:
    other = hashes.Hash(hashes.SM3())
    other.update(data)
    assert sm3(data) == sm3_plain(data) == other.finalize()


@pytest.mark.parametrize("length", [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129])
def test_padding_boundaries(length: int) -> None:
    other = hashes.Hash(hashes.SM3())
    other.update(b"\xa5" * length)
    assert sm3_plain(b"\xa5" * length) == sm3(b"\xa5" * length) == other.finalize()


@given(st.binary(max_size=150), st.binary(max_size=150))
def test_hmac_agrees_with_another_library(key: bytes, message: bytes) -> None:
    if not key:
        key = b"\0"  # the other library refuses an empty key; zero padding makes them equal
    other = HMAC(key, hashes.SM3())
    other.update(message)
    assert hmac_sm3(key, message) == hmac_sm3_plain(key, message) == other.finalize()


def test_plain_python_is_chosen_where_openssl_has_no_sm3(monkeypatch: pytest.MonkeyPatch) -> None:
    def without_sm3(name: str, *_: object) -> object:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without_sm3)
    name, digest, keyed = module._choose()
    assert (name, digest, keyed) == ("python", sm3_plain, hmac_sm3_plain)


def test_this_interpreter_uses_openssl_if_it_can() -> None:
    expected = "openssl" if "sm3" in hashlib.algorithms_available else "python"
    assert expected == module.IMPLEMENTATION
