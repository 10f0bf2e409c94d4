"""Real processes, killed without warning, again and again: every case ends, every payment once."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from tests.support.country import SOURCE, START, TARGET, account_of
from tests.support.fast_worker import fast_clock

from jiexu.core.base.money import fen_from_yuan
from jiexu.simulation.bank_books import Books
from jiexu.simulation.bank_files import Account, write_accounts
from jiexu.simulation.people import invent_people
from jiexu.simulation.remote import RemoteNode
from jiexu.work.home import create_secrets

CASES = 30
KILLS = 16
SPEED = 90.0
OPENING_FEN = 10**10


class Town:
    """A node in a home of its own, two workers, a bank, and one steady hand that asks."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.bank_folder = folder / "bank"
        self.environment = {
            **os.environ,
            "JIEXU_HOME": str(folder / "home"),
            "JIEXU_DATABASE_URL": _database(stack),
            "JIEXU_BANK": str(self.bank_folder),
            "JIEXU_EXCHANGE": str(folder / "exchange"),
            "DJANGO_SETTINGS_MODULE": "jiexu.config.settings",
        }
        create_secrets(folder / "home")
        subprocess.run(
            [sys.executable, "-m", "django", "migrate", "--verbosity", "0"],
            env=self.environment,
            check=True,
            timeout=120,
        )
        self.node = RemoteNode(folder / "home", self.environment)
        stack.callback(self.node.close)
        self.base = time.time()
        self.clock = fast_clock(self.base, SPEED, START)
        self.log = (folder / "workers.log").open("wb")
        stack.callback(self.log.close)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        stack.callback(self.stop)

    def ask(self, act: str, *values: Any, **named: Any) -> Any:
        """The steady hand, at the time of everybody."""
        self.node.set_clock(self.clock().isoformat())
        return getattr(self.node, act)(*values, **named)

    def found(self, people: Any) -> None:
        for area, name in ((SOURCE, "南京经办中心"), (TARGET, "柳州经办中心")):
            self.ask(
                "open_agency",
                area=area,
                name=name,
                receipt_kind="收入户",
                bank_name="演示银行",
                account_name=f"{name}（演示账户）",
                account=account_of(area),
            )
        self.bank_folder.mkdir()
        write_accounts(
            self.bank_folder,
            [
                Account(
                    area=area,
                    number=account_of(area),
                    name=f"{name}（演示账户）",
                    opening_fen=OPENING_FEN,
                )
                for area, name in ((SOURCE, "南京经办中心"), (TARGET, "柳州经办中心"))
            ],
        )
        persons = [{"姓名": one.name, "证件类型": "01", "证件号码": one.certno} for one in people]
        for area, status, since, months in (
            (SOURCE, "paused", "2026-03-01", ("2019-03", "2026-02")),
            (TARGET, "normal", "2026-03-01", ("2026-03", "2026-03")),
        ):
            self.ask("import_rows", "persons", area, persons)
            self.ask(
                "import_rows",
                "relations",
                area,
                [
                    {
                        "证件号码": one.certno,
                        "险种": "310",
                        "参保类型": "account",
                        "状态": status,
                        "起始日期": since,
                        "终止日期": "",
                        "单位名称": "",
                    }
                    for one in people
                ],
            )
            self.ask(
                "import_rows",
                "contributions",
                area,
                [
                    {
                        "证件号码": one.certno,
                        "险种": "310",
                        "类型": "actual",
                        "起始年月": months[0],
                        "终止年月": months[1],
                        "缴费地": area,
                    }
                    for one in people
                ],
            )
        self.ask(
            "import_rows",
            "balances",
            SOURCE,
            [
                {"证件号码": one.certno, "个人账户余额": f"{1000 + place}.{place:02d}"}
                for place, one in enumerate(people)
            ],
        )

    def start(self, name: str) -> None:
        if name == "bank":
            command = ["jiexu.simulation.bank", str(self.bank_folder), "--interval", "0.1"]
            command += ["--today", START.date().isoformat()]
        else:
            command = ["tests.support.fast_worker", str(self.base), str(SPEED), START.isoformat()]
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            cwd=Path(__file__).parents[2],
        )

    def kill(self, name: str) -> None:
        process = self.processes[name]
        assert process.poll() is None, f"{name} has ended by itself: {process.returncode}"
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            process.wait(timeout=30)

    def pay(self, turn: int) -> None:
        """Two people pay whatever waits."""
        prepared = self.ask("prepare_payments", SOURCE, "zhidan", f"turn-{turn:04d}")
        if prepared["ok"]:
            approved = self.ask("approve_payments", SOURCE, "fuhe", prepared["case_no"])
            assert approved["ok"], (approved["code"], approved["text"])
        else:
            assert prepared["code"] == "NOTHING_CHOSEN", prepared

    def open_cases(self, numbers: list[str]) -> list[str]:
        return [
            number
            for number in numbers
            if any(self.state(number, half)[0] != "completed" for half in ("in", "out"))
        ]

    def state(self, number: str, half: str) -> tuple[str, ...]:
        try:
            case = self.ask("case", TARGET if half == "in" else SOURCE, number, half)
        except RuntimeError:
            return ("not there yet",)
        return case["state"], case["record_leg"], case["fund_leg"]


