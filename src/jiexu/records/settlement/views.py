"""What finance pages see: plain values, no rows."""

from __future__ import annotations

from datetime import date, datetime

import msgspec

from jiexu.records.procedures.views import CaseSummary


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    case_no: str
    psn_name: str
    amount_fen: int
    payee_name: str
    payee_bank: str
    payee_account_masked: str
    state: str
    state_label: str
    bank_answer: str
    created_at: datetime
    half: str = "out"
    kind_label: str = "转移款"
    reference: str = ""


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A bank file that was taken in; `brought_by` empty for one from the folder."""

    name: str
    kind_label: str
    rows: int
    brought_by: str
    received_at: datetime


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    state: str
    state_label: str
    count: int
    total_fen: int
    prepared_by: str
    prepared_at: datetime
    approved_by: str
    approved_at: datetime | None
    version: int
    plan_no: str = ""
    appropriated_on: date | None = None
    awaits: str = ""
    orders: tuple[OrderView, ...] = ()


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    booked_on: date
    direction: str
    amount_fen: int
    counterparty: str
    remark: str
    source: str
    returned: bool
    state: str
    state_label: str
    doubt: str
    doubt_label: str
    case_no: str
    version: int
    days: int = 0
    candidates: tuple[CaseSummary, ...] = ()

    @property
    def stem(self) -> str:
        """Keeps the ids of this line's form apart from the others'."""
        return f"line-{self.id}"


class ClearingView(msgspec.Struct, frozen=True, kw_only=True):
    """A list between two agencies as this side sees it; `net_fen` goes out if `we_pay`."""

    number: str
    counterpart_name: str
    until: date
    owe_fen: int
    claim_fen: int
    net_fen: int
    we_pay: bool
    state: str
    state_label: str
