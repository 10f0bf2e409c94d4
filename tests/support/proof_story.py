"""Two agencies on one node and two people who move: rows for the proofs to look at.

Everything is written by the product's own writers; only the clock is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.ledger.postings import opening_balance
from jiexu.records.access.sealing import identity_index, vault
from jiexu.records.isolation import acting_for, writing
from jiexu.records.ledger.write import post
from jiexu.records.registry.models import Agency, Contribution, Person, Relation
from jiexu.work import dispatch, documents, receive, timers
from jiexu.work import ports as wiring
from jiexu.work.intake import apply_for_transfer
from jiexu.work.keys import make_key

SHANGHAI = ZoneInfo("Asia/Shanghai")
OLD, NEW = "450200", "441900"
DAY_ONE = datetime(2026, 11, 16, 9, 30, tzinfo=SHANGHAI)
RICH, POOR = "张三", "李四"
"""Whose balance moves, and who has none: one case waits for money, the other is completed."""

CERTNOS = {RICH: "450202198501170015", POOR: "45020219860218002X"}
BALANCE_FEN = 123456


class Straight:
    """A channel that hands an envelope over at once, at the story's own time."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def deliver(self, receiver: str, sender: str, seq: int, data: bytes) -> None:
        receive.accept(receiver, data, self.story.now)

    def collect(self, receiver: str) -> list[tuple[str, bytes]]:
        return []

    def done(self, receiver: str, name: str, *, refused: str = "") -> None:
        raise AssertionError("nothing was collected")


class Story:
    """`now` moves by hand; `case_nos` are the transfers by name."""

    def __init__(self) -> None:
        self.now = DAY_ONE
        self.case_nos: dict[str, str] = {}

    def tick(self, **step: float) -> datetime:
        self.now += timedelta(**(step or {"minutes": 1}))
        return self.now

    def found(self) -> None:
        """Two agencies with keys, two persons known to both."""
        with writing():
            for area, name in ((OLD, "柳州市医疗保障经办中心"), (NEW, "东莞市医疗保障经办中心")):
                Agency.objects.create(
                    area=area,
                    name=name,
                    hosted=True,
                    receipt_kind="财政专户",
                    bank_name="示例银行营业部",
                    account_name=name,
                    account_sealed=vault().seal("6222020000000000", context="agency.account"),
                    opened_on=date(2026, 1, 1),
                )
        for area in (OLD, NEW):
            make_key(area, self.now - timedelta(days=1))
        for name in CERTNOS:
            self.person(name, OLD, "paused", date(2026, 9, 1), ("201501", "202608"))
            self.person(name, NEW, "normal", date(2026, 10, 1), ("202610", "202611"))
        opening = opening_balance(f"{OLD}{CERTNOS[RICH][-4:]}", BALANCE_FEN)
        with transaction.atomic(), acting_for(OLD), writing():
            post(OLD, [opening], business_date=self.now.date(), now=self.now)

    def person(
        self, name: str, area: str, status: str, since: date, months: tuple[str, str]
    ) -> None:
        certno = CERTNOS[name]
        with acting_for(area), writing():
            person = Person.objects.create(
                agency_id=area,
                psn_no=f"{area}{certno[-4:]}",
                psn_name=name,
                psn_cert_type="01",
                certno_sealed=vault().seal(certno, context="person.certno"),
                certno_index=identity_index(certno),
                gend="1",
                brdy=date(1985, 1, 17),
                recorded_at=self.now,
            )
            Relation.objects.create(
                agency_id=area,
                person=person,
                insutype="310",
                plan="account",
                status=status,
                valid_from=since,
                recorded_at=self.now,
            )
            Contribution.objects.create(
                agency_id=area,
                person=person,
                insutype="310",
                kind="actual",
                begn_ym=months[0],
                end_ym=months[1],
                paid_area=area,
                recorded_at=self.now,
            )

    def apply(self, name: str) -> None:
        """The person applies at the new place."""
        result = apply_for_transfer(
            Actor(role=Role.CITIZEN, ref="citizen"),
            {"from_area": OLD, "to_area": NEW, "insutype": "310"},
            f"form-{CERTNOS[name]}",
            self.now,
            subject=identity_index(CERTNOS[name]),
        )
        assert result.ok, result
        self.case_nos[name] = result.case_no

    def run(self, rounds: int = 12) -> None:
        """Queues until nothing moves any more."""
        for _ in range(rounds):
            now = self.tick()
            moved = dispatch.dispatch_due(now) + receive.apply_due(now)
            moved += timers.run_autos(now) + documents.seal_due(now)
            if not moved:
                return
        raise AssertionError("the story does not come to rest")


@contextmanager
def told() -> Iterator[Story]:
    """The whole story, record legs done on both sides; the wiring is put back afterwards."""
    story = Story()
    before = wiring.ports()
    channel = Straight(story)
    wiring.install(replace(before, clock=lambda: story.now, loopback=channel, far=channel))
    try:
        story.found()
        for name in CERTNOS:
            story.apply(name)
        story.run()
        yield story
    finally:
        wiring.install(before)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is gone afterwards, and need not obey any law."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def one(sql: str, *values: Any) -> Any:
    """The first column of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


@contextmanager
def behind_the_laws() -> Iterator[Any]:
    """A cursor of somebody who is stronger than every trigger and every foreign key."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        yield cursor
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
