"""The wire envelope: 1..n messages from one agency to another under one SM2 signature.

The signature covers the canonical header, and the header holds the Merkle root over the messages:
a single message can be proved later without showing the others (`proof_of`). The envelope carries
the sender's sequence number, so that the receiver sees gaps, and each message its schema version.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange import merkle
from jiexu.core.exchange.canonical import canonical

WIRE_VERSION = "1"


class BadEnvelope(JiexuError):
    """The bytes are not a genuine envelope of the agency they claim to come from."""

    code = "BAD_ENVELOPE"


class WireMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One message. `body` is the canonical JSON of its kind, kept as text so its bytes survive."""

    message_id: str
    kind: str
    version: str
    case_no: str
    body: str


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is signed."""

    wire: str
    sender: str
    receiver: str
    seq: int
    sent_at: datetime
    key_id: str
    count: int
    root: str


class Envelope(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    header: Header
    signature: str
    messages: tuple[WireMessage, ...]


class Proof(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Enough to show to anybody that one message was sent, without its neighbours."""

    header: Header
    signature: str
    message: WireMessage
    index: int
    path: tuple[str, ...]


Sign = Callable[[bytes], bytes]
Verify = Callable[[str, str, bytes, bytes], bool]
"""(agency, key id, signed bytes, signature) → genuine? The key must belong to that agency."""

_decoder = msgspec.json.Decoder(Envelope)


def seal(
    messages: Sequence[WireMessage],
    *,
    sender: str,
    receiver: str,
    seq: int,
    sent_at: datetime,
    key_id: str,
    sign: Sign,
) -> bytes:
    """Put messages into one signed envelope and return its bytes."""
    leaves = [canonical(message) for message in messages]
    header = Header(
        wire=WIRE_VERSION,
        sender=sender,
        receiver=receiver,
        seq=seq,
        sent_at=sent_at,
        key_id=key_id,
        count=len(messages),
        root=merkle.root(leaves).hex(),
    )
    signature = sign(canonical(header)).hex()
    return canonical(Envelope(header=header, signature=signature, messages=tuple(messages)))


def open_envelope(data: bytes, *, receiver: str, verify: Verify) -> Envelope:
    """Read and check an envelope meant for `receiver`.

    Raises `BadEnvelope` when it is unreadable, meant for somebody else, signed by a key that is not
    the sender's, or when one byte of header or messages has changed.
    """
    try:
        envelope = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadEnvelope(f"信封无法读取：{error}。", "请发送方核对后重新发送。") from error
    header = envelope.header
    if header.wire != WIRE_VERSION:
        raise BadEnvelope(f"信封版本不支持：{header.wire[:10]}。", "请升级较旧的一方。")
    if header.receiver != receiver:
        raise BadEnvelope("信封的收件机构不是本机构。", "请核对发送地址。")
    leaves = [canonical(message) for message in envelope.messages]
    if not leaves or header.count != len(leaves) or merkle.root(leaves).hex() != header.root:
        raise BadEnvelope(
            "信封内容与其摘要不符，可能被改动。", "请发送方重新发送；本次内容未被采用。"
        )
    if not _signed(header, envelope.signature, verify):
        raise BadEnvelope("信封签名无效。", "请核对发送方的公钥；本次内容未被采用。")
    return envelope


def proof_of(envelope: Envelope, message_id: str) -> Proof:
    """The proof of one message; `KeyError` if it is not in this envelope."""
    for index, message in enumerate(envelope.messages):
        if message.message_id == message_id:
            leaves = [canonical(other) for other in envelope.messages]
            path = merkle.proof(leaves, index)
            return Proof(
                header=envelope.header,
                signature=envelope.signature,
                message=message,
                index=index,
                path=tuple(node.hex() for node in path),
            )
    raise KeyError(message_id)


def verify_proof(proof: Proof, verify: Verify) -> bool:
    """Whether the proof shows that the header's sender signed this very message."""
    if not 0 <= proof.index < proof.header.count:
        return False
    path = [from_hex(node) for node in proof.path]
    root = from_hex(proof.header.root)
    if root is None or None in path:
        return False
    steps = [node for node in path if node is not None]
    if not merkle.verify(canonical(proof.message), proof.index, proof.header.count, steps, root):
        return False
    return _signed(proof.header, proof.signature, verify)


def from_hex(text: str) -> bytes | None:
    """Bytes from lower-case hexadecimal, the one form that is written; `None` for any other."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if raw.hex() == text else None


def _signed(header: Header, signature: str, verify: Verify) -> bool:
    raw = from_hex(signature)
    if raw is None:
        return False
    return verify(header.sender, header.key_id, canonical(header), raw)
