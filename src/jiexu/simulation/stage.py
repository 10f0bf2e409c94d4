"""The stage of a story: nodes, the pretend bank, and virtual time, whatever the databases.

A story asks for an agency (`stage.at(area)`) and never knows whether the other agency lives in the
same database. The bank is a process of its own and sees nothing but files.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from jiexu.core.base.money import fen_from_yuan
from jiexu.core.calendar.workdays import is_workday
from jiexu.simulation.bank_files import (
    Account,
    Instruction,
    PaymentFile,
    payment_bytes,
    put_whole,
    write_accounts,
)
from jiexu.simulation.clockwork import SHANGHAI


class Stage:
    """Where a story plays. `nodes` maps an area to the node that hosts it."""

    def __init__(self, nodes: dict[str, Any], bank_folder: Path, start: datetime) -> None:
        self._nodes = nodes
        self._bank_folder = bank_folder
        self._now = start.replace(tzinfo=SHANGHAI)
        self._accounts: list[Account] = []
        self.cards: dict[str, dict[str, Any]] = {}
        self._tick()

    @property
    def now(self) -> datetime:
        return self._now

    def at(self, area: str) -> Any:
        """The node that hosts the agency of an area."""
        return self._nodes[area]

    def each(self) -> list[Any]:
        """Every node once."""
        return list({id(node): node for node in self._nodes.values()}.values())

    def open_agency(self, area: str, name: str, account: str, kind: str, money: str) -> None:
        """Open an agency at its node, known to the others; the bank knows its account."""
        card = self.at(area).open_agency(
            area=area,
            name=name,
            phone="12393",
            receipt_kind=kind,
            bank_name="演示银行",
            account_name=f"{name}（演示账户）",
            account=account,
        )
        self.cards[area] = card
        self.open_account(area, f"{name}（演示账户）", account, money)

    def open_account(self, area: str, holder: str, number: str, money: str) -> None:
        """An account at the bank, also of an agency that no node hosts; of a known number, only
        who holds it is changed.
        """
        account = Account(area=area, number=number, name=holder, opening_fen=fen_from_yuan(money))
        self._accounts = [one for one in self._accounts if one.number != number] + [account]
        self._bank_folder.mkdir(parents=True, exist_ok=True)
        write_accounts(self._bank_folder, self._accounts)

    def orders_outside(self, area: str, batch_no: str, *payments: Instruction) -> None:
        """An agency that no node hosts hands its bank a batch of payments."""
        payer = next(one.number for one in self._accounts if one.area == area)
        file = PaymentFile(batch_no=batch_no, payer_account=payer, instructions=payments)
        put_whole(self._bank_folder / area / "out" / f"{batch_no}.csv", payment_bytes(file))

    def introduce(self) -> None:
        """Nodes learn of the agencies they do not host."""
        for area, card in self.cards.items():
            for node in self.each():
                if node is not self.at(area):
                    node.add_partner(card)

    def later(self, **amount: float) -> None:
        """Time passes."""
        self._now += timedelta(**amount)
        self._tick()

    def next_workday(self, area: str, hour: int = 9) -> None:
        """To `hour` o'clock of the next working day of an area."""
        day = self._now.date() + timedelta(days=1)
        while not is_workday(day, area):
            day += timedelta(days=1)
        self._now = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)
        self._tick()

    def settle(self) -> None:
        """Workers of all nodes run until nothing is left to do anywhere."""
        for _ in range(50):
            if not sum(node.sweep() for node in self.each()):
                return
        raise AssertionError("the nodes do not come to rest")

    def bank_works(self) -> None:
        """The bank reads its payment files and writes results and statements, once."""
        subprocess.run(  # noqa: S603  (our own module, no shell)
            [
                *(sys.executable, "-m", "jiexu.simulation.bank", str(self._bank_folder)),
                *("--once", "--today", self._now.date().isoformat()),
            ],
            check=True,
            timeout=60,
            stdout=subprocess.DEVNULL,
        )

    def breaks(self) -> list[str]:
        """What the proofs of all nodes find wrong."""
        return [one for node in self.each() for one in node.verify()]

    def close(self) -> None:
        for node in self.each():
            node.close()

    def _tick(self) -> None:
        for node in self.each():
            node.set_clock(self._now.isoformat())
