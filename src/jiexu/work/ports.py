"""What the work needs from outside, as Protocols that adapters fulfil.

`config/wiring.py` is the only place that joins them; the work asks `ports()` and never knows who
answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import msgspec

from jiexu.core.base.money import Fen


class KeyPairLike(Protocol):
    """`private` 32 bytes, `public` 65 bytes (04‖X‖Y)."""

    @property
    def private(self) -> bytes: ...
    @property
    def public(self) -> bytes: ...


class Signer(Protocol):
    """SM2 with SM3; signatures are 64 bytes r‖s. A cipher machine fits behind this."""

    name: str

    def generate(self) -> KeyPairLike: ...
    def sign(self, private: bytes, message: bytes) -> bytes: ...
    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool: ...


class Channel(Protocol):
    """Carries envelopes to one or more agencies, at least once.

    `deliver` returns when the other side has the bytes safely, else raises `ChannelDown` (try
    again later) or `EnvelopeRefused` (trying again changes nothing).
    `collect` yields what has come by a channel that must be asked; `done` says it is safe here.
    """

    def deliver(self, receiver: str, sender: str, seq: int, data: bytes) -> None: ...
    def collect(self, receiver: str) -> Iterable[tuple[str, bytes]]: ...
    def done(self, receiver: str, name: str, *, refused: str = "") -> None: ...


class ChannelDown(Exception):
    """The other side could not be reached; the envelope is tried again later."""


class EnvelopeRefused(Exception):
    """The other side will never take this envelope; its text says why, in words for people."""


class PaymentLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a payment batch file. `remark` carries the case number with the money."""

    row: int
    amount_fen: Fen
    payee_name: str
    payee_bank: str
    payee_account: str
    remark: str


class ResultLine(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the bank's answer (回盘): `text` is the bank's word where it refused."""

    row: int
    remark: str
    amount_fen: Fen
    accepted: bool
    text: str


class StatementEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of a statement: `entry_no` is the bank's own number, used once.

    `balance_fen` is the balance after it, `None` where the file does not say (notifications,
    vouchers). `returned`: the bank reverses an earlier entry (退汇).
    """

    entry_no: str
    direction: str
    amount_fen: Fen
    booked_on: date
    counterparty: str
    remark: str
    balance_fen: Fen | None = None
    returned: bool = False


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one row of a file; `line` as the program that shows the file counts."""

    line: int
    text: str
    remedy: str


class OutFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be handed to the bank."""

    name: str
    data: bytes
    media_type: str


class BankFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of the bank or the finance bureau.

    `kind`: result (of `batch_no`), statement (of `account`, whole, with both balances),
    notification (entries of `account` without balances) or voucher (缴拨凭证). `refused_whole` is
    the bank's word where it took nothing of the batch. `error` says in words why a file could not
    be read, `problems` the same row by row; nothing of it is used then.
    """

    name: str
    data: bytes
    kind: str
    batch_no: str = ""
    account: str = ""
    results: tuple[ResultLine, ...] = ()
    entries: tuple[StatementEntry, ...] = ()
    opening_fen: Fen | None = None
    closing_fen: Fen | None = None
    refused_whole: str = ""
    error: str = ""
    problems: tuple[Problem, ...] = ()


class Bank(Protocol):
    """Payment files out, result, statement and voucher files in, in the formats it knows.

    The same batch gives the same file, byte for byte. `payment_file` makes it for a person to
    carry, `write_batch` puts it down for the bank; `read` reads a file that a person brings.
    """

    def formats(self) -> Mapping[str, str]: ...
    def payment_file(
        self,
        batch_no: str,
        payer_account: str,
        lines: tuple[PaymentLine, ...],
        *,
        form: str = "csv",
        payer_name: str = "",
        payer_bank: str = "",
        made_at: datetime | None = None,
    ) -> OutFile: ...
    def write_batch(
        self,
        area: str,
        batch_no: str,
        payer_account: str,
        lines: tuple[PaymentLine, ...],
        *,
        form: str = "csv",
        payer_name: str = "",
        payer_bank: str = "",
        made_at: datetime | None = None,
    ) -> Path: ...
    def read(self, name: str, data: bytes) -> BankFile: ...
    def incoming(self, area: str) -> Iterable[BankFile]: ...
    def done(self, area: str, name: str, *, refused: str = "") -> None: ...


class Store(Protocol):
    """Keeps sealed attachments by their place, a name of letters, digits and dashes.

    `put` returns when the bytes are safe; the same place twice is the same bytes. `get` raises
    `FileNotFoundError`. `places` yields what lies there and since when.
    """

    def put(self, place: str, data: bytes) -> None: ...
    def get(self, place: str) -> bytes: ...
    def places(self) -> Iterable[tuple[str, datetime]]: ...
    def remove(self, place: str) -> None: ...


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What goes to the printer: words for the layout of `kind`, and the address in the QR code.

    `values` holds text, lists and dicts of text alone; `on` is the day the paper bears.
    """

    kind: str
    values: dict[str, Any]
    verify_url: str
    on: date


class Printer(Protocol):
    """Papers as PDF/A. A character that cannot be drawn is told, never left out."""

    def print(self, sheet: Sheet) -> bytes: ...


class Clock(Protocol):
    def __call__(self) -> datetime: ...


class Serials(Protocol):
    def __call__(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Everything from outside, joined once at start."""

    clock: Clock
    serials: Serials
    signer: Signer
    loopback: Channel
    far: Channel
    bank: Bank
    store: Store
    printer: Printer


_installed: Ports | None = None


def install(wired: Ports) -> None:
    """Called by the wiring, once per process; a test may install its own fair clock."""
    global _installed  # noqa: PLW0603  (one process, one wiring)
    _installed = wired


def ports() -> Ports:
    if _installed is None:
        raise RuntimeError("ports are not wired: config.wiring.wire() has not run")
    return _installed


def clock() -> datetime:
    """Now, in Asia/Shanghai: the day of this value is the business day."""
    return ports().clock()
