"""One digest for many messages, and a short proof that a message is among them.

The tree has the shape of RFC 6962, section 2.1, with SM3: a leaf is hashed behind the byte 0x00 and
a node behind 0x01, so that no message can pass for a node. An envelope is signed once, over the
root; each message carries its path and can be proved alone, for ever, without the others.

Sides are not stored in a path: they follow from the index and the count, so a path has one reading.
The root does not fix the count by itself: sign the count together with the root.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from jiexu.core.base.errors import BadInput
from jiexu.core.exchange.sm3 import DIGEST_BYTES, sm3


def leaf_digest(leaf: bytes) -> bytes:
    """The 32-byte digest of one leaf: SM3(0x00 || leaf)."""
    return sm3(b"\x00" + leaf)


def _node(left: bytes, right: bytes) -> bytes:
    return sm3(b"\x01" + left + right)


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All levels, leaf digests first, root last.

    Pairing neighbours and carrying an odd last one upwards gives the tree that RFC 6962 defines by
    splitting at the largest power of two.
    """
    level = [leaf_digest(leaf) for leaf in leaves]
    levels = [level]
    while len(level) > 1:
        upper = [_node(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        if len(level) % 2:
            upper.append(level[-1])
        levels.append(upper)
        level = upper
    return levels


def _path(levels: Sequence[Sequence[bytes]], index: int) -> tuple[bytes, ...]:
    path = []
    for level in levels[:-1]:
        if (sibling := index ^ 1) < len(level):
            path.append(level[sibling])
        index //= 2
    return tuple(path)


def root(leaves: Sequence[bytes]) -> bytes:
    """The 32-byte digest that stands for all `leaves` in their order.

    No leaves at all give SM3 of nothing, as RFC 6962 has it.
    """
    return _levels(leaves)[-1][0] if leaves else sm3(b"")


def proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """The path of leaf `index` (from 0): sibling digests from the leaf upwards; empty when alone.

    Raises `BadInput` when there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise BadInput(
            f"这一批共有{len(leaves)}条，没有第{index + 1}条，无法给出证明。",
            "请核对序号后重试。",
            path="index",
        )
    return _path(_levels(leaves), index)


def proofs(leaves: Sequence[bytes]) -> list[tuple[bytes, ...]]:
    """The paths of all leaves, in their order; the tree is built once (O(n log n))."""
    levels = _levels(leaves)
    return [_path(levels, index) for index in range(len(leaves))]


def verify(leaf: bytes, index: int, count: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` is number `index` (from 0) of the `count` leaves under `root`.

    Never raises on a wrong path: whatever does not fit is False. Source: RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < count or any(len(step) != DIGEST_BYTES for step in path):
        return False
    digest, last = leaf_digest(leaf), count - 1
    for step in path:
        if last == 0:
            return False  # longer than the tree is high
        if index % 2 or index == last:
            digest = _node(step, digest)
            # Levels where this one was carried upwards alone have no step.
            while index % 2 == 0 and index:
                index, last = index // 2, last // 2
        else:
            digest = _node(digest, step)
        index, last = index // 2, last // 2
    return last == 0 and hmac.compare_digest(digest, root)
