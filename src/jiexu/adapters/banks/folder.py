"""A bank that is reached through a folder, as with 银企直联 front ends and by hand alike.

`<folder>/<area>/out/<batch>.csv` waits for the bank, `<area>/in/*.csv` comes from it; what has been
read lies in `done/`, what cannot be read in `refused/` with a text file that says why. The files
hold account numbers: the folder must be open to the node and the bank's program alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from jiexu.adapters.banks import result_csv, statement_csv
from jiexu.adapters.banks.csv_text import decode, read_rows, unreadable
from jiexu.adapters.banks.payment_csv import payment_bytes
from jiexu.adapters.channels import drop_folder
from jiexu.core.base.errors import Conflict, JiexuError
from jiexu.work.ports import BankFile, PaymentLine

_SUFFIX = ".csv"
_LONGEST_NAME = 200


class FolderBank:
    """Payment files out, result and statement files in, for all agencies of a node.

    A damaged file that was touched within `settle_seconds` may still be on its way (a copy by
    hand is not atomic): it is left for the next look and only then refused.
    """

    def __init__(self, folder: Path, *, settle_seconds: float = 2.0) -> None:
        self._folder = folder
        self._settle_seconds = settle_seconds

    def write_batch(
        self, area: str, batch_no: str, payer_account: str, lines: tuple[PaymentLine, ...]
    ) -> Path:
        """Put the batch down for the bank; the same batch again is the same file, untouched.

        Raises `BadInput` for a batch that cannot be written (see `payment_csv`), `Conflict` where
        a batch of this number and other content lies there, `OSError` when the disk fails.
        """
        data = payment_bytes(batch_no, payer_account, lines)
        out = drop_folder.area_folder(self._folder, area) / "out"
        path = out / drop_folder.file_name(batch_no, _SUFFIX)
        drop_folder.put(path, data)
        return path

    def incoming(self, area: str) -> Iterator[BankFile]:
        """The bank's files in order of name, each whole or with its `error` in words.

        `data` is the file as UTF-8: the very bytes unless the bank wrote GB18030.
        """
        folder = drop_folder.area_folder(self._folder, area) / "in"
        for name in drop_folder.waiting(folder, _SUFFIX):
            path = folder / name
            try:
                data = drop_folder.read(path)
            except Conflict as error:
                yield BankFile(name=name, data=b"", kind="", error=str(error))
                continue
            if data is None:
                continue
            file = read_bank_file(name, data)
            if not (file.error and self._on_its_way(path)):
                yield file

    def done(self, area: str, name: str, *, refused: str = "") -> None:
        """The file has been taken in, or never will be: out of the way with it."""
        drop_folder.set_aside(drop_folder.area_folder(self._folder, area), name, refused=refused)

    def _on_its_way(self, path: Path) -> bool:
        try:
            age = time.time() - path.stat().st_mtime
        except FileNotFoundError:
            return True
        return 0 <= age < self._settle_seconds


def read_bank_file(name: str, data: bytes) -> BankFile:
    """A file of the bank, read; `error` says in Chinese what, in which line, and what to do.

    Its first line tells the kinds apart: 批次号 begins a result, 账号 a statement.
    """
    try:
        if not name.isprintable() or len(name) > _LONGEST_NAME:
            raise unreadable(
                "文件名里有无法显示的字符或太长。", remedy="请改成简短的文件名后重新放入。"
            )
        rows = read_rows(data)
        text = data if _is_utf8(data) else decode(data)[0].encode()
        first = rows[0][1][0].strip()
        if first == result_csv.FIRST_LABEL:
            batch_no, results = result_csv.read_result(rows)
            return BankFile(name=name, data=text, kind="result", batch_no=batch_no, results=results)
        if first == statement_csv.FIRST_LABEL:
            account, entries = statement_csv.read_statement(rows)
            return BankFile(
                name=name, data=text, kind="statement", account=account, entries=entries
            )
        raise unreadable(
            f"应当是“批次号”（回盘）或“账号”（对账单），现在是“{first[:20]}”。",
            line=rows[0][0],
            remedy="请确认放入的是银行的回盘文件或对账单。",
        )
    except JiexuError as error:
        return BankFile(name=name, data=data, kind="", error=str(error))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
