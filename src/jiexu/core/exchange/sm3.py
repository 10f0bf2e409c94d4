"""SM3, the 256-bit digest of GB/T 32905-2016, and HMAC over it (RFC 2104 shape, GB/T 15852.2).

Digests of messages, of the audit chain and of batches are all SM3. The interpreter's OpenSSL
computes it where it can; some builds leave it out, and then plain Python does, a few hundred times
slower and with the same answers. The choice is made once, at import: `IMPLEMENTATION` names it.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable
from typing import Final

BLOCK_BYTES: Final = 64
DIGEST_BYTES: Final = 32

_START: Final = (
    *(0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600),
    *(0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E),
)
_WORD: Final = 0xFFFFFFFF


def _rotate(word: int, bits: int) -> int:
    bits %= 32
    return ((word << bits) | (word >> (32 - bits))) & _WORD


# T_j of the standard (4.2), already rotated left by j (5.3.3): it depends on the round alone.
_ROUND: Final = tuple(_rotate(0x79CC4519 if j < 16 else 0x7A879D8A, j) for j in range(64))


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    """One application of the compression function CF (5.3.2 and 5.3.3)."""
    w = list(struct.unpack(">16I", block))
    for j in range(16, 68):
        x = w[j - 16] ^ w[j - 9] ^ _rotate(w[j - 3], 15)
        w.append(x ^ _rotate(x, 15) ^ _rotate(x, 23) ^ _rotate(w[j - 13], 7) ^ w[j - 6])
    a, b, c, d, e, f, g, h = state
    for j in range(64):
        a12 = _rotate(a, 12)
        ss1 = _rotate((a12 + e + _ROUND[j]) & _WORD, 7)
        ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
        gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
        tt1 = (ff + d + (ss1 ^ a12) + (w[j] ^ w[j + 4])) & _WORD
        tt2 = (gg + h + ss1 + w[j]) & _WORD
        a, b, c, d = tt1, a, _rotate(b, 9), c
        e, f, g, h = tt2 ^ _rotate(tt2, 9) ^ _rotate(tt2, 17), e, _rotate(f, 19), g
    return tuple(old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True))


def sm3_plain(data: bytes) -> bytes:
    """SM3 of `data` in plain Python: 32 bytes. Source: GB/T 32905-2016, clause 5."""
    gap = (55 - len(data)) % BLOCK_BYTES
    padded = data + b"\x80" + bytes(gap) + struct.pack(">Q", 8 * len(data))
    state: tuple[int, ...] = _START
    for at in range(0, len(padded), BLOCK_BYTES):
        state = _compress(state, padded[at : at + BLOCK_BYTES])
    return struct.pack(">8I", *state)


def hmac_sm3_plain(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3 of `message` in plain Python: 32 bytes. Source: RFC 2104 over `sm3_plain`."""
    block = (sm3_plain(key) if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    inner = sm3_plain(bytes(byte ^ 0x36 for byte in block) + message)
    return sm3_plain(bytes(byte ^ 0x5C for byte in block) + inner)


def _choose() -> tuple[str, Callable[[bytes], bytes], Callable[[bytes, bytes], bytes]]:
    try:
        empty = hashlib.new("sm3")
    except ValueError:
        return "python", sm3_plain, hmac_sm3_plain

    def digest(data: bytes) -> bytes:
        # A copy of an empty state costs two thirds of looking the algorithm up again.
        state = empty.copy()
        state.update(data)
        return state.digest()

    def keyed(key: bytes, message: bytes) -> bytes:
        return hmac.digest(key, message, "sm3")

    return "openssl", digest, keyed


IMPLEMENTATION, _digest, _keyed = _choose()


def sm3(data: bytes) -> bytes:
    """The SM3 digest of `data`: 32 bytes."""
    return _digest(data)


def sm3_hex(data: bytes) -> str:
    """The SM3 digest of `data` as 64 lower-case hexadecimal digits."""
    return _digest(data).hex()


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC-SM3 of `message` under `key`: 32 bytes. Compare with `hmac.compare_digest`."""
    return _keyed(key, message)
