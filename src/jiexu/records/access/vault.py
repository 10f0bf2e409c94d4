"""Keeps identity and bank numbers unreadable in the database, and findable all the same.

Sealing is SM4-GCM (GB/T 32907, RFC 8998) with a random nonce and the column's name bound in: a
value moved to another column does not open. Finding goes by a blind index, HMAC-SM3 of the
normalised text under a key of its own: equal numbers of one column have equal indexes, and without
the key nothing can be said about the number. One 16-byte SM4 key serves up to 2^32 values (the GCM
bound for random nonces); long before that, add a master key.

A sealed value: version (1 byte), key id (1), nonce (12), ciphertext (as long as the
text in UTF-8), tag (16).

Rotation: add a master key under a higher id; it seals from then on, and every key held still opens.
The blind index stays on the oldest key held (`index_key_id`), or on the one named, because an index
must not change while rows under it exist: before the oldest key goes, compute all indexes anew.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jiexu.core.base.errors import BadInput, JiexuError
from jiexu.core.base.masks import mask_bank, mask_certno, mask_name
from jiexu.core.exchange.sm3 import hmac_sm3

__all__ = ["Vault", "VaultError", "derive", "mask_bank", "mask_certno", "mask_name"]

MASTER_BYTES: Final = 32
_VERSION: Final = 1
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_HEAD_BYTES: Final = 2 + _NONCE_BYTES
_SM4_BYTES: Final = 16
_SALT: Final = b"jiexu vault"


class VaultError(JiexuError):
    """A sealed value cannot be opened: changed, moved, or under a key not held; or a key is bad."""

    code = "VAULT"


def derive(master: bytes, purpose: str) -> bytes:
    """The 32-byte key for one purpose under `master`: HKDF (RFC 5869) over SM3, one block."""
    return hmac_sm3(hmac_sm3(_SALT, master), purpose.encode() + b"\x01")


class Vault:
    """Seals, opens and indexes under one set of master keys: id (1 to 255) to 32 random bytes.

    Raises `VaultError` for no key, a key of another length, an id out of range, an index key that
    is not held, or a cryptography library without SM4.
    """

    def __init__(self, masters: Mapping[int, bytes], *, index_key_id: int | None = None) -> None:
        if not masters:
            raise VaultError("没有配置主密钥。", "请先生成主密钥，再启动系统。")
        for key_id, master in masters.items():
            if not 1 <= key_id <= 255:
                raise VaultError(f"主密钥编号 {key_id} 超出范围。", "编号请用 1 到 255。")
            if len(master) != MASTER_BYTES:
                raise VaultError(
                    f"{key_id}号主密钥应为{MASTER_BYTES}字节，收到的是{len(master)}字节。",
                    "请检查密钥文件是否完整。",
                )
        self.sealing_key_id = max(masters)
        self.index_key_id = min(masters) if index_key_id is None else index_key_id
        if self.index_key_id not in masters:
            raise VaultError(
                f"索引用的{self.index_key_id}号主密钥不在配置中。",
                "请补上该密钥，或先重建全部索引再停用它。",
            )
        try:
            self._ciphers = {
                key_id: algorithms.SM4(derive(master, "seal")[:_SM4_BYTES])
                for key_id, master in masters.items()
            }
            Cipher(self._ciphers[self.sealing_key_id], modes.GCM(bytes(12))).encryptor()
        except UnsupportedAlgorithm as error:
            raise VaultError(
                "当前的 cryptography 库不支持 SM4-GCM，无法加密证件号码和银行账号。",
                "请安装 cryptography 45 以上的官方版本。",
            ) from error
        self._index_key = derive(masters[self.index_key_id], "index")
        self._check_values = {
            key_id: derive(master, "check")[:4].hex() for key_id, master in masters.items()
        }

    @property
    def check_values(self) -> dict[int, str]:
        """Eight hexadecimal digits per key id: tells keys apart and says nothing about them.

        Kept beside the data, they show at start whether the right keys were configured.
        """
        return dict(self._check_values)

    def seal(self, text: str, *, context: str) -> bytes:
        """`text` under the newest key, bound to `context` (the column, as "person.certno")."""
        nonce = os.urandom(_NONCE_BYTES)
        head = bytes((_VERSION, self.sealing_key_id))
        encryptor = Cipher(self._ciphers[self.sealing_key_id], modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(_bound(head, context))
        body = encryptor.update(text.encode()) + encryptor.finalize()
        return head + nonce + body + encryptor.tag

    def open(self, blob: bytes | bytearray | memoryview, *, context: str) -> str:
        """The text sealed under `context`.

        Raises `VaultError` when the value was changed, cut, comes from another column, or was
        sealed under a key that is not held.
        """
        sealed = bytes(blob)
        key_id = key_id_of(sealed)
        if key_id not in self._ciphers:
            raise VaultError(
                f"这条数据由{key_id}号主密钥加密，当前没有配置该密钥。",
                "请在配置中补上该密钥后重试。",
            )
        nonce, tag = sealed[2:_HEAD_BYTES], sealed[-_TAG_BYTES:]
        decryptor = Cipher(self._ciphers[key_id], modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(_bound(sealed[:2], context))
        try:
            text = decryptor.update(sealed[_HEAD_BYTES:-_TAG_BYTES]) + decryptor.finalize()
        except InvalidTag:
            raise VaultError(
                "加密数据校验不通过：内容被改动、被移到了别的字段，或密钥不对。",
                "请从备份恢复这条数据，并通知系统管理员查明原因。",
            ) from None
        return text.decode()

    def index(self, text: str, *, context: str) -> bytes:
        """The 32-byte blind index of `text` in `context`, by which rows are found.

        Full-width forms, case and surrounding blanks make no difference. Raises `BadInput` for a
        blank text: all rows without a number would look like one person.
        """
        normal = normalised(text)
        if not normal:
            raise BadInput("号码是空白的，无法查找。", "请填写号码后重试。")
        return hmac_sm3(self._index_key, _bound(b"", context) + b"\0" + normal.encode())


def key_id_of(blob: bytes | bytearray | memoryview) -> int:
    """The id of the master key a value was sealed under: says which rows a rotation has left.

    Raises `VaultError` when this is not a sealed value.
    """
    if len(blob) < _HEAD_BYTES + _TAG_BYTES or blob[0] != _VERSION:
        raise VaultError(
            "这不是本系统加密的数据，或数据不完整。", "请从备份恢复这条数据，并通知系统管理员。"
        )
    return blob[1]


def normalised(text: str) -> str:
    """The form in which two spellings of one number are equal: half width, upper case, stripped."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def _bound(head: bytes, context: str) -> bytes:
    if not context or "\0" in context:
        raise ValueError("context must name a column, as 'person.certno'")
    return head + context.encode()
