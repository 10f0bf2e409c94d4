"""The file formats of banks. Each format is one module here that holds `FORMAT`.

A module is found by being here. Payments go out in the format chosen for the agency; what comes in
is read by the format whose suffix the file bears, whichever was chosen: a bank may answer a direct
link in one format and give out statements by hand in another.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Protocol

import msgspec

from jiexu.core.base.errors import NotFound
from jiexu.work.ports import BankFile, PaymentLine


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A payment batch to be written. `made_at` is when it was approved: the file's only time."""

    number: str
    payer_account: str
    payer_name: str
    payer_bank: str
    made_at: datetime | None
    lines: Sequence[PaymentLine]


class Format(Protocol):
    """One format. `name` is stored with the agency, `label` is shown; `suffix` with its dot.

    `write` gives the same bytes for the same batch and raises `BadInput` for one that cannot be
    written. `read` raises `JiexuError` for a file that is not whole and right in every sum.
    """

    name: str
    label: str
    suffix: str
    media_type: str

    def write(self, batch: Batch) -> bytes: ...
    def read(self, name: str, data: bytes) -> BankFile: ...


@cache
def formats() -> Mapping[str, Format]:
    """Name → format, in alphabetical order of the modules."""
    found = [
        import_module(f"{__name__}.{module.name}").FORMAT
        for module in pkgutil.iter_modules(__path__)
    ]
    return {one.name: one for one in found}


def format_named(name: str) -> Format:
    """Raises `NotFound` UNKNOWN_FORMAT."""
    known = formats()
    if name not in known:
        raise NotFound(
            f"没有“{name[:40]}”这种银行文件格式。",
            f"可用的格式：{'、'.join(known)}。",
            code="UNKNOWN_FORMAT",
        )
    return known[name]


def format_of_file(name: str) -> Format | None:
    """The format a file bears in its name; `None` for a suffix nobody reads."""
    lower = name.lower()
    return next((one for one in formats().values() if lower.endswith(one.suffix)), None)
