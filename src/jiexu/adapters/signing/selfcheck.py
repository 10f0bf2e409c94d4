"""What a backend must show before it may sign: the published example and one pass of its own.

The example is that of GB/T 32918.5 (recommended curve, message "message digest", identifier
1234567812345678).
"""

from __future__ import annotations

from typing import Final, Protocol

from jiexu.adapters.signing.curve import SignerUnavailable

EXAMPLE_PRIVATE: Final = bytes.fromhex(
    "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8"
)
EXAMPLE_PUBLIC: Final = bytes.fromhex(
    "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
EXAMPLE_MESSAGE: Final = b"message digest"
EXAMPLE_NONCE: Final = 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21
EXAMPLE_SIGNATURE: Final = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)


class Checkable(Protocol):
    """The part of a signer the check needs."""

    @property
    def name(self) -> str: ...
    def public_of(self, private: bytes) -> bytes: ...
    def sign(self, private: bytes, message: bytes) -> bytes: ...
    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool: ...


def self_check(signer: Checkable) -> None:
    """Raise `SignerUnavailable` unless `signer` (with the default identifier) answers correctly."""
    signature = signer.sign(EXAMPLE_PRIVATE, EXAMPLE_MESSAGE)
    right = (
        signer.public_of(EXAMPLE_PRIVATE) == EXAMPLE_PUBLIC
        and signer.verify(EXAMPLE_PUBLIC, EXAMPLE_MESSAGE, EXAMPLE_SIGNATURE)
        and signer.verify(EXAMPLE_PUBLIC, EXAMPLE_MESSAGE, signature)
        and not signer.verify(EXAMPLE_PUBLIC, EXAMPLE_MESSAGE + b".", signature)
    )
    if not right:
        raise SignerUnavailable(
            f"签名后端 {signer.name} 没有通过国标示例自检，不能用来签名。",
            "请换用其他版本的密码库，或改用另一个签名后端。",
        )
