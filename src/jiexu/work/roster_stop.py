"""减员: the employer ends the cover of somebody who has left, from a day on."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import BadInput
from jiexu.core.procedures.outcome import Notify, PauseRelation, Step
from jiexu.core.procedures.stop_cover.facts import EmployerAnswer
from jiexu.core.procedures.stop_cover.states import HERE
from jiexu.records.employers import write as employers
from jiexu.records.employers.models import RosterRow
from jiexu.records.employers.views import Answered
from jiexu.records.isolation import acting_for, writing
from jiexu.records.notices import write as notices
from jiexu.records.procedures.models import Case
from jiexu.records.registry import write as registry
from jiexu.records.registry.models import Contribution
from jiexu.work import unit_of_work
from jiexu.work.agency_acts import note_act
from jiexu.work.roster_lines import TWICE, Line, Meant, day_of, own_employee, refused


def answer_stop(line: Line) -> Answered | None:
    """Pause one relation, with its audit entry, the person's notice and the line's answer in one
    commit; `None` to try again. An open case about the same question is answered instead.
    """
    if line.twice:
        return TWICE
    found = own_employee(line)
    if isinstance(found, Answered):
        return found
    try:
        on = day_of(line, "停保日期")
        _check_day(line, found, on)
    except BadInput as error:
        return refused(error)
    case = (
        Case.objects.of(line.area)
        .filter(
            person_id=found.person_id,
            procedure="stop_cover",
            state="open",
            record_leg__in=["notified", "silent"],
        )
        .first()
    )
    return _confirmed(line, case, on) if case is not None else _paused(line, found, on)


def _check_day(line: Line, found: Meant, on: date) -> None:
    if on > line.now.date():
        raise BadInput(
            f"停保日期 {on} 还没有到。", "请到期后再办，或核对日期。", code="STOP_IN_FUTURE"
        )
    if found.since is not None and on < found.since:
        raise BadInput(
            f"停保日期早于参保起始日 {found.since}。", "请核对日期。", code="STOP_BEFORE_COVER"
        )
    rows = Contribution.objects.of(line.area).filter(
        person_id=found.person_id, insutype=EMPLOYEE, superseded_at__isnull=True
    )
    last = max(rows.values_list("end_ym", flat=True), default="")
    if last and f"{on:%Y%m}" < last:
        raise BadInput(
            f"{last[:4]} 年 {int(last[4:])} 月已经缴费，停保日期不能早于这个月。",
            "请改为最后缴费的次月 1 日；多缴的先申请退费。",
            code="STOP_BEFORE_PAID_MONTH",
        )


def _paused(line: Line, found: Meant, on: date) -> Answered:
    """All in one commit: a worker that dies leaves all of it or nothing."""
    day = on.isoformat()
    answer = Answered(state="done", text=f"已停保，从 {day} 起生效。")
    with acting_for(line.area), writing(), transaction.atomic():
        note_act(
            line.area,
            line.actor,
            line.now,
            "employer.stop",
            {
                "employer": line.uscc,
                "psn_no": found.psn_no,
                "on": day,
                "reason": line.said.reason,
            },
        )
        if not RosterRow.objects.of(line.area).filter(pk=line.row_id, state="waiting").exists():
            transaction.set_rollback(True)  # another worker was faster
            return answer
        registry.pause_relations(
            line.area, [(found.person_id, PauseRelation(insutype=EMPLOYEE, on=on))], line.now
        )
        notice = Notify(code="by_employer", args={"employer": line.emp_name, "day": day})
        notices.add_notices(line.area, [(found.person_id, "", "stop_cover", notice)], line.now)
        employers.answer_rows(line.area, [(line.row_id, answer)], line.now)
    return answer


def _confirmed(line: Line, case: Case, on: date) -> Answered | None:
    step = Step(
        case_no=case.case_no,
        half=HERE,
        event="confirm",
        actor=line.actor,
        key=f"roster:{line.key}",
        payload=EmployerAnswer(stop_on=on),
    )
    result = unit_of_work.apply(line.area, [step], now=line.now, procedure="stop_cover")[0]
    if result.ok:
        return Answered(
            state="done",
            case_no=result.case_no,
            text=f"已答复停保通知，从 {on.isoformat()} 起停保。",
        )
    if result.code in {"FAULT", "CONFLICT"}:
        return None
    return Answered(state="refused", code=result.code, text=result.text, remedy=result.remedy)
