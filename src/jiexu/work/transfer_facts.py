"""Loads what the decisions of a transfer look at: set-wise, a fixed number of queries per batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from jiexu.core.base.codes.as_typed import half_width, without_blanks
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.ledger.postings import person_account
from jiexu.core.procedures.machine import NEW, Move
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.facts import (
    AgencyFacts,
    CaseRecord,
    ClaimFact,
    ClockFact,
    LifeFact,
    PersonFacts,
    RelationFact,
    SpellFact,
    TransferFacts,
)
from jiexu.records.access.sealing import identity_index, open_struct, vault
from jiexu.records.ledger.queries import balances
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.registry.models import (
    Agency,
    Contribution,
    FormerIdentity,
    LifeEvent,
    OpenClaim,
    Person,
    Relation,
)
from jiexu.records.settlement.models import Order
from jiexu.records.statements import Read
from jiexu.work.loaded import Loaded
from jiexu.work.partners import PLATFORM

_AGENCIES = Read(Agency, "area {areas:many}")
_PERSONS = Read(Person, "id {ids:many}")
_BY_INDEX = Read(Person, "certno_index {indexes:many}")
_RELATIONS = Read(
    Relation,
    "person_id {ids:many} AND superseded_at IS NULL",
    fields=("person_id", *RelationFact.__struct_fields__),
)
_SPELLS = Read(
    Contribution,
    "person_id {ids:many} AND superseded_at IS NULL",
    fields=("person_id", *SpellFact.__struct_fields__),
    order="begn_ym, id",
)
_OPEN = Read(
    Case,
    "person_id {ids:many} AND state = 'open' AND procedure = 'transfer'",
    fields=("person_id", "half", "insutype", "case_no", "counterpart", "record_leg"),
)
_LIFE = Read(
    LifeEvent,
    "person_id {ids:many}",
    fields=("person_id", *LifeFact.__struct_fields__),
    order="person_id, id",
)
_CLAIMS = Read(
    OpenClaim,
    "person_id {ids:many} AND settled_on IS NULL",
    fields=("person_id", *ClaimFact.__struct_fields__),
    order="due_on NULLS LAST, id",
)
_FORMER = Read(FormerIdentity, "certno_index {indexes:many}", fields=("certno_index", "person_id"))
_NAMESAKES = Read(Person, "brdy {days:many} AND psn_name {names:many}")

RESIDENT_CARD = "01"


class _Open(NamedTuple):
    """Another open case of a person, as far as it may stand in the way."""

    half: str
    insutype: str
    case_no: str
    counterpart: str
    record_leg: str


def load_facts(
    agency: str,
    steps: Mapping[int, tuple[Step, Move]],
    cases: Mapping[tuple[str, str], Case],
) -> Loaded:
    """Facts for each step. `cases` are the locked rows of those that exist."""
    needs = frozenset(need for _, move in steps.values() for need in move.needs)
    others = {_other(step, cases.get((step.case_no, step.half))) for step, _ in steps.values()}
    rows = {row.area: row for row in _AGENCIES.of_node(areas={agency, *others})}
    here = _agency_facts(rows[agency])
    persons = persons_of_steps(agency, steps, cases) if "person" in needs else {}
    ids = [person.pk for person in persons.values()]
    relations = relations_of(agency, ids) if "relations" in needs else {}
    spells = spells_of(agency, ids) if "spells" in needs else {}
    money = (
        balances(agency, [person_account(person.psn_no) for person in persons.values()])
        if "account" in needs
        else {}
    )
    life = _life(agency, ids) if "relations" in needs else {}
    doubles = _doubles(agency, persons.values()) if "double" in needs else {}
    taken = _taken(agency, steps, persons) if "identity" in needs else frozenset()
    open_cases = _open_cases(agency, ids) if "open_case" in needs else {}
    claims = _claims(agency, ids) if "claims" in needs else {}
    clocks = _clocks(agency, steps, cases) if "clocks" in needs else {}
    orders = _order_states(agency, steps) if "order" in needs else {}
    facts: dict[int, TransferFacts] = {}
    person_ids: dict[int, int] = {}
    for place, (step, _) in steps.items():
        case = cases.get((step.case_no, step.half))
        person = persons.get(place)
        counterpart = _other(step, case)
        if person is not None:
            person_ids[place] = person.pk
        available = 0
        if person is not None and (ref := person_account(person.psn_no)) in money:
            available = money[ref].available_fen
        others_open = [
            one
            for one in (open_cases.get(person.pk, ()) if person else ())
            if one.case_no != step.case_no
        ]
        rival = _rival(step, case, counterpart, others_open)
        facts[place] = TransferFacts(
            agency=here,
            half=step.half,
            case_no=step.case_no,
            record_leg=case.record_leg if case else NEW,
            fund_leg=case.fund_leg if case else NEW,
            counterpart=counterpart,
            counterpart_name=rows[counterpart].name if counterpart in rows else counterpart,
            counterpart_reached=rows[counterpart].partner if counterpart in rows else PLATFORM,
            version=case.version if case else 0,
            amount_fen=case.amount_fen if case else None,
            doubts=tuple(filter(None, case.doubts.split(" "))) if case else (),
            record=open_struct(case.facts_sealed, CaseRecord, context="case.facts")
            if case
            else None,
            person=person_facts(person) if person else None,
            relations=tuple(relations.get(person.pk, ())) if person else (),
            spells=tuple(spells.get(person.pk, ())) if person else (),
            account_available_fen=available,
            claims=tuple(claims.get(person.pk, ())) if person else (),
            accepted_on=case.accepted_on if case else None,
            double_psn_no=doubles.get(person.pk, "") if person else "",
            identity_taken=step.key in taken,
            life=tuple(life.get(person.pk, ())) if person else (),
            open_case_no=rival.case_no if rival else "",
            open_case_asking=rival is not None and rival.record_leg == "asking",
            incoming_case_no=next(
                (one.case_no for one in others_open if one.half == "in"),
                "",
            ),
            order_state=orders.get(step.case_no, ""),
            clocks=clocks.get((step.case_no, step.half), ()),
            promised_on=case.promised_on if case else None,
            promised_provisional=case.promised_provisional if case else False,
        )
    return Loaded(facts, person_ids)


def _rival(
    step: Step, case: Case | None, counterpart: str, others: Sequence[_Open]
) -> _Open | None:
    """The open case that leaves no room: at the new place only one from the same old place."""
    return next(
        (
            one
            for one in others
            if (one.half, one.insutype) == (step.half, _insutype(step, case))
            and (step.half != "in" or one.counterpart == counterpart)
        ),
        None,
    )


def _insutype(step: Step, case: Case | None) -> str:
    """The scheme that is left: a person may move two schemes at once, each once."""
    insutype: str = case.insutype if case else step.payload.insutype_out
    return insutype


def _other(step: Step, case: Case | None) -> str:
    """The other agency: of the case, or of the half that is being opened."""
    if case is not None:
        known: str = case.counterpart
        return known
    payload = step.payload
    area: str = payload.trafin_admdvs if step.half == "out" else payload.trafout_admdvs
    return area


def _agency_facts(row: Agency) -> AgencyFacts:
    account = None
    if row.account_sealed and row.bank_name and row.account_name:
        account = ReceiptAccount(
            kind=row.receipt_kind,
            bank_name=row.bank_name,
            account_name=row.account_name,
            account=vault().open(row.account_sealed, context="agency.account"),
        )
    return AgencyFacts(area=row.area, name=row.name, receipt_account=account, phone=row.phone)


def persons_of_steps(
    agency: str,
    steps: Mapping[int, tuple[Step, Move]],
    cases: Mapping[tuple[str, str], Case],
) -> dict[int, Person]:
    wanted_ids, wanted_indexes = set(), set()
    for step, _ in steps.values():
        case = cases.get((step.case_no, step.half))
        if case is not None and case.person_id is not None:
            wanted_ids.add(case.person_id)
        elif step.subject:
            wanted_indexes.add(step.subject)
    rows: list[Person] = []
    if wanted_ids:
        rows += _PERSONS.of(agency, ids=wanted_ids)
    if wanted_indexes:
        rows += _BY_INDEX.of(agency, indexes=wanted_indexes)
    by_id = {row.pk: row for row in rows}
    by_index = {bytes(row.certno_index): row for row in rows}
    if missing := wanted_indexes - set(by_index):
        by_index |= _by_former_number(agency, missing)
    found = {}
    for place, (step, _) in steps.items():
        case = cases.get((step.case_no, step.half))
        row = by_id.get(case.person_id) if case else by_index.get(step.subject)
        if row is not None:
            found[place] = row
    return found


def person_facts(row: Person) -> PersonFacts:
    return PersonFacts(
        ref=row.psn_no,
        psn_no=row.psn_no,
        psn_name=row.psn_name,
        psn_cert_type=row.psn_cert_type,
        certno=vault().open(row.certno_sealed, context="person.certno"),
        gend=row.gend,
        brdy=row.brdy,
    )


def relations_of(agency: str, ids: Sequence[int]) -> dict[int, list[RelationFact]]:
    found: dict[int, list[RelationFact]] = defaultdict(list)
    for person_id, *values in _RELATIONS.of(agency, ids=ids):
        fields = zip(RelationFact.__struct_fields__, values, strict=True)
        found[person_id].append(RelationFact(**dict(fields)))
    return found


def spells_of(agency: str, ids: Sequence[int]) -> dict[int, list[SpellFact]]:
    found: dict[int, list[SpellFact]] = defaultdict(list)
    for person_id, *values in _SPELLS.of(agency, ids=ids):
        fields = zip(SpellFact.__struct_fields__, values, strict=True)
        found[person_id].append(SpellFact(**dict(fields)))
    return found


def _claims(agency: str, ids: Sequence[int]) -> dict[int, list[ClaimFact]]:
    found: dict[int, list[ClaimFact]] = defaultdict(list)
    for person_id, *values in _CLAIMS.of(agency, ids=ids) if ids else ():
        fields = zip(ClaimFact.__struct_fields__, values, strict=True)
        found[person_id].append(ClaimFact(**dict(fields)))
    return found


def _by_former_number(agency: str, indexes: set[bytes]) -> dict[bytes, Person]:
    """People whose number was corrected: the old one still finds them."""
    known = _FORMER.of(agency, indexes=indexes)
    if not known:
        return {}
    rows = {row.pk: row for row in _PERSONS.of(agency, ids={pk for _, pk in known})}
    return {bytes(index): rows[pk] for index, pk in known}


def _doubles(agency: str, persons: Iterable[Person]) -> dict[int, str]:
    """Person id → another number here that seems to be the same person (重号).

    The same name, birthday and sex under a paper of another kind, or the fifteen-digit form of the
    same identity number. Two resident cards with different numbers are two people.
    """
    rows = {one.pk: one for one in persons}
    if not rows:
        return {}
    short = {_short_index(one): one.pk for one in rows.values()}
    alike = _NAMESAKES.of(
        agency,
        days={one.brdy for one in rows.values()},
        names={one.psn_name for one in rows.values()},
    )
    found: dict[int, str] = {}
    for other in alike:
        for one in rows.values():
            if (
                (other.psn_name, other.brdy, other.gend) == (one.psn_name, one.brdy, one.gend)
                and other.psn_cert_type != one.psn_cert_type
                and other.pk != one.pk
            ):
                found[one.pk] = other.psn_no
    for other in _BY_INDEX.of(agency, indexes=set(short)):
        found[short[bytes(other.certno_index)]] = other.psn_no
    return {pk: number for pk, number in found.items() if number != rows[pk].psn_no}


def _short_index(person: Person) -> bytes:
    """The blind index of the fifteen-digit form of a resident card; its own for other papers."""
    if person.psn_cert_type != RESIDENT_CARD:
        return bytes(person.certno_index)
    certno = vault().open(person.certno_sealed, context="person.certno")
    return identity_index(f"{certno[:6]}{certno[8:17]}")


def _taken(
    agency: str, steps: Mapping[int, tuple[Step, Move]], persons: Mapping[int, Person]
) -> frozenset[str]:
    """Keys of the corrections whose number belongs to somebody else here."""
    asked = {
        step.key: (identity_index(as_index_text(step.payload.certno)), persons[place].pk)
        for place, (step, _) in steps.items()
        if getattr(step.payload, "certno", "") and place in persons
    }
    if not asked:
        return frozenset()
    rows = _BY_INDEX.of(agency, indexes={index for index, _ in asked.values()})
    owners = {bytes(row.certno_index): row.pk for row in rows}
    return frozenset(key for key, (index, pk) in asked.items() if owners.get(index, pk) != pk)


def as_index_text(certno: str) -> str:
    """A typed number in the form under which it would be kept."""
    return without_blanks(half_width(certno)).upper()


def _life(agency: str, ids: Sequence[int]) -> dict[int, list[LifeFact]]:
    found: dict[int, list[LifeFact]] = defaultdict(list)
    for person_id, *values in _LIFE.of(agency, ids=ids) if ids else ():
        fields = zip(LifeFact.__struct_fields__, values, strict=True)
        found[person_id].append(LifeFact(**dict(fields)))
    return found


def _open_cases(agency: str, ids: Sequence[int]) -> dict[int, list[_Open]]:
    found: dict[int, list[_Open]] = defaultdict(list)
    for person_id, *case in _OPEN.of(agency, ids=ids):
        found[person_id].append(_Open(*case))
    return found


def _clocks(
    agency: str,
    steps: Mapping[int, tuple[Step, Move]],
    cases: Mapping[tuple[str, str], Case],
) -> dict[tuple[str, str], tuple[ClockFact, ...]]:
    """The clocks of each half that were not stopped, in the order they began."""
    wanted = {case.pk: key for step, _ in steps.values() if (case := cases.get(key := _key(step)))}
    found: dict[tuple[str, str], list[ClockFact]] = defaultdict(list)
    rows = Clock.objects.of(agency).filter(case_id__in=list(wanted), stopped_on__isnull=True)
    for case_id, *values in rows.order_by("pk").values_list(
        "case_id", *ClockFact.__struct_fields__
    ):
        fields = zip(ClockFact.__struct_fields__, values, strict=True)
        found[wanted[case_id]].append(ClockFact(**dict(fields)))
    return {key: tuple(clocks) for key, clocks in found.items()}


def _key(step: Step) -> tuple[str, str]:
    return (step.case_no, step.half)


def _order_states(agency: str, steps: Mapping[int, tuple[Step, Move]]) -> dict[str, str]:
    """Where the newest payment of each case is, by the case's number."""
    rows = Order.objects.of(agency).filter(
        case_no__in=[s.case_no for s, _ in steps.values()], kind__in=["transfer", "to_bank"]
    )
    return dict(rows.exclude(state="cancelled").order_by("pk").values_list("case_no", "state"))
