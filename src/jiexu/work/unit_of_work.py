"""The one writer: `apply` takes many independent steps of one agency and commits them together.

Facts are loaded set-wise, each case is decided by the pure core, and states, ledger, outbox,
documents, notices and audit are written in one commit. A refused step writes nothing; a step that
breaks a law of the database, or cannot be written at all, is found by halving the batch, and falls
out alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction

from jiexu.core.base.actors import Role
from jiexu.core.base.errors import Conflict, JiexuError
from jiexu.core.exchange.canonical import digest_hex
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.machine import NEW, Move, Table
from jiexu.core.procedures.outcome import Outcome, Refusal, Step
from jiexu.records.audit.models import Entry
from jiexu.records.audit.write import add_entries
from jiexu.records.isolation import IsolationBreach, acting_for, writing
from jiexu.records.procedures import write as procedures
from jiexu.records.procedures.models import Case, Command
from jiexu.records.registry.models import Person
from jiexu.records.statements import Read
from jiexu.work.advance import advance, done, new_case
from jiexu.work.apart import DATABASE_AWAY
from jiexu.work.effects import Effects
from jiexu.work.fact_loaders import LOADERS
from jiexu.work.refusals import (
    FAULT,
    MACHINES,
    NOT_A_PARTY,
    NOT_YOUR_AGENCY,
    NOT_YOURS,
    all_refused,
    faulted,
    refused,
)
from jiexu.work.results import Result

log = logging.getLogger(__name__)

Also = Callable[[Mapping[int, Result]], None]
"""Written in the same commit: gets the results by the step's place (inbox rows, batch states)."""

_TURNS = 3
"""How often a single step, or all steps together, meet a law of the database before it counts."""

TABLES: dict[str, Table] = {name: one.table for name, one in PROCEDURES.items()}


_CASES = Read(Case, "case_no {numbers:many} AND procedure = {procedure}", order="id", lock="update")
_KNOWN = Read(Command, "key {keys:many}", fields=("key", "digest", "result"))

NO_MOVE = Refusal(code="NO_SUCH_MOVE", text="本业务没有这一步。", remedy="请刷新页面后重新选择。")


class Stale(Conflict):
    """Something written in the same commit was no longer as the actor saw it."""

    code = "STALE"


class _Rollback(Exception):
    """A step of an all-or-nothing batch was refused: everything is undone."""

    def __init__(self, results: dict[int, Result]) -> None:
        super().__init__("refused")
        self.results = results


def apply(
    agency: str,
    steps: Sequence[Step],
    *,
    now: datetime,
    also: Also | None = None,
    together: bool = False,
    procedure: str = "transfer",
) -> list[Result]:
    """Make the steps of one agency; the answers stand in the order of the steps.

    Steps on the same case are made one after another, in separate commits. With `together` all
    steps are made or none, in one commit. Never raises for what a step may be refused for.
    """
    waves = list(_waves(steps))
    if together and len(waves) > 1:
        raise ValueError("steps that are made together are on different cases, with their own keys")
    results: dict[int, Result] = {}
    for wave in waves:
        results.update(_apply_wave(agency, wave, now, also, together, TABLES[procedure]))
    return [results[place] for place in range(len(steps))]


def _waves(steps: Sequence[Step]) -> Iterator[dict[int, Step]]:
    """Split so that no case and no key occurs twice in one commit; each keeps its order."""
    left = dict(enumerate(steps))
    while left:
        wave: dict[int, Step] = {}
        seen: set[object] = set()
        for place, step in left.items():
            marks = {(step.case_no, step.half), step.key}
            if not marks & seen:
                wave[place] = step
            # One that waits holds back what comes after it on its case.
            seen |= marks
        yield wave
        left = {place: step for place, step in left.items() if place not in wave}


def _apply_wave(
    agency: str,
    wave: dict[int, Step],
    now: datetime,
    also: Also | None,
    together: bool,
    table: Table,
) -> dict[int, Result]:
    for turn in range(_TURNS):
        try:
            return _commit(agency, wave, now, also, together, table)
        except _Rollback as rollback:
            return rollback.results
        except (*DATABASE_AWAY, IsolationBreach):
            raise
        except IntegrityError as error:
            # Somebody else wrote the same row first: look again, now it is there.
            if len(wave) > 1 and not together:
                break
            log.info("two at one moment in %s, turn %s: %s", agency, turn, error)
            fault: Exception = error
        except Exception as error:
            if len(wave) > 1 and not together:
                break
            return {place: faulted(step, error) for place, step in wave.items()}
    else:
        return {place: faulted(step, fault) for place, step in wave.items()}
    places = list(wave)
    half = len(places) // 2
    results: dict[int, Result] = {}
    for part in (places[:half], places[half:]):
        some = {place: wave[place] for place in part}
        results.update(_apply_wave(agency, some, now, also, together, table))
    return results


