"""The chart of accounts: which kinds of account there are, and between which a code may move money.

The personal ledger is a sub-ledger of the fund's books: `fund` names the account of the fund
accounting system (财会〔2017〕28号, cash basis) a kind is summed into. The chart is data: a new
kind or code is a new entry in `chart.toml`.
"""

from __future__ import annotations

import tomllib
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

Side: TypeAlias = Literal["debit", "credit"]


class Phase(StrEnum):
    """How a movement counts: at once, reserved, the reservation committed, or given back."""

    SINGLE = "single"
    PENDING = "pending"
    POST = "post"
    VOID = "void"


class AccountKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of account. `normal` is the side on which it grows; `floor_zero` forbids that its
    balance less what is reserved falls below zero; `owner` says what one account stands for.
    """

    kind: str
    label: str
    normal: Side
    floor_zero: bool
    owner: Literal["person", "case", "line", "agency", "counterpart", "order"]
    fund: tuple[str, ...]


class Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of movement: its phase and the kinds it moves between.

    `income` or `expense` is the fund's account that the movement realises, if any.
    """

    code: str
    label: str
    phase: Phase
    debit: str
    credit: str
    income: str = ""
    expense: str = ""


class ChartSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the chart stands, and how sure the mapping is."""

    title: str
    number: str
    confidence: Literal["high", "medium", "low"]


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    effective_from: date
    last_checked: date
    source: ChartSource
    accounts: tuple[AccountKind, ...]
    codes: tuple[Code, ...]


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """The chart in force: `accounts` by kind, `codes` by code."""

    effective_from: date
    source: ChartSource
    accounts: dict[str, AccountKind]
    codes: dict[str, Code]


def read_chart(text: str) -> Chart:
    """Read a chart; `ValueError` for an unknown word, a double or a kind that is not there."""
    file = msgspec.convert(tomllib.loads(text), _File)
    accounts = {entry.kind: entry for entry in file.accounts}
    codes = {entry.code: entry for entry in file.codes}
    if len(accounts) != len(file.accounts) or len(codes) != len(file.codes):
        raise ValueError("chart: a kind or a code stands twice")
    for code in file.codes:
        if code.debit not in accounts or code.credit not in accounts or code.debit == code.credit:
            raise ValueError(f"chart: {code.code} does not move between two kinds of the chart")
    return Chart(
        effective_from=file.effective_from, source=file.source, accounts=accounts, codes=codes
    )


@cache
def chart() -> Chart:
    """The chart of this version."""
    return read_chart(Path(__file__).with_name("chart.toml").read_text(encoding="utf-8"))
