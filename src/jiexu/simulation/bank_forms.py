"""The formats the pretend bank speaks: payment files in, answers and statements out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from jiexu.core.base.money import Fen
from jiexu.simulation import bank_files, bank_iso, bank_sheets
from jiexu.simulation.bank_files import Answer, Entry, PaymentFile


class Form(NamedTuple):
    """One format; `suffix` with its dot."""

    suffix: str
    payment: Callable[[bytes], PaymentFile]
    result: Callable[[str, Sequence[Answer], date], bytes]
    statement: Callable[[str, Fen, Sequence[Entry], date], bytes]


FORMS = {
    "csv": Form(
        ".csv",
        bank_files.read_payment,
        lambda batch_no, answers, _: bank_files.result_bytes(batch_no, answers),
        lambda account, opening_fen, entries, _: bank_files.statement_bytes(
            account, opening_fen, entries
        ),
    ),
    "xlsx": Form(
        ".xlsx", bank_sheets.read_payment, bank_sheets.result_bytes, bank_sheets.statement_bytes
    ),
    "iso20022": Form(
        ".xml", bank_iso.read_payment, bank_iso.result_bytes, bank_iso.statement_bytes
    ),
}


def form_of(name: str) -> str | None:
    """The format of a payment file by its name; `None` for a file that is none."""
    return next((form for form, one in FORMS.items() if name.endswith(one.suffix)), None)
