"""Rows of open claims: what a person has still to settle here before the account is closed.

零星报销, 生育津贴, late debits. The natural key is the claim's number; the same row with a day of
settling closes it. A claim that is settled stays settled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import Fen, fen_from_yuan
from jiexu.records.registry.intake_write import NewClaim, add_claims, settle_claims
from jiexu.records.registry.models import OpenClaim
from jiexu.work.importing import cells
from jiexu.work.importing.columns import CLAIMS
from jiexu.work.importing.known import Known, rows_of_persons
from jiexu.work.importing.plans import Plan
from jiexu.work.importing.rows import RawRow, Row

_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)
_LONGEST_KIND = 40


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim as a row or the database has it."""

    person_id: int
    claim_no: str
    kind: str
    amount_fen: Fen | None
    due_on: date | None
    settled_on: date | None


class Claims:
    """Checks and records open claims at one agency."""

    def __init__(self, area: str, now: datetime) -> None:
        self.area = area
        self.now = now
        self._seen: dict[str, Claim] = {}

    def plan(self, raws: Sequence[RawRow]) -> Plan:
        """Which claims are new, which are settled now; what is wrong with the other rows."""
        plan = Plan()
        rows = [
            (row, person, _read(row, person))
            for row, person in rows_of_persons(CLAIMS, self.area, self.now.date(), raws)
        ]
        known = self._stored([claim.claim_no for _, _, claim in rows if claim]) | self._seen
        fresh: dict[str, Claim] = {}
        settled: dict[str, date] = {}
        for row, person, claim in rows:
            if claim is not None and person is not None:
                before = known.get(claim.claim_no)
                if before is None:
                    fresh[claim.claim_no] = claim
                    plan.content.append([person.index.hex(), *_content(claim)])
                elif before == claim:
                    plan.unchanged += 1
                elif claim.settled_on and before == msgspec.structs.replace(claim, settled_on=None):
                    settled[claim.claim_no] = claim.settled_on
                    plan.content.append([person.index.hex(), *_content(claim)])
                else:
                    _refuse(row, claim)
                known[claim.claim_no] = claim if not row.problems else known[claim.claim_no]
            plan.problems += row.problems
        plan.added = len(fresh) + len(settled)
        plan.write = lambda: self._write(fresh, settled)
        plan.remember = lambda: self._seen.update(known)
        return plan

    def _write(self, fresh: dict[str, Claim], settled: dict[str, date]) -> None:
        new = [NewClaim(**msgspec.structs.asdict(claim)) for claim in fresh.values()]
        add_claims(self.area, new, self.now)
        settle_claims(self.area, settled)

    def _stored(self, numbers: Sequence[str]) -> dict[str, Claim]:
        rows = OpenClaim.objects.of(self.area).filter(claim_no__in=set(numbers))
        fields = Claim.__struct_fields__
        found = (Claim(**dict(zip(fields, one, strict=True))) for one in rows.values_list(*fields))
        return {claim.claim_no: claim for claim in found}


def _read(row: Row, person: Known | None) -> Claim | None:
    claim_no = row.read("claim_no", _number)
    kind = row.read("claim_kind", _kind)
    amount_fen = row.read_if_stated("claim_amount", fen_from_yuan)
    due_on = row.read_if_stated("due_on", cells.day)
    settled_on = row.read_if_stated("settled_on", cells.day)
    if row.problems or person is None:
        return None
    assert claim_no and kind, "no value means a defect"
    return Claim(
        person_id=person.pk,
        claim_no=claim_no,
        kind=kind,
        amount_fen=amount_fen or None,
        due_on=due_on,
        settled_on=settled_on,
    )


def _number(text: str) -> str:
    if _NUMBER.fullmatch(text) is None:
        raise BadInput(
            "待遇单号应是 1 到 40 位的数字、字母、短横或下划线。",
            "请照原系统的单号填写。",
            code="BAD_CLAIM_NO",
        )
    return text


def _kind(text: str) -> str:
    if not 0 < len(text) <= _LONGEST_KIND or not text.isprintable():
        raise BadInput(
            f"待遇种类应写 1 到 {_LONGEST_KIND} 个字。",
            "例如：零星报销、生育津贴。",
            code="BAD_CLAIM_KIND",
        )
    return text


def _content(claim: Claim) -> list[str | int | None]:
    days = [day.isoformat() if day else None for day in (claim.due_on, claim.settled_on)]
    return [claim.claim_no, claim.kind, claim.amount_fen, *days]


def _refuse(row: Row, claim: Claim) -> None:
    row.refuse(
        "claim_no",
        "CLAIM_DIFFERS",
        f"单号 {claim.claim_no} 已按另外的内容登记过，或已经结清。",
        "请核对单号；结清的，只在原来的内容上填写结清日期。",
    )
