"""Who calls: a program with a token, or a page with its session. And what they may do where.

A token speaks for its scopes alone, a session for all its user holds. A page must prove with the
CSRF token that it is ours; a program that sends a token is not a page and need not.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpRequest
from ninja.utils import check_csrf

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import NotAllowed
from jiexu.faces.api.problems import TooMany, Unauthenticated
from jiexu.faces.workbench.desk import by_area, role_for
from jiexu.records.access.models import User
from jiexu.records.access.queries import roles_at
from jiexu.work import limits, ports, tokens

_SIGN_IN = "请在请求头写 Authorization: Bearer 令牌；令牌由 jiexu user token add 换发。"


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The user, whether their own cover is open to this call, and the roles it speaks for."""

    user: User
    citizen: bool
    roles: tuple[tuple[str, str], ...]

    @property
    def as_citizen(self) -> Actor:
        return Actor(role=Role.CITIZEN, ref=self.user.username)

    def at(self, area: str, allowed: Iterable[Role]) -> Actor:
        """The actor at an agency in a role of `allowed`; `NotAllowed` without such a grant."""
        role = role_for(area, by_area(self.roles).get(area, ()), allowed)
        return Actor(role=role, ref=self.user.username, agency=area)


def anyone(request: HttpRequest) -> bool:
    """Nobody need be signed in; counted by address."""
    address = request.META.get("REMOTE_ADDR", "")
    _within(limits.spend_unknown(address, settings.API_PER_MINUTE, ports.clock()))
    return True


def signed_in(request: HttpRequest) -> Caller:
    """Whoever it is. Raises `Unauthenticated`, `NotAllowed` without CSRF token, `TooMany`."""
    now = ports.clock()
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header:
        kind, _, text = header.partition(" ")
        holder = tokens.holder_of(text.strip(), now) if kind.lower() == "bearer" else None
        if holder is None:
            _count_unknown(request)
            raise Unauthenticated("令牌不对、已到期或已作废。", _SIGN_IN, code="BAD_TOKEN")
        _within(limits.spend(f"token:{holder.token_id}", settings.API_PER_MINUTE, now))
        return Caller(user=holder.user, citizen=holder.citizen, roles=holder.roles)
    user: Any = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if user is None or not user.is_authenticated:
        _count_unknown(request)
        raise Unauthenticated("没有登录，也没有令牌。", _SIGN_IN)
    if check_csrf(request) is not None:
        raise NotAllowed(
            "请求没有带页面的校验码，不能确认是您本人在操作。",
            "页面请带 X-CSRFToken 请求头；程序请使用令牌。",
            code="CSRF",
        )
    _within(limits.spend(f"user:{user.pk}", settings.API_PER_MINUTE, now))
    return Caller(user=user, citizen=user.certno_index is not None, roles=roles_at(user))


def citizen(request: HttpRequest) -> Caller:
    """Signed in, and bound to a person. Raises `NotAllowed` for others."""
    caller = signed_in(request)
    if not caller.citizen:
        raise NotAllowed(
            "这里只能由参保人本人查看和办理；您的账号没有绑定参保人，或令牌没有 citizen 权限。",
            "请用参保人账号，或换发带 citizen 权限的令牌；经办业务请用机构的接口。",
        )
    return caller


def _count_unknown(request: HttpRequest) -> None:
    address = request.META.get("REMOTE_ADDR", "")
    _within(limits.spend_unknown(address, settings.API_PER_MINUTE, ports.clock()))


def _within(seconds: int) -> None:
    if seconds:
        raise TooMany(seconds)
