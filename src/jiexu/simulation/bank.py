"""The pretend bank of the demonstration: a process of its own that only knows files.

    python -m jiexu.simulation.bank FOLDER [--once] [--interval 0.5]
        [--fail PATTERN] [--delay-rounds N] [--today 2026-03-02]

Each round it reads the payment batches in `<area>/out/`, answers each with a result file in the
payer's `<area>/in/`, books them, and writes a statement for every account that moved; CSV, xlsx
and ISO 20022 are spoken, an agency is answered in the format it wrote last. Accounts are
opened by `FOLDER/accounts.csv`; its own books are in `FOLDER/.bank/`. It may be killed at any
moment and started again: no payment is lost or made twice.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.simulation.bank_books import Books
from jiexu.simulation.bank_files import Instruction, RefusedFile, put_whole, read_accounts
from jiexu.simulation.bank_forms import FORMS, form_of

FAILED = "收款账户状态异常"
"""The bank's reason for a row that `--fail` picks out."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_AREA_FOLDERS = "[0-9][0-9][0-9][0-9][0-9][0-9]"


class PretendBank:
    """One bank over one folder. `fail` picks, by payee name or account, the rows it refuses;
    `delay_rounds` is how many rounds a batch waits before it is answered and booked.
    """

    def __init__(
        self, folder: Path, *, fail: Sequence[re.Pattern[str]] = (), delay_rounds: int = 0
    ) -> None:
        self.books = Books(folder / ".bank" / "books.sqlite3")
        self._folder = folder
        self._fail = tuple(fail)
        self._delay_rounds = delay_rounds
        self._seen: dict[Path, tuple[int, int]] = {}

    def play_round(self, today: date) -> str:
        """Everything once; returns what was done, in words, or "" for nothing."""
        if not self._open_accounts():
            return ""
        taken = self.take_batches()
        paid, refused = self.books.settle(self._delay_rounds, today, self._refusal)
        written = self.publish()
        if not taken and not written:
            return ""
        return f"收到 {taken} 批，入账 {paid} 笔，拒付 {refused} 笔，写出 {written} 个文件"

    def take_batches(self) -> int:
        """Take in the payment files not seen before; returns how many."""
        taken = 0
        for path in sorted(self._folder.glob(f"{_AREA_FOLDERS}/out/*")):
            if form_of(path.name) is None:
                continue
            state = path.stat()
            mark = (state.st_mtime_ns, state.st_size)
            if path.name.startswith(".") or self._seen.get(path) == mark:
                continue
            taken += self._take(path)
            self._seen[path] = mark
        return taken

    def publish(self) -> int:
        """Write the files that the books owe; returns how many."""
        files = list(self.books.owed())
        for owed in files:
            folder = self._folder / owed.area / "in"
            form = FORMS[owed.form]
            if owed.batch_no:
                path = folder / f"result-{quote(owed.batch_no, safe='')}{form.suffix}"
                data = form.result(owed.batch_no, owed.answers, owed.on)
            else:
                path = folder / f"statement-{owed.statement:010d}{form.suffix}"
                data = form.statement(owed.account, owed.opening_fen, owed.entries, owed.on)
            put_whole(path, data)
        if files:
            self.books.published(files)
        return len(files)

    def _take(self, path: Path) -> bool:
        area, data = path.parent.parent.name, path.read_bytes()
        digest = sm3_hex(data)
        if self.books.knows(area, digest):
            return False
        try:
            form = form_of(path.name) or "csv"
            if self.books.take(area, digest, FORMS[form].payment(data), form):
                return True
            raise RefusedFile("批次号已经用过，内容与上次不同。")
        except RefusedFile as error:
            put_whole(path.with_name(f"{path.name}.refused.txt"), f"{error}\n".encode())
            self.books.refuse(area, digest)
            print(f"不受理 {area} 的 {path.name}：{error}", file=sys.stderr, flush=True)
            return False

    def _open_accounts(self) -> bool:
        """Read `accounts.csv` if it is new; False while there has never been a good one."""
        path = self._folder / "accounts.csv"
        try:
            state = path.stat()
            mark = (state.st_mtime_ns, state.st_size)
            if self._seen.get(path) != mark:
                self.books.open_accounts(read_accounts(path))
                self._seen[path] = mark
        except FileNotFoundError:
            return bool(self.books.balances())
        except RefusedFile as error:
            print(f"账户表没有采用：{error}", file=sys.stderr, flush=True)
            return bool(self.books.balances())
        return True

    def _refusal(self, line: Instruction) -> str:
        picked = any(p.search(line.payee_account) or p.search(line.payee_name) for p in self._fail)
        return FAILED if picked else ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the bank until it is stopped, or for one round."""
    options = _parser().parse_args(arguments)
    bank = PretendBank(options.folder, fail=options.fail, delay_rounds=options.delay_rounds)
    try:
        while True:
            said = bank.play_round(options.today or _business_day())
            if said:
                print(said, flush=True)
            if options.once:
                return 0
            time.sleep(options.interval)
    except KeyboardInterrupt:
        return 0
    finally:
        bank.books.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m jiexu.simulation.bank", description="演示用的模拟银行：只读写文件，不联网。"
    )
    parser.add_argument("folder", type=Path, help="与经办机构约定的银行目录，内有 accounts.csv")
    parser.add_argument("--once", action="store_true", help="只处理一轮就结束")
    parser.add_argument("--interval", type=float, default=0.5, help="两轮之间等待的秒数")
    parser.add_argument(
        "--fail",
        type=_pattern,
        action="append",
        default=[],
        metavar="PATTERN",
        help="拒付收款户名或账号符合这个正则表达式的付款，可以写多次",
    )
    parser.add_argument("--delay-rounds", type=int, default=0, help="收到批次后隔几轮再入账")
    parser.add_argument("--today", type=date.fromisoformat, help="记账日期，默认是今天（北京时间）")
    return parser


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"不是正确的正则表达式：{text}") from error


def _business_day() -> date:
    return datetime.now(tz=_SHANGHAI).date()  # noqa: TID251  (a process of its own, own clock)


if __name__ == "__main__":
    raise SystemExit(main())
