"""Reads for employers: their own people and lists alone, never a balance, months or health data."""

from __future__ import annotations

import msgspec
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localtime

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import NotAllowed, NotFound
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.stop_cover.facts import StopRecord
from jiexu.records.access.models import User
from jiexu.records.access.queries import employers_of
from jiexu.records.access.sealing import open_struct, vault
from jiexu.records.access.vault import mask_certno
from jiexu.records.employers.models import Employer, Roster, RosterRow
from jiexu.records.employers.views import (
    Employee,
    EmployerView,
    RosterLine,
    RosterView,
    Said,
    StopNoticeView,
)
from jiexu.records.procedures.models import Case
from jiexu.records.procedures.timeline import reasons
from jiexu.records.registry.models import Agency, Relation
from jiexu.records.registry.queries import STATUS_LABELS

PER_PAGE = 50
TITLES = {"stop": "减员（停保）", "enrol": "增员（参保）", "transfer": "代职工申请转移"}
_LINES = {
    "waiting": ("排队办理", "wait"),
    "done": ("已办", "done"),
    "not_yet": ("暂不符合条件", "wait"),
    "refused": ("没有办成", "stop"),
}


class EmployeePage(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[Employee, ...]
    page: int
    pages: int
    total: int


def employers_for(user: User) -> list[EmployerView]:
    """The employers a user acts for, by name."""
    found = [_view(area, uscc) for area, uscc in employers_of(user)]
    return sorted((one for one in found if one is not None), key=lambda one: (one.name, one.area))


def employer_for(user: User, area: str, uscc: str) -> EmployerView:
    """One employer, if the user acts for it there. Raises `NotAllowed`."""
    view = _view(area, uscc) if (area, uscc) in employers_of(user) else None
    if view is None:
        raise NotAllowed(
            "您没有这个单位的经办授权。",
            "请由单位向经办机构申请“单位经办人授权”，或从“单位”页面选择您有授权的单位。",
        )
    return view


def employees(area: str, uscc: str, text: str = "", page: int = 1) -> EmployeePage:
    """The roster: those insured now first; `text` is a part of a name."""
    rows = _people(area, uscc)
    if text.strip():
        rows = rows.filter(person__psn_name__contains=text.strip())
    total = rows.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    shown = rows.select_related("person").order_by("status", "person__psn_name", "pk")
    items = tuple(_employee(row) for row in shown[(page - 1) * PER_PAGE : page * PER_PAGE])
    return EmployeePage(items=items, page=page, pages=pages, total=total)


def counts(area: str, uscc: str) -> dict[str, int]:
    """How many are insured, how many suspended."""
    found = _people(area, uscc).values_list("status").annotate(n=Count("pk"))
    return {"normal": 0, "paused": 0} | dict(found)


def certnos(area: str, uscc: str, person_ids: list[int]) -> list[tuple[str, str]]:
    """(identity number, name) of chosen people, for a list made from the roster itself."""
    rows = _people(area, uscc).filter(person_id__in=person_ids).select_related("person")
    return [
        (vault().open(row.person.certno_sealed, context="person.certno"), row.person.psn_name)
        for row in rows.order_by("pk")
    ]


def stop_notices(area: str, uscc: str) -> list[StopNoticeView]:
    """Questions about people who say that they have left, open ones first."""
    rows = (
        Case.objects.of(area)
        .filter(
            procedure="stop_cover",
            person_id__in=Relation.objects.of(area).filter(emp_uscc=uscc).values("person_id"),
        )
        .select_related("person")
        .order_by("-opened_at", "-pk")
    )
    found = []
    for row in rows:
        record = open_struct(row.facts_sealed, StopRecord, context="case.facts")
        if record.emp_uscc == uscc:
            found.append(_notice(row, record))
    return sorted(found, key=lambda one: not one.waits)


def stop_notice(area: str, uscc: str, case_no: str) -> StopNoticeView:
    """One question. Raises `NotFound` for another employer's."""
    found = next((one for one in stop_notices(area, uscc) if one.case_no == case_no), None)
    if found is None:
        raise NotFound("没有这份停保通知，或者它不是发给本单位的。", "请从“停保通知”进入。")
    return found


def rosters(area: str, uscc: str) -> list[RosterView]:
    """Lists sent in, newest first."""
    rows = Roster.objects.of(area).filter(uscc=uscc).order_by("-sent_at", "-pk")[:100]
    return [_roster(row) for row in rows]


def roster(area: str, uscc: str, key: str) -> tuple[RosterView, list[RosterLine]]:
    """One list with its lines. Raises `NotFound` for another employer's."""
    row = Roster.objects.of(area).filter(uscc=uscc, key=key).first()
    if row is None:
        raise NotFound("没有这份名单。", "请从“办理记录”进入。")
    rows = list(RosterRow.objects.of(area).filter(roster=row).order_by("number"))
    numbers = [one.case_no for one in rows if one.case_no]
    cases = {
        case.case_no: case
        for case in Case.objects.of(area).filter(case_no__in=numbers).exclude(half="out")
    }
    return _roster(row), [_line(area, one, cases.get(one.case_no)) for one in rows]


def _view(area: str, uscc: str) -> EmployerView | None:
    row = Employer.objects.of(area).filter(uscc=uscc).first()
    if row is None:
        return None
    return EmployerView(
        area=area,
        area_name=area_of(area).name,
        agency_name=Agency.objects.get(area=area).name,
        uscc=uscc,
        name=row.name,
        status=row.status,
        arrears_since=row.arrears_since,
    )


def _people(area: str, uscc: str) -> QuerySet[Relation]:
    return Relation.objects.of(area).filter(  # type: ignore[no-any-return]
        emp_uscc=uscc,
        insutype=EMPLOYEE,
        superseded_at__isnull=True,
        valid_to__isnull=True,
        status__in=["normal", "paused"],
    )


def _employee(row: Relation) -> Employee:
    return Employee(
        person_id=row.person_id,
        psn_name=row.person.psn_name,
        certno_masked=mask_certno(vault().open(row.person.certno_sealed, context="person.certno")),
        status=row.status,
        status_label=STATUS_LABELS[row.status],
        since=row.valid_from,
    )


def _notice(row: Case, record: StopRecord) -> StopNoticeView:
    procedure = PROCEDURES["stop_cover"]
    certno = vault().open(row.person.certno_sealed, context="person.certno")
    clock = row.clocks.of(row.agency_id).filter(name="employer_answer").first()
    return StopNoticeView(
        case_no=row.case_no,
        psn_name=row.person.psn_name,
        certno_masked=mask_certno(certno),
        left_on=record.left_on,
        asked_on=localtime(row.opened_at).date(),
        answer_by=clock.due_on if clock else None,
        state=row.record_leg,
        state_label=procedure.record_labels[row.record_leg],
        tone=procedure.tones[row.state],
        waits=row.record_leg in {"notified", "silent"},
        version=row.version,
    )


def _roster(row: Roster) -> RosterView:
    found = dict(
        RosterRow.objects.of(row.agency_id)
        .filter(~Q(state="waiting"), roster=row)
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    return RosterView(
        key=row.key,
        kind=row.kind,
        title=TITLES[row.kind],
        sent_at=localtime(row.sent_at),
        total=row.total,
        answered=sum(found.values()),
        done=found.get("done", 0),
        not_yet=found.get("not_yet", 0),
        refused=found.get("refused", 0),
        finished=row.finished_at is not None,
    )


def _line(area: str, row: RosterRow, case: Case | None) -> RosterLine:
    """The line as it stands now: once there is a case, the case says how far it is."""
    said = open_struct(row.said_sealed, Said, context="roster.said")
    label, tone = _LINES[row.state]
    text, remedy, state = row.text, row.remedy, row.state
    if case is not None:
        procedure = PROCEDURES[case.procedure]
        label, tone = procedure.state_labels[case.state], procedure.tones[case.state]
        # The record alone: employers see nothing of the money, and it may still be on its way.
        text = f"{procedure.record_title}：{procedure.record_labels[case.record_leg]}"
        if case.state in {"refused", "not_yet"}:
            why = reasons(area, case)
            text = "".join(one.text for one in why) or text
            ways = [one.repair for one in why if one.repair]
            remedy = "".join(f"{way.who}：{way.how.rstrip('。')}。" for way in ways)
            state = case.state
    return RosterLine(
        number=row.number,
        psn_name=said.psn_name,
        certno_masked=mask_certno(said.certno) if said.certno else "",
        state=state,
        state_label=label,
        tone=tone,
        case_no=row.case_no,
        text=text,
        remedy=remedy,
        note=row.note,
    )


def failed_enrolments(area: str, uscc: str) -> list[RosterLine]:
    """People whose enrolment failed and who are still not insured here, the newest first."""
    rows = (
        RosterRow.objects.of(area)
        .filter(roster__uscc=uscc, roster__kind="enrol", state__in=["not_yet", "refused"])
        .exclude(code__in=["TWICE", "ALREADY_YOURS"])
        .order_by("-roster_id", "number")[:200]
    )
    done = RosterRow.objects.of(area).filter(roster__uscc=uscc, roster__kind="enrol", state="done")
    blobs = done.order_by("-pk").values_list("said_sealed", flat=True)[:1000]
    mended = {open_struct(blob, Said, context="roster.said").certno for blob in blobs}
    found: dict[str, RosterLine] = {}
    for row in rows:
        certno = open_struct(row.said_sealed, Said, context="roster.said").certno
        if certno not in mended:
            found.setdefault(certno, _line(area, row, None))
    return list(found.values())
