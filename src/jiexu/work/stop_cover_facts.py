"""Loads what the decisions of a suspension look at: set-wise, a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from jiexu.core.base.actors import Role
from jiexu.core.procedures.machine import NEW, Move
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.stop_cover.facts import EmployerFact, StopFacts, StopRecord
from jiexu.records.access.models import Grant
from jiexu.records.access.sealing import open_struct
from jiexu.records.employers.models import Employer
from jiexu.records.procedures.models import Case
from jiexu.records.registry.models import Agency
from jiexu.work.loaded import Loaded
from jiexu.work.transfer_facts import (
    person_facts,
    persons_of_steps,
    relations_of,
    spells_of,
)


def load_facts(
    agency: str,
    steps: Mapping[int, tuple[Step, Move]],
    cases: Mapping[tuple[str, str], Case],
) -> Loaded:
    """Facts for each step. `cases` are the locked rows of those that exist."""
    needs = frozenset(need for _, move in steps.values() for need in move.needs)
    here = Agency.objects.get(area=agency)
    persons = persons_of_steps(agency, steps, cases) if "person" in needs else {}
    ids = [person.pk for person in persons.values()]
    relations = relations_of(agency, ids) if "relations" in needs else {}
    spells = spells_of(agency, ids) if "spells" in needs else {}
    wanted = {one.emp_uscc for held in relations.values() for one in held if one.emp_uscc}
    employers = _employers(agency, wanted) if "employers" in needs else ()
    open_cases = _open_cases(agency, ids) if "open_case" in needs else {}
    acts_for = _acts_for(agency, steps) if "acts_for" in needs else {}
    facts = {}
    for place, (step, _) in steps.items():
        case = cases.get((step.case_no, step.half))
        person = persons.get(place)
        insutype = case.insutype if case else step.payload.insutype
        open_here = open_cases.get((person.pk, insutype), ()) if person else ()
        facts[place] = StopFacts(
            area=agency,
            agency_name=here.name,
            agency_phone=here.phone,
            case_no=step.case_no,
            record_leg=case.record_leg if case else NEW,
            doubts=tuple(filter(None, case.doubts.split(" "))) if case else (),
            record=open_struct(case.facts_sealed, StopRecord, context="case.facts")
            if case
            else None,
            person=person_facts(person) if person else None,
            relations=tuple(relations.get(person.pk, ())) if person else (),
            spells=tuple(spells.get(person.pk, ())) if person else (),
            employers=employers,
            open_case_no=next((one for one in open_here if one != step.case_no), ""),
            acts_for=acts_for.get(step.actor.ref, frozenset()),
        )
    return Loaded(facts, {place: person.pk for place, person in persons.items()})


def _employers(agency: str, wanted: set[str]) -> tuple[EmployerFact, ...]:
    rows = Employer.objects.of(agency).filter(uscc__in=wanted)
    return tuple(
        EmployerFact(
            uscc=row.uscc, name=row.name, status=row.status, arrears_since=row.arrears_since
        )
        for row in rows
    )


def _open_cases(agency: str, ids: Sequence[int]) -> dict[tuple[int, str], list[str]]:
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    rows = Case.objects.of(agency).filter(person_id__in=ids, state="open", procedure="stop_cover")
    for person_id, insutype, case_no in rows.values_list("person_id", "insutype", "case_no"):
        found[person_id, insutype].append(case_no)
    return found


def _acts_for(agency: str, steps: Mapping[int, tuple[Step, Move]]) -> dict[str, frozenset[str]]:
    """User name → employers that the user may act for here (单位经办人授权)."""
    names = {step.actor.ref for step, _ in steps.values() if step.actor.role is Role.EMPLOYER}
    rows = Grant.objects.filter(
        user__username__in=names,
        role=Role.EMPLOYER,
        agency_id=agency,
        ended_at__isnull=True,
    )
    found: dict[str, set[str]] = defaultdict(set)
    for name, uscc in rows.values_list("user__username", "employer"):
        found[name].add(uscc)
    return {name: frozenset(held) for name, held in found.items()}
