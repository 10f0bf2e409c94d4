"""A small country in one database: agencies, people who move, a bank of files, virtual time.

Built and driven through the same doors as a real node: import, application, workers, payment
batches, bank files. Nothing of the product is replaced but the clock and the bank's folder.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
from django.apps import apps
from django.db import transaction

from jiexu.adapters.banks.folder import FolderBank
from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.money import yuan_from_fen
from jiexu.core.ledger.postings import opening_balance, person_account
from jiexu.records.access.sealing import identity_index
from jiexu.records.isolation import AgencyRow, acting_for, writing
from jiexu.records.ledger import write as ledger
from jiexu.records.ledger.models import Account
from jiexu.records.ledger.queries import balances
from jiexu.records.registry.models import Person
from jiexu.simulation.bank import PretendBank
from jiexu.simulation.bank_files import Account as BankAccount
from jiexu.simulation.bank_files import (
    Answer,
    Entry,
    result_bytes,
    statement_bytes,
    write_accounts,
)
from jiexu.simulation.clockwork import SHANGHAI, VirtualClock
from jiexu.simulation.node import LocalNode
from jiexu.simulation.people import invent_people
from jiexu.work import dispatch, receive
from jiexu.work import ports as wiring
from jiexu.work.intake import act

SOURCE, TARGET, THIRD = "320100", "450200", "330100"
NAMES = {
    SOURCE: "南京经办中心",
    TARGET: "柳州经办中心",
    THIRD: "杭州经办中心",
    "320500": "苏州经办中心",
    "350100": "福州经办中心",
    "350500": "泉州经办中心",
    "350200": "厦门经办中心",
    "440100": "广州经办中心",
    "440300": "深圳经办中心",
}
START = datetime(2026, 3, 11, 10, 0, tzinfo=SHANGHAI)


class Mover(NamedTuple):
    """Somebody who moves from one area to another with a balance."""

    name: str
    certno: str
    balance_fen: int


def account_of(area: str) -> str:
    return f"9999{area}000000"


class Country:
    """Agencies at `areas`; `movers` people insured at the first until February, now elsewhere."""

    def __init__(
        self, folder: Path, *, areas: Sequence[str] = (SOURCE, TARGET), opening_fen: int = 10**9
    ) -> None:
        self.node = LocalNode(START)
        self.areas = tuple(areas)
        self.bank_folder = folder / "bank"
        self.bank_folder.mkdir(parents=True, exist_ok=True)
        self.opening_fen = opening_fen
        self.movers: list[Mover] = []
        self.faults_expected = False
        self._chance = Random(7)
        self._keys = 0
        wiring.install(replace(wiring.ports(), bank=FolderBank(self.bank_folder, settle_seconds=0)))
        for area in areas:
            self.node.open_agency(
                area=area,
                name=NAMES[area],
                receipt_kind="收入户",
                bank_name="演示银行",
                account_name=f"{NAMES[area]}（演示账户）",
                account=account_of(area),
            )
        write_accounts(
            self.bank_folder,
            [
                BankAccount(
                    area=area,
                    number=account_of(area),
                    name=f"{NAMES[area]}（演示账户）",
                    opening_fen=opening_fen,
                )
                for area in areas
            ],
        )
        self.bank = PretendBank(self.bank_folder)

    @property
    def clock(self) -> VirtualClock:
        clock = wiring.ports().clock
        assert isinstance(clock, VirtualClock)
        return clock

    @property
    def now(self) -> datetime:
        return self.clock()

    # People

    def add_movers(
        self,
        count: int,
        *,
        source: str = SOURCE,
        target: str = TARGET,
        paused: bool = True,
        plan_in: str = "",
    ) -> list[Mover]:
        """People insured at `source` until the end of February and at `target` since March."""
        people = invent_people(
            self._chance,
            count=count,
            area=source,
            today=START.date(),
            born_between=(date(1975, 1, 1), date(1995, 12, 31)),
        )
        movers = [
            Mover(one.name, one.certno, 1_000_00 + 37 * place)
            for place, one in enumerate(people, start=len(self.movers) + 1)
        ]
        self.enrol(source, movers, since="2019-03", until=None if not paused else "2026-02")
        self.enrol(target, movers, since="2026-03", until=None, plan=plan_in)
        self.give_balances(source, movers)
        self.movers += movers
        return movers

    def enrol(
        self,
        area: str,
        movers: Sequence[Mover],
        *,
        since: str,
        until: str | None,
        insutype: str = "310",
        plan: str = "",
    ) -> None:
        """Insured at `area` since the first of a month; paused after `until`."""
        import_rows = self.node.import_rows
        import_rows(
            "persons",
            area,
            [{"姓名": m.name, "证件类型": "01", "证件号码": m.certno} for m in movers],
        )
        relations, months = [], []
        for mover in movers:
            row = {
                "证件号码": mover.certno,
                "险种": insutype,
                "参保类型": plan or ("account" if insutype == "310" else "pool_only"),
                "状态": "normal",
                "起始日期": f"{since}-01",
                "终止日期": "",
                "单位名称": "",
            }
            if until is not None:
                relations.append({**row, "终止日期": _last_day(until).isoformat()})
                row |= {"状态": "paused", "起始日期": _next_month(until).isoformat()}
            relations.append(row)
            months.append(
                {
                    "证件号码": mover.certno,
                    "险种": insutype,
                    "类型": "actual",
                    "起始年月": since,
                    "终止年月": until or max(since, "2026-03"),
                    "缴费地": area,
                }
            )
        import_rows("relations", area, relations)
        import_rows("contributions", area, months)

    def give_balances(self, area: str, movers: Sequence[Mover]) -> None:
        self.node.import_rows(
            "balances",
            area,
            [
                {"证件号码": m.certno, "个人账户余额": yuan_from_fen(m.balance_fen)}
                for m in movers
                if m.balance_fen
            ],
        )

    # Acts

    def key(self, word: str = "key") -> str:
        """A request key that nobody has used."""
        self._keys += 1
        return f"{word}-{self._keys:08d}"

    def actor(self, role: Role, ref: str = "", area: str = SOURCE) -> Actor:
        return Actor(role=role, ref=ref or f"{role.value}-{area}", agency=area)

    def apply(
        self, mover: Mover, *, source: str = SOURCE, target: str = TARGET, key: str = ""
    ) -> Any:
        form = {"from_area": source, "to_area": target, "insutype": "310"}
        return self.node.apply_for_certno(mover.certno, form, key or self.key("apply"))

    def apply_all(self) -> list[str]:
        """Everybody applies; the case numbers in the order of the movers."""
        answers = [self.apply(mover) for mover in self.movers]
        assert all(answer["ok"] for answer in answers), answers
        return [answer["case_no"] for answer in answers]

    def act(
        self, role: Role, case_no: str, half: str, event: str, area: str = "", **form: str
    ) -> Any:
        """Somebody of the agency makes a move on a case, as from its page."""
        area = area or {"in": TARGET, "out": SOURCE}[half]
        version = next(
            row.version
            for row in rows("procedures.Case")
            if (row.case_no, row.half, row.agency_id) == (case_no, half, area)
        )
        actor = self.actor(role, area=area)
        return act(actor, area, case_no, half, event, form, version, self.key(event), self.now)

    def deposit(self, area: str, mover: Mover, amount_fen: int, key: str) -> None:
        """Money that comes to an account after all: a contribution, interest, a reversal."""
        person = Person.objects.of(area).get(certno_index=identity_index(mover.certno))
        posting = msgspec.structs.replace(
            opening_balance(person.psn_no, amount_fen), key=f"deposit:{key}"
        )
        with acting_for(area), writing(), transaction.atomic():
            ledger.post(area, [posting], business_date=self.now.date(), now=self.now)

    def settle(self) -> int:
        """A minute passes, and the worker works until all queues are empty."""
        self.clock.forward(minutes=1)
        return self.node.sweep()

    def prepare(self, area: str = SOURCE, key: str = "") -> Any:
        return self.node.prepare_payments(area, f"prepares-{area}", key or self.key("batch"))

    def approve(self, number: str, area: str = SOURCE) -> Any:
        return self.node.approve_payments(area, f"approves-{area}", number)

    def pay(self, area: str = SOURCE) -> str:
        """Two people put everything that waits into one batch and approve it; its number."""
        prepared = self.prepare(area)
        assert prepared["ok"], prepared
        approved = self.approve(prepared["case_no"], area)
        assert approved["ok"], approved
        return str(prepared["case_no"])

    def bank_round(self) -> str:
        return self.bank.play_round(self.now.date())

    def accepted(self) -> list[str]:
        """All apply and the old place accepts; its automatic moves are due but not made."""
        numbers = self.apply_all()
        self.clock.forward(minutes=1)
        dispatch.dispatch_due(self.now)
        receive.apply_due(self.now)
        return numbers

    def in_two_letters(self) -> list[str]:
        """As `to_the_form`, but the answer and the form go out in envelopes of their own."""
        numbers = self.accepted()
        dispatch.dispatch_due(self.now)
        self.settle()
        return numbers

    def to_the_form(self) -> list[str]:
        """All apply and the record leg runs through: the forms are there, the money is fixed."""
        numbers = self.apply_all()
        self.settle()
        return numbers

    def to_the_end(self) -> list[str]:
        """The whole road of everybody."""
        numbers = self.to_the_form()
        self.pay()
        self.settle()
        self.bank_round()
        self.settle()
        return numbers

    def refusing_bank(self, pattern: str) -> None:
        """From now on the bank refuses payments to these names or accounts."""
        self.bank.books.close()
        self.bank = PretendBank(self.bank_folder, fail=[re.compile(pattern)])

    def statement(
        self,
        area: str,
        *lines: tuple[str, str, int, str],
        name: str = "",
        account: str = "",
        day: date | None = None,
    ) -> Path:
        """A statement that lies there: lines are number, debit or credit, fen and remark."""
        entries, balance_fen = [], 10**9
        for number, direction, amount_fen, remark in lines:
            balance_fen += amount_fen if direction == "credit" else -amount_fen
            entries.append(
                Entry(
                    entry_no=number,
                    booked_on=day or self.now.date(),
                    debit=direction == "debit",
                    amount_fen=amount_fen,
                    counterparty="某某",
                    remark=remark,
                    balance_fen=balance_fen,
                )
            )
        data = statement_bytes(account or account_of(area), 10**9, entries)
        return self._put(area, name or self.key("hand"), data)

    def result(self, area: str, batch_no: str, *answers: tuple[int, str, int, str]) -> Path:
        """A result file that lies there: row, remark, fen and the reason, if it was refused."""
        told = [
            Answer(row=row, remark=remark, amount_fen=amount_fen, reason=reason)
            for row, remark, amount_fen, reason in answers
        ]
        return self._put(area, self.key("result"), result_bytes(batch_no, told))

    def _put(self, area: str, name: str, data: bytes) -> Path:
        path = self.bank_folder / area / "in" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    # What it came to

    def case(self, case_no: str, half: str, area: str = "") -> Any:
        return self.node.case(area or {"in": TARGET, "out": SOURCE}[half], case_no, half)

    def states(self, case_no: str) -> dict[str, tuple[str, str, str]]:
        """Half → (state, record leg, fund leg), for the halves that are there."""
        found = {}
        for row in rows("procedures.Case"):
            if row.case_no == case_no:
                found[row.half] = (row.state, row.record_leg, row.fund_leg)
        return found

    def transcript(self, case_no: str) -> list[str]:
        """What happened, in words and in order, without the clock's time of day.

        Whether the notice of a payment or the money itself came first is chance.
        """
        lines = []
        for row in sorted(rows("procedures.Case"), key=lambda row: row.half):
            if row.case_no == case_no:
                view = self.node.case(row.agency_id, case_no, row.half)
                lines += [
                    f"{row.half} {item['at'][:10]} {item['title']} {item['text']}".replace(
                        "；这笔资金此前已经到账", ""
                    )
                    for item in view["timeline"]
                ]
        return lines

    def held(self, area: str, mover: Mover) -> int:
        """Posted fen of a person's account; 0 for somebody unknown there."""
        person = Person.objects.of(area).filter(certno_index=identity_index(mover.certno)).first()
        if person is None:
            return 0
        ref = person_account(person.psn_no)
        return int(balances(area, [ref])[ref].posted_fen)

    def counts(self) -> dict[str, int]:
        """How many rows of each kind there are: what an effect made twice would change."""
        found = {
            model._meta.label: model.objects.across_node().count()
            for model in apps.get_models()
            if issubclass(model, AgencyRow) and model._meta.label not in _LEFT_OUT
        }
        # Whoever already has the money is not told that it is on its way.
        told = sum(row.code != "transfer.paid" for row in rows("notices.Notice"))
        return found | {"notices.Notice": told}

    def books(self) -> dict[tuple[str, str], int]:
        """(agency, kind of account) → credits less debits, posted."""
        found: Counter[tuple[str, str]] = Counter()
        for account in Account.objects.across_node():
            found[account.agency_id, account.kind] += account.credits_posted - account.debits_posted
        return {key: fen for key, fen in sorted(found.items()) if fen}

    def outcome(self, numbers: Sequence[str]) -> dict[str, Any]:
        """Everything that must come out the same whatever went wrong on the way."""
        return {
            "states": {number: self.states(number) for number in numbers},
            "transcripts": {number: sorted(self.transcript(number)) for number in numbers},
            "books": self.books(),
            "counts": self.counts(),
            "bank": self.bank.books.balances(),
        }

    def breaks(self) -> list[str]:
        """What the proofs find wrong."""
        return list(self.node.verify())


_LEFT_OUT = frozenset({"exchange.Envelope", "audit.DayDigest"})
"""How many messages share an envelope is chance."""


def rows(label: str) -> list[Any]:
    """All rows of a business table of the node, in order."""
    return list(apps.get_model(label).objects.across_node().order_by("pk"))


@contextmanager
def put_back() -> Iterator[None]:
    """The wiring is as before afterwards."""
    before = wiring.ports()
    try:
        yield
    finally:
        wiring.install(before)


def _last_day(month: str) -> date:
    return date.fromordinal(_next_month(month).toordinal() - 1)


def _next_month(month: str) -> date:
    year, number = (int(part) for part in month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1)
