"""The cases of an agency, for its staff. Every look at one person's case is logged."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query

from jiexu.core.base.actors import Actor
from jiexu.faces.api.bodies import Act, Done, Move
from jiexu.faces.api.callers import signed_in
from jiexu.faces.api.operation import (
    AreaCode,
    CaseNo,
    Half,
    Key,
    Name,
    as_typed,
    operation,
    own_key,
)
from jiexu.faces.api.transfers import act_of, done
from jiexu.faces.workbench.desk import CASES
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures.spoken import ProgressView, progress_of
from jiexu.records.procedures.views import CaseSummary, CaseView
from jiexu.work import intake, ports
from jiexu.work.reads import log_read

TAG = "经办"
CHANNELS = {"counter": "窗口", "hotline": "12393 热线", "kiosk": "自助机"}

Text = Annotated[
    str, Query(max_length=60, pattern=r"^[^\x00-\x1f]*$", description="业务流水号或姓名的一部分")
]


@operation("GET", "/agencies/{area}/queue", "待办", tag=TAG, who=signed_in)
def queue(request: HttpRequest, area: AreaCode) -> list[CaseSummary]:
    """等人处理的业务：有疑点的、超期的。"""
    actor = request.auth.at(area, CASES)
    return procedures.queue(area, actor.role, ports.clock().date())


@operation("GET", "/agencies/{area}/cases", "全部业务", tag=TAG, who=signed_in)
def cases(
    request: HttpRequest,
    area: AreaCode,
    q: Text = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> procedures.Page:
    """每页 25 件，新的在前。"""
    request.auth.at(area, CASES)
    return procedures.all_cases(area, text=q, page=page)


@operation("GET", "/agencies/{area}/cases/{half}/{case_no}", "一件业务", tag=TAG, who=signed_in)
def case(request: HttpRequest, area: AreaCode, half: Half, case_no: CaseNo) -> CaseView:
    """本机构这一半的全部内容，含两地信息对照。"""
    return _looked_at(request.auth.at(area, CASES), case_no, half, "查看业务（接口）")


@operation(
    "GET", "/agencies/{area}/cases/{half}/{case_no}/progress", "进度查询", tag=TAG, who=signed_in
)
def progress(
    request: HttpRequest,
    area: AreaCode,
    half: Half,
    case_no: CaseNo,
    channel: Annotated[
        Literal["counter", "hotline", "kiosk"], Query(description="参保人从哪里来问")
    ] = "counter",
) -> ProgressView:
    """窗口、12393 热线、自助机替参保人查询：与参保人自己看到的一样，spoken 可以照着念。"""
    actor = request.auth.at(area, CASES)
    return progress_of(_looked_at(actor, case_no, half, f"进度查询（{CHANNELS[channel]}）"))


@operation(
    "GET", "/agencies/{area}/cases/{half}/{case_no}/acts", "可以办什么", tag=TAG, who=signed_in
)
def acts(request: HttpRequest, area: AreaCode, half: Half, case_no: CaseNo) -> list[Act]:
    """按现在的状态和您的角色可以办的各项；付款和到账在资金接口办理。"""
    actor = request.auth.at(area, CASES)
    version = procedures.version_of(area, case_no, half)
    found = procedures.actions(area, case_no, half, actor)
    return [act_of(action, half, version) for action in found]


@operation(
    "POST",
    "/agencies/{area}/cases/{half}/{case_no}/acts/{event}",
    "办理一项",
    tag=TAG,
    who=signed_in,
)
def act(
    request: HttpRequest,
    area: AreaCode,
    half: Half,
    case_no: CaseNo,
    event: Name,
    key: Key,
    body: Move,
) -> Done:
    """办理 acts 列表里的一项；之后已有变化的，不办理并给出现在的状态和版本。"""
    result = intake.act(
        request.auth.at(area, CASES),
        area,
        case_no,
        half,
        event,
        as_typed(body.fields),
        body.version,
        own_key(request, key),
        ports.clock(),
    )
    return done(result)


def _looked_at(actor: Actor, case_no: str, half: str, purpose: str) -> CaseView:
    """The case, and the log entry that somebody looked at it; none for a case that is not there."""
    now = ports.clock()
    area = str(actor.agency)
    view = procedures.case_for_clerk(area, case_no, half, now.date())
    log_read(actor, area, case_no, purpose, now)
    return view
