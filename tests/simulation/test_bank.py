"""The pretend bank: each payment once whatever kills it, no fen made or lost, remarks untouched."""

from __future__ import annotations

import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiexu.adapters.banks.folder import FolderBank
from jiexu.simulation import bank_books
from jiexu.simulation.bank import FAILED, PretendBank, main
from jiexu.simulation.bank_files import Account, RefusedFile, read_accounts, write_accounts
from jiexu.work.ports import BankFile, PaymentLine

TODAY = date(2026, 3, 2)
AREAS = ("340100", "310000", "320100")
OPENING_FEN = 1_000_000


def number_of(area: str) -> str:
    return f"9999{area}01"


def name_of(area: str) -> str:
    return f"{area}中心（演示）"


def open_accounts(folder: Path, opening_fen: int = OPENING_FEN) -> None:
    write_accounts(
        folder,
        [
            Account(area=area, number=number_of(area), name=name_of(area), opening_fen=opening_fen)
            for area in AREAS
        ],
    )


def pay(row: int, to: str, amount_fen: int, **changes: str) -> PaymentLine:
    return PaymentLine(
        row=row,
        amount_fen=amount_fen,
        payee_name=changes.get("name", name_of(to)),
        payee_bank="演示银行",
        payee_account=changes.get("account", number_of(to)),
        remark=changes.get("remark", f"ZY{row}"),
    )


@contextmanager
def opened(folder: Path, **options: object) -> Iterator[PretendBank]:
    bank = PretendBank(folder, **options)  # type: ignore[arg-type]
    try:
        yield bank
    finally:
        bank.books.close()


def files(folder: Path, area: str) -> list[BankFile]:
    found = list(FolderBank(folder).incoming(area))
    assert [file.error for file in found] == [""] * len(found)
    return found


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.glob("*/in/*.csv")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    open_accounts(tmp_path)
    return tmp_path


def test_a_batch_is_answered_booked_and_shown_to_both_sides(folder: Path) -> None:
    here, there = AREAS[:2]
    lines = (
        pay(1, there, 30_000, remark="ZY310000260302000000018 转移"),
        pay(2, there, 500, name="别的单位"),
        pay(3, there, 7, account="12345"),
        pay(4, AREAS[2], 5),
    )
    FolderBank(folder).write_batch(here, "PL1", number_of(here), lines)
    with opened(folder) as bank:
        assert bank.play_round(TODAY) == "收到 1 批，入账 2 笔，拒付 2 笔，写出 4 个文件"
        assert bank.play_round(TODAY) == ""
        assert bank.books.balances() == {
            number_of(here): OPENING_FEN - 30_005,
            number_of(there): OPENING_FEN + 30_000,
            number_of(AREAS[2]): OPENING_FEN + 5,
        }
    result, debits = files(folder, here)
    assert (result.name, result.kind, result.batch_no) == ("result-PL1.csv", "result", "PL1")
    assert [(r.row, r.remark, r.amount_fen, r.text) for r in result.results] == [
        (1, "ZY310000260302000000018 转移", 30_000, ""),
        (2, "ZY2", 500, "账号户名不符"),
        (3, "ZY3", 7, "账号户名不符"),
        (4, "ZY4", 5, ""),
    ]
    assert [
        (e.entry_no, e.direction, e.amount_fen, e.counterparty, e.remark) for e in debits.entries
    ] == [
        ("PL1-0001-D", "debit", 30_000, name_of(there), "ZY310000260302000000018 转移"),
        ("PL1-0004-D", "debit", 5, name_of(AREAS[2]), "ZY4"),
    ]
    (credits,) = files(folder, there)
    (entry,) = credits.entries
    assert (entry.entry_no, entry.direction, entry.counterparty, entry.booked_on) == (
        "PL1-0001-C",
        "credit",
        name_of(here),
        TODAY,
    )
    assert entry.remark == "ZY310000260302000000018 转移"


