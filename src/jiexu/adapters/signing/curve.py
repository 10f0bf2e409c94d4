"""What every SM2 backend shares: the recommended curve, key and signature forms, the digest signed.

Forms used throughout: a private key is 32 bytes, big endian; a public key 65 bytes, 04||X||Y; a
signature 64 bytes, r||s. Every backend reads keys and signatures through this module, so all refuse
the same ones. Sources: GB/T 32918.1 to .5 (curve, ranges, Z), GB/T 35276 (the default identifier).
"""

from __future__ import annotations

import secrets
from typing import Final

import msgspec

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.core.exchange.sm3 import sm3

P: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A: Final = P - 3
B: Final = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N: Final = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
GX: Final = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
GY: Final = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0

DISTID: Final = b"1234567812345678"
"""The distinguishing identifier where no other was agreed (GB/T 35276)."""

PRIVATE_BYTES: Final = 32
PUBLIC_BYTES: Final = 65
SIGNATURE_BYTES: Final = 64

_CURVE_OCTETS: Final = b"".join(value.to_bytes(32, "big") for value in (A, B, GX, GY))


class SignerUnavailable(JiexuError):
    """This backend cannot sign here: no library, an old one, or one that fails its own check."""

    code = "SIGNER_UNAVAILABLE"


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """A private key (32 bytes) and its public key (65 bytes). Printing it hides the private one."""

    private: bytes
    public: bytes

    def __repr__(self) -> str:
        return f"KeyPair(private=<hidden>, public={self.public.hex()})"


def fresh_private() -> bytes:
    """A new private key from the system's random source: 1 <= d <= n-2 (GB/T 32918.1, 6.1)."""
    return (secrets.randbelow(N - 2) + 1).to_bytes(PRIVATE_BYTES, "big")


def private_scalar(private: bytes) -> int:
    """The number in a private key. Raises `BadInput` unless it is 32 bytes with 1 <= d <= n-2.

    n-1 is refused with the rest: (1 + d) has no inverse then and no signature exists.
    """
    if len(private) != PRIVATE_BYTES:
        raise BadInput(
            f"SM2 私钥应为32字节，收到的是{len(private)}字节。",
            "请检查密钥文件是否完整，或重新生成密钥。",
            path="private",
        )
    d = int.from_bytes(private, "big")
    if not 1 <= d <= N - 2:
        raise BadInput(
            "SM2 私钥超出允许范围（1 到 n-2），不能用来签名。",
            "请检查密钥文件是否损坏，或重新生成密钥。",
            path="private",
        )
    return d


def public_point(public: bytes) -> tuple[int, int] | None:
    """The point in a public key; None unless it is 04||X||Y, in range and on the curve.

    The curve has prime order: every such point is a valid public key.
    """
    if len(public) != PUBLIC_BYTES or public[0] != 4:
        return None
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    on_curve = x < P and y < P and (y * y - (x * x + A) * x - B) % P == 0
    return (x, y) if on_curve else None


def public_octets(x: int, y: int) -> bytes:
    """A point as a public key: 04||X||Y."""
    return b"\x04" + x.to_bytes(32, "big") + y.to_bytes(32, "big")


def signature_numbers(signature: bytes) -> tuple[int, int] | None:
    """r and s of a 64-byte signature; None when the length or either range (1 to n-1) is wrong."""
    if len(signature) != SIGNATURE_BYTES:
        return None
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return (r, s) if 0 < r < N and 0 < s < N else None


def signature_octets(r: int, s: int) -> bytes:
    """r and s as a 64-byte signature."""
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def identity_digest(public: bytes, distid: bytes) -> bytes:
    """Z, the 32-byte digest of identifier, curve and public key (GB/T 32918.2, 5.5)."""
    return sm3((8 * len(distid)).to_bytes(2, "big") + distid + _CURVE_OCTETS + public[1:])


def der_from_signature(r: int, s: int) -> bytes:
    """SEQUENCE { INTEGER r, INTEGER s }: the form OpenSSL and Tongsuo read."""
    body = b"".join(_der_integer(value) for value in (r, s))
    return b"\x30" + bytes((len(body),)) + body


def signature_from_der(der: bytes) -> bytes:
    """The 64-byte form of a DER signature made by a library on this machine (never by a peer)."""
    r_end = 4 + der[3]
    return signature_octets(
        int.from_bytes(der[4:r_end], "big"), int.from_bytes(der[r_end + 2 :], "big")
    )


def _der_integer(value: int) -> bytes:
    # One bit more than the value needs keeps it positive.
    octets = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes((len(octets),)) + octets
