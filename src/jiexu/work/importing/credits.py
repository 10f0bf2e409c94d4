"""Rows of later credits: interest, contributions, reversals that the system of origin has booked.

The natural key is the number of its voucher: the same row again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import Fen, fen_from_yuan
from jiexu.core.ledger.postings import later_credit
from jiexu.records.ledger.models import Transfer
from jiexu.records.ledger.write import post
from jiexu.work.importing.columns import CREDITS
from jiexu.work.importing.known import rows_of_persons
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow

WHY: Final[Mapping[str, str]] = {"利息": "interest", "补缴划入": "contribution", "冲正": "reversal"}
_NUMBER: Final = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)


class Credits:
    """Checks later credits at one agency and posts them to the ledger."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        self._seen: dict[str, tuple[str, Fen]] = {}

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which credits are new; what is wrong with the other rows."""
        plan = Plan()
        fresh: dict[str, tuple[str, Fen]] = {}
        rows = rows_of_persons(CREDITS, self.area, self.now.date(), raws)
        read = [(row, person, row.read("voucher_no", _number)) for row, person in rows]
        posted = self._posted([number for *_, number in read if number]) | self._seen
        for row, person, number in read:
            amount_fen = row.read("credit_amount", _above_zero)
            why = row.read("credit_why", _why)
            if number and amount_fen and why and person is not None and not row.problems:
                known = fresh.get(number) or posted.get(number)
                if known is None:
                    fresh[number] = (person.psn_no, amount_fen)
                    plan.content.append([person.index.hex(), number, amount_fen, why])
                elif known == (person.psn_no, amount_fen):
                    plan.unchanged += 1
                else:
                    row.refuse(
                        "voucher_no",
                        "CREDIT_DIFFERS",
                        f"凭证 {number} 已按另外的人或金额记过账。",
                        "请核对凭证号；已记的有误，请另用一张凭证冲正。",
                    )
            plan.problems += row.problems
        plan.added = len(fresh)
        plan.write = lambda: self._post(fresh)
        plan.remember = lambda: self._seen.update(fresh)
        return plan

    def _post(self, fresh: Mapping[str, tuple[str, Fen]]) -> None:
        if fresh:
            postings = [
                later_credit(psn_no, number, fen) for number, (psn_no, fen) in fresh.items()
            ]
            post(self.area, postings, business_date=self.now.date(), now=self.now)

    def _posted(self, numbers: Sequence[str]) -> dict[str, tuple[str, Fen]]:
        """Vouchers on file: whose account, and the amount."""
        keys = {later_credit("-", number, 1).key: number for number in numbers}
        rows = Transfer.objects.of(self.area).filter(key__in=list(keys))
        found = rows.values_list("key", "credit__owner", "amount_fen")
        return {keys[key]: (owner, amount_fen) for key, owner, amount_fen in found}


def _number(text: str) -> str:
    if _NUMBER.fullmatch(text) is None:
        raise BadInput(
            "入账凭证号应是 1 到 40 位的数字、字母、短横或下划线。",
            "请照原系统的凭证号填写。",
            code="BAD_VOUCHER_NO",
        )
    return text


def _above_zero(text: str) -> Fen:
    amount_fen = fen_from_yuan(text)
    if amount_fen <= 0:
        raise BadInput("入账金额必须大于零。", "没有入账的，不用导入。", code="BAD_AMOUNT")
    return amount_fen


def _why(text: str) -> str:
    if text not in WHY:
        raise BadInput(
            f"看不懂入账来由“{text[:20]}”。", f"请填写：{'、'.join(WHY)}。", code="BAD_WORD"
        )
    return WHY[text]
