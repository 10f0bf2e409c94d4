"""What a decision about a transfer may look at: plain values, loaded by the unit of work."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from jiexu.core.base.decision import Reason
from jiexu.core.base.money import Fen
from jiexu.core.exchange.kinds.information_form.schema import Form
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.procedures.outcome import AttachSeal

TALK_DOUBTS = frozenset(
    {"ENQUIRY_OPEN", "ENQUIRY_SILENT", "ANSWER_CAME", "REMINDED", "DISPUTED", "AMOUNT_CORRECTED"}
)
"""Doubts that wait for a person and hold neither record nor money up."""


class AgencyFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The agency that acts. `receipt_account` is `None` while its bank details are incomplete."""

    area: str
    name: str
    receipt_account: ReceiptAccount | None
    phone: str = ""


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The person as this agency knows them. `ref` is the owner of their personal account."""

    ref: str
    psn_no: str
    psn_name: str
    psn_cert_type: str
    certno: str
    gend: str
    brdy: date


class RelationFact(msgspec.Struct, frozen=True, kw_only=True):
    """A status of a participation from a day on: normal, paused, terminated."""

    insutype: str
    plan: str
    status: str
    valid_from: date
    valid_to: date | None
    emp_name: str
    cover_year: int | None = None
    retired: bool = False
    emp_uscc: str = ""


class LifeFact(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to the person: death, retirement, army or emigration."""

    kind: str
    on: date
    evidence: str = ""


class CoverAfter(msgspec.Struct, frozen=True, kw_only=True):
    """What holds at the new place after the transfer (待遇衔接): see `linking`.

    `wait_months` is `None` where no rule found says it. `begins_on` is the first day of cover.
    """

    wait_months: int | None
    wait_cap_months: int | None
    retroactive: bool | None
    benefit_ratio_during_wait: str | None
    break_months: int
    back_paid: bool | None
    begins_on: date | None
    text: str
    reasons: tuple[Reason, ...] = ()


class SpellFact(msgspec.Struct, frozen=True, kw_only=True):
    """Insured months on record, `yyyyMM`, both ends included."""

    insutype: str
    kind: str
    begn_ym: str
    end_ym: str
    paid_area: str


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """One payment of the case by the old place; `part` counts them and stands in the reference.

    `state`: placed, approved, failed (the bank refused it), paid, returned (it came back), owed and
    cleared (settled between the agencies), cancelled. `hold`: where its money is before it is paid:
    reserved, committed (already in transit), open (still usable: `freeze_at` remit).
    `retry_of` is the part that came back and is paid again by this one.
    """

    part: int
    amount_fen: Fen
    state: str = "placed"
    hold: str = "reserved"
    retry_of: int = 0


class SendBack(msgspec.Struct, frozen=True, kw_only=True):
    """Money of the case that the new place sends back. `state`: placed, approved, failed, paid."""

    reference: str
    amount_fen: Fen
    state: str = "placed"


class ClaimFact(msgspec.Struct, frozen=True, kw_only=True):
    """Something still to be settled at the old place: 零星报销, 生育津贴, a late debit."""

    kind: str
    amount_fen: Fen | None
    due_on: date | None


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever applies for somebody else (代办人), or for a minor (监护人).

    `authority` says on what they act: a letter of authority, guardianship.
    """

    name: str
    relation: str
    authority: str


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """A question between the two sides. `ours` says that this half asked.

    `purpose` is clarify (协查) or remind (催办); `number` is unique within the case; `round` counts
    how often silence was chased.
    """

    number: str
    purpose: str
    ours: bool
    asked_on: date
    text: str
    answer_by: date | None = None
    answered_on: date | None = None
    answer: str = ""
    round: int = 1


class Dispute(msgspec.Struct, frozen=True, kw_only=True):
    """What the person holds against the case (异议、投诉), and the agency's answer."""

    number: int
    about: str
    words: str
    raised_on: date
    answered_on: date | None = None
    answer: str = ""


class Supplement(msgspec.Struct, frozen=True, kw_only=True):
    """What the person was asked to hand in, all at once (一次性告知), and what they answered."""

    wanted: str
    asked_on: date
    answered_on: date | None = None
    answer: str = ""


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """An end that the new place asks of the old one: `how` withdrawn or refused.

    `before` is the state of the record leg to go back to when it is too late.
    """

    how: str
    before: str
    reasons: tuple[Reason, ...] = ()


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What the half remembers between moves; sealed at rest.

    `form_source` is empty for a form under the other agency's seal; else platform_list,
    platform_keyed or paper: it was copied, and no seal of ours vouches for it.
    """

    applied_on: date
    channel: str
    applicant: str
    insutype_out: str
    insutype_in: str
    trafout_admdvs: str
    trafin_admdvs: str
    enrolled_on: date | None = None
    psn_name_told: str = ""
    receipt_account: ReceiptAccount | None = None
    form: Form | None = None
    form_source: str = ""
    reference: str = ""
    paid_on: date | None = None
    arrived_fen: Fen = 0
    reasons: tuple[Reason, ...] = ()
    applied_by: str = ""
    agent: Agent | None = None
    talks: tuple[Talk, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    supplements: tuple[Supplement, ...] = ()
    ending: Ending | None = None
    reminded_on: date | None = None
    corrections: int = 0
    in_limit_workdays: int | None = None
    plan_in: str = "account"
    cover_year_in: int | None = None
    informed: tuple[Reason, ...] = ()
    cover_after: CoverAfter | None = None
    life: LifeFact | None = None
    certno_told: str = ""
    # The money: how it goes and why, what the newest form says, what was paid, what came.
    route: str = ""
    basis: str = ""
    figure_fen: Fen = 0
    reserved_fen: Fen = 0
    payout_account: ReceiptAccount | None = None
    payments: tuple[Payment, ...] = ()
    late: tuple[Fen, ...] = ()
    parts_told: tuple[int, ...] = ()
    parts_withdrawn: tuple[int, ...] = ()
    credited_fen: Fen = 0
    send_backs: tuple[SendBack, ...] = ()

    @property
    def payment(self) -> Payment | None:
        """The newest payment that was not cancelled."""
        live = [one for one in self.payments if one.state != "cancelled"]
        return live[-1] if live else None

    def with_payment(self, part: int, **changes: Any) -> CaseRecord:
        """The same with one payment changed."""
        payments = tuple(
            msgspec.structs.replace(one, **changes) if one.part == part else one
            for one in self.payments
        )
        return msgspec.structs.replace(self, payments=payments)


class ClockFact(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of the half. `paused_on`: it stands still since that day."""

    leg: str
    name: str
    holder: str
    started_on: date
    limit_workdays: int
    due_on: date
    provisional: bool
    paused_on: date | None
    paused_workdays: int
    met_on: date | None = None


class TransferFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All facts for one move. Parts a move does not need are empty (see `needs` in the table).

    `open_case_no` is another open transfer that leaves no room for this one: the same person,
    scheme and half, at the new place also from the same old place. `open_case_asking`: it only
    waits for the new place's answer. `incoming_case_no` is an open transfer of the person into
    this agency.
    `double_psn_no` is another number here that seems to be the same person (重号);
    `identity_taken`: the identity number of a correction belongs to somebody else here.
    `counterpart_reached` is node (signed messages), platform or paper (a clerk carries it there).
    """

    agency: AgencyFacts
    half: str
    case_no: str
    record_leg: str
    fund_leg: str
    counterpart: str
    counterpart_name: str
    version: int
    amount_fen: Fen | None
    doubts: tuple[str, ...]
    record: CaseRecord | None
    person: PersonFacts | None = None
    relations: tuple[RelationFact, ...] = ()
    spells: tuple[SpellFact, ...] = ()
    account_available_fen: Fen = 0
    open_case_no: str = ""
    claims: tuple[ClaimFact, ...] = ()
    open_case_asking: bool = False
    incoming_case_no: str = ""
    order_state: str = ""
    clocks: tuple[ClockFact, ...] = ()
    promised_on: date | None = None
    promised_provisional: bool = False
    accepted_on: date | None = None
    life: tuple[LifeFact, ...] = ()
    double_psn_no: str = ""
    identity_taken: bool = False
    counterpart_reached: str = "node"

    @property
    def opened(self) -> CaseRecord:
        """The record of a half that is open; a move on one that is not is a defect."""
        if self.record is None:
            raise AssertionError("an opened half has a record")
        return self.record

    @property
    def holding_doubts(self) -> tuple[str, ...]:
        """Doubts for which the record leg waits; a talk between people holds nothing up."""
        return tuple(doubt for doubt in self.doubts if doubt not in TALK_DOUBTS)

    @property
    def talk_doubts(self) -> tuple[str, ...]:
        """Doubts that only say that somebody is to be answered."""
        return tuple(doubt for doubt in self.doubts if doubt in TALK_DOUBTS)

    def clock(self, name: str) -> ClockFact | None:
        """The clock of that name, running or met; `None` if it never began."""
        return next((clock for clock in self.clocks if clock.name == name), None)

    def relation_on(self, insutype: str, day: date) -> RelationFact | None:
        """The status in force on `day` in a scheme; `None` if the person has none there."""
        held = [
            relation
            for relation in self.relations
            if relation.insutype == insutype
            and relation.valid_from <= day
            and (relation.valid_to is None or day <= relation.valid_to)
        ]
        return max(held, key=lambda relation: relation.valid_from, default=None)


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """What the applicant asks for: payload of `apply` and `apply_at_source`.

    `channel` is online, counter_from or counter_to; `applicant` self, employer or agent.
    """

    applied_on: date
    channel: str
    applicant: str
    insutype_out: str
    insutype_in: str
    trafout_admdvs: str
    trafin_admdvs: str = ""
    agent: Agent | None = None
    requests: tuple[str, ...] = ()


class BankLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the bank statement: payload of the moves that follow money.

    `line_key` is the bank's own number of the entry; the row here is `line_id`. `part` is the
    payment that its remark names, 0 where a person matched it by hand.
    """

    line_id: int
    line_key: str
    amount_fen: Fen
    booked_on: date
    part: int = 0
    reference: str = ""


class BankRefusal(msgspec.Struct, frozen=True, kw_only=True):
    """The bank did not carry a payment out, in the bank's words."""

    text: str
    reference: str = ""


class UnsealedForm(msgspec.Struct, frozen=True, kw_only=True):
    """A 信息表 of a partner without messages, copied from a list or a paper: no seal to check."""

    form: Form


class SealedForm(msgspec.Struct, frozen=True, kw_only=True):
    """An issued form and the seal made for it: payload of `seal_form`."""

    form: Form
    seal: AttachSeal
