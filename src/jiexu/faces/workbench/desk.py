"""The desk a member of staff sits at: one agency, one role, and what that role may open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.errors import BadInput, NotAllowed
from jiexu.records.access.queries import agencies_of, roles_at

ROLE_LABELS = {
    Role.CLERK: "经办人员",
    Role.FINANCE_PREPARER: "财务经办",
    Role.FINANCE_APPROVER: "财务复核",
    Role.SUPERVISOR: "监督",
    Role.ADMINISTRATOR: "系统管理员",
}
CASES = (Role.CLERK, Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.SUPERVISOR)
OUTSIDE = (Role.CLERK, Role.SUPERVISOR)
MONEY = (Role.FINANCE_PREPARER, Role.FINANCE_APPROVER, Role.SUPERVISOR)

_CHOSEN = "desk_roles"


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: str
    route: str


_TABS = (
    (Tab(name="queue", label="待办", route="workbench:queue"), CASES),
    (Tab(name="cases", label="全部业务", route="workbench:cases"), CASES),
    (Tab(name="apply", label="窗口申请", route="workbench:apply"), (Role.CLERK,)),
    (Tab(name="stop", label="代办停保", route="workbench:stop"), (Role.CLERK,)),
    (Tab(name="errands", label="外部办理", route="workbench:errands"), OUTSIDE),
    (Tab(name="lists", label="外部名单", route="workbench:lists"), OUTSIDE),
    (Tab(name="papers", label="证明", route="workbench:papers"), (Role.CLERK,)),
    (Tab(name="payments", label="付款", route="workbench:payments"), MONEY),
    (Tab(name="bank", label="银行流水", route="workbench:bank"), MONEY),
    (Tab(name="resume", label="恢复参保", route="workbench:resume"), (Role.CLERK,)),
)


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts where, in which of their roles; `roles` are all they hold at this agency."""

    area: str
    area_name: str
    agency_name: str
    role: Role
    roles: tuple[Role, ...]
    username: str

    @property
    def actor(self) -> Actor:
        return Actor(role=self.role, ref=self.username, agency=self.area)

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]

    @property
    def tabs(self) -> tuple[Tab, ...]:
        return tuple(tab for tab, allowed in _TABS if self.role in allowed)


def desk(request: HttpRequest, area: str, allowed: Iterable[Role]) -> Desk:
    """The desk at `area` in a role of `allowed`; `NotAllowed` without such a grant.

    Of several roles the chosen one holds; where it may not open the page, another one that may.
    """
    held = held_roles(request).get(area, ())
    chosen = request.session.get(_CHOSEN, {}).get(area)
    role = role_for(area, held, allowed, chosen)
    return Desk(
        area=area,
        area_name=_place(area),
        agency_name=dict(agencies_of(request.user)).get(area, _place(area)),
        role=role,
        roles=held,
        username=request.user.username,
    )


def role_for(
    area: str, held: Iterable[Role], allowed: Iterable[Role], chosen: str | None = None
) -> Role:
    """In which of the roles held at `area` something of `allowed` is done; else `NotAllowed`."""
    usable = [role for role in held if role in set(allowed)]
    if not usable:
        raise NotAllowed(
            f"您没有在{_place(area)}办理这一项的权限。",
            "请从“经办工作台”进入您有权限的机构；需要开通的，请联系本单位的系统管理员。",
        )
    return next((role for role in usable if role == chosen), usable[0])


def choose(request: HttpRequest, area: str, role: str) -> None:
    """Sit down in this role; `NotAllowed` if it is not held there."""
    if role not in held_roles(request).get(area, ()):
        raise NotAllowed("您没有这个身份。", "请从“经办工作台”重新选择。")
    request.session[_CHOSEN] = request.session.get(_CHOSEN, {}) | {area: role}


def held_roles(request: HttpRequest) -> dict[str, tuple[Role, ...]]:
    """Area → staff roles held there, in the order of the labels."""
    return by_area(roles_at(request.user))


def by_area(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[Role, ...]]:
    """`(role, area)` pairs as area → roles, in the order of the labels."""
    held: dict[str, set[str]] = {}
    for role, area in pairs:
        held.setdefault(area, set()).add(role)
    return {
        area: tuple(role for role in ROLE_LABELS if role in roles) for area, roles in held.items()
    }


def staff_only(page: Any) -> Any:
    """Signed in; the grant itself is asked by `desk`, page by page."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            # What was sent is lost; a page that only takes a form cannot be gone back to.
            back = request.get_full_path() if request.method in {"GET", "HEAD"} else "/work/"
            return redirect_to_login(back)
        return page(request, *args, **kwargs)

    return guarded


def _place(area: str) -> str:
    try:
        return area_of(area).name
    except BadInput:
        return area
