"""SM2 through tongsuopy, which brings its own library: for systems whose OpenSSL has no SM2.

Its release is of 2023 and receives no fixes, so it stands behind the system's OpenSSL. It always
uses the standard's identifier 1234567812345678 and offers no other.
"""

from __future__ import annotations

from functools import lru_cache

from jiexu.adapters.signing import curve
from jiexu.adapters.signing.curve import KeyPair, SignerUnavailable
from jiexu.adapters.signing.selfcheck import self_check

try:
    from tongsuopy.backends.tongsuo.backend import backend
    from tongsuopy.crypto import exceptions, hashes
    from tongsuopy.crypto.asymciphers import ec
except ImportError as error:
    _missing: ImportError | None = error
else:
    _missing = None


class TongsuoSigner:
    """Signs and verifies through tongsuopy. Raises `SignerUnavailable` where that cannot be."""

    name = "tongsuo"

    def __init__(self, *, kept_keys: int = 256) -> None:
        if _missing is not None:
            raise SignerUnavailable(
                f"没有可用的 tongsuopy（{_missing}）。",
                "请安装 tongsuopy；在此之前由其他后端签名。",
            ) from _missing
        self._private = lru_cache(kept_keys)(self._load_private)
        self._public = lru_cache(kept_keys)(self._load_public)
        self._scheme = ec.ECDSA(hashes.SM3())
        self.version = backend.openssl_version_text()
        self_check(self)

    def describe(self) -> str:
        """One Chinese line for the operator: which library signs."""
        return f"SM2 签名由备用密码库 tongsuopy 完成：{self.version}"

    def generate(self) -> KeyPair:
        """A new key pair."""
        private = curve.fresh_private()
        return KeyPair(private=private, public=self.public_of(private))

    def public_of(self, private: bytes) -> bytes:
        """The public key that belongs to `private`. Raises `BadInput` for a key out of range."""
        numbers = self._private(private).public_key().public_numbers()
        return curve.public_octets(numbers.x, numbers.y)

    def sign(self, private: bytes, message: bytes) -> bytes:
        """r||s (64 bytes) over `message`. Raises `BadInput` for a private key out of range."""
        return curve.signature_from_der(self._private(private).sign(message, self._scheme))

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of `public` over `message`; whatever is malformed is not."""
        numbers = curve.signature_numbers(signature)
        key = self._public(public)
        if numbers is None or key is None:
            return False
        try:
            key.verify(curve.der_from_signature(*numbers), message, self._scheme)
        except (exceptions.InvalidSignature, exceptions.InternalError):
            return False
        return True

    def _load_private(self, private: bytes) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(curve.private_scalar(private), ec.SM2())

    def _load_public(self, public: bytes) -> ec.EllipticCurvePublicKey | None:
        point = curve.public_point(public)
        return ec.EllipticCurvePublicNumbers(*point, ec.SM2()).public_key() if point else None
