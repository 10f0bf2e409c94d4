"""The books of the pretend bank: accounts, batches, entries, statements, in one SQLite file.

Every change is one durable commit and every key is made from the batch number and the row, so the
bank may be killed at any instruction and books each payment once. The files it owes are rows here
too: what was not marked as published is written again, byte for byte the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import msgspec

from jiexu.core.base.money import MAX_FEN, Fen
from jiexu.simulation.bank_files import Account, Answer, Entry, Instruction, PaymentFile

_SCHEMA = Path(__file__).with_name("bank_books.sql")

_LATER = (
    ("batch", "form", "csv"),
    ("batch", "answered_on", ""),
    ("statement", "form", "csv"),
    ("statement", "made_on", ""),
)
"""Columns that books opened by an older bank do not have yet."""

UNKNOWN_PAYEE = "账号户名不符"
UNKNOWN_PAYER = "付款账号不属于本机构"
SAME_ACCOUNT = "收款账号与付款账号相同"
NO_FUNDS = "付款账户余额不足"
TOO_MUCH = "超过收款账户限额"


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the bank still has to write: for a batch (`batch_no`) or of a statement.

    An answer has the format of its question, a statement that of the agency's latest batch.
    """

    area: str
    form: str
    on: date
    batch_no: str = ""
    answers: tuple[Answer, ...] = ()
    statement: int = 0
    account: str = ""
    opening_fen: Fen = 0
    entries: tuple[Entry, ...] = ()


