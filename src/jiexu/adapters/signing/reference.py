"""SM2 in plain Python integers: a readable second opinion, and the last resort.

NOT constant time: how long it takes depends on the secret, so someone who can measure it closely
can learn a private key. It serves tests, demonstrations and checking other people's signatures.
Source: GB/T 32918.2 clauses 6 and 7; formulas for Jacobian coordinates (x = X/Z^2, y = Y/Z^3).

Multiplying uses a table of multiples per point, so no doublings remain: with 4-bit digits,
k*B = sum over i of table[i][digit i of k], where table[i][j] = j * 16^i * B.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from jiexu.adapters.signing import curve
from jiexu.adapters.signing.curve import DISTID, GX, GY, KeyPair, N, P
from jiexu.core.exchange.sm3 import sm3

_Affine = tuple[int, int]
_Jacobian = tuple[int, int, int]
_Table = tuple[tuple[_Affine, ...], ...]

_DIGIT_BITS: Final = 4
_DIGITS: Final = 256 // _DIGIT_BITS
_INFINITY: Final = (1, 1, 0)


def _double(point: _Jacobian) -> _Jacobian:
    """2 * point, for a = -3. No point of this curve has order 2."""
    x, y, z = point
    if z == 0:
        return _INFINITY
    zz, yy = z * z % P, y * y % P
    beta, alpha = x * yy % P, 3 * (x - zz) * (x + zz) % P
    x3 = (alpha * alpha - 8 * beta) % P
    return x3, (alpha * (4 * beta - x3) - 8 * yy * yy) % P, 2 * y * z % P


def _add(point: _Jacobian, other: _Affine) -> _Jacobian:
    """point + other, where `other` is given by x and y."""
    (x1, y1, z1), (x2, y2) = point, other
    if z1 == 0:
        return x2, y2, 1
    zz = z1 * z1 % P
    h, r = (x2 * zz - x1) % P, (y2 * zz % P * z1 - y1) % P
    if h == 0:
        return _double(point) if r == 0 else _INFINITY
    hh = h * h % P
    hhh, v = h * hh % P, x1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - y1 * hhh) % P, z1 * h % P


def _affine(points: Sequence[_Jacobian]) -> list[_Affine]:
    """x and y of points other than infinity, with one inversion for all of them."""
    products = [1]
    for _, _, z in points:
        products.append(products[-1] * z % P)
    inverse = pow(products[-1], -1, P)
    out = []
    for (x, y, z), before in zip(reversed(points), reversed(products[:-1]), strict=True):
        single = inverse * before % P
        inverse = inverse * z % P
        square = single * single % P
        out.append((x * square % P, y * square % P * single % P))
    return out[::-1]


@lru_cache(64)
def _table(base: _Affine) -> _Table:
    """All j * 16^i * base: about 10 ms and 300 kB for one point."""
    points: list[_Jacobian] = []
    for _ in range(_DIGITS):
        multiple: _Jacobian = (*base, 1)
        for _ in range(2**_DIGIT_BITS - 1):
            points.append(multiple)
            multiple = _add(multiple, base)
        (base,) = _affine([multiple])
    flat = _affine(points)
    width = 2**_DIGIT_BITS - 1
    return tuple(tuple(flat[at : at + width]) for at in range(0, len(flat), width))


def _sum_of_products(*terms: tuple[int, _Affine]) -> _Affine | None:
    """k1*B1 + k2*B2 + ...; None at infinity. Every k is at least 0 and below 2^256."""
    total: _Jacobian = _INFINITY
    for scalar, base in terms:
        for at, row in enumerate(_table(base)):
            if digit := scalar >> (at * _DIGIT_BITS) & (2**_DIGIT_BITS - 1):
                total = _add(total, row[digit - 1])
    return None if total[2] == 0 else _affine([total])[0]


class ReferenceSigner:
    """Signs and verifies in plain Python; always available."""

    name = "reference"

    def __init__(self, *, distid: bytes = DISTID) -> None:
        self._distid = distid

    def describe(self) -> str:
        """One Chinese line for the operator: what signs, and why not to rely on it."""
        return "SM2 签名由内置的纯 Python 实现完成，运算时间会泄露私钥信息，只可用于测试和演示"

    def generate(self) -> KeyPair:
        """A new key pair."""
        private = curve.fresh_private()
        return KeyPair(private=private, public=self.public_of(private))

    def public_of(self, private: bytes) -> bytes:
        """The public key that belongs to `private`. Raises `BadInput` for a key out of range."""
        point = _sum_of_products((curve.private_scalar(private), (GX, GY)))
        assert point is not None
        return curve.public_octets(*point)

    def sign(self, private: bytes, message: bytes, *, nonce: int | None = None) -> bytes:
        """r||s (64 bytes) over `message`. Raises `BadInput` for a private key out of range.

        `nonce` is the k of the standard and exists for its published examples only: two messages
        under one k give the private key away. Without it, k is random.
        """
        d = curve.private_scalar(private)
        e = self._digest(_public_of(private), message)
        while True:
            k = secrets.randbelow(N - 1) + 1 if nonce is None else nonce
            point = _sum_of_products((k, (GX, GY)))
            assert point is not None
            r = (e + point[0]) % N
            s = pow(1 + d, -1, N) * (k - r * d) % N
            if r and r + k != N and s:
                return curve.signature_octets(r, s)
            assert nonce is None, "no signature exists for this nonce"

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether `signature` is that of `public` over `message`; whatever is malformed is not."""
        numbers, base = curve.signature_numbers(signature), curve.public_point(public)
        if numbers is None or base is None:
            return False
        r, s = numbers
        t = (r + s) % N
        point = _sum_of_products((s, (GX, GY)), (t, base)) if t else None
        return point is not None and (self._digest(public, message) + point[0]) % N == r

    def _digest(self, public: bytes, message: bytes) -> int:
        identity = curve.identity_digest(public, self._distid)
        return int.from_bytes(sm3(identity + message), "big")


@lru_cache(64)
def _public_of(private: bytes) -> bytes:
    return ReferenceSigner().public_of(private)
