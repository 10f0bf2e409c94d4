"""Inside one node: the very bytes arrive, and a refusal is told apart from a fault."""

from __future__ import annotations

import pytest

from jiexu.adapters.channels.loopback import Loopback
from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.envelope import BadEnvelope
from jiexu.work.ports import ChannelDown, EnvelopeRefused


def test_the_receiver_gets_the_very_bytes() -> None:
    taken: list[tuple[str, bytes]] = []
    channel = Loopback(lambda area, data: taken.append((area, data)))
    channel.deliver("310000", "340100", 7, b"\x00\xff{}")
    assert taken == [("310000", b"\x00\xff{}")]


def test_an_envelope_that_is_not_genuine_is_refused_for_good() -> None:
    def receive(area: str, data: bytes) -> None:
        raise BadEnvelope("信封签名无效。", "请核对发送方的公钥。")

    with pytest.raises(EnvelopeRefused) as refused:
        Loopback(receive).deliver("310000", "340100", 7, b"{}")
    assert str(refused.value) == "信封签名无效。请核对发送方的公钥。"


def test_a_fault_of_the_receiver_is_tried_again() -> None:
    def receive(area: str, data: bytes) -> None:
        raise JiexuError("密钥暂时不可用。", "请检查密码机。")

    with pytest.raises(ChannelDown, match=r"密钥暂时不可用。请检查密码机。"):
        Loopback(receive).deliver("310000", "340100", 7, b"{}")


def test_a_defect_is_not_hidden() -> None:
    def receive(area: str, data: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Loopback(receive).deliver("310000", "340100", 7, b"{}")


def test_there_is_nothing_to_collect() -> None:
    channel = Loopback(lambda area, data: None)
    assert list(channel.collect("310000")) == []
    channel.done("310000", "x.json")
