"""An envelope that the receiver will never take stops being sent; the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jiexu.adapters.banks.folder import FolderBank
from jiexu.adapters.channels.files import FilesChannel
from jiexu.adapters.channels.loopback import Loopback
from jiexu.adapters.pdf.printer import TypstPrinter
from jiexu.adapters.signing import best_signer
from jiexu.adapters.storage.folder import FolderStore
from jiexu.core.exchange.envelope import BadEnvelope
from jiexu.records.exchange import write as exchange
from jiexu.records.exchange.models import Outgoing
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.models import Agency
from jiexu.work import ports
from jiexu.work.dispatch import dispatch_due
from jiexu.work.keys import make_key

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FROM = "340100"

pytestmark = pytest.mark.django_db


class Receiver:
    """Takes or refuses as told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.asked: list[str] = []

    def __call__(self, area: str, data: bytes) -> bool:
        self.asked.append(area)
        if area in self.refuses:
            raise BadEnvelope("信封签名无效。", "请核对发送方的公钥。")
        return True


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    before = ports.ports()
    receiver = Receiver()
    ports.install(
        ports.Ports(
            clock=lambda: NOW,
            serials=lambda: 1,
            signer=best_signer(),
            loopback=Loopback(receiver),
            far=FilesChannel(tmp_path),
            bank=FolderBank(tmp_path),
            printer=TypstPrinter(),
            store=FolderStore(tmp_path / "store"),
        )
    )
    with writing():
        for area in (FROM, "310000", "320100"):
            Agency.objects.create(area=area, name=area, hosted=True, opened_on=NOW.date())
    make_key(FROM, NOW)
    yield receiver
    ports.install(before)


def say(to: str) -> None:
    with acting_for(FROM), writing():
        exchange.enqueue(FROM, [(f"m-{to}", to, "receipt", "ZY1", "{}")], NOW)


def rows() -> dict[str, Any]:
    with acting_for(FROM):
        return {row.counterpart: row for row in Outgoing.objects.of(FROM)}


def test_refused_for_good_is_dead_with_the_reason_and_never_sent_again(receiver: Receiver) -> None:
    receiver.refuses = {"310000"}
    say("310000")
    say("320100")
    assert dispatch_due(NOW) == 1
    dead, delivered = rows()["310000"], rows()["320100"]
    assert (dead.state, dead.last_error) == ("dead", "信封签名无效。请核对发送方的公钥。")
    assert dead.lease_until is None
    assert delivered.state == "delivered"
    receiver.asked.clear()
    assert dispatch_due(NOW.replace(year=2027)) == 0
    assert receiver.asked == []


def test_the_next_envelope_to_the_same_receiver_still_goes_out(receiver: Receiver) -> None:
    receiver.refuses = {"310000"}
    say("310000")
    dispatch_due(NOW)
    receiver.refuses = set()
    with acting_for(FROM), writing():
        exchange.enqueue(FROM, [("m-2", "310000", "receipt", "ZY1", "{}")], NOW)
    assert dispatch_due(NOW) == 1
    with acting_for(FROM):
        states = dict(Outgoing.objects.of(FROM).values_list("message_id", "state"))
    assert states == {"m-310000": "dead", "m-2": "delivered"}
