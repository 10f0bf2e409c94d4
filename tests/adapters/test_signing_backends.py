"""The three SM2 backends agree in everything they accept and in everything they refuse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.adapters.signing import Backend, KeyPair, curve
from jiexu.adapters.signing.openssl import OpensslSigner
from jiexu.adapters.signing.reference import ReferenceSigner
from jiexu.adapters.signing.tongsuo import TongsuoSigner
from jiexu.core.base.errors import BadInput

SIGNERS: dict[str, Backend] = {
    signer.name: signer for signer in (OpensslSigner(), TongsuoSigner(), ReferenceSigner())
}
each = pytest.mark.parametrize("signer", SIGNERS.values(), ids=SIGNERS.keys())
pairs = pytest.mark.parametrize(("maker", "checker"), list(product(SIGNERS, SIGNERS)))

PAIR = SIGNERS["openssl"].generate()
MESSAGE = "转移接续信息表".encode() * 10
SIGNATURE = SIGNERS["openssl"].sign(PAIR.private, MESSAGE)

scalars = st.integers(1, curve.N - 2).map(lambda d: d.to_bytes(32, "big"))


def number(value: int) -> bytes:
    return value.to_bytes(32, "big")


@pairs
@settings(max_examples=12, deadline=None)
@given(private=scalars, message=st.binary(max_size=200))
def test_each_verifies_what_each_signs(
    maker: str, checker: str, private: bytes, message: bytes
) -> None:
    public = SIGNERS[maker].public_of(private)
    assert public == SIGNERS[checker].public_of(private)
    signature = SIGNERS[maker].sign(private, message)
    assert len(signature) == 64
    assert SIGNERS[checker].verify(public, message, signature)
    assert not SIGNERS[checker].verify(public, message + b"\0", signature)


@each
def test_an_empty_and_a_long_message_are_signed(signer: Backend) -> None:
    for message in (b"", bytes(3_000_000)):
        signature = signer.sign(PAIR.private, message)
        assert all(other.verify(PAIR.public, message, signature) for other in SIGNERS.values())


@each
def test_short_numbers_keep_their_leading_zeros(signer: Backend) -> None:
    """Over 600 signatures, some r or s begins with a zero byte; 64 bytes come out all the same."""
    signatures = [signer.sign(PAIR.private, b"%d" % i) for i in range(600)]
    assert {len(signature) for signature in signatures} == {64}
    assert len(set(signatures)) == 600
    short = [i for i, s in enumerate(signatures) if s[0] == 0 or s[32] == 0]
    assert all(signer.verify(PAIR.public, b"%d" % i, signatures[i]) for i in short)


@each
def test_generated_keys_fit_the_forms_and_differ(signer: Backend) -> None:
    made = [signer.generate() for _ in range(20)]
    assert len({pair.private for pair in made}) == 20
    for pair in made:
        assert (len(pair.private), len(pair.public), pair.public[0]) == (32, 65, 4)
        assert curve.public_point(pair.public) is not None
        assert signer.public_of(pair.private) == pair.public


def test_a_key_pair_does_not_print_its_private_key() -> None:
    assert PAIR.private.hex() not in f"{PAIR!r} {PAIR}"
    assert repr(PAIR) == f"KeyPair(private=<hidden>, public={PAIR.public.hex()})"
    assert KeyPair(private=PAIR.private, public=PAIR.public) == PAIR


@each
@settings(max_examples=30, deadline=None)
@given(st.integers(0, 8 * (64 + len(MESSAGE)) - 1))
def test_a_flipped_bit_anywhere_is_refused(signer: Backend, bit: int) -> None:
    changed = bytearray(SIGNATURE + MESSAGE)
    changed[bit // 8] ^= 1 << bit % 8
    assert not signer.verify(PAIR.public, bytes(changed[64:]), bytes(changed[:64]))
    assert signer.verify(PAIR.public, MESSAGE, SIGNATURE)


@each
def test_a_signature_of_any_other_length_is_refused(signer: Backend) -> None:
    r, s = curve.signature_numbers(SIGNATURE) or (0, 0)
    wrong = [SIGNATURE[:size] for size in range(64)]
    wrong += [SIGNATURE + b"\0", b"\0" + SIGNATURE, curve.der_from_signature(r, s), bytes(10_000)]
    assert not any(signer.verify(PAIR.public, MESSAGE, signature) for signature in wrong)


@each
def test_numbers_out_of_range_are_refused(signer: Backend) -> None:
    r, s = SIGNATURE[:32], SIGNATURE[32:]
    for bad in (0, curve.N, curve.N + 1, 2**256 - 1):
        assert not signer.verify(PAIR.public, MESSAGE, number(bad) + s)
        assert not signer.verify(PAIR.public, MESSAGE, r + number(bad))
    assert not signer.verify(PAIR.public, MESSAGE, s + r)


@each
def test_numbers_that_add_up_to_n_are_refused(signer: Backend) -> None:
    r = int.from_bytes(SIGNATURE[:32], "big")
    assert not signer.verify(PAIR.public, MESSAGE, number(r) + number(curve.N - r))


@each
def test_a_public_key_that_is_no_point_is_refused(signer: Backend) -> None:
    x, y = PAIR.public[1:33], PAIR.public[33:]
    wrong = [
        b"\x04" + x + number(int.from_bytes(y, "big") ^ 1),
        b"\x04" + y + x,
        b"\x04" + bytes(64),
        b"\x04" + number(curve.P) + y,
        b"\x04" + x + number(2**256 - 1),
        b"\x02" + x,
        b"\x06" + x + y,
        b"\x00" * 65,
        b"\x00",
        b"",
        x + y,
        PAIR.public + b"\0",
    ]
    assert not any(signer.verify(public, MESSAGE, SIGNATURE) for public in wrong)


@each
def test_the_key_of_somebody_else_is_refused(signer: Backend) -> None:
    assert not signer.verify(signer.generate().public, MESSAGE, SIGNATURE)
    mirrored = int.from_bytes(PAIR.public[33:], "big")
    assert not signer.verify(PAIR.public[:33] + number(curve.P - mirrored), MESSAGE, SIGNATURE)


@each
@pytest.mark.parametrize(
    "private", [0, curve.N - 1, curve.N, curve.N + 1, 2**256 - 1], ids=lambda d: f"{d:x}"[-8:]
)
def test_a_private_key_out_of_range_is_refused_in_words(signer: Backend, private: int) -> None:
    for act in (
        lambda: signer.sign(number(private), MESSAGE),
        lambda: signer.public_of(number(private)),
    ):
        with pytest.raises(BadInput) as refused:
            act()
        assert str(refused.value) == (
            "SM2 私钥超出允许范围（1 到 n-2），不能用来签名。"
            "请检查密钥文件是否损坏，或重新生成密钥。"
        )
        assert refused.value.path == "private"


@each
@pytest.mark.parametrize(
    "private",
    [b"", PAIR.private[1:], PAIR.private + b"\0"],
    ids=["empty", "short", "long"],  # the key is new in each process, a name must not be
)
def test_a_private_key_of_another_length_is_refused_in_words(
    signer: Backend, private: bytes
) -> None:
    with pytest.raises(BadInput) as refused:
        signer.sign(private, MESSAGE)
    assert refused.value.message == f"SM2 私钥应为32字节，收到的是{len(private)}字节。"
    assert refused.value.remedy == "请检查密钥文件是否完整，或重新生成密钥。"


@pytest.mark.parametrize("make", [OpensslSigner, ReferenceSigner])
@pytest.mark.parametrize("distid", [b"", b"1234567812345679", b"ALICE123@YAHOO.COM"])
def test_another_identifier_makes_another_signature(
    make: type[OpensslSigner] | type[ReferenceSigner], distid: bytes
) -> None:
    other = make(distid=distid)
    signature = other.sign(PAIR.private, MESSAGE)
    assert OpensslSigner(distid=distid).verify(PAIR.public, MESSAGE, signature)
    assert ReferenceSigner(distid=distid).verify(PAIR.public, MESSAGE, signature)
    assert not other.verify(PAIR.public, MESSAGE, SIGNATURE)
    assert not any(s.verify(PAIR.public, MESSAGE, signature) for s in SIGNERS.values())


@each
def test_threads_share_a_signer(signer: Backend) -> None:
    made = [signer.generate() for _ in range(6)]

    def work(task: int) -> bool:
        pair, message = made[task % len(made)], b"%d" % task
        signature = signer.sign(pair.private, message)
        stranger = made[(task + 1) % len(made)]
        return signer.verify(pair.public, message, signature) and not signer.verify(
            stranger.public, message, signature
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(240)))


@pytest.mark.parametrize("make", [OpensslSigner, TongsuoSigner])
def test_threads_pushing_out_each_others_keys_get_right_answers(
    make: type[OpensslSigner] | type[TongsuoSigner],
) -> None:
    signer = make(kept_keys=2)
    made = [signer.generate() for _ in range(8)]

    def work(task: int) -> bool:
        pair = made[task % len(made)]
        return signer.verify(pair.public, MESSAGE, signer.sign(pair.private, MESSAGE))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(240)))
    assert signer._private.cache_info().currsize == 2
    assert signer._public.cache_info().currsize == 2


def test_known_keys_are_loaded_once() -> None:
    signer = OpensslSigner()
    signer._private.cache_clear()
    for _ in range(5):
        signer.sign(PAIR.private, MESSAGE)
    assert (signer._private.cache_info().misses, signer._private.cache_info().hits) == (1, 4)
