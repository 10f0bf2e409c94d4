"""A bank that is reached through a folder, as with 银企直联 front ends and by hand alike.

`<folder>/<area>/out/<batch>.csv` (or another format's suffix) waits for the bank, what lies in
`<area>/in/` comes from it; what has been read lies in `done/`, what cannot be read in `refused/`
with a text file that says why. The files hold account numbers: the folder must be open to the node
and the bank's program alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jiexu.adapters.banks.csv_text import unreadable
from jiexu.adapters.banks.formats import Batch, format_named, format_of_file, formats
from jiexu.adapters.channels import drop_folder
from jiexu.core.base.errors import Conflict, JiexuError
from jiexu.work.ports import BankFile, OutFile, PaymentLine

_LONGEST_NAME = 200


class FolderBank:
    """Payment files out, result and statement files in, for all agencies of a node.

    A damaged file that was touched within `settle_seconds` may still be on its way (a copy by
    hand is not atomic): it is left for the next look and only then refused.
    """

    def __init__(self, folder: Path, *, settle_seconds: float = 2.0) -> None:
        self._folder = folder
        self._settle_seconds = settle_seconds

    def formats(self) -> Mapping[str, str]:
        """Name → label of every format there is."""
        return {name: one.label for name, one in formats().items()}

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
    ) -> OutFile:
        """The file of a batch, for the folder or for a person who carries it.

        Raises `BadInput` for a batch that cannot be written, `NotFound` UNKNOWN_FORMAT.
        """
        chosen = format_named(form)
        data = chosen.write(
            Batch(
                number=batch_no,
                payer_account=payer_account,
                payer_name=payer_name,
                payer_bank=payer_bank,
                made_at=made_at,
                lines=lines,
            )
        )
        name = drop_folder.file_name(batch_no, chosen.suffix)
        return OutFile(name=name, data=data, media_type=chosen.media_type)

    def write_batch(
        self,
        area: str,
        batch_no: str,
        payer_account: str,
        lines: tuple[PaymentLine, ...],
        **said: Any,
    ) -> Path:
        """Put the batch down for the bank; the same batch again is the same file, untouched.

        Takes and raises what `payment_file` does; `Conflict` where a batch of this number and
        other content lies there, `OSError` when the disk fails.
        """
        file = self.payment_file(batch_no, payer_account, lines, **said)
        path = drop_folder.area_folder(self._folder, area) / "out" / file.name
        drop_folder.put(path, file.data)
        return path

    def read(self, name: str, data: bytes) -> BankFile:
        """A file that a person brings, read as one from the folder."""
        return read_bank_file(name, data)

    def incoming(self, area: str) -> Iterator[BankFile]:
        """The bank's files in order of name, each whole or with its `error` in words.

        `data` is the file as it came; CSV as UTF-8, also where the bank wrote GB18030.
        """
        folder = drop_folder.area_folder(self._folder, area) / "in"
        for name in drop_folder.waiting(folder, tuple(one.suffix for one in formats().values())):
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

    Its suffix tells the formats apart, its beginning the kinds.
    """
    try:
        if not name.isprintable() or len(name) > _LONGEST_NAME:
            raise unreadable(
                "文件名里有无法显示的字符或太长。", remedy="请改成简短的文件名后重新放入。"
            )
        form = format_of_file(name)
        if form is None:
            known = "、".join(one.suffix for one in formats().values())
            raise unreadable("不认识这种文件。", remedy=f"能读的文件：{known}。")
        if len(data) > drop_folder.LARGEST_BYTES:
            raise unreadable("文件太大，没有读取。", remedy="请拆分后重新提供。")
        return form.read(name, data)
    except JiexuError as error:
        problems = getattr(error, "problems", ())
        return BankFile(name=name, data=data, kind="", error=str(error), problems=problems)
