"""SM2 signatures over SM3 (GB/T 32918, GB/T 35276), by one of three backends.

`best_signer` takes the first that works here: the system's OpenSSL 3, then tongsuopy, then plain
Python. All speak the same forms (see `curve`): a signature of one is verified by the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

from jiexu.adapters.signing.curve import KeyPair, SignerUnavailable

__all__ = ["Backend", "KeyPair", "SignerUnavailable", "best_signer", "choose", "describe"]


class Backend(Protocol):
    """A signer that can say what it is."""

    @property
    def name(self) -> str: ...
    def describe(self) -> str: ...
    def generate(self) -> KeyPair: ...
    def public_of(self, private: bytes) -> bytes: ...
    def sign(self, private: bytes, message: bytes) -> bytes: ...
    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool: ...


def _openssl() -> Backend:
    from jiexu.adapters.signing.openssl import OpensslSigner

    return OpensslSigner()


def _tongsuo() -> Backend:
    from jiexu.adapters.signing.tongsuo import TongsuoSigner

    return TongsuoSigner()


def _reference() -> Backend:
    from jiexu.adapters.signing.reference import ReferenceSigner

    return ReferenceSigner()


BACKENDS: tuple[Callable[[], Backend], ...] = (_openssl, _tongsuo, _reference)


def choose(
    backends: Sequence[Callable[[], Backend]] = BACKENDS,
) -> tuple[Backend, tuple[str, ...]]:
    """The first backend that works here, and why each one before it does not (Chinese).

    Raises `SignerUnavailable` when none works, with all the reasons.
    """
    reasons: list[str] = []
    for make in backends:
        try:
            return make(), tuple(reasons)
        except SignerUnavailable as unavailable:
            reasons.append(unavailable.message)
    raise SignerUnavailable(
        f"没有可用的 SM2 签名后端：{''.join(reasons)}", "请安装 OpenSSL 3.0 以上版本后重试。"
    )


@cache
def _chosen() -> tuple[Backend, tuple[str, ...]]:
    return choose()


def best_signer() -> Backend:
    """The signer of this process, chosen once."""
    return _chosen()[0]


def describe(choice: tuple[Backend, tuple[str, ...]] | None = None) -> str:
    """One Chinese line for the operator: which backend signs, and why not a better one.

    Of this process's choice, or of one that `choose` returned.
    """
    signer, reasons = choice or _chosen()
    return signer.describe() + (f"（{''.join(reasons)}）" if reasons else "")
