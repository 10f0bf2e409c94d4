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
    candidates: tuple[CaseSummary, ...] = ()
