"""The bank as a process of its own, asked and answering in each format, killed in between."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.simulation.test_bank import AREAS, OPENING_FEN, name_of, number_of, open_accounts, pay

from jiexu.adapters.banks.folder import FolderBank
from jiexu.simulation.bank_books import Books
from jiexu.simulation.bank_forms import FORMS
from jiexu.work.ports import BankFile

MADE_AT = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
every_format = pytest.mark.parametrize("form", sorted(FORMS))


def play(folder: Path) -> None:
    command = [sys.executable, "-m", "jiexu.simulation.bank", str(folder), "--once"]
    subprocess.run([*command, "--today", "2026-03-02"], check=True, timeout=60)


def read(folder: Path, area: str) -> list[BankFile]:
    found = list(FolderBank(folder, settle_seconds=0).incoming(area))
    assert [file.error for file in found] == [""] * len(found)
    return found


@every_format
def test_a_batch_is_answered_in_its_own_format(tmp_path: Path, form: str) -> None:
    open_accounts(tmp_path)
    here, there = AREAS[:2]
    lines = (pay(1, there, 30_000), pay(2, there, 500, name="别的单位"))
    for number in ("PL1", "PL2"):
        FolderBank(tmp_path).write_batch(
            here,
            number,
            number_of(here),
            lines,
            form=form,
            payer_name=name_of(here),
            payer_bank="演示银行",
            made_at=MADE_AT,
        )
        play(tmp_path)
    files = read(tmp_path, here)
    suffix = FORMS[form].suffix
    assert [file.name for file in files] == [
        f"result-PL1{suffix}",
        f"result-PL2{suffix}",
        *sorted(file.name for file in files if file.kind == "statement"),
    ]
    assert [(r.remark, r.accepted, r.text) for r in files[0].results] == [
        ("ZY1", True, ""),
        ("ZY2", False, "账号户名不符"),
    ]
    first, second = files[2:]
    assert (first.opening_fen, first.closing_fen) == (OPENING_FEN, OPENING_FEN - 30_000)
    assert (second.opening_fen, second.closing_fen) == (first.closing_fen, OPENING_FEN - 60_000)
    # Who never wrote is told in CSV.
    assert {file.name[-4:] for file in read(tmp_path, there)} == {".csv"}


@every_format
def test_a_damaged_batch_is_refused_with_words(tmp_path: Path, form: str) -> None:
    open_accounts(tmp_path)
    path = tmp_path / AREAS[0] / "out" / f"PL1{FORMS[form].suffix}"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"nonsense")
    play(tmp_path)
    assert path.with_name(f"{path.name}.refused.txt").read_text(encoding="utf-8").strip()
    assert not (tmp_path / AREAS[0] / "in").exists()


def test_books_of_an_older_bank_are_opened(tmp_path: Path) -> None:
    books = Books(tmp_path / "books.sqlite3")
    for table, column in (("batch", "form"), ("batch", "answered_on"), ("statement", "form")):
        books._db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    books.close()
    books = Books(tmp_path / "books.sqlite3")
    assert list(books.owed()) == []
    books.close()