def test_statements_follow_each_other_without_a_gap(folder: Path) -> None:
    here, there = AREAS[:2]
    with opened(folder) as bank:
        for number in range(1, 4):
            FolderBank(folder).write_batch(
                here, f"PL{number}", number_of(here), (pay(1, there, number),)
            )
            bank.play_round(TODAY)
    texts = [
        path.read_text(encoding="utf-8-sig").splitlines()
        for path in sorted((folder / here / "in").glob("statement-*.csv"))
    ]
    assert [(text[1], text[-5]) for text in texts] == [
        ("期初余额,10000.00", "期末余额,9999.99"),
        ("期初余额,9999.99", "期末余额,9999.97"),
        ("期初余额,9999.97", "期末余额,9999.94"),
    ]


@pytest.mark.parametrize(
    ("payer", "line", "reason"),
    [
        ("999", pay(1, AREAS[1], 1), bank_books.UNKNOWN_PAYER),
        (number_of(AREAS[2]), pay(1, AREAS[1], 1), bank_books.UNKNOWN_PAYER),
        (number_of(AREAS[0]), pay(1, AREAS[0], 1), bank_books.SAME_ACCOUNT),
        (number_of(AREAS[0]), pay(1, AREAS[1], OPENING_FEN + 1), bank_books.NO_FUNDS),
    ],
)
def test_what_the_bank_does_not_pay(
    folder: Path, payer: str, line: PaymentLine, reason: str
) -> None:
    FolderBank(folder).write_batch(AREAS[0], "PL1", payer, (line,))
    with opened(folder) as bank:
        bank.play_round(TODAY)
        assert set(bank.books.balances().values()) == {OPENING_FEN}
    (result,) = files(folder, AREAS[0])
    assert [(r.accepted, r.text) for r in result.results] == [(False, reason)]


def test_an_account_is_never_filled_beyond_what_a_file_can_say(tmp_path: Path) -> None:
    open_accounts(tmp_path, opening_fen=10**16 - 1)
    FolderBank(tmp_path).write_batch(AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 1),))
    with opened(tmp_path) as bank:
        bank.play_round(TODAY)
    (result,) = files(tmp_path, AREAS[0])
    assert result.results[0].text == bank_books.TOO_MUCH


def test_blanks_and_brackets_make_no_other_name(folder: Path) -> None:
    line = pay(1, AREAS[1], 1, name=name_of(AREAS[1]).replace("（", " (").replace("）", ")"))
    FolderBank(folder).write_batch(AREAS[0], "PL1", number_of(AREAS[0]), (line,))
    with opened(folder) as bank:
        bank.play_round(TODAY)
    assert files(folder, AREAS[0])[0].results[0].accepted


@pytest.mark.parametrize("pattern", ["310000中心", f"^{number_of('310000')}$"])
def test_rows_picked_out_fail(folder: Path, pattern: str) -> None:
    lines = (pay(1, "310000", 1), pay(2, "320100", 1))
    FolderBank(folder).write_batch("340100", "PL1", number_of("340100"), lines)
    with opened(folder, fail=[re.compile(pattern)]) as bank:
        bank.play_round(TODAY)
    result = files(folder, "340100")[0]
    assert [(r.accepted, r.text) for r in result.results] == [(False, FAILED), (True, "")]


def test_a_delayed_batch_waits_its_rounds(folder: Path) -> None:
    FolderBank(folder).write_batch(AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 1),))
    seen = []
    for _ in range(4):  # a restart in between does not begin the waiting anew
        with opened(folder, delay_rounds=2) as bank:
            bank.play_round(TODAY)
        seen.append(len(bytes_of(folder)))
    assert seen == [0, 0, 3, 3]


def test_the_bank_waits_for_its_accounts(tmp_path: Path) -> None:
    FolderBank(tmp_path).write_batch(AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 1),))
    with opened(tmp_path) as bank:
        assert bank.play_round(TODAY) == ""
        open_accounts(tmp_path)
        assert bank.play_round(TODAY) == "收到 1 批，入账 1 笔，拒付 0 笔，写出 3 个文件"


