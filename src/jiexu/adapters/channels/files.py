"""The channel through a shared folder: any two nodes that can see it can do business.

`<folder>/<receiver>/in/<sender>-<seq>.json` waits to be collected, then lies in `done/`, or in
`refused/` with a text file that says why. The envelopes hold identity numbers in clear text under
their signature: the folder must be open to the nodes alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from jiexu.adapters.channels import drop_folder
from jiexu.core.base.errors import BadInput, Conflict
from jiexu.work.ports import ChannelDown, EnvelopeRefused

log = logging.getLogger(__name__)

_SUFFIX = ".json"


class FilesChannel:
    """Delivers into, and collects from, one folder that several nodes share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left: set[str] = set()

    def deliver(self, receiver: str, sender: str, seq: int, data: bytes) -> None:
        """Put the envelope down for the receiver; the same envelope again is the same file.

        Raises `ChannelDown` when the folder cannot be written, `EnvelopeRefused` when another
        envelope has this number, when the addresses are not area codes or the size is beyond
        `drop_folder.LARGEST_BYTES` (64 MB): a larger one would never be collected.
        """
        if len(data) > drop_folder.LARGEST_BYTES:
            raise EnvelopeRefused("信封超过 64 MB，对方不会收取。请减少一次发送的报文数。")
        try:
            place = drop_folder.area_folder(self._folder, receiver)
            drop_folder.area_folder(self._folder, sender)
            name = f"{sender}-{seq:012d}{_SUFFIX}"
            taken = drop_folder.read(place / "done" / name)
            if taken is not None and taken != data:
                raise EnvelopeRefused(
                    f"对方已经收到过序号为 {seq} 的另一个信封。请核对序号后重新发送。"
                )
            if taken is None:
                drop_folder.put(place / "in" / name, data)
        except (BadInput, Conflict) as error:
            raise EnvelopeRefused(str(error)) from error
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise ChannelDown(f"交换目录暂时不能写入（{why}）。") from error

    def collect(self, receiver: str) -> Iterator[tuple[str, bytes]]:
        """What waits for `receiver`, in order of name, so in the order each sender numbered it.

        Hidden files, links and files over 64 MB stay where they are; the log names the large ones.
        """
        incoming = drop_folder.area_folder(self._folder, receiver) / "in"
        for name in drop_folder.waiting(incoming, _SUFFIX):
            try:
                data = drop_folder.read(incoming / name)
            except Conflict as error:
                if name not in self._left:
                    self._left.add(name)
                    log.warning("envelope %s for %s left alone: %s", name, receiver, error)
                continue
            if data is not None:
                yield name, data

    def done(self, receiver: str, name: str, *, refused: str = "") -> None:
        """The envelope is safe here, or will never be taken: out of the way with it."""
        folder = drop_folder.area_folder(self._folder, receiver)
        drop_folder.set_aside(folder, name, refused=refused)
