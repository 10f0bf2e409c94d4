"""The envelope: genuine or refused, and each message provable alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.core.exchange.canonical import canonical, digest_hex
from jiexu.core.exchange.envelope import (
    BadEnvelope,
    Envelope,
    WireMessage,
    open_envelope,
    proof_of,
    seal,
    verify_proof,
)
from jiexu.core.exchange.sm3 import sm3

KEY = b"a key of a test"
AT = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)


def sign(message: bytes) -> bytes:
    """A keyed digest: the envelope takes any signature; SM2 itself is tested with its adapter."""
    return sm3(KEY + message)


def verify(sender: str, key_id: str, message: bytes, signature: bytes) -> bool:
    return sender == "320100" and key_id == "k1" and signature == sm3(KEY + message)


def wire(number: int, body: str = "{}") -> WireMessage:
    return WireMessage(
        message_id=f"m{number}", kind="receipt", version="1", case_no="ZY1", body=body
    )


def sealed(count: int = 3) -> bytes:
    return seal(
        [wire(number) for number in range(count)],
        sender="320100",
        receiver="450200",
        seq=7,
        sent_at=AT,
        key_id="k1",
        sign=sign,
    )


@given(st.integers(min_value=1, max_value=40))
@settings(max_examples=25)
def test_what_is_sealed_opens_and_every_message_is_provable(count: int) -> None:
    envelope = open_envelope(sealed(count), receiver="450200", verify=verify)
    assert [message.message_id for message in envelope.messages] == [f"m{n}" for n in range(count)]
    for message in envelope.messages:
        proof = proof_of(envelope, message.message_id)
        assert verify_proof(proof, verify)
        other = msgspec.structs.replace(proof, message=wire(99))
        assert not verify_proof(other, verify)
        assert not verify_proof(msgspec.structs.replace(proof, index=count), verify)
        assert not verify_proof(msgspec.structs.replace(proof, path=("zz",)), verify)


@given(st.data())
@settings(max_examples=150)
def test_one_changed_byte_is_refused(data: st.DataObject) -> None:
    raw = bytearray(sealed())
    place = data.draw(st.integers(min_value=0, max_value=len(raw) - 1))
    bit = data.draw(st.integers(min_value=0, max_value=7))
    raw[place] ^= 1 << bit
    try:
        envelope = open_envelope(bytes(raw), receiver="450200", verify=verify)
    except BadEnvelope as error:
        assert error.remedy
    else:
        assert envelope == open_envelope(sealed(), receiver="450200", verify=verify)


def test_each_refusal_in_words() -> None:
    good = json.loads(sealed())
    with pytest.raises(BadEnvelope, match="收件机构不是本机构"):
        open_envelope(sealed(), receiver="450100", verify=verify)
    with pytest.raises(BadEnvelope, match="签名无效"):
        open_envelope(sealed(), receiver="450200", verify=lambda *_: False)
    with pytest.raises(BadEnvelope, match="无法读取"):
        open_envelope(b"not json", receiver="450200", verify=verify)
    with pytest.raises(BadEnvelope, match="摘要不符"):
        changed = {**good, "messages": good["messages"][:2]}
        open_envelope(json.dumps(changed).encode(), receiver="450200", verify=verify)
    with pytest.raises(BadEnvelope, match="版本不支持"):
        changed = {**good, "header": {**good["header"], "wire": "2"}}
        open_envelope(json.dumps(changed).encode(), receiver="450200", verify=verify)
    with pytest.raises(BadEnvelope, match="签名无效"):
        changed = {**good, "signature": "not hex"}
        open_envelope(json.dumps(changed).encode(), receiver="450200", verify=verify)


def test_an_empty_envelope_is_refused() -> None:
    with pytest.raises(BadEnvelope, match="摘要不符"):
        open_envelope(sealed(0), receiver="450200", verify=verify)


def test_a_message_that_is_not_inside_has_no_proof() -> None:
    envelope: Envelope = open_envelope(sealed(), receiver="450200", verify=verify)
    with pytest.raises(KeyError):
        proof_of(envelope, "m9")


def test_canonical_bytes_do_not_depend_on_order_and_refuse_floats() -> None:
    assert canonical({"b": 1, "a": "中"}) == '{"a":"中","b":1}'.encode()
    assert digest_hex({"a": 1, "b": 2}) == digest_hex({"b": 2, "a": 1})
    with pytest.raises(TypeError, match="no floats"):
        canonical({"amount": [0.1]})
