"""SM2 against the published example (GB/T 32918.5, recommended curve)."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from jiexu.adapters.signing import Backend, curve
from jiexu.adapters.signing.openssl import OpensslSigner
from jiexu.adapters.signing.reference import ReferenceSigner
from jiexu.adapters.signing.tongsuo import TongsuoSigner
from jiexu.core.exchange.sm3 import sm3_hex

PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
MESSAGE = b"message digest"
Z = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"
E = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"
NONCE = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)

BACKENDS = [OpensslSigner, TongsuoSigner, ReferenceSigner]


@pytest.fixture(scope="module", params=BACKENDS, ids=lambda backend: backend.name)
def signer(request: pytest.FixtureRequest) -> Backend:
    return request.param()


def test_every_backend_knows_the_public_key_and_accepts_the_signature(signer: Backend) -> None:
    assert signer.public_of(PRIVATE) == PUBLIC
    assert signer.verify(PUBLIC, MESSAGE, SIGNATURE)


def test_the_digest_that_is_signed_is_the_published_one() -> None:
    z = curve.identity_digest(PUBLIC, b"1234567812345678")
    assert z.hex() == Z
    assert sm3_hex(z + MESSAGE) == E


def test_the_published_nonce_gives_the_published_signature() -> None:
    assert ReferenceSigner().sign(PRIVATE, MESSAGE, nonce=NONCE) == SIGNATURE


def test_any_flipped_bit_of_the_published_signature_is_refused() -> None:
    signer = OpensslSigner()
    for bit in range(8 * len(SIGNATURE)):
        changed = bytearray(SIGNATURE)
        changed[bit // 8] ^= 1 << bit % 8
        assert not signer.verify(PUBLIC, MESSAGE, bytes(changed))


def test_the_curve_is_the_one_tongsuo_has() -> None:
    """n-2 times G, computed by two libraries, fixes the curve, G and n as we wrote them."""
    largest = (curve.N - 2).to_bytes(32, "big")
    one = (1).to_bytes(32, "big")
    for private in (largest, one):
        points = {backend().public_of(private) for backend in BACKENDS}
        assert len(points) == 1
    assert OpensslSigner().public_of(one) == curve.public_octets(curve.GX, curve.GY)


@pytest.mark.parametrize("s", [1, 255, 2**255, curve.N - 1])
@pytest.mark.parametrize("r", [1, 127, 128, 255, 256, 2**247, 2**248 - 1, 2**255, curve.N - 1])
def test_der_keeps_small_and_large_numbers(r: int, s: int) -> None:
    der = curve.der_from_signature(r, s)
    assert der == encode_dss_signature(r, s)
    assert len(der) <= 72
    assert curve.signature_numbers(curve.signature_from_der(der)) == (r, s)