def _commit(
    agency: str,
    wave: dict[int, Step],
    now: datetime,
    also: Also | None,
    together: bool,
    table: Table,
) -> dict[int, Result]:
    results: dict[int, Result] = {}
    with acting_for(agency), writing(), transaction.atomic():
        cases = _lock_cases(agency, wave, table.name)
        digests = {place: _digest(step) for place, step in wave.items()}
        results.update(_repeats(agency, wave, digests))
        owners = _owners(agency, wave, cases)
        ready: dict[int, tuple[Step, Move]] = {}
        for place, step in wave.items():
            if place in results:
                continue
            case = cases.get((step.case_no, step.half))
            move = table.move(step.half, step.event)
            refusal = _refusal(agency, case, step, table, owners)
            if refusal is not None or move is None:
                results[place] = refused(step, refusal or NO_MOVE, case)
            else:
                ready[place] = (step, move)
        loaded = LOADERS[table.name](agency, ready, cases)
        effects = Effects(agency, table.name, now)
        entries: list[Entry] = []
        opened: list[Case] = []
        advanced: list[Case] = []
        kept: list[tuple[str, str, str]] = []
        decided: list[tuple[int, Step, Outcome, Case]] = []
        for place, (step, move) in ready.items():
            case = cases.get((step.case_no, step.half))
            answer = _decide(table, move, loaded.facts[place], step, now)
            if isinstance(answer, Refusal):
                results[place] = refused(step, answer, case)
                continue
            if case is None:
                person_id = loaded.person_ids.get(place)
                case = new_case(agency, table.name, step, answer, person_id=person_id, now=now)
                opened.append(case)
            else:
                advanced.append(case)
            decided.append((place, step, answer, case))
        if together and any(not result.ok for result in results.values()):
            raise _Rollback(all_refused(wave, results))
        for place, step, answer, case in decided:
            entries.append(advance(case, step, answer, table, now))
            results[place] = done(case, answer)
            kept.append((step.key, digests[place], _dump(results[place])))
        if opened:
            procedures.open_cases(opened)
        if advanced:
            procedures.advance_cases(agency, advanced)
        for _, step, answer, case in decided:
            effects.add(case, step, answer)
        effects.write()
        add_entries(entries)
        procedures.remember_commands(agency, kept, now)
        if also is not None:
            also(results)
    return results


def _lock_cases(agency: str, wave: dict[int, Step], procedure: str) -> dict[tuple[str, str], Case]:
    """The cases of the wave, locked in one order so that two workers cannot block each other."""
    numbers = {step.case_no for step in wave.values()}
    rows = _CASES.of(agency, numbers=numbers, procedure=procedure)
    return {(row.case_no, row.half): row for row in rows}


def _repeats(agency: str, wave: dict[int, Step], digests: dict[int, str]) -> dict[int, Result]:
    """Steps that were made before: the same content gets the same answer, other content none."""
    known = {
        key: (digest, result)
        for key, digest, result in _KNOWN.of(agency, keys=[step.key for step in wave.values()])
    }
    found = {}
    for place, step in wave.items():
        if step.key not in known:
            continue
        digest, result = known[step.key]
        if digest == digests[place]:
            first = msgspec.json.decode(result, type=Result)
            found[place] = msgspec.structs.replace(first, repeated=True)
        else:
            found[place] = Result(
                ok=False,
                case_no=step.case_no,
                half=step.half,
                code="KEY_REUSED",
                text="同一个请求编号已用于另一项内容，本次没有办理。",
                remedy="请刷新页面后重新提交。",
            )
    return found


def _refusal(
    agency: str, case: Case | None, step: Step, table: Table, owners: Mapping[int, bytes]
) -> Refusal | None:
    """Why the step may not be made, before any facts are looked at; `None` if it may."""
    move = table.move(step.half, step.event)
    refusal = _stranger(agency, case, step)
    if move is not None and step.actor.role in move.roles:
        refusal = refusal or _not_theirs(case, step, owners)
    return (
        refusal
        or _stale(case, step)
        or table.refuse(
            step.half,
            case.record_leg if case else NEW,
            case.fund_leg if case else NEW,
            step,
        )
    )


def _stranger(agency: str, case: Case | None, step: Step) -> Refusal | None:
    """Somebody of another agency, or a message from one that has no part in the case."""
    actor = step.actor
    if actor.agency not in {None, agency}:
        return NOT_YOUR_AGENCY
    if actor.role is Role.AGENCY and case is not None and actor.ref != case.counterpart:
        return NOT_A_PARTY
    return None


def _owners(
    agency: str, wave: dict[int, Step], cases: Mapping[tuple[str, str], Case]
) -> dict[int, bytes]:
    """Blind index of the person of each case that a citizen acts on."""
    ids = {
        case.person_id
        for step in wave.values()
        if step.actor.role is Role.CITIZEN
        and (case := cases.get((step.case_no, step.half))) is not None
    }
    if not ids:
        return {}
    rows = Person.objects.of(agency).filter(pk__in=ids)
    return {pk: bytes(index) for pk, index in rows.values_list("pk", "certno_index")}


def _not_theirs(case: Case | None, step: Step, owners: Mapping[int, bytes]) -> Refusal | None:
    """A citizen acts on their own cases alone; another's is as if it did not exist."""
    if step.actor.role is not Role.CITIZEN or case is None:
        return None
    if step.subject and owners.get(case.person_id) == step.subject:
        return None
    return NOT_YOURS


def _stale(case: Case | None, step: Step) -> Refusal | None:
    if step.expected_version is None or case is None or case.version == step.expected_version:
        return None
    return Refusal(
        code="STALE",
        text="您打开页面之后，本案已被他人或系统办理过，您的操作没有生效。",
        remedy="请查看最新进度后再决定是否办理。",
    )


def _decide(
    table: Table, move: Move, facts: object, step: Step, now: datetime
) -> Outcome | Refusal:
    """Decide one case. A fault in one decision stays with its case."""
    try:
        answer = move.decide(facts, step, now)
        if isinstance(answer, Outcome):
            table.check(move, answer)
        return answer
    except JiexuError as error:
        return Refusal(code=error.code, text=error.message, remedy=error.remedy)
    except Exception:
        log.exception("decision %s of case %s failed", step.event, step.case_no)
        return msgspec.structs.replace(FAULT, later=step.actor.role in MACHINES)


def _digest(step: Step) -> str:
    """What the key stands for: the case, the event, who asks and with what content."""
    who = [step.actor.role, step.actor.ref, step.subject.hex()]
    return digest_hex([step.case_no, step.half, step.event, *who, step.payload])


def _dump(result: Result) -> str:
    return msgspec.json.encode(result).decode()
