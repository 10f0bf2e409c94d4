"""Signing keys of the agencies: made for hosted ones, kept for partners, found for checking.

Private keys are sealed at rest. OpenSSL keys are for development and demonstration; a production
node puts a certified cipher machine behind the `Signer` port, and papers say 非官方签章 until then.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.records.access.sealing import vault
from jiexu.records.exchange.models import Key
from jiexu.records.isolation import writing
from jiexu.records.statements import Read
from jiexu.work.ports import ports

_SIGNING = Read(
    Key,
    "agency = {area} AND private_sealed IS NOT NULL AND valid_from <= {now}"
    " AND (valid_to IS NULL OR valid_to > {now})",
    order="valid_from DESC",
    limit=1,
)
_PUBLIC = Read(Key, "agency = {area} AND key_id = {key_id}", fields=("public",))


class NoKey(JiexuError):
    """An agency has no signing key in force."""

    code = "NO_KEY"


def make_key(area: str, now: datetime) -> str:
    """Make the signing key of a hosted agency; returns its id (SM3 of the public key)."""
    pair = ports().signer.generate()
    key_id = sm3_hex(pair.public)
    with writing():
        Key.objects.create(
            agency_id=area,
            key_id=key_id,
            public=pair.public,
            private_sealed=vault().seal(pair.private.hex(), context="key.private"),
            valid_from=now,
        )
    return key_id


def trust_key(area: str, public: bytes, now: datetime) -> str:
    """Keep the public key of a partner agency, received by letter and checked by call-back."""
    key_id = sm3_hex(public)
    with writing():
        Key.objects.create(agency_id=area, key_id=key_id, public=public, valid_from=now)
    return key_id


def signing_key(area: str, now: datetime) -> tuple[str, bytes]:
    """Id and private key of a hosted agency in force now. Raises `NoKey`."""
    row = next(iter(_SIGNING.of_node(area=area, now=now)), None)
    if row is None:
        raise NoKey(f"机构 {area} 没有可用的签名密钥。", "请运行 jiexu agency add 生成密钥。")
    return row.key_id, bytes.fromhex(_private(row.key_id, bytes(row.private_sealed)))


@lru_cache(maxsize=256)
def _private(key_id: str, sealed: bytes) -> str:
    return vault().open(sealed, context="key.private")


def verify_signature(area: str, key_id: str, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is genuine and the key belongs to `area`."""
    public = _public(area, key_id)
    return public is not None and ports().signer.verify(public, message, signature)


def _public(area: str, key_id: str) -> bytes | None:
    row = next(iter(_PUBLIC.of_node(area=area, key_id=key_id)), None)
    return bytes(row[0]) if row is not None else None
