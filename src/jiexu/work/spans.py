"""What a bank file brings: keys of its lines, and the spans that join statements to each other."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime

from jiexu.core.base.money import Fen
from jiexu.records.access.sealing import vault
from jiexu.records.settlement.models import StatementFile, StatementLine, StatementSpan
from jiexu.work.ports import BankFile, StatementEntry


def line_key(file: BankFile, entry: StatementEntry) -> str:
    """The number of an entry in our books. A bank's own number never holds a colon."""
    return f"凭证:{entry.entry_no}" if file.kind == "voucher" else entry.entry_no


def as_text(data: bytes) -> str:
    """The bytes of a file as the vault keeps them: text as it is, all else as base64."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "base64:" + base64.b64encode(data).decode()


def overlapping(area: str, file: BankFile) -> int:
    """How many entries an earlier statement shows with another balance after them."""
    known = _balances(area, file)
    return sum(
        known.get(entry.entry_no, entry.balance_fen) != entry.balance_fen
        for entry in file.entries
        if entry.balance_fen is not None
    )


def keep(area: str, row: StatementFile, file: BankFile, now: datetime) -> None:
    """Write the spans of a statement, and the balances of lines a notification brought before.

    Called before the new lines are written. Vouchers and notifications bring no spans.
    """
    if file.kind != "statement" or file.opening_fen is None:
        return
    known = _balances(area, file)
    index = vault().index(file.account, context="bank.account")
    made = []
    for opening_fen, run in _runs(file, known):
        made.append(
            StatementSpan(
                agency_id=area,
                file=row,
                account_index=index,
                opening_fen=opening_fen,
                closing_fen=run[-1].balance_fen if run else opening_fen,
                begins_on=run[0].booked_on if run else now.date(),
                ends_on=run[-1].booked_on if run else now.date(),
                rows=len(run),
            )
        )
    StatementSpan.objects.bulk_create(made)
    numbers = [entry.entry_no for entry in file.entries]
    bare = StatementLine.objects.of(area).filter(
        source="statement", line_key__in=numbers, balance_fen__isnull=True
    )
    bare_keys = set(bare.values_list("line_key", flat=True))
    for entry in file.entries:
        if entry.entry_no in bare_keys:
            StatementLine.objects.of(area).filter(line_key=entry.entry_no).update(
                balance_fen=entry.balance_fen
            )


def _runs(file: BankFile, known: dict[str, Fen]) -> Iterator[tuple[Fen, list[StatementEntry]]]:
    """Unbroken runs of entries that no statement brought before, each with the balance before it.

    A statement without entries is one empty run: it still says what the balance was.
    """
    before_fen = file.opening_fen or 0
    if not file.entries:
        yield before_fen, []
        return
    run: list[StatementEntry] = []
    begin_fen = before_fen
    for entry in file.entries:
        if entry.entry_no in known:
            if run:
                yield begin_fen, run
            run = []
        else:
            if not run:
                begin_fen = before_fen
            run.append(entry)
        before_fen = entry.balance_fen or 0
    if run:
        yield begin_fen, run


def _balances(area: str, file: BankFile) -> dict[str, Fen]:
    """The entries of the file that a statement has shown before, with the balance it showed."""
    numbers = [entry.entry_no for entry in file.entries]
    rows = StatementLine.objects.of(area).filter(
        source="statement", line_key__in=numbers, balance_fen__isnull=False
    )
    return dict(rows.values_list("line_key", "balance_fen"))
