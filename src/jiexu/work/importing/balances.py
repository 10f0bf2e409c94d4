"""Rows of balances: what an account held when the books were opened here. Once per person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiexu.core.base.money import fen_from_yuan, yuan_for_people
from jiexu.core.ledger.postings import Posting, opening_balance
from jiexu.records.ledger.models import Transfer
from jiexu.records.ledger.write import post
from jiexu.work.importing.columns import BALANCES
from jiexu.work.importing.known import Known, rows_of_persons
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow, Row


class Balances:
    """Checks opening balances at one agency and posts them to the ledger."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        self._seen: dict[str, tuple[int, int]] = {}

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which balances are new; what is wrong with the other rows. Nothing is posted for zero."""
        plan = Plan()
        rows = rows_of_persons(BALANCES, self.area, self.now.date(), raws)
        posted = self._posted([person for _, person in rows if person])
        fresh: dict[str, tuple[int, int]] = {}
        postings: list[Posting] = []
        for row, person in rows:
            amount_fen = row.read("balance", fen_from_yuan)
            if amount_fen is not None and person is not None and not row.problems:
                psn_no = person.psn_no
                known = fresh.get(psn_no) or self._seen.get(psn_no) or posted.get(psn_no)
                if known is None:
                    fresh[psn_no] = (row.number, amount_fen)
                    if amount_fen:
                        postings.append(opening_balance(psn_no, amount_fen))
                        plan.content.append([person.index.hex(), amount_fen])
                    else:
                        plan.unchanged += 1
                elif known[1] == amount_fen:
                    plan.unchanged += 1
                else:
                    _refuse(row, amount_fen, *known)
            plan.problems += row.problems
        plan.added = len(postings)
        plan.write = lambda: self._post(postings)
        plan.remember = lambda: self._seen.update(fresh)
        return plan

    def _post(self, postings: Sequence[Posting]) -> None:
        if postings:
            post(self.area, postings, business_date=self.now.date(), now=self.now)

    def _posted(self, persons: Sequence[Known]) -> dict[str, tuple[int, int]]:
        """Opening balances on file by person: no row, and the amount in fen."""
        keys = {opening_balance(person.psn_no, 1).key: person.psn_no for person in persons}
        rows = Transfer.objects.of(self.area).filter(key__in=list(keys))
        return {keys[key]: (0, amount) for key, amount in rows.values_list("key", "amount_fen")}


def _refuse(row: Row, amount_fen: int, known_row: int, known_fen: int) -> None:
    where = f"第 {known_row} 行" if known_row else "系统"
    row.refuse(
        "balance",
        "BALANCE_DIFFERS",
        f"此人的余额在{where}已经登记为 {yuan_for_people(known_fen)} 元，"
        f"与这一行的 {yuan_for_people(amount_fen)} 元不同。",
        "期初余额每人只登记一次。请核对哪一个对；已登记的有误，请由财务另做更正。",
    )
