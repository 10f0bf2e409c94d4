"""Correction of name or identity number in mid-case, on evidence; the other side is told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from jiexu.core.base.codes.certno import check_certno, check_other_cert
from jiexu.core.base.codes.person_name import check_person_name
from jiexu.core.exchange.kinds.life_event.schema import Body
from jiexu.core.procedures.outcome import CorrectPerson, Notify, Outcome, Refusal, Send, Step
from jiexu.core.procedures.transfer.facts import (
    TALK_DOUBTS,
    CaseRecord,
    PersonFacts,
    TransferFacts,
)

CORRECTED_THERE = "CORRECTED_THERE"
_NEXT = {("out", "accepted"): "issue_form", ("in", "form_received"): "write_record"}
_STOPPED_BY_DOUBT = "AUTO_REFUSED"


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The person as they really are; what is left blank stays as it is."""

    evidence: Annotated[
        str,
        Meta(
            title="凭据",
            description="例如户口簿的更名记载、公安机关的证明及文号",
            extra_json_schema={"long": True},
        ),
    ]
    psn_name: Annotated[str, Meta(title="正确的姓名", description="不改的不填")] = ""
    certno: Annotated[str, Meta(title="正确的证件号码", description="不改的不填")] = ""


def decide_correct(facts: TransferFacts, step: Step, now: datetime) -> Outcome | Refusal:
    """Put the right name or number on record here and tell the other side.

    The former identity is kept and still finds the person. A doubt that this settles is gone, and
    the case goes on by itself.
    """
    asked: Correction = step.payload
    person = facts.person
    if person is None:
        return Refusal(
            code="PERSON_UNKNOWN_HERE",
            text="本机构没有这位参保人的登记，不能更正。",
            remedy="请核对业务流水号。",
        )
    name, certno = _read(asked, person, now.date())
    if (name, certno) == (person.psn_name, person.certno):
        return Refusal(
            code="NOTHING_TO_CORRECT",
            text="填写的姓名和证件号码与登记的相同，没有可更正的内容。",
            remedy="请填写要更正的一项；不改的不填。",
        )
    if facts.identity_taken:
        return Refusal(
            code="IDENTITY_TAKEN",
            text="这个证件号码在本机构已属于另一个人员编号，可能是重号。",
            remedy="请先核对是否同一人：是同一人的，先合并人员编号；不是的，请核对号码。",
        )
    corrected = msgspec.structs.replace(person, psn_name=name, certno=certno)
    told_name, told_certno = _told(facts)
    left = _left(facts, corrected, told_name, told_certno)
    return Outcome(
        doubts=left,
        auto=_goes_on(facts, left),
        effects=(
            CorrectPerson(
                psn_name=name,
                psn_cert_type=person.psn_cert_type,
                certno=certno,
                evidence=asked.evidence,
            ),
            _send(facts, corrected, now.date()),
            Notify(code="corrected", args={"case_no": facts.case_no, "here": facts.agency.name}),
        ),
        say="in.correct_person" if facts.half == "in" else "out.correct_person",
        args={
            "here": facts.agency.name,
            "what": _what(corrected, person),
            "evidence": asked.evidence,
        },
    )


def decide_corrected_there(facts: TransferFacts, body: Body) -> Outcome:
    """The other side has corrected the person: doubts it settles are gone, a difference is one."""
    record = _record(facts)
    person = facts.person
    left: tuple[str, ...] = facts.doubts
    if person is not None:
        left = _left(facts, person, body.psn_name, body.certno)
        if (body.psn_name, body.certno) != (person.psn_name, person.certno):
            left = tuple(dict.fromkeys((*left, CORRECTED_THERE)))
    return Outcome(
        facts=msgspec.structs.replace(record, psn_name_told=body.psn_name, certno_told=body.certno),
        doubts=left,
        auto=_goes_on(facts, left),
        say="in.corrected_there" if facts.half == "in" else "out.corrected_there",
        args={"other": facts.counterpart_name},
    )


def _read(asked: Correction, person: PersonFacts, today: date) -> tuple[str, str]:
    """Name and number as they will stand; `BadInput` for what cannot be one."""
    name, certno = person.psn_name, person.certno
    if asked.psn_name.strip():
        name = check_person_name(asked.psn_name, path="psn_name")
    if asked.certno.strip():
        if person.psn_cert_type == "01":
            certno = check_certno(asked.certno, path="certno", today=today).text
        else:
            certno = check_other_cert(asked.certno)
    return name, certno


def _told(facts: TransferFacts) -> tuple[str, str]:
    """Name and number as the other side has told them; empty where it has not."""
    record = _record(facts)
    if record.form is not None:
        return (
            record.psn_name_told or record.form.psn_name,
            record.certno_told or record.form.certno,
        )
    return record.psn_name_told, record.certno_told


def _left(
    facts: TransferFacts, person: PersonFacts, told_name: str, told_certno: str
) -> tuple[str, ...]:
    settled = set()
    if told_name == person.psn_name:
        settled.add("NAME_DIFFERS")
    if told_certno == person.certno:
        settled.add("IDENTITY_DIFFERS")
    if told_name == person.psn_name and told_certno in {"", person.certno}:
        settled.add(CORRECTED_THERE)
    left = tuple(doubt for doubt in facts.doubts if doubt not in settled)
    if "IDENTITY_DIFFERS" in settled and "IDENTITY_DIFFERS" in facts.doubts:
        left += ("NAME_DIFFERS",) if told_name != person.psn_name else ()
    return () if set(left) <= {_STOPPED_BY_DOUBT} else left


def _goes_on(facts: TransferFacts, left: tuple[str, ...]) -> str:
    held = set(left) - TALK_DOUBTS
    return _NEXT.get((facts.half, facts.record_leg), "") if facts.doubts and not held else ""


def _send(facts: TransferFacts, person: PersonFacts, on: date) -> Send:
    receiver: Literal["in", "out"] = "out" if facts.half == "in" else "in"
    return Send(
        to=facts.counterpart,
        kind="life_event",
        body=Body(
            case_no=facts.case_no,
            half=receiver,
            event="correction",
            on=on,
            psn_cert_type=person.psn_cert_type,
            certno=person.certno,
            psn_name=person.psn_name,
        ),
    )


def _what(corrected: PersonFacts, before: PersonFacts) -> str:
    named = [("姓名", corrected.psn_name != before.psn_name)]
    named.append(("证件号码", corrected.certno != before.certno))
    return "和".join(name for name, changed in named if changed)


def _record(facts: TransferFacts) -> CaseRecord:
    if facts.record is None:
        raise AssertionError("an opened half has a record")
    return facts.record