def test_an_account_that_is_opened_again_keeps_its_balance(folder: Path) -> None:
    FolderBank(folder).write_batch(AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 300),))
    with opened(folder) as bank:
        bank.play_round(TODAY)
        open_accounts(folder, opening_fen=5)
        bank.play_round(TODAY)
        assert bank.books.balances()[number_of(AREAS[0])] == OPENING_FEN - 300


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "accounts.csv 第 1 行应当是 area,account,name,opening_balance。"),
        ("area,account,name,opening_balance\n340100,1,甲\n", "accounts.csv 第 2 行看不懂。"),
        ("area,account,name,opening_balance\n340100,1,甲,-1\n", "accounts.csv 第 2 行看不懂。"),
        ("area,account,name,opening_balance\n3401,1,甲,1\n", "accounts.csv 第 2 行不完整。"),
        (
            "area,account,name,opening_balance\n340100,1,甲,1\n310000,1,乙,1\n",
            "accounts.csv 里有重复的账号。",
        ),
    ],
)
def test_a_bad_list_of_accounts_is_named(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RefusedFile) as refused:
        read_accounts(path)
    assert str(refused.value) == words


def test_a_bad_list_of_accounts_does_not_stop_a_bank_that_has_some(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    FolderBank(folder).write_batch(AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 300),))
    with opened(folder) as bank:
        bank.play_round(TODAY)
        (folder / "accounts.csv").write_text("?", encoding="utf-8")
        FolderBank(folder).write_batch(
            AREAS[0], "PL2", number_of(AREAS[0]), (pay(1, AREAS[1], 300),)
        )
        assert bank.play_round(TODAY).startswith("收到 1 批，入账 1 笔")
    assert "账户表没有采用：accounts.csv 第 1 行应当是" in capsys.readouterr().err


def test_a_damaged_payment_file_is_refused_whole_and_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = FolderBank(folder).write_batch(
        AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 300),)
    )
    path.write_bytes(path.read_bytes().replace(b"3.00", b"9.00"))
    for _ in range(2):
        with opened(folder) as bank:
            assert bank.play_round(TODAY) == ""
            assert set(bank.books.balances().values()) == {OPENING_FEN}
    words = "文件不完整或被改动：校验码不符。\n"
    assert path.with_name("PL1.csv.refused.txt").read_text(encoding="utf-8") == words
    assert capsys.readouterr().err == f"不受理 340100 的 PL1.csv：{words}"


def test_a_batch_number_pays_once(folder: Path) -> None:
    bank_side = folder / AREAS[0] / "out"
    path = FolderBank(folder).write_batch(
        AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 300),)
    )
    with opened(folder) as bank:
        bank.play_round(TODAY)
        shutil.copy(path, bank_side / "again.csv")  # the same file under another name
        path.unlink()
        FolderBank(folder).write_batch(
            AREAS[0], "PL1", number_of(AREAS[0]), (pay(1, AREAS[1], 301),)
        )
        assert bank.play_round(TODAY) == ""
        assert bank.books.balances()[number_of(AREAS[1])] == OPENING_FEN + 300
    note = bank_side / "PL1.csv.refused.txt"
    assert note.read_text(encoding="utf-8") == "批次号已经用过，内容与上次不同。\n"


PLAN = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(AREAS),
            st.lists(
                st.tuples(
                    st.sampled_from(AREAS),
                    st.integers(1, OPENING_FEN),
                    st.sampled_from(["right", "wrong name", "unknown account", "picked out"]),
                ),
                min_size=1,
                max_size=5,
            ),
        ),
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)


def write_plan(
    folder: Path, rounds: list[tuple[str, list[tuple[str, int, str]]]], prefix: str
) -> None:
    changes = {
        "right": {},
        "wrong name": {"name": "别人"},
        "unknown account": {"account": "4711"},
        "picked out": {"account": "666"},
    }
    for number, (area, payments) in enumerate(rounds):
        lines = tuple(
            pay(row, to, amount_fen, remark=f"{prefix}{number}R{row}", **changes[kind])
            for row, (to, amount_fen, kind) in enumerate(payments, start=1)
        )
        FolderBank(folder).write_batch(area, f"{prefix}{number}", number_of(area), lines)


