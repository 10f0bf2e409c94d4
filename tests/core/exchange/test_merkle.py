"""The Merkle tree: the shape of RFC 6962, and proofs that prove nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.errors import BadInput
from jiexu.core.exchange.merkle import leaf_digest, proof, proofs, root, verify
from jiexu.core.exchange.sm3 import sm3

leaf_lists = st.lists(st.binary(max_size=40), min_size=1, max_size=40, unique=True)


def by_definition(leaves: Sequence[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return sm3(b"")
    if len(leaves) == 1:
        return sm3(b"\x00" + leaves[0])
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sm3(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:]))


def path_by_definition(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH of RFC 6962, section 2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*path_by_definition(index, leaves[:split]), by_definition(leaves[split:])]
    return [*path_by_definition(index - split, leaves[split:]), by_definition(leaves[:split])]


def numbered(count: int) -> list[bytes]:
    return [f"message {number}".encode() for number in range(count)]


def test_every_size_to_200_has_the_root_and_paths_of_the_definition() -> None:
    for count in range(1, 201):
        leaves = numbered(count)
        top = root(leaves)
        assert top == by_definition(leaves)
        for index, path in enumerate(proofs(leaves)):
            assert verify(leaves[index], index, count, path, top)
            if count < 34 or index in (0, count // 2, count - 1):
                assert list(path) == path_by_definition(index, leaves)
                assert path == proof(leaves, index)


def test_no_other_index_verifies() -> None:
    for count in (1, 2, 3, 7, 8, 9, 33):
        leaves = numbered(count)
        top = root(leaves)
        for index, path in enumerate(proofs(leaves)):
            for other in range(-2, count + 2):
                assert verify(leaves[index], other, count, path, top) is (other == index)


@given(leaf_lists, st.data())
def test_any_flipped_bit_fails(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, top = proof(leaves, index), root(leaves)
    assert verify(leaves[index], index, len(leaves), path, top)

    parts = [leaves[index], *path, top]
    which = data.draw(st.sampled_from([at for at, part in enumerate(parts) if part]))
    changed = bytearray(parts[which])
    bit = data.draw(st.integers(0, 8 * len(changed) - 1))
    changed[bit // 8] ^= 1 << bit % 8
    parts[which] = bytes(changed)
    assert not verify(parts[0], index, len(leaves), parts[1:-1], parts[-1])


@given(leaf_lists, st.data())
def test_a_longer_shorter_or_misshapen_path_fails(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    path, top = proof(leaves, index), root(leaves)
    count, leaf = len(leaves), leaves[index]
    assert not verify(leaf, index, count, (*path, bytes(32)), top)
    assert not verify(leaf, index, count, (bytes(32), *path), top)
    assert not verify(leaf, index, count, path, top[:-1])
    if path:
        assert not verify(leaf, index, count, path[:-1], top)
        assert not verify(leaf, index, count, path[1:], top)
        assert not verify(leaf, index, count, (path[0][:-1], *path[1:]), top)


@given(leaf_lists.filter(lambda leaves: len(leaves) > 1), st.data())
def test_order_is_part_of_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    other = data.draw(st.permutations(leaves))
    assert (root(leaves) == root(other)) is (leaves == other)


def test_a_single_leaf_is_its_own_root_with_an_empty_path() -> None:
    assert proof([b"only"], 0) == ()
    assert root([b"only"]) == leaf_digest(b"only") == sm3(b"\x00only")
    assert verify(b"only", 0, 1, (), root([b"only"]))
    assert not verify(b"other", 0, 1, (), root([b"only"]))


def test_a_leaf_that_looks_like_a_node_is_refused() -> None:
    leaves = numbered(4)
    top = root(leaves)
    left, right = root(leaves[:2]), root(leaves[2:])
    for forged in (left + right, b"\x01" + left + right):
        assert root([forged]) != top
        assert not verify(forged, 0, 1, (), top)
    inner = leaf_digest(leaves[0]) + leaf_digest(leaves[1])
    for forged in (inner, b"\x01" + inner, b"\x00" + inner):
        assert not verify(forged, 0, 2, (right,), top)


def test_nothing_belongs_to_an_empty_list() -> None:
    assert root([]) == sm3(b"")
    assert proofs([]) == []
    assert not verify(b"", 0, 0, (), root([]))


def test_a_count_of_another_height_fails() -> None:
    leaves = numbered(4)
    path, top = proof(leaves, 1), root(leaves)
    assert [verify(leaves[1], 1, count, path, top) for count in (-1, 0, 1, 2, 5, 8)] == [False] * 6


@pytest.mark.parametrize("index", [-1, 3])
def test_a_proof_of_no_leaf_is_refused_in_words(index: int) -> None:
    with pytest.raises(BadInput) as refused:
        proof(numbered(3), index)
    assert str(refused.value) == (
        f"这一批共有3条，没有第{index + 1}条，无法给出证明。请核对序号后重试。"
    )
    assert refused.value.path == "index"
