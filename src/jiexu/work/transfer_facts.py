"""Loads what the decisions of a transfer look at: set-wise, a fixed number of queries per batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.ledger.postings import person_account
from jiexu.core.procedures.machine import NEW, Move
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.facts import (
    AgencyFacts,
    CaseRecord,
    ClaimFact,
    PersonFacts,
    RelationFact,
    SpellFact,
    TransferFacts,
)
from jiexu.records.access.sealing import open_struct, vault
from jiexu.records.ledger.queries import balances
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency, Contribution, OpenClaim, Person, Relation
from jiexu.records.statements import Read

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
    "person_id {ids:many} AND state = 'open'",
    fields=("person_id", "half", "insutype", "case_no"),
)


class Loaded:
    """The facts of a batch of steps of one agency, keyed by the step's place in the batch."""

    def __init__(self, facts: dict[int, TransferFacts], persons: dict[int, int]) -> None:
        self.facts = facts
        self.person_ids = persons


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
    persons = _persons(agency, steps, cases) if "person" in needs else {}
    ids = [person.pk for person in persons.values()]
    relations = _relations(agency, ids) if "relations" in needs else {}
    spells = _spells(agency, ids) if "spells" in needs else {}
    money = (
        balances(agency, [person_account(person.psn_no) for person in persons.values()])
        if "account" in needs
        else {}
    )
    open_cases = _open_cases(agency, ids) if "open_case" in needs else {}
    claims = _claims(agency, ids) if "claims" in needs else {}
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
        facts[place] = TransferFacts(
            agency=here,
            half=step.half,
            case_no=step.case_no,
            record_leg=case.record_leg if case else NEW,
            fund_leg=case.fund_leg if case else NEW,
            counterpart=counterpart,
            counterpart_name=rows[counterpart].name if counterpart in rows else counterpart,
            version=case.version if case else 0,
            amount_fen=case.amount_fen if case else None,
            doubts=tuple(filter(None, case.doubts.split(" "))) if case else (),
            record=open_struct(case.facts_sealed, CaseRecord, context="case.facts")
            if case
            else None,
            person=_person_facts(person) if person else None,
            relations=tuple(relations.get(person.pk, ())) if person else (),
            spells=tuple(spells.get(person.pk, ())) if person else (),
            account_available_fen=available,
            claims=tuple(claims.get(person.pk, ())) if person else (),
            open_case_no=next(
                (
                    case_no
                    for half, insutype, case_no in open_cases.get(person.pk, ())
                    if (half, insutype) == (step.half, _insutype(step, case))
                    and case_no != step.case_no
                ),
                "",
            )
            if person
            else "",
        )
    return Loaded(facts, person_ids)


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
    return AgencyFacts(area=row.area, name=row.name, receipt_account=account)


def _persons(
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
    found = {}
    for place, (step, _) in steps.items():
        case = cases.get((step.case_no, step.half))
        row = by_id.get(case.person_id) if case else by_index.get(step.subject)
        if row is not None:
            found[place] = row
    return found


def _person_facts(row: Person) -> PersonFacts:
    return PersonFacts(
        ref=row.psn_no,
        psn_no=row.psn_no,
        psn_name=row.psn_name,
        psn_cert_type=row.psn_cert_type,
        certno=vault().open(row.certno_sealed, context="person.certno"),
        gend=row.gend,
        brdy=row.brdy,
    )


def _relations(agency: str, ids: Sequence[int]) -> dict[int, list[RelationFact]]:
    found: dict[int, list[RelationFact]] = defaultdict(list)
    for person_id, *values in _RELATIONS.of(agency, ids=ids):
        fields = zip(RelationFact.__struct_fields__, values, strict=True)
        found[person_id].append(RelationFact(**dict(fields)))
    return found


def _spells(agency: str, ids: Sequence[int]) -> dict[int, list[SpellFact]]:
    found: dict[int, list[SpellFact]] = defaultdict(list)
    for person_id, *values in _SPELLS.of(agency, ids=ids):
        fields = zip(SpellFact.__struct_fields__, values, strict=True)
        found[person_id].append(SpellFact(**dict(fields)))
    return found


def _claims(agency: str, ids: Sequence[int]) -> dict[int, list[ClaimFact]]:
    found: dict[int, list[ClaimFact]] = defaultdict(list)
    rows = OpenClaim.objects.of(agency).filter(person_id__in=ids, settled_on__isnull=True)
    for row in rows.order_by("due_on", "pk"):
        found[row.person_id].append(
            ClaimFact(kind=row.kind, amount_fen=row.amount_fen, due_on=row.due_on)
        )
    return found


def _open_cases(agency: str, ids: Sequence[int]) -> dict[int, list[tuple[str, str, str]]]:
    found: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for person_id, *case in _OPEN.of(agency, ids=ids):
        found[person_id].append((case[0], case[1], case[2]))
    return found
