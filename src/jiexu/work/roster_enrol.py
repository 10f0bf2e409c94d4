"""增员: the employer insures somebody from a day on, or hears why that fails, line by line."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiexu.core.base.actors import Role
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import BadInput
from jiexu.records.employers import write as employers
from jiexu.records.employers.models import RosterRow
from jiexu.records.employers.views import Answered
from jiexu.records.isolation import acting_for, writing
from jiexu.records.registry import write as registry
from jiexu.records.registry.models import Relation
from jiexu.work.agency_acts import note_act
from jiexu.work.importing import import_rows
from jiexu.work.roster_lines import TWICE, Line, Meant, day_of, identity, meant, refused


def answer_enrol(line: Line) -> Answered | None:
    """Insure one person here. Doubled cover, a bad number and cover that runs on elsewhere are
    refused, each with its cause and the way on.
    """
    if line.twice:
        return TWICE
    try:
        index = identity(line)
        on = day_of(line, "参保日期")
    except BadInput as error:
        return refused(error)
    found = meant(line, index)
    refusal = _refused(line, found, index, on)
    if refusal is not None:
        return refusal
    if found is None:
        answer = _new_person(line)
        if answer is not None:
            return answer
        found = meant(line, index)
        if found is None:
            return None
    return _begun(line, found, on)


def _refused(line: Line, found: Meant | None, index: bytes, on: date) -> Answered | None:
    if on > line.now.date():
        return Answered(
            state="not_yet",
            code="BEGINS_LATER",
            text=f"参保日期 {on.isoformat()} 还没有到。",
            remedy="请到期后再办，或核对日期。",
        )
    if found is not None and found.status == "normal":
        if found.emp_uscc == line.uscc:
            return Answered(
                state="refused",
                code="ALREADY_YOURS",
                text="这个人已经在本单位参保，不用重复增员。",
                remedy="请核对名单。",
            )
        return Answered(
            state="not_yet",
            code="UNSTOPPED_HERE",
            text="这个人在本统筹区还有正常参保，没有停保。",
            remedy="请职工联系原单位减员；灵活就业自己参保的，由本人停保。"
            "原单位不办的，本人可以申请“请原参保地停保”。",
        )
    if found is not None and found.since is not None and on <= found.since:
        return Answered(
            state="refused",
            code="BEGINS_TOO_EARLY",
            text="参保日期与已有的参保记录重叠。",
            remedy="请改为停保以后的日期，或到窗口核对。",
        )
    elsewhere = (
        Relation.objects.across_node()
        .filter(
            person__certno_index=index,
            insutype=EMPLOYEE,
            status="normal",
            superseded_at__isnull=True,
            valid_to__isnull=True,
        )
        .exclude(agency_id=line.area)
        .values_list("agency_id", flat=True)
        .first()
    )
    if elsewhere is not None:
        return Answered(
            state="not_yet",
            code="UNSTOPPED_ELSEWHERE",
            text=f"这个人在{area_of(elsewhere).name}的职工医保还是正常参保，没有停保。",
            remedy="请职工联系原单位停保；原单位不办、失联或已注销的，本人登录本平台，"
            "在“请原参保地停保”提交离职证明等材料。停保以后再增员。",
        )
    return None


def _new_person(line: Line) -> Answered | None:
    """Record somebody new with the checks of an import; the refusal, or `None` when it is done."""
    by = line.actor.__class__(role=Role.SYSTEM, ref=f"employer:{line.actor.ref}", agency=line.area)
    row = {"psn_name": line.said.psn_name, "psn_cert_type": "01", "certno": line.said.certno}
    report = import_rows("persons", [row], area=line.area, by=by, now=line.now)
    if not report.refused:
        return None
    return Answered(
        state="refused",
        code=report.refused[0].code,
        text="".join(one.text for one in report.refused),
        remedy="".join(one.remedy for one in report.refused),
    )


def _begun(line: Line, found: Meant, on: date) -> Answered:
    day = on.isoformat()
    answer = Answered(state="done", text=f"已参保，从 {day} 起生效。")
    with acting_for(line.area), writing(), transaction.atomic():
        note_act(
            line.area,
            line.actor,
            line.now,
            "employer.enrol",
            {"employer": line.uscc, "psn_no": found.psn_no, "on": day},
        )
        if not RosterRow.objects.of(line.area).filter(pk=line.row_id, state="waiting").exists():
            transaction.set_rollback(True)  # another worker was faster
            return answer
        registry.begin_cover(
            line.area,
            found.person_id,
            insutype=EMPLOYEE,
            plan=found.plan,
            on=on,
            emp_name=line.emp_name,
            emp_uscc=line.uscc,
            now=line.now,
        )
        employers.answer_rows(line.area, [(line.row_id, answer)], line.now)
    return answer
