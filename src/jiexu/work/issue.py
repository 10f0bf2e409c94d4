"""Issues papers a person asks for without a case, from the record of one agency.

The content, its entry in the agency's chain and the row are one commit; the seal follows by the
worker, the printed page when somebody opens it.
"""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.db import transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.codesets import label
from jiexu.core.base.errors import BadInput, NotAllowed, NotFound
from jiexu.core.documents import kind_of, read_content
from jiexu.core.documents.on_request import ON_REQUEST, content_of
from jiexu.core.documents.parts import paper_number
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.procedures.case_number import make_case_no
from jiexu.core.procedures.outcome import Issue
from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.access.sealing import vault
from jiexu.records.audit.requested import ISSUED_ON_REQUEST
from jiexu.records.audit.write import append_act
from jiexu.records.documents.models import Issued
from jiexu.records.documents.write import issue_documents
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry.intake_write import lock_agency
from jiexu.records.registry.models import Person
from jiexu.work.ports import ports
from jiexu.work.record_of_person import record_of, relations


def issue_for_citizen(user: User, actor: Actor, area: str, choice: str, now: datetime) -> str:
    """A paper of the citizen's own at `area`; its number. Raises `NotFound` where they are not."""
    person_id = dict(person_refs(user)).get(area)
    if person_id is None:
        raise NotFound("您在这里没有参保记录。", "请从“我的证明”中选择参保地。")
    return issue_on_request(actor, area, person_id, choice, now)


def issue_on_request(actor: Actor, area: str, person_id: int, choice: str, now: datetime) -> str:
    """Issue a paper (`certificate:310`, `cover_proof`, `payment_proof`) at one agency; its number.

    Asked for twice on one day with nothing changed, it is the same paper. Raises `BadInput` for
    what is not issued on request, `NotAllowed` for staff of another agency or another role.
    """
    kind, _, insutype = choice.partition(":")
    if kind not in ON_REQUEST:
        raise BadInput("请选择要开具的证明。", "从列表中选择一种后再提交。", path="choice")
    if actor.role not in {Role.CITIZEN, Role.CLERK} or actor.agency not in {None, area}:
        raise NotAllowed("您没有在本机构开具证明的权限。", "请由本机构经办人员办理。")
    with acting_for(area), writing(), transaction.atomic():
        lock_agency(area)
        person = Person.objects.of(area).filter(pk=person_id).first()
        if person is None:
            raise NotFound("本机构没有这个人。", "请核对人员编号。")
        number = paper_number(
            kind_of(kind).LETTERS, make_case_no(area, now.date(), ports().serials())
        )
        asked = record_of(area, person, number, now)
        if kind == "certificate" and insutype not in {one.insutype for one in asked.standings}:
            raise BadInput(
                "请选择要开具参保凭证的险种。", "从列表中选择本人参加的险种。", path="choice"
            )
        content = content_of(kind, insutype, asked)
        if same := _same_today(area, person, kind, content, now):
            return same
        append_act(
            area,
            at=now,
            actor=actor,
            action=ISSUED_ON_REQUEST,
            content={
                "number": number,
                "kind": kind,
                "digest": sm3_hex(canonical(content)),
                "person": person.psn_no,
            },
        )
        issue = Issue(number=number, kind=kind, content=content)
        issue_documents(area, [("", person.pk, issue)], now)
    return number


def choices_of(area: str, person_id: int) -> list[tuple[str, str]]:
    """What may be issued to a person at one agency: (choice, label)."""
    schemes = sorted(
        set(relations(area, person_id).values_list("insutype", flat=True)),
    )
    return [
        *((f"certificate:{one}", f"参保凭证（{label('insutype', one)}）") for one in schemes),
        ("cover_proof", "参保证明（在这里参保的状态）"),
        ("payment_proof", "缴费证明（按年列出缴费月份）"),
    ]


def _same_today(
    area: str, person: Person, kind: str, content: msgspec.Struct, now: datetime
) -> str:
    """The number of a paper of today that says the very same; empty if there is none."""
    rows = Issued.objects.of(area).filter(person=person, kind=kind, case_no="")
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for row in rows.filter(issued_at__gte=day).order_by("-pk"):
        before = read_content(kind, vault().open(row.content_sealed, context="document.content"))
        if msgspec.structs.replace(before, number="") == msgspec.structs.replace(
            content, number=""
        ):
            return str(row.number)
    return ""