class Books:
    """The bank's own state. One process at a time writes; a second one waits its turn."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        self._db.executescript(_SCHEMA.read_text(encoding="utf-8"))
        for table, column, default in _LATER:
            have = {row[1] for row in self._db.execute(f"PRAGMA table_info({table})")}
            if column not in have:
                self._db.execute(
                    f"ALTER TABLE {table} ADD COLUMN {column} TEXT NOT NULL DEFAULT '{default}'"
                )

    def close(self) -> None:
        self._db.close()

    def open_accounts(self, accounts: Iterable[Account]) -> None:
        """Open new accounts with their balance; a known one only takes its name and area anew."""
        with self._commit():
            self._db.executemany(
                "INSERT INTO account (number, area, name, opening_fen, balance_fen)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (number)"
                " DO UPDATE SET area = excluded.area, name = excluded.name",
                [(a.number, a.area, a.name, a.opening_fen, a.opening_fen) for a in accounts],
            )

    def knows(self, area: str, digest: str) -> bool:
        """Whether a file of this content has been taken in, or refused, before."""
        found = self._db.execute(
            "SELECT 1 FROM batch WHERE area = ?1 AND digest = ?2"
            " UNION ALL SELECT 1 FROM refused WHERE area = ?1 AND digest = ?2",
            (area, digest),
        ).fetchone()
        return found is not None

    def take(self, area: str, digest: str, file: PaymentFile, form: str = "csv") -> bool:
        """Take a batch in, to be answered later. False: another batch has this number."""
        with self._commit():
            taken = self._db.execute(
                "INSERT INTO batch (batch_no, area, digest, payer_account, form)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (batch_no) DO NOTHING",
                (file.batch_no, area, digest, file.payer_account, form),
            ).rowcount
            if taken:
                self._db.executemany(
                    "INSERT INTO instruction"
                    " (batch_no, row, payee_name, payee_account, amount_fen, remark)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (
                            file.batch_no,
                            line.row,
                            line.payee_name,
                            line.payee_account,
                            line.amount_fen,
                            line.remark,
                        )
                        for line in file.instructions
                    ],
                )
        return bool(taken)

    def refuse(self, area: str, digest: str) -> None:
        """Remember that nothing of this file was taken."""
        with self._commit():
            self._db.execute("INSERT OR IGNORE INTO refused VALUES (?, ?)", (area, digest))

    def settle(
        self, delay_rounds: int, today: date, refusal: Callable[[Instruction], str]
    ) -> tuple[int, int]:
        """Answer and book every batch that has waited `delay_rounds`, and make up the statements.

        `refusal` gives the bank's reason for a row that is to fail, else "". Returns how many
        rows were paid and how many refused. One commit: all of it or nothing.
        """
        paid = refused = 0
        with self._commit():
            due = self._db.execute(
                "SELECT batch_no, area, payer_account FROM batch"
                " WHERE NOT answered AND waited_rounds >= ? ORDER BY id",
                (delay_rounds,),
            ).fetchall()
            for batch_no, area, payer in due:
                for line in self._instructions(batch_no):
                    reason = refusal(line) or self._pay(batch_no, area, payer, line, today)
                    self._db.execute(
                        "UPDATE instruction SET reason = ? WHERE batch_no = ? AND row = ?",
                        (reason, batch_no, line.row),
                    )
                    paid += not reason
                    refused += bool(reason)
                self._db.execute(
                    "UPDATE batch SET answered = 1, answered_on = ? WHERE batch_no = ?",
                    (today.isoformat(), batch_no),
                )
            self._db.execute(
                "UPDATE batch SET waited_rounds = waited_rounds + 1 WHERE NOT answered"
            )
            self._make_statements(today)
        return paid, refused

    def owed(self) -> Iterator[Owed]:
        """The files to be written: results first, then statements, each in its order."""
        batches = self._db.execute(
            "SELECT batch_no, area, form, answered_on FROM batch"
            " WHERE answered AND NOT published ORDER BY id"
        ).fetchall()
        for batch_no, area, form, day in batches:
            rows = self._db.execute(
                "SELECT row, remark, amount_fen, reason FROM instruction"
                " WHERE batch_no = ? ORDER BY row",
                (batch_no,),
            )
            answers = tuple(
                Answer(row=row, remark=remark, amount_fen=amount_fen, reason=reason)
                for row, remark, amount_fen, reason in rows
            )
            yield Owed(area=area, form=form, on=_day(day), batch_no=batch_no, answers=answers)
        statements = self._db.execute(
            "SELECT statement.id, account, statement.opening_fen, area, form, made_on"
            " FROM statement"
            " JOIN account ON account.number = account WHERE NOT published ORDER BY statement.id"
        ).fetchall()
        for number, account, opening_fen, area, form, day in statements:
            yield Owed(
                area=area,
                form=form,
                on=_day(day),
                statement=number,
                account=account,
                opening_fen=opening_fen,
                entries=tuple(self._entries(number)),
            )

    def published(self, files: Iterable[Owed]) -> None:
        """These files lie in their places."""
        with self._commit():
            for file in files:
                if file.batch_no:
                    self._db.execute(
                        "UPDATE batch SET published = 1 WHERE batch_no = ?", (file.batch_no,)
                    )
                else:
                    self._db.execute(
                        "UPDATE statement SET published = 1 WHERE id = ?", (file.statement,)
                    )

    def balances(self) -> dict[str, Fen]:
        """Account number → balance."""
        return dict(self._db.execute("SELECT number, balance_fen FROM account"))

    def _pay(self, batch_no: str, area: str, payer: str, line: Instruction, today: date) -> str:
        """Move the money of one row and write both entries; else the bank's reason."""
        accounts = {
            number: (name, balance_fen)
            for number, name, balance_fen in self._db.execute(
                "SELECT number, name, balance_fen FROM account"
                " WHERE (number = ? AND area = ?) OR number = ?",
                (payer, area, line.payee_account),
            )
        }
        payee = line.payee_account
        if payer not in accounts:
            return UNKNOWN_PAYER
        if payee not in accounts or _plain(accounts[payee][0]) != _plain(line.payee_name):
            return UNKNOWN_PAYEE
        if payee == payer:
            return SAME_ACCOUNT
        if accounts[payer][1] < line.amount_fen:
            return NO_FUNDS
        if accounts[payee][1] + line.amount_fen > MAX_FEN:
            return TOO_MUCH
        number = f"{batch_no}-{line.row:04d}"
        for account, debit, other in ((payer, True, payee), (payee, False, payer)):
            change_fen = -line.amount_fen if debit else line.amount_fen
            balance_fen = accounts[account][1] + change_fen
            self._db.execute(
                "UPDATE account SET balance_fen = ? WHERE number = ?", (balance_fen, account)
            )
            self._db.execute(
                "INSERT INTO entry (entry_no, account, booked_on, debit, amount_fen,"
                " counterparty, remark, balance_fen) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    f"{number}-{'D' if debit else 'C'}",
                    account,
                    today.isoformat(),
                    debit,
                    line.amount_fen,
                    accounts[other][0],
                    line.remark,
                    balance_fen,
                ),
            )
        return ""

    def _make_statements(self, today: date) -> None:
        accounts = self._db.execute(
            "SELECT account, min(id) FROM entry WHERE statement IS NULL"
            " GROUP BY account ORDER BY min(id)"
        ).fetchall()
        for account, first in accounts:
            # The balance before the first new entry: what the statement before it ended with.
            statement = self._db.execute(
                "INSERT INTO statement (account, opening_fen, form, made_on)"
                " SELECT account, balance_fen + CASE debit WHEN 1 THEN amount_fen"
                " ELSE -amount_fen END, coalesce((SELECT form FROM batch JOIN account ON"
                " account.area = batch.area WHERE account.number = entry.account"
                " ORDER BY batch.id DESC LIMIT 1), 'csv'), ? FROM entry WHERE id = ?",
                (today.isoformat(), first),
            ).lastrowid
            self._db.execute(
                "UPDATE entry SET statement = ? WHERE account = ? AND statement IS NULL",
                (statement, account),
            )

    def _instructions(self, batch_no: str) -> list[Instruction]:
        rows = self._db.execute(
            "SELECT row, payee_name, payee_account, amount_fen, remark FROM instruction"
            " WHERE batch_no = ? ORDER BY row",
            (batch_no,),
        ).fetchall()
        return [
            Instruction(
                row=row,
                payee_name=name,
                payee_bank="",
                payee_account=account,
                amount_fen=amount_fen,
                remark=remark,
            )
            for row, name, account, amount_fen, remark in rows
        ]

    def _entries(self, statement: int) -> Iterator[Entry]:
        rows = self._db.execute(
            "SELECT entry_no, booked_on, debit, amount_fen, counterparty, remark, balance_fen"
            " FROM entry WHERE statement = ? ORDER BY id",
            (statement,),
        )
        for entry_no, booked_on, debit, amount_fen, counterparty, remark, balance_fen in rows:
            yield Entry(
                entry_no=entry_no,
                booked_on=date.fromisoformat(booked_on),
                debit=bool(debit),
                amount_fen=amount_fen,
                counterparty=counterparty,
                remark=remark,
                balance_fen=balance_fen,
            )

    @contextmanager
    def _commit(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _day(text: str) -> date:
    """The day of a file; books of an older bank do not say."""
    return date.fromisoformat(text) if text else date(2000, 1, 1)


def _plain(name: str) -> str:
    """Blanks and the two kinds of brackets make no other name."""
    return "".join(name.split()).replace("（", "(").replace("）", ")")
