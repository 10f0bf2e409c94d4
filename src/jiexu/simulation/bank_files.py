"""The files of the pretend bank, read and written from the bank's side of the table.

Written from the description of the formats alone and sharing no code with the adapter that reads
and writes them on our side: what both agree on is the format, and a slip of one shows as a quarrel.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import msgspec

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import Fen, fen_from_yuan, yuan_from_fen
from jiexu.core.exchange.sm3 import sm3_hex

ACCOUNTS_HEADER = ["area", "account", "name", "opening_balance"]
"""First line of `accounts.csv`; the balance is yuan as text."""
PAYMENT_HEADER = ["序号", "收款人名称", "收款人开户行", "收款人账号", "金额", "附言"]
RESULT_HEADER = ["序号", "附言", "金额", "结果", "原因"]
STATEMENT_HEADER = ["流水号", "日期", "借贷", "金额", "对方户名", "附言", "余额"]


class RefusedFile(Exception):
    """The bank takes nothing of this file; its text says why."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account at the pretend bank, and whose it is."""

    area: str
    number: str
    name: str
    opening_fen: Fen


class Instruction(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a payment file."""

    row: int
    payee_name: str
    payee_bank: str
    payee_account: str
    amount_fen: Fen
    remark: str


class PaymentFile(msgspec.Struct, frozen=True, kw_only=True):
    """A whole payment file."""

    batch_no: str
    payer_account: str
    instructions: tuple[Instruction, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the bank says to one row; `reason` only where it refused."""

    row: int
    remark: str
    amount_fen: Fen
    reason: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of an account; `balance_fen` is the balance after it."""

    entry_no: str
    booked_on: date
    debit: bool
    amount_fen: Fen
    counterparty: str
    remark: str
    balance_fen: Fen


def read_payment(data: bytes) -> PaymentFile:
    """A payment file, all its sums and its digest checked. Raises `RefusedFile`."""
    cut = data.rfind(b"\r\n", 0, max(len(data) - 2, 0)) + 2
    if data[cut:] != f"校验码,{sm3_hex(data[:cut])}\r\n".encode():
        raise RefusedFile("文件不完整或被改动：校验码不符。")
    try:
        text = data[:cut].decode("utf-8-sig")
        return payment_of(list(csv.reader(io.StringIO(text, newline=""), strict=True)))
    except (BadInput, KeyError, ValueError, IndexError, csv.Error) as error:
        raise RefusedFile("文件格式与约定不符。") from error


def payment_of(rows: Sequence[Sequence[str]]) -> PaymentFile:
    """The payments of a table, its sums checked.

    Raises `RefusedFile`, or what Python raises for cells that cannot be read.
    """
    head = dict(rows[:4])
    batch_no, payer = head["批次号"], head["付款账号"]
    said_rows, said_fen = int(head["笔数"]), fen_from_yuan(head["合计金额"])
    if rows[4] != PAYMENT_HEADER:
        raise RefusedFile("明细的列与约定不符。")
    instructions = tuple(_instruction(list(cells)) for cells in rows[5:])
    if [line.row for line in instructions] != list(range(1, said_rows + 1)) or said_rows == 0:
        raise RefusedFile("笔数或序号不符。")
    if sum(line.amount_fen for line in instructions) != said_fen:
        raise RefusedFile("合计金额不符。")
    return PaymentFile(batch_no=batch_no, payer_account=payer, instructions=instructions)


def payment_bytes(file: PaymentFile) -> bytes:
    """A payment file as an agency without a node of ours writes it."""
    total_fen = sum(line.amount_fen for line in file.instructions)
    rows = [
        ["批次号", file.batch_no],
        ["付款账号", file.payer_account],
        ["笔数", str(len(file.instructions))],
        ["合计金额", yuan_from_fen(total_fen)],
        PAYMENT_HEADER,
    ]
    for line in file.instructions:
        whom = [line.payee_name, line.payee_bank, line.payee_account]
        rows.append([str(line.row), *whom, yuan_from_fen(line.amount_fen), line.remark])
    return _file(rows)


def result_bytes(batch_no: str, answers: Sequence[Answer]) -> bytes:
    """The 回盘 of a batch."""
    return _file(result_rows(batch_no, answers))


def result_rows(batch_no: str, answers: Sequence[Answer]) -> list[list[str]]:
    """The rows of a 回盘, the same in a text and in a workbook."""
    return [
        ["批次号", batch_no],
        ["笔数", str(len(answers))],
        ["合计金额", yuan_from_fen(sum(answer.amount_fen for answer in answers))],
        RESULT_HEADER,
        *(
            [
                str(answer.row),
                answer.remark,
                yuan_from_fen(answer.amount_fen),
                "失败" if answer.reason else "成功",
                answer.reason,
            ]
            for answer in answers
        ),
    ]


def statement_bytes(account: str, opening_fen: Fen, entries: Sequence[Entry]) -> bytes:
    """The 对账单 of one account: its entries since the statement before."""
    return _file(statement_rows(account, opening_fen, entries))


def statement_rows(account: str, opening_fen: Fen, entries: Sequence[Entry]) -> list[list[str]]:
    """The rows of a 对账单, the same in a text and in a workbook."""
    debit_fen = sum(entry.amount_fen for entry in entries if entry.debit)
    credit_fen = sum(entry.amount_fen for entry in entries if not entry.debit)
    return [
        ["账号", account],
        ["期初余额", yuan_from_fen(opening_fen)],
        STATEMENT_HEADER,
        *(
            [
                entry.entry_no,
                entry.booked_on.isoformat(),
                "借" if entry.debit else "贷",
                yuan_from_fen(entry.amount_fen),
                entry.counterparty,
                entry.remark,
                yuan_from_fen(entry.balance_fen),
            ]
            for entry in entries
        ),
        ["期末余额", yuan_from_fen(opening_fen + credit_fen - debit_fen)],
        ["笔数", str(len(entries))],
        ["借方合计", yuan_from_fen(debit_fen)],
        ["贷方合计", yuan_from_fen(credit_fen)],
    ]


def read_accounts(path: Path) -> list[Account]:
    """The accounts of the pretend bank. Raises `RefusedFile` naming the line, `OSError`."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        found: list[Account] = []
        try:
            if next(reader, None) != ACCOUNTS_HEADER:
                raise RefusedFile(f"{path.name} 第 1 行应当是 {','.join(ACCOUNTS_HEADER)}。")
            for area, number, name, opening in reader:
                if re.fullmatch(r"[0-9]{6}", area, re.ASCII) is None or not number or not name:
                    raise RefusedFile(f"{path.name} 第 {reader.line_num} 行不完整。")
                found.append(
                    Account(area=area, number=number, name=name, opening_fen=fen_from_yuan(opening))
                )
        except (BadInput, ValueError, csv.Error) as error:
            raise RefusedFile(f"{path.name} 第 {reader.line_num} 行看不懂。") from error
    if len({account.number for account in found}) != len(found):
        raise RefusedFile(f"{path.name} 里有重复的账号。")
    return found


def write_accounts(folder: Path, accounts: Iterable[Account]) -> Path:
    """Open accounts at the pretend bank of `folder`: write its `accounts.csv`, whole.

    An account that the bank has already keeps its balance.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(ACCOUNTS_HEADER)
    for account in accounts:
        writer.writerow(
            [account.area, account.number, account.name, yuan_from_fen(account.opening_fen)]
        )
    path = folder / "accounts.csv"
    put_whole(path, text.getvalue().encode())
    return path


def put_whole(path: Path, data: bytes) -> None:
    """Write a file so that it appears whole or not at all, and stays after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    hidden = path.with_name(f".{os.getpid()}.part")
    with hidden.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    hidden.replace(path)


def _instruction(cells: list[str]) -> Instruction:
    row, name, bank, account, amount, remark = cells
    amount_fen = fen_from_yuan(amount)
    if amount_fen <= 0 or not account:
        raise ValueError(row)
    return Instruction(
        row=int(row),
        payee_name=name,
        payee_bank=bank,
        payee_account=account,
        amount_fen=amount_fen,
        remark=remark,
    )


def _file(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    body = text.getvalue().encode("utf-8-sig")
    return body + f"校验码,{sm3_hex(body)}\r\n".encode()
