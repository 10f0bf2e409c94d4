"""A node as a story drives it: named acts of people, each through the same door as a real face.

The acts take and give plain JSON values, so that a story plays the same against a node in this
process (`LocalNode`) and against one in a process and database of its own (`remote.RemoteNode`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from jiexu.core.base.actors import Actor, Role
from jiexu.core.ledger.postings import in_transit, person_account
from jiexu.records.access.models import User
from jiexu.records.access.sealing import identity_index
from jiexu.records.ledger.queries import balances
from jiexu.records.ledger.verify import verify as verify_ledger
from jiexu.records.procedures.queries import case_for_clerk, cases_of_citizen
from jiexu.records.registry.models import Person
from jiexu.records.registry.queries import cover_of_citizen
from jiexu.records.settlement.queries import batches, clearings, lines, orders_waiting
from jiexu.simulation.clockwork import VirtualClock
from jiexu.simulation.looks import Looks
from jiexu.simulation.node_counter import CounterActs
from jiexu.simulation.node_employers import EmployerActs
from jiexu.simulation.outside_acts import OutsideActs
from jiexu.work import accounts, agencies, bank_details, cards, grants, intake, worker
from jiexu.work.importing import import_rows
from jiexu.work.netting import last_month_end, propose_due
from jiexu.work.ports import clock
from jiexu.work.proofs import verify as verify_audit
from jiexu.work.recompute import recompute_dates

ADMIN = Actor(role=Role.ADMINISTRATOR, ref="demo")


class LocalNode(CounterActs, EmployerActs, OutsideActs, Looks):
    """The node of this process. Every public method is an act a story may ask for."""

    def __init__(self, start: datetime | None = None) -> None:
        self._clock = VirtualClock(start) if start else None
        if self._clock:
            self._clock.install()

    def set_clock(self, moment: str) -> None:
        if self._clock is None:
            self._clock = VirtualClock(datetime.fromisoformat(moment))
            self._clock.install()
        self._clock.set(datetime.fromisoformat(moment))

    def open_agency(self, **agency: Any) -> dict[str, Any]:
        """Open a hosted agency and give its public card."""
        agencies.open_agency(**agency, now=clock(), by=ADMIN.ref)
        return cards.public_card(agency["area"])

    def set_bank(self, area: str, **details: str) -> None:
        """Where money for an agency arrives from now on."""
        bank_details.set_bank(area, **details, now=clock(), by=ADMIN.ref)

    def add_partner(self, card: dict[str, Any]) -> None:
        cards.add_partner(card, now=clock(), by=ADMIN.ref)

    def import_rows(self, kind: str, area: str, rows: list[dict[str, str]]) -> int:
        """Import; a refused row is a mistake of the story."""
        report = import_rows(kind, rows, area=area, by=ADMIN, now=clock())
        if report.refused:
            raise AssertionError(f"{kind} of {area}: {report.refused[0]}")
        return int(report.ok)

    def add_staff(self, username: str, name: str, password: str, role: str, area: str) -> None:
        user = accounts.add_user(username, name, password, clock())
        grants.grant(user.username, role, area, ADMIN.ref, clock())

    def add_citizen(self, username: str, name: str, password: str, certno: str) -> None:
        accounts.add_user(username, name, password, clock(), certno=certno)

    def add_employer_agent(
        self, username: str, name: str, password: str, area: str, uscc: str
    ) -> None:
        """Somebody who acts for an employer that is on file at an agency."""
        user = accounts.add_user(username, name, password, clock())
        grants.authorise(user.username, uscc, area, ADMIN.ref, clock())

    def check(self, username: str, form: dict[str, str]) -> Any:
        user = User.objects.get(username=username)
        decision = intake.check_transfer(user, form, clock().date())
        return msgspec.to_builtins(decision)

    def apply(self, username: str, form: dict[str, str], key: str) -> Any:
        user = User.objects.get(username=username)
        actor = Actor(role=Role.CITIZEN, ref=username)
        result = intake.apply_for_transfer(
            actor, form, key, clock(), subject=bytes(user.certno_index)
        )
        return msgspec.to_builtins(result)

    def apply_to_many(
        self, username: str, form: dict[str, str], sources: list[str], key: str
    ) -> Any:
        """One application for several old places; the answers in their order."""
        user = User.objects.get(username=username)
        actor = Actor(role=Role.CITIZEN, ref=username)
        results = intake.apply_for_transfers(
            actor, form, sources, key, clock(), subject=bytes(user.certno_index)
        )
        return msgspec.to_builtins(results)

    def apply_for_certno(self, certno: str, form: dict[str, str], key: str) -> Any:
        """Apply as the holder of an identity number, who need not have a user name here."""
        actor = Actor(role=Role.CITIZEN, ref="citizen")
        result = intake.apply_for_transfer(
            actor, form, key, clock(), subject=identity_index(certno)
        )
        return msgspec.to_builtins(result)

    def act(
        self,
        area: str,
        username: str,
        role: str,
        case_no: str,
        half: str,
        event: str,
        form: dict[str, str],
    ) -> Any:
        """A move from the page of a case, on the version the page shows now."""
        actor = Actor(role=Role(role), ref=username, agency=None if role == Role.CITIZEN else area)
        subject = b""
        if role == Role.CITIZEN:
            subject = bytes(User.objects.get(username=username).certno_index)
        version = case_for_clerk(area, case_no, half, clock().date()).version
        key = f"{case_no}-{half}-{version}"
        result = intake.act(
            actor, area, case_no, half, event, form, version, key, clock(), subject=subject
        )
        return msgspec.to_builtins(result)

    def sweep(self) -> int:
        return worker.run_until_quiet()

    def recompute_dates(self) -> int:
        """Count provisional days again, as the operator does; gives how many cases changed."""
        return recompute_dates(clock())

    def net_last_month(self) -> int:
        """Lists of what agencies owe each other until the end of last month; how many went out."""
        return propose_due(last_month_end(clock().date()), clock())

    def clearings(self, area: str) -> Any:
        """The lists between this agency and others."""
        return msgspec.to_builtins(clearings(area))

    def prepare_payments(self, area: str, username: str, key: str) -> Any:
        """A preparer puts everything that waits into one batch."""
        actor = Actor(role=Role.FINANCE_PREPARER, ref=username, agency=area)
        ids = [order.id for order in orders_waiting(area)]
        return msgspec.to_builtins(intake.prepare_batch(actor, area, ids, key, clock()))

    def approve_payments(self, area: str, username: str, number: str) -> Any:
        """Another person approves the batch."""
        actor = Actor(role=Role.FINANCE_APPROVER, ref=username, agency=area)
        version = next(batch.version for batch in batches(area) if batch.number == number)
        result = intake.approve_batch(actor, area, number, version, f"approve-{number}", clock())
        return msgspec.to_builtins(result)

    def balance(self, area: str, certno: str) -> Any:
        """Posted, reserved and available fen of a person's account."""
        person = Person.objects.of(area).get(certno_index=identity_index(certno))
        ref = person_account(person.psn_no)
        return msgspec.to_builtins(balances(area, [ref])[ref])

    def transit(self, area: str, case_no: str) -> int:
        ref = in_transit(case_no)
        return int(balances(area, [ref])[ref].posted_fen)

    def case(self, area: str, case_no: str, half: str) -> Any:
        view = case_for_clerk(area, case_no, half, clock().date())
        return msgspec.to_builtins(view)

    def cover(self, username: str) -> Any:
        return msgspec.to_builtins(cover_of_citizen(User.objects.get(username=username)))

    def cases_of(self, username: str) -> Any:
        return msgspec.to_builtins(cases_of_citizen(User.objects.get(username=username)))

    def match(self, area: str, username: str, line_id: int, case_no: str) -> Any:
        """A preparer says which case a line of the statement belongs to."""
        actor = Actor(role=Role.FINANCE_PREPARER, ref=username, agency=area)
        version = next(line.version for line in lines(area, "break") if line.id == line_id)
        key = f"match-{line_id}-{version}"
        result = intake.match_line(actor, area, line_id, case_no, version, key, clock())
        return msgspec.to_builtins(result)

    def breaks(self, area: str) -> Any:
        """Statement lines that wait for a person."""
        return msgspec.to_builtins(lines(area, "break"))

    def verify(self) -> list[str]:
        """All proofs of the node; each break in words."""
        return [str(one) for one in (*verify_ledger(), *verify_audit())]

    def close(self) -> None:
        """Nothing to close in this process."""
