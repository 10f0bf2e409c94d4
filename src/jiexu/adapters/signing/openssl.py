"""SM2 through the system's OpenSSL 3: the backend for work.

OpenSSL's own default identifier is empty, that of the standard is not. So the digest to sign,
SM3(Z || message), is made here with the identifier stated, and OpenSSL does the arithmetic on the
curve, in constant time. Keys stay loaded between calls, in bounded numbers; ctypes lets go of the
interpreter lock, so threads sign side by side. A loaded private key lives in this process's memory:
where regulation asks for a cipher machine, that machine is another signer.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import byref, c_char_p, c_size_t, c_void_p, create_string_buffer
from functools import lru_cache
from typing import Final

from jiexu.adapters.signing import curve, libcrypto
from jiexu.adapters.signing.curve import DISTID, KeyPair, SignerUnavailable
from jiexu.adapters.signing.selfcheck import self_check
from jiexu.core.exchange.sm3 import sm3

_PUBLIC: Final = 0x86  # EVP_PKEY_PUBLIC_KEY
_KEYPAIR: Final = 0x87  # EVP_PKEY_KEYPAIR
_UNSIGNED_INTEGER: Final = 2  # OSSL_PARAM_UNSIGNED_INTEGER
_UTF8_STRING: Final = 4  # OSSL_PARAM_UTF8_STRING
_OCTET_STRING: Final = 5  # OSSL_PARAM_OCTET_STRING
_UNCOMPRESSED: Final = 4  # POINT_CONVERSION_UNCOMPRESSED
_DER_BYTES: Final = 72  # the longest signature in DER


class _Key:
    """A loaded key and its Z. OpenSSL's copy goes when the last user of this object has let go."""

    __slots__ = ("_free", "identity", "pkey")

    def __init__(self, library: ctypes.CDLL, pkey: int, identity: bytes) -> None:
        self.pkey = pkey
        self.identity = identity
        self._free = library.EVP_PKEY_free

    def __del__(self) -> None:
        self._free(self.pkey)


class OpensslSigner:
    """Signs and verifies through libcrypto. Raises `SignerUnavailable` where that cannot be.

    `distid` is the distinguishing identifier; `kept_keys` bounds the loaded keys of either kind.
    """

    name = "openssl"

    def __init__(self, *, distid: bytes = DISTID, kept_keys: int = 256) -> None:
        self._library, self.version, self._group = libcrypto.load()
        self._distid = distid
        self._private = lru_cache(kept_keys)(self._load_private)
        self._public = lru_cache(kept_keys)(self._load_public)
        if distid == DISTID:
            self_check(self)

    def describe(self) -> str:
        """One Chinese line for the operator: which library signs."""
        return f"SM2 签名由系统密码库完成：{self.version}"

    def generate(self) -> KeyPair:
        """A new key pair."""
        private = curve.fresh_private()
        return KeyPair(private=private, public=self.public_of(private))

    def public_of(self, private: bytes) -> bytes:
        """The public key that belongs to `private`. Raises `BadInput` for a key out of range."""
        curve.private_scalar(private)
        library = self._library
        scalar = library.BN_bin2bn(private, len(private), None)
        point = library.EC_POINT_new(self._group)
        try:
            out = create_string_buffer(curve.PUBLIC_BYTES)
            done = library.EC_POINT_mul(self._group, point, scalar, None, None, None)
            if done == 1:
                done = library.EC_POINT_point2oct(
                    self._group, point, _UNCOMPRESSED, out, curve.PUBLIC_BYTES, None
                )
        finally:
            library.EC_POINT_clear_free(point)
            library.BN_clear_free(scalar)
        if done != curve.PUBLIC_BYTES:
            raise self._fault("计算公钥")
        return out.raw

    def sign(self, private: bytes, message: bytes) -> bytes:
        """r||s (64 bytes) over `message`. Raises `BadInput` for a private key out of range."""
        key = self._private(private)
        library = self._library
        out, size = create_string_buffer(_DER_BYTES), c_size_t(_DER_BYTES)
        context = library.EVP_PKEY_CTX_new_from_pkey(None, key.pkey, None)
        try:
            digest = sm3(key.identity + message)
            done = (
                library.EVP_PKEY_sign_init(context) == 1
                and library.EVP_PKEY_sign(context, out, byref(size), digest, len(digest)) == 1
            )
        finally:
            library.EVP_PKEY_CTX_free(context)
        if not done:
            raise self._fault("签名")
        return curve.signature_from_der(out.raw[: size.value])

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of `public` over `message`; whatever is malformed is not."""
        numbers = curve.signature_numbers(signature)
        key = self._public(public)
        if numbers is None or key is None:
            return False
        library = self._library
        der = curve.der_from_signature(*numbers)
        context = library.EVP_PKEY_CTX_new_from_pkey(None, key.pkey, None)
        try:
            digest = sm3(key.identity + message)
            right: bool = (
                library.EVP_PKEY_verify_init(context) == 1
                and library.EVP_PKEY_verify(context, der, len(der), digest, len(digest)) == 1
            )
        finally:
            library.EVP_PKEY_CTX_free(context)
        if not right:
            # The interpreter's own TLS reads the same queue of errors: leave nothing behind.
            library.ERR_clear_error()
        return right

    def _load_private(self, private: bytes) -> _Key:
        scalar = curve.private_scalar(private).to_bytes(32, sys.byteorder)
        public = self.public_of(private)
        return self._load(_KEYPAIR, public, (b"priv", _UNSIGNED_INTEGER, scalar))

    def _load_public(self, public: bytes) -> _Key | None:
        return self._load(_PUBLIC, public) if curve.public_point(public) else None

    def _load(self, selection: int, public: bytes, *more: tuple[bytes, int, bytes]) -> _Key:
        library = self._library
        values = ((b"group", _UTF8_STRING, b"SM2"), (b"pub", _OCTET_STRING, public), *more)
        params = (libcrypto.Param * (len(values) + 1))()
        for param, (key, data_type, data) in zip(params, values, strict=False):
            param.key, param.data_type, param.data_size = key, data_type, len(data)
            # `values` keeps the bytes alive until OpenSSL has copied them.
            param.data = ctypes.cast(c_char_p(data), c_void_p)
        pkey = c_void_p()
        context = library.EVP_PKEY_CTX_new_from_name(None, b"SM2", None)
        try:
            done = (
                library.EVP_PKEY_fromdata_init(context) == 1
                and library.EVP_PKEY_fromdata(context, byref(pkey), selection, params) == 1
            )
        finally:
            library.EVP_PKEY_CTX_free(context)
        if not done or pkey.value is None:
            raise self._fault("载入密钥")
        return _Key(library, pkey.value, curve.identity_digest(public, self._distid))

    def _fault(self, act: str) -> SignerUnavailable:
        self._library.ERR_clear_error()
        return SignerUnavailable(
            f"{self.version} {act}失败。", "请重试；仍然失败时请检查密码库并联系系统管理员。"
        )
