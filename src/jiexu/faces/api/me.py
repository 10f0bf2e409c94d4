"""What is mine: who I am here, where I am insured, what my account holds."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query

from jiexu.core.base.errors import NotFound
from jiexu.core.ledger.postings import person_account
from jiexu.faces.api.bodies import HeldRole, Me, Statement
from jiexu.faces.api.callers import citizen, signed_in
from jiexu.faces.api.operation import operation
from jiexu.faces.api.wire import MINE
from jiexu.faces.workbench.desk import ROLE_LABELS, by_area
from jiexu.records.access.queries import agencies_of
from jiexu.records.ledger import queries as ledger
from jiexu.records.registry import queries as registry
from jiexu.records.registry.views import CoverView

TAG = "我的医保"


@operation("GET", "/me", "我是谁", tag=TAG, who=signed_in)
def me(request: HttpRequest) -> Me:
    """账号，以及本次请求可以使用的角色（令牌只含换发时写明的角色）。"""
    caller = request.auth
    names = dict(agencies_of(caller.user))
    return Me(
        username=caller.user.username,
        display_name=caller.user.display_name,
        citizen=caller.citizen,
        roles=tuple(
            HeldRole(
                role=role, role_label=ROLE_LABELS[role], area=area, agency_name=names.get(area, "")
            )
            for area, roles in sorted(by_area(caller.roles).items())
            for role in roles
        ),
    )


@operation("GET", "/me/cover", "我的参保情况", tag=TAG, who=citizen, wire=MINE)
def cover(request: HttpRequest) -> list[CoverView]:
    """本节点承办的每个统筹区里的参保关系、缴费月数和个人账户余额。"""
    return registry.cover_of_citizen(request.auth.user)


@operation("GET", "/me/statement", "我的个人账户明细", tag=TAG, who=citizen, wire=MINE, also=(404,))
def statement(
    request: HttpRequest,
    area: Annotated[str, Query(pattern=r"^[0-9]{6}$", description="参保地")],
) -> Statement:
    """一个参保地的个人账户：余额、冻结金额和每一笔变动，从早到晚。"""
    covers = registry.cover_of_citizen(request.auth.user)
    found = next((one for one in covers if one.area == area), None)
    if found is None:
        raise NotFound("您在这里没有个人账户。", "请从“我的参保情况”里选择参保地。")
    account = person_account(found.psn_no)
    held = ledger.balance(area, account)
    return Statement(
        area=area,
        area_name=found.area_name,
        balance_fen=held.posted_fen,
        reserved_fen=held.reserved_fen,
        lines=ledger.statement(area, account),
    )
