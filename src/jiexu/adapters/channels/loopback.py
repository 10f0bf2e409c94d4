"""The channel between two agencies on one node: a call, with the very bytes a wire would carry.

Nothing is skipped: the receiver reads and verifies the envelope as if it came from afar.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from jiexu.core.base.errors import JiexuError
from jiexu.core.exchange.envelope import BadEnvelope
from jiexu.work.ports import ChannelDown, EnvelopeRefused


class Loopback:
    """Hands envelopes to `receive(receiver, data)`, which keeps them safely or raises."""

    def __init__(self, receive: Callable[[str, bytes], object]) -> None:
        self._receive = receive

    def deliver(self, receiver: str, sender: str, seq: int, data: bytes) -> None:
        """Give the receiver the bytes. Raises `EnvelopeRefused` where the envelope is not
        genuine, and `ChannelDown` where the receiver cannot take anything in just now.
        """
        try:
            self._receive(receiver, data)
        except BadEnvelope as error:
            raise EnvelopeRefused(str(error)) from error
        except JiexuError as error:
            # A fault of the receiver, not of the envelope: it may be mended, so try again.
            raise ChannelDown(str(error)) from error

    def collect(self, receiver: str) -> Iterable[tuple[str, bytes]]:
        """Nothing: all that comes by this channel is handed over at once."""
        return ()

    def done(self, receiver: str, name: str, *, refused: str = "") -> None:
        """Nothing to put away."""
