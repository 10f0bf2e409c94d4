"""Anything may happen in any order: people, queues, deaths, a bank with doubtful lines.

After every act the money of both places and the bank adds up, each case is in a state of the
table, nobody has two open cases, and the proofs find nothing. In the end everything still settles.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.support.carriers import Keeping
from tests.support.country import SOURCE, START, TARGET, Country, put_back, rows
from tests.support.watching import Died

from jiexu.core.base.actors import Actor, Role
from jiexu.core.procedures.case_number import make_case_no
from jiexu.core.procedures.transfer.states import (
    FUND_OVER,
    FUND_STATES,
    RECORD_STATES,
    overall,
)
from jiexu.records.isolation import writing
from jiexu.records.ledger.models import Account
from jiexu.records.registry.models import Person
from jiexu.work import worker
from jiexu.work.intake import act
from jiexu.work.late_money import send_late_money
from jiexu.work.payments import approve_batch, prepare_batch, reject_batch
from jiexu.work.reconcile import match_by_hand

SWEEPS = dict(worker.SWEEPS)
MOVERS = 3
TALKS = (
    "withdraw",
    "remind",
    "dispute",
    "answer_dispute",
    "clarify",
    "answer_enquiry",
    "note",
    "request_supplement",
    "supplement",
    "correct_form",
)
TALK_FORMS = {
    "dispute": {"about": "other", "words": "x"},
    "answer_dispute": {"answer": "x"},
    "clarify": {"words": "x"},
    "answer_enquiry": {"words": "x"},
    "request_supplement": {"wanted": "x"},
    "supplement": {"answer": "x"},
    "correct_form": {"words": "x"},
}
places = st.integers(0, MOVERS - 1)
few = st.integers(0, 7)


class Transfers(RuleBasedStateMachine):
    """Three people who move; the last one's name is spelled differently at the two places."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.wiring = put_back()
        self.wiring.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        self.country = Country(Path(self.folder.name))
        self.country.faults_expected = True
        self.carrier = Keeping(lambda letter: False)
        self.lines = 0
        self.strange_fen = 0
        self.returned_fen = 0
        self.back: set[str] = set()
        self.numbers: set[str] = set()

    @initialize()
    def people(self) -> None:
        self.country.add_movers(MOVERS)
        with writing():
            last = Person.objects.of(TARGET).order_by("-pk").first()
            Person.objects.of(TARGET).filter(pk=last.pk).update(psn_name="不同的写法")
        self.all_fen = sum(mover.balance_fen for mover in self.country.movers)

    def teardown(self) -> None:
        try:
            if self.country.movers:
                self.everything_settles()
        finally:
            self.country.bank.books.close()
            self.wiring.__exit__(None, None, None)
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            self.folder.cleanup()

    # What people do

    @rule(place=places, key=st.sampled_from(["a", "b", ""]))
    def apply(self, place: int, key: str) -> None:
        mover = self.country.movers[place]
        key = key and f"person-{place}-{key}"
        answer = self.country.apply(mover, key=key)
        assert answer["ok"] or answer["code"] == "ALREADY_OPEN", answer
        if answer["ok"]:
            self.numbers.add(answer["case_no"])

    @rule(chosen=st.sets(few), key=few)
    def prepare(self, chosen: set[int], key: int) -> None:
        waiting = [order.pk for order in rows("settlement.Order") if order.state == "waiting"]
        ids = [pk for place, pk in enumerate(waiting) if place in chosen]
        preparer = Actor(role=Role.FINANCE_PREPARER, ref="zhidan", agency=SOURCE)
        answer = prepare_batch(preparer, SOURCE, ids, f"batch-{key}", self.country.now)
        assert answer.ok or answer.code in {"NOTHING_CHOSEN", "STALE", "KEY_REUSED"}, answer

    @rule(place=few, who=st.sampled_from(["zhidan", "fuhe", "fuhe2"]), send_back=st.booleans())
    def decide_on_a_batch(self, place: int, who: str, send_back: bool) -> None:
        batches = rows("settlement.Batch")
        if not batches:
            return
        batch = batches[place % len(batches)]
        approver = Actor(role=Role.FINANCE_APPROVER, ref=who, agency=SOURCE)
        decide = reject_batch if send_back else approve_batch
        answer = decide(approver, SOURCE, batch.number, 1, "k", self.country.now)
        assert answer.ok or answer.code in {"FOUR_EYES", "STALE"}, answer

    @rule(place=few)
    def two_clerks_on_one_case(self, place: int) -> None:
        doubtful = [case for case in rows("procedures.Case") if case.doubts]
        if not doubtful:
            return
        case = doubtful[place % len(doubtful)]
        event = "issue_form" if case.half == "out" else "write_record"
        answers = [
            act(
                Actor(role=Role.CLERK, ref=name, agency=case.agency_id),
                case.agency_id,
                case.case_no,
                case.half,
                event,
                {},
                case.version,
                f"{name}-{case.version}",
                self.country.now,
            )
            for name in ("first", "second")
        ]
        assert sum(answer.ok for answer in answers) <= 1, answers

    @rule(place=few, half=st.sampled_from(["in", "out"]), event=st.sampled_from(TALKS))
    def somebody_says_something(self, place: int, half: str, event: str) -> None:
        """Withdraw, remind, object, ask, answer: refused or made, never half."""
        cases = [case for case in rows("procedures.Case") if case.half == half]
        if not cases:
            return
        case = cases[place % len(cases)]
        area = case.agency_id
        citizen = event in {"withdraw", "remind", "dispute", "supplement"}
        role = Role.CITIZEN if citizen else Role.CLERK
        subject = bytes(Person.objects.of(area).get(pk=case.person_id).certno_index)
        answer = act(
            Actor(role=role, ref="x", agency=None if citizen else area),
            area,
            case.case_no,
            half,
            event,
            TALK_FORMS.get(event, {}),
            case.version,
            f"talk-{case.case_no}-{half}-{case.version}-{event}",
            self.country.now,
            subject=subject,
        )
        assert answer.ok or (answer.text and answer.remedy), answer
        assert answer.code != "FAULT", answer

    @rule(line=few, case=few)
    def match_a_line_by_hand(self, line: int, case: int) -> None:
        waiting = [one for one in rows("settlement.StatementLine") if one.state != "matched"]
        cases = sorted(self.numbers)
        if not waiting or not cases:
            return
        row = waiting[line % len(waiting)]
        actor = Actor(role=Role.FINANCE_PREPARER, ref="lz", agency=row.agency_id)
        answer = match_by_hand(
            actor,
            row.agency_id,
            row.pk,
            cases[case % len(cases)],
            row.version,
            "k",
            self.country.now,
        )
        assert answer.ok or answer.text, answer

    # What machines do

    @rule(name=st.sampled_from(sorted(SWEEPS)), minutes=st.sampled_from([0, 0, 1, 4]))
    def sweep(self, name: str, minutes: int) -> None:
        self.country.clock.forward(minutes=minutes)
        SWEEPS[name](self.country.now)

    @rule(rounds=st.integers(1, 3))
    def work(self, rounds: int) -> None:
        for _ in range(rounds):
            self.country.clock.forward(minutes=1)
            worker.sweep_once(self.country.now)

    @rule(name=st.sampled_from(sorted(SWEEPS)), after=st.integers(1, 40))
    def die_while_sweeping(self, name: str, after: int) -> None:
        """The statement is never sent; what was not committed is gone."""
        left = after

        def mortal(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Died(sql)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(mortal):
                SWEEPS[name](self.country.now)
        except Died:
            self.country.clock.forward(minutes=3)

    @rule()
    def bank_works(self) -> None:
        self.country.bank_round()

    @precondition(lambda self: self.carrier.letters)
    @rule(place=st.integers(0, 99))
    def an_envelope_comes_again(self, place: int) -> None:
        letters = self.carrier.letters
        letters[place % len(letters)].arrive()

    @rule(hold=st.booleans())
    def the_line_between_them(self, hold: bool) -> None:
        """Envelopes are held back from now on, or all arrive, the last one first."""
        self.carrier.hold = lambda letter: hold
        if not hold:
            self.carrier.kept.reverse()
            self.carrier.let_go()

    # What the bank's statements say that nobody sent

    @rule(place=few, cents=st.sampled_from([-1, 0, 1, 100]))
    def a_strange_credit(self, place: int, cents: int) -> None:
        """Unknown, or for a case of ours: with another amount, or too early, or once more."""
        self.lines += 1
        unknown = make_case_no(TARGET, START.date(), self.lines)
        known = [*sorted(self.numbers), unknown, "看不懂的附言"]
        amount = self.country.movers[place % MOVERS].balance_fen + cents
        self.strange_fen += amount
        self.country.statement(
            TARGET, (f"S{self.lines}", "credit", amount, known[place % len(known)])
        )

    @rule(place=few)
    def a_strange_debit(self, place: int) -> None:
        """Fees; or a debit with a case's number and another amount."""
        self.lines += 1
        known = [*sorted(self.numbers), "手续费"]
        self.country.statement(SOURCE, (f"F{self.lines}", "debit", 7, known[place % len(known)]))

    # What comes back, and what comes later

    @rule(place=few)
    def a_payment_comes_back(self, place: int) -> None:
        """The bank gives back what it had paid and we had booked; the bank's books take it up."""
        paid = [case for case in rows("procedures.Case") if case.fund_leg == "paid"]
        if not paid:
            return
        self.lines += 1
        case = paid[place % len(paid)]
        orders = [o for o in rows("settlement.Order") if o.case_no == case.case_no]
        order = next((o for o in reversed(orders) if o.state == "paid"), None)
        if order is None:
            return
        # It stands for money of the bank's own: the new place may have kept what it got.
        self.returned_fen += order.amount_fen
        self.back.add(case.case_no)
        remark = f"退汇 {order.reference}"
        self.country.statement(SOURCE, (f"R{self.lines}", "credit", order.amount_fen, remark))

    @rule(place=few)
    def paid_again(self, place: int) -> None:
        returned = [case for case in rows("procedures.Case") if case.fund_leg == "returned"]
        if returned:
            case = returned[place % len(returned)]
            answer = self.country.act(
                Role.FINANCE_PREPARER, case.case_no, "out", "pay_again", details="same"
            )
            assert answer.ok, answer

    @rule(place=places, amount=st.sampled_from([1, 777]))
    def late_money(self, place: int, amount: int) -> None:
        """Something comes to the old account after all, and a run sends it after."""
        self.lines += 1
        mover = self.country.movers[place]
        self.country.deposit(SOURCE, mover, amount, f"late-{self.lines}")
        self.all_fen += amount
        send_late_money(self.country.now)

    # What always holds

    @invariant()
    def money_adds_up(self) -> None:
        """What persons hold, what is in transit, what is not yet known and what only the bank
        knows of: together always what there was, and the strange lines apart.
        """
        if not self.country.movers:
            return
        books = self.country.books()
        for area in (SOURCE, TARGET):
            assert sum(fen for (agency, _), fen in books.items() if agency == area) == 0
        balances = self.country.bank.books.balances()
        paid = (
            sum(abs(fen - self.country.opening_fen) for fen in balances.values()) // 2
        )  # nothing before the bank has opened its accounts
        seen_out = books.get((SOURCE, "payment_bank"), 0)
        back_taken = -books.get((SOURCE, "receipt_bank"), 0)
        assert back_taken <= self.returned_fen
        taken_in = -books.get((TARGET, "receipt_bank"), 0)
        strange_taken = sum(
            line.amount_fen
            for line in rows("settlement.StatementLine")
            if line.agency_id == TARGET and line.line_key.startswith("S")
        )
        assert 0 <= seen_out <= paid
        assert 0 <= taken_in - strange_taken <= paid
        assert strange_taken <= self.strange_fen
        held = sum(
            fen
            for (_, kind), fen in books.items()
            if kind in {"person_account", "in_transit", "suspense"}
        )
        with_the_bank = paid - (taken_in - strange_taken)
        left_unseen = paid - seen_out
        assert held + with_the_bank - left_unseen == (self.all_fen + strange_taken + back_taken)

    @invariant()
    def cases_are_where_the_table_has_them(self) -> None:
        transit = {
            (account.agency_id, account.owner): account.credits_posted - account.debits_posted
            for account in Account.objects.across_node().filter(kind="in_transit")
        }
        open_ones = set()
        for case in rows("procedures.Case"):
            assert case.record_leg in RECORD_STATES
            assert case.fund_leg in FUND_STATES
            over = case.completed_at is not None
            assert case.state == overall(case.record_leg, case.fund_leg, was_completed=over)
            assert (case.completed_at is not None) == (case.state == "completed")
            if case.state == "completed" and case.fund_leg in FUND_OVER:
                assert transit.get((case.agency_id, case.case_no), 0) == 0
            if case.state == "open" and case.person_id:
                mine = (case.agency_id, case.person_id, case.half, case.insutype)
                assert mine not in open_ones
                open_ones.add(mine)

    @invariant()
    def every_payment_is_one(self) -> None:
        orders = [order.reference for order in rows("settlement.Order")]
        assert len(orders) == len(set(orders))
        paid: dict[str, int] = {}
        for order in rows("settlement.Order"):
            if order.state == "paid":
                paid[order.reference] = paid.get(order.reference, 0) + order.amount_fen
        debits = [
            line
            for line in rows("settlement.StatementLine")
            if line.state == "matched" and line.direction == "debit"
        ]
        came_back = [
            order for order in rows("settlement.Order") if order.bank_answer == "付出后退汇"
        ]
        assert len(debits) == len(paid) + len(came_back)

    @invariant()
    def the_proofs_find_nothing(self) -> None:
        """But that more came for a case than its form says: there it is a doubt, and said."""
        differs = {
            case.case_no for case in rows("procedures.Case") if "AMOUNT_DIFFERS" in case.doubts
        }
        found = [
            one
            for one in self.country.breaks()
            if "MORE_THAN_CASE" not in one or not any(number in one for number in differs)
        ]
        assert found == []

    # And in the end

    def everything_settles(self) -> None:
        """All hands on deck: whatever was not spoilt by a strange line is completed."""
        self.the_line_between_them(hold=False)
        for turn in range(4):
            for _ in range(3):
                self.country.clock.forward(minutes=11)
                self.country.node.sweep()
            for place in range(len(rows("procedures.Case"))):
                self.paid_again(place)
                self.two_clerks_on_one_case(place)
            for batch in rows("settlement.Batch"):
                if batch.state == "prepared":
                    approver = Actor(role=Role.FINANCE_APPROVER, ref="last", agency=SOURCE)
                    assert approve_batch(
                        approver, SOURCE, batch.number, 1, "k", self.country.now
                    ).ok
            self.country.prepare(key=f"last-{turn}")
            self.country.clock.forward(minutes=11)
            self.country.node.sweep()
            self.country.bank_round()
        for _ in range(4):
            self.country.clock.forward(minutes=11)
            self.country.node.sweep()
        self.money_adds_up()
        self.the_proofs_find_nothing()
        spoilt = {
            case.case_no for case in rows("procedures.Case") if "AMOUNT_DIFFERS" in case.doubts
        }
        for number in self.numbers - spoilt - self.back:
            states = {half: state[0] for half, state in self.country.states(number).items()}
            ends = [{"in": one, "out": one} for one in ("completed", "withdrawn")]
            assert states in ends or states == {"in": "refused", "out": "refused"}, (number, states)


@pytest.mark.slow
def test_anything_in_any_order(db: None) -> None:
    run_state_machine_as_test(
        Transfers,
        settings=settings(
            max_examples=6,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
