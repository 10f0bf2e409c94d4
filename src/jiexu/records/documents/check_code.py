"""The check code of a paper: eight characters that only this node can make from its digest."""

from __future__ import annotations

from jiexu.records.access.sealing import vault

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters; without 0, 1, I and O, which people mistake for each other."""
_CHARACTERS = 8


def check_code(number: str, digest: str) -> str:
    """`K7M2-9QXF`: 40 bits of HMAC-SM3 under the node's key over number and digest.

    Whoever knows the whole content still cannot make it; guessing is slowed where it is asked.
    """
    value = int.from_bytes(vault().index(f"{number}:{digest}", context="document.check")[:5], "big")
    text = ""
    for _ in range(_CHARACTERS):
        value, rest = divmod(value, len(_ALPHABET))
        text += _ALPHABET[rest]
    return f"{text[:4]}-{text[4:]}"


def plain(code: str) -> str:
    """A code as typed, in the one form it is compared in: no hyphen, no blank, capitals."""
    return "".join(code.upper().replace("-", "").split())
