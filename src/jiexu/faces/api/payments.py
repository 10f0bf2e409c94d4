"""Money: payments that wait, batches and the second pair of eyes, lines of the bank."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Query

from jiexu.core.base.actors import Role
from jiexu.faces.api.bodies import Chosen, Done, Placed, Seen
from jiexu.faces.api.callers import signed_in
from jiexu.faces.api.operation import AreaCode, Key, Name, operation, own_key
from jiexu.faces.api.transfers import done
from jiexu.faces.workbench.desk import MONEY
from jiexu.records.settlement import queries as settlement
from jiexu.records.settlement.views import BatchView, LineView, OrderView
from jiexu.work import intake, ports

TAG = "资金"
_PREPARER, _APPROVER = (Role.FINANCE_PREPARER,), (Role.FINANCE_APPROVER,)

LineId = Path[Annotated[int, Path(ge=1, le=2**63 - 1)]]


@operation("GET", "/agencies/{area}/payments", "待付款", tag=TAG, who=signed_in)
def payments(request: HttpRequest, area: AreaCode) -> list[OrderView]:
    """还没有制单的付款，早的在前。"""
    request.auth.at(area, MONEY)
    return settlement.orders_waiting(area)


@operation("GET", "/agencies/{area}/batches", "付款批次", tag=TAG, who=signed_in)
def batches(request: HttpRequest, area: AreaCode) -> list[BatchView]:
    """最近 100 批，新的在前；每批的明细见单个批次。"""
    request.auth.at(area, MONEY)
    return settlement.batches(area)


@operation("POST", "/agencies/{area}/batches", "制单", tag=TAG, who=signed_in, status=201)
def prepare(request: HttpRequest, area: AreaCode, key: Key, body: Chosen) -> Done:
    """把待付款做成一批，等另一个人复核。答复里的 case_no 是批次号。"""
    actor = request.auth.at(area, _PREPARER)
    now = ports.clock()
    return done(intake.prepare_batch(actor, area, body.orders, own_key(request, key), now))


@operation("GET", "/agencies/{area}/batches/{number}", "一个批次", tag=TAG, who=signed_in)
def batch(request: HttpRequest, area: AreaCode, number: Name) -> BatchView:
    """批次和其中每一笔付款。"""
    request.auth.at(area, MONEY)
    return settlement.batch(area, number)


@operation("POST", "/agencies/{area}/batches/{number}/approve", "批准", tag=TAG, who=signed_in)
def approve(request: HttpRequest, area: AreaCode, number: Name, key: Key, body: Seen) -> Done:
    """由不是制单人的财务复核批准；批准后送银行。"""
    actor = request.auth.at(area, _APPROVER)
    own = own_key(request, key)
    return done(intake.approve_batch(actor, area, number, body.version, own, ports.clock()))


@operation("POST", "/agencies/{area}/batches/{number}/send-back", "退回", tag=TAG, who=signed_in)
def send_back(request: HttpRequest, area: AreaCode, number: Name, key: Key, body: Seen) -> Done:
    """由财务复核退回，其中的付款重新等待制单。"""
    actor = request.auth.at(area, _APPROVER)
    own = own_key(request, key)
    return done(intake.reject_batch(actor, area, number, body.version, own, ports.clock()))


@operation("GET", "/agencies/{area}/bank-lines", "银行流水", tag=TAG, who=signed_in)
def bank_lines(
    request: HttpRequest,
    area: AreaCode,
    state: Annotated[
        Literal["break", "waiting", "matched"],
        Query(description="break 待人工处理，waiting 待自动匹配，matched 已匹配"),
    ] = "break",
) -> list[LineView]:
    """最近 200 条，新的在前；待人工处理的带可能的业务。"""
    request.auth.at(area, MONEY)
    return settlement.lines(area, state)


@operation("POST", "/agencies/{area}/bank-lines/{line}/match", "匹配", tag=TAG, who=signed_in)
def match(request: HttpRequest, area: AreaCode, line: LineId, key: Key, body: Placed) -> Done:
    """由财务经办指明一条流水属于哪一件业务；规则与自动匹配相同。"""
    actor = request.auth.at(area, _PREPARER)
    own = own_key(request, key)
    return done(
        intake.match_line(actor, area, line, body.case_no, body.version, own, ports.clock())
    )
