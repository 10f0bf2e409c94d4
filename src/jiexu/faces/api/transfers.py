"""The citizen's transfers: ask, apply, follow, act."""

from __future__ import annotations

from django.http import HttpRequest

from jiexu.core.base.decision import Decision
from jiexu.faces.api.bodies import (
    Act,
    Answered,
    Application,
    Applications,
    CitizenMove,
    Done,
)
from jiexu.faces.api.callers import citizen
from jiexu.faces.api.operation import CaseNo, Key, Name, as_typed, made, operation, own_key
from jiexu.faces.api.wire import MINE
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures.spoken import ProgressView, progress_of
from jiexu.records.procedures.views import ActionView, CaseSummary, CaseView
from jiexu.work import intake, ports
from jiexu.work.results import Result

TAG = "我的转移"


@operation("POST", "/transfers/check", "申请之前：会怎样", tag=TAG, who=citizen)
def check(request: HttpRequest, body: Application) -> Decision:
    """用本节点已知的参保情况回答问题 transfer；不提交任何申请。"""
    return intake.check_transfer(request.auth.user, body.form(), ports.clock().date())


@operation(
    "POST", "/transfers", "申请转移", tag=TAG, who=citizen, status=201, wire=MINE, also=(404,)
)
def apply(request: HttpRequest, key: Key, body: Application) -> Done:
    """向转入地（start 写 from 时向转出地）经办机构申请。答复里的 case_no 是业务流水号。"""
    caller = request.auth
    return done(
        intake.apply_for_transfer(
            caller.as_citizen,
            body.form(),
            own_key(request, key),
            ports.clock(),
            subject=bytes(caller.user.certno_index),
            applicant="agent" if body.agent else "self",
            agent=body.agent.as_fact() if body.agent else None,
        )
    )


@operation(
    "POST",
    "/transfers/several",
    "几个转出地一次申请",
    tag=TAG,
    who=citizen,
    wire=MINE,
    also=(404,),
)
def apply_several(request: HttpRequest, key: Key, body: Applications) -> list[Answered]:
    """向转入地申请，每个转出地一件业务，按所写的顺序答复；一件不受理，不影响其他。"""
    caller = request.auth
    areas = [one.area for one in body.sources]
    results = intake.apply_for_transfers(
        caller.as_citizen,
        {"to_area": body.to_area, "insutype_to": body.insutype_to},
        areas,
        own_key(request, key),
        ports.clock(),
        subject=bytes(caller.user.certno_index),
        applicant="agent" if body.agent else "self",
        agent=body.agent.as_fact() if body.agent else None,
        schemes={one.area: one.insutype for one in body.sources},
    )
    return [
        Answered(
            from_area=area,
            ok=result.ok,
            case_no=result.case_no if result.ok else "",
            code=result.code,
            text=result.text,
            remedy=result.remedy,
            reasons=result.reasons,
            repeated=result.repeated,
        )
        for area, result in zip(areas, results, strict=True)
    ]


@operation("GET", "/transfers", "我的全部转移", tag=TAG, who=citizen, wire=MINE)
def transfers(request: HttpRequest) -> list[CaseSummary]:
    """新的在前。"""
    return procedures.cases_of_citizen(request.auth.user)


@operation("GET", "/transfers/{case_no}", "一次转移", tag=TAG, who=citizen, wire=MINE)
def transfer(request: HttpRequest, case_no: CaseNo) -> CaseView:
    """进度、期限、资金、经过和文书。"""
    return procedures.case_for_citizen(request.auth.user, case_no, ports.clock().date())


@operation("GET", "/transfers/{case_no}/progress", "进度查询", tag=TAG, who=citizen, wire=MINE)
def progress(request: HttpRequest, case_no: CaseNo) -> ProgressView:
    """App、小程序、自助机同一个查询；spoken 是可以朗读的一句话，并说明要核对什么、不对怎么办。"""
    return progress_of(transfer_of(request, case_no))


@operation("GET", "/transfers/{case_no}/acts", "我现在可以办什么", tag=TAG, who=citizen, wire=MINE)
def acts(request: HttpRequest, case_no: CaseNo) -> list[Act]:
    """每一项要填的内容在 fields；办理时带上 half 和 version。"""
    caller = request.auth
    return [
        act_of(action, half, version)
        for area, half, version in procedures.halves_of_citizen(caller.user, case_no)
        for action in procedures.actions(area, case_no, half, caller.as_citizen)
    ]


@operation("POST", "/transfers/{case_no}/acts/{event}", "办理一项", tag=TAG, who=citizen, wire=MINE)
def act(request: HttpRequest, case_no: CaseNo, event: Name, key: Key, body: CitizenMove) -> Done:
    """办理 acts 列表里的一项；之后已有变化的，不办理并给出现在的状态和版本。"""
    caller = request.auth
    area = procedures.area_of_half(caller.user, case_no, body.half)
    return done(
        intake.act(
            caller.as_citizen,
            area,
            case_no,
            body.half,
            event,
            as_typed(body.fields),
            body.version,
            own_key(request, key),
            ports.clock(),
            subject=bytes(caller.user.certno_index),
        )
    )


def transfer_of(request: HttpRequest, case_no: str) -> CaseView:
    return procedures.case_for_citizen(request.auth.user, case_no, ports.clock().date())


def act_of(action: ActionView, half: str, version: int) -> Act:
    return Act(
        half=half,
        version=version,
        event=action.event,
        label=action.label,
        warning=action.warning,
        fields=action.fields,
    )


def done(result: Result) -> Done:
    """What was done; raises `Refused`."""
    result = made(result)
    return Done(
        case_no=result.case_no,
        half=result.half,
        state=result.state,
        record_leg=result.record_leg,
        fund_leg=result.fund_leg,
        version=result.version,
        repeated=result.repeated,
    )
