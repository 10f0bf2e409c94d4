"""Channels that behave as real ones may: twice, late, in another order, or not today.

They carry the very bytes; what arrives is taken in through the product's own door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from jiexu.core.exchange.envelope import Envelope, open_envelope
from jiexu.work import ports as wiring
from jiexu.work import receive
from jiexu.work.keys import verify_signature
from jiexu.work.ports import Channel, ChannelDown


class Letter(NamedTuple):
    """An envelope on its way."""

    receiver: str
    sender: str
    seq: int
    data: bytes

    @property
    def kinds(self) -> set[str]:
        return {message.kind for message in self.opened.messages}

    @property
    def opened(self) -> Envelope:
        return open_envelope(self.data, receiver=self.receiver, verify=verify_signature)

    def arrive(self) -> bool:
        """Into the receiver's inbox; False if it has it already."""
        return receive.accept(self.receiver, self.data, wiring.clock())


class Carrier:
    """Between all agencies of the node. `letters` are all that were handed over, in order."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.before: Channel = wiring.ports().loopback
        wiring.install(replace(wiring.ports(), loopback=self))

    def deliver(self, receiver: str, sender: str, seq: int, data: bytes) -> None:
        letter = Letter(receiver, sender, seq, data)
        self.letters.append(letter)
        self.carry(letter)

    def carry(self, letter: Letter) -> None:
        self.before.deliver(*letter)

    def collect(self, receiver: str) -> Iterable[tuple[str, bytes]]:
        return ()

    def done(self, receiver: str, name: str, *, refused: str = "") -> None:
        raise AssertionError("nothing was collected")


class Twice(Carrier):
    """Every envelope comes twice at once, and all of them a third time when asked."""

    def carry(self, letter: Letter) -> None:
        super().carry(letter)
        super().carry(letter)

    def all_again(self) -> int:
        """How many of them were taken in once more: none, it is hoped."""
        return sum(letter.arrive() for letter in self.letters)


class Keeping(Carrier):
    """Keeps what `hold` picks until it is let go."""

    def __init__(self, hold: Callable[[Letter], bool]) -> None:
        super().__init__()
        self.hold = hold
        self.kept: list[Letter] = []

    def carry(self, letter: Letter) -> None:
        if self.hold(letter):
            self.kept.append(letter)
        else:
            super().carry(letter)

    def let_go(self, *kinds: str) -> None:
        """Those with a message of these kinds arrive; all of them, if none is named."""
        arriving = [one for one in self.kept if not kinds or one.kinds & set(kinds)]
        self.kept = [one for one in self.kept if one not in arriving]
        for letter in arriving:
            letter.arrive()


class Down(Carrier):
    """Cannot reach the other side the first `times` times. Unless `dead`, every other time the
    bytes did arrive and only the answer was lost.
    """

    def __init__(self, times: int, *, dead: bool = False) -> None:
        super().__init__()
        self.times = times
        self.dead = dead

    def carry(self, letter: Letter) -> None:
        if self.times:
            self.times -= 1
            if self.times % 2 and not self.dead:
                super().carry(letter)
            raise ChannelDown("对方暂时不能接收。")
        super().carry(letter)
