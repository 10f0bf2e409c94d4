"""Canonical bytes: the one way to write a value so that everybody computes the same digest.

JSON in UTF-8, keys sorted, no white space, no floats (money travels as decimal text or fen).
Digests and audit chains cover these bytes, never signatures or PDF, which differ at every making.
"""

from __future__ import annotations

from typing import Any

import msgspec

from jiexu.core.exchange.sm3 import sm3

_encoder = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """The canonical bytes of a struct, dict, list, text, whole number, date or None.

    Raises `TypeError` where a float is inside: no digest may depend on how a float is printed.
    """
    _refuse_floats(msgspec.to_builtins(value))
    return _encoder.encode(value)


def digest_hex(value: Any) -> str:
    """SM3 of the canonical bytes, 64 hexadecimal digits."""
    return sm3(canonical(value)).hex()


def _refuse_floats(value: Any) -> None:
    """Look at every value of plain builtins, as `to_builtins` gives them. Hot: no recursion."""
    waiting = [value]
    for item in waiting:
        kind = type(item)
        if kind is str or kind is int:
            continue
        if kind is dict:
            waiting.extend(item.values())
        elif kind is list or kind is tuple:
            waiting.extend(item)
        elif kind is float:
            raise TypeError("canonical content holds no floats")