def entries_of(folder: Path) -> Iterator[tuple[str, str, int, str]]:
    for area in AREAS:
        for file in files(folder, area):
            for entry in file.entries:
                signed_fen = entry.amount_fen * (1 if entry.direction == "credit" else -1)
                yield area, entry.entry_no, signed_fen, entry.remark


@settings(deadline=None, max_examples=15)
@given(PLAN, st.integers(0, 2))
def test_no_fen_is_made_or_lost(
    plan: list[list[tuple[str, list[tuple[str, int, str]]]]], delay_rounds: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        open_accounts(folder)
        with opened(folder, fail=[re.compile("666")], delay_rounds=delay_rounds) as bank:
            for number, rounds in enumerate(plan):
                write_plan(folder, rounds, f"P{number}N")
                bank.play_round(TODAY)
                assert sum(bank.books.balances().values()) == len(AREAS) * OPENING_FEN
            for _ in range(delay_rounds):
                bank.play_round(TODAY)
            balances = bank.books.balances()
        # The statements tell the same story as the books, and the results as the statements.
        moved = Counter(dict.fromkeys(AREAS, 0))
        by_remark: dict[str, list[int]] = {}
        for area, _, signed_fen, remark in entries_of(folder):
            moved[area] += signed_fen
            by_remark.setdefault(remark, []).append(signed_fen)
        assert {number_of(a): OPENING_FEN + moved[a] for a in AREAS} == balances
        answers = [r for area in AREAS for file in files(folder, area) for r in file.results]
        assert len(answers) == sum(len(lines) for rounds in plan for _, lines in rounds)
        for answer in answers:
            expected = [-answer.amount_fen, answer.amount_fen] if answer.accepted else []
            assert sorted(by_remark.pop(answer.remark, [])) == expected
        assert by_remark == {}


def test_what_was_written_but_not_noted_is_written_again_byte_for_byte(folder: Path) -> None:
    write_plan(folder, [(AREAS[0], [(AREAS[1], 100, "right"), (AREAS[2], 5, "wrong name")])], "P")
    with opened(folder) as bank:
        bank.books.open_accounts(read_accounts(folder / "accounts.csv"))
        bank.take_batches()
        bank.books.settle(0, TODAY, lambda line: "")
    # Killed here: booked, nothing written. The next day it only writes what it owes.
    shutil.copytree(folder / ".bank", folder / "copy")
    with opened(folder) as bank:
        assert bank.publish() == 3
    first = bytes_of(folder)
    # Killed between writing and noting it: the books of before, the files of after.
    shutil.rmtree(folder / ".bank")
    shutil.move(folder / "copy", folder / ".bank")
    with opened(folder) as bank:
        assert bank.play_round(date(2027, 1, 1)) == "收到 0 批，入账 0 笔，拒付 0 笔，写出 3 个文件"
    assert bytes_of(folder) == first


def test_the_same_batches_give_the_same_files(tmp_path: Path) -> None:
    seen = []
    for name in ("one", "two"):
        folder = tmp_path / name
        open_accounts(folder)
        write_plan(
            folder,
            [(area, [(to, 7, "right") for to in AREAS]) for area in AREAS],
            "P",
        )
        with opened(folder) as bank:
            bank.play_round(TODAY)
        seen.append(bytes_of(folder))
    assert seen[0] == seen[1]
    assert len(seen[0]) == 6


_KILLED_AT_A_LINE = """
import os, signal, sys
from datetime import date
from pathlib import Path
from jiexu.simulation.bank import PretendBank

left = int(sys.argv[2])

def count(frame, event, argument):
    global left
    if "bank" not in Path(frame.f_code.co_filename).name:
        return None
    if event == "line":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return count

sys.settrace(count)
bank = PretendBank(Path(sys.argv[1]))
bank.play_round(date.fromisoformat(sys.argv[3]))
sys.settrace(None)
print(-left)
"""


def run_until_line(folder: Path, line: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _KILLED_AT_A_LINE, str(folder), str(line), TODAY.isoformat()]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_killed_at_any_line_and_started_again_it_ends_the_same(tmp_path: Path) -> None:
    def prepare(name: str) -> Path:
        folder = tmp_path / name
        open_accounts(folder)
        kinds = ("right", "wrong name")
        payments = [(to, 7, kind) for to, kind in zip(AREAS[1:], kinds, strict=True)]
        write_plan(folder, [(AREAS[0], payments), (AREAS[1], [(AREAS[0], 3, "right")])], "P")
        return folder

    whole = prepare("whole")
    lines = int(run_until_line(whole, 0).stdout)
    expected = bytes_of(whole)
    assert len(expected) == 4
    half_done = 0
    for line in range(1, lines + 1, lines // 16):
        folder = prepare(str(line))
        assert run_until_line(folder, line).returncode == -signal.SIGKILL
        half_done += 0 < len(bytes_of(folder)) < len(expected)
        with opened(folder) as bank:
            bank.play_round(TODAY)
            assert sum(bank.books.balances().values()) == len(AREAS) * OPENING_FEN
        assert bytes_of(folder) == expected
    assert half_done  # some of the deaths were in the middle of writing the files


def test_killed_at_any_moment_every_payment_is_made_once(folder: Path) -> None:
    chance = random.Random(20260302)
    payments = {area: [(to, 10, "right") for to in AREAS if to != area] * 25 for area in AREAS}
    command = [sys.executable, "-m", "jiexu.simulation.bank", str(folder), "--interval", "0"]
    command += ["--today", TODAY.isoformat(), "--delay-rounds", "1"]
    for number in range(8):
        bank = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        write_plan(folder, list(payments.items()), f"P{number}N")
        time.sleep(chance.uniform(0.08, 0.3))
        bank.send_signal(signal.SIGKILL)
        bank.wait(timeout=20)
    for _ in range(2):
        subprocess.run([*command, "--once"], check=True, timeout=60, stdout=subprocess.DEVNULL)

    expected = Counter(
        f"P{number}N{place}-{row:04d}"
        for number in range(8)
        for place, lines in enumerate(payments.values())
        for row in range(1, len(lines) + 1)
    )
    booked = [entry_no for _, entry_no, _, _ in entries_of(folder)]
    for side in "DC":
        assert Counter(number[:-2] for number in booked if number.endswith(side)) == expected
    answered = Counter(
        f"{file.batch_no}-{result.row:04d}"
        for area in AREAS
        for file in files(folder, area)
        for result in file.results
        if result.accepted
    )
    assert answered == expected
    with opened(folder) as bank:
        assert set(bank.books.balances().values()) == {OPENING_FEN}  # all paid each other alike
    assert list(folder.rglob("*.refused.txt")) == []


def test_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_plan(folder, [(AREAS[0], [(AREAS[1], 1, "right"), (AREAS[2], 1, "right")])], "P")
    arguments = [str(folder), "--once", "--fail", "320100", "--today", "2026-02-28"]
    assert main(arguments) == 0
    assert capsys.readouterr().out == "收到 1 批，入账 1 笔，拒付 1 笔，写出 3 个文件\n"
    assert [e.booked_on for file in files(folder, AREAS[1]) for e in file.entries] == [
        date(2026, 2, 28)
    ]
    with pytest.raises(SystemExit):
        main([str(folder), "--fail", "("])
    assert "--fail: 不是正确的正则表达式：(" in capsys.readouterr().err


def test_it_is_a_process_of_its_own_without_django(folder: Path) -> None:
    code = (
        "import sys, jiexu.simulation.bank as bank;"
        f"bank.main([{str(folder)!r}, '--once']);"
        "print([name for name in sys.modules if name.split('.')[0] in {'django', 'socket'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "[]\n"