def _database(stack: ExitStack) -> str:
    """A database of the kind the tests run on: a file of the home, or a new one on the server."""
    url = os.environ.get("JIEXU_DATABASE_URL", "")
    if not url:
        return ""
    import psycopg

    name = f"jiexu_kill_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')

    def drop() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    stack.callback(drop)
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        yield Town(tmp_path, stack)


@pytest.mark.slow
def test_killed_again_and_again(town: Town) -> None:
    chance = Random(9)
    people = invent_people(
        chance,
        count=CASES,
        area=SOURCE,
        today=START.date(),
        born_between=(date(1975, 1, 1), date(1995, 12, 31)),
    )
    town.found(people)
    for name in ("bank", "one", "two"):
        town.start(name)
    numbers: list[str] = []
    waiting = list(enumerate(people))
    for turn in range(KILLS):
        # Somebody is always in the middle of something when the next one is killed.
        for place, person in [waiting.pop() for _ in range(min(2, len(waiting)))]:
            form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
            applied = town.ask("apply_for_certno", person.certno, form, f"apply-{place:04d}")
            assert applied["ok"], applied
            numbers.append(applied["case_no"])
        if turn % 3 == 2:
            town.pay(turn)
        time.sleep(chance.uniform(0.3, 1.0))
        name = chance.choice(["one", "two", "one", "two", "bank"])
        town.kill(name)
        town.start(name)
    assert len(numbers) == CASES
    assert waiting == []

    until = time.monotonic() + 60
    turn = 100
    while still := town.open_cases(numbers):
        assert time.monotonic() < until, [
            (number, town.state(number, "in"), town.state(number, "out")) for number in still
        ]
        turn += 1
        town.pay(turn)
        time.sleep(1.0)
    time.sleep(1.0)  # receipts and notices that are still on their way
    town.stop()
    town.ask("sweep")
    assert town.ask("verify") == []

    total_fen = sum(fen_from_yuan(f"{1000 + place}.{place:02d}") for place in range(CASES))
    for place, person in enumerate(people):
        assert town.ask("balance", SOURCE, person.certno)["posted_fen"] == 0
        held = town.ask("balance", TARGET, person.certno)
        assert held["posted_fen"] == fen_from_yuan(f"{1000 + place}.{place:02d}")
    for number in numbers:
        assert town.ask("transit", SOURCE, number) == town.ask("transit", TARGET, number) == 0
    assert town.ask("breaks", SOURCE) == town.ask("breaks", TARGET) == []
    books = Books(town.bank_folder / ".bank" / "books.sqlite3")
    try:
        assert books.balances() == {
            account_of(SOURCE): OPENING_FEN - total_fen,
            account_of(TARGET): OPENING_FEN + total_fen,
        }
    finally:
        books.close()
    # Each payment stands in one file, and each file of the bank has been taken in.
    remarks: list[str] = []
    for path in (town.bank_folder / SOURCE / "out").glob("*.csv"):
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        remarks += [number for number in numbers for line in lines if line.endswith(number)]
    assert sorted(remarks) == sorted(numbers)
    for area in (SOURCE, TARGET):
        assert list((town.bank_folder / area / "in").glob("*.csv")) == []
        assert not (town.bank_folder / area / "refused").exists()
