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
    plan_in: str = "account"
    cover_year_in: int | None = None
    informed: tuple[Reason, ...] = ()
    cover_after: CoverAfter | None = None
    life: LifeFact | None = None
    certno_told: str = ""
    # The money: how it goes and why, what was paid, what came.
    route: str = ""
    basis: str = ""
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


class TransferFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All facts for one move. Parts a move does not need are empty (see `needs` in the table).

    `open_case_no` is another transfer of the same person, scheme and half that is still open.
    `double_psn_no` is another number here that seems to be the same person (重号);
    `identity_taken`: the identity number of a correction belongs to somebody else here.
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
    accepted_on: date | None = None
    life: tuple[LifeFact, ...] = ()
    double_psn_no: str = ""
    identity_taken: bool = False

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
    """What the applicant asks for: payload of `apply`."""

    applied_on: date
    channel: str
    applicant: str
    insutype_out: str
    insutype_in: str
    trafout_admdvs: str
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
