"""Who stands before a citizen page, and what day it is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import NotAllowed
from jiexu.work import ports

Page = Callable[..., HttpResponse]


def citizens_only(page: Page) -> Page:
    """Signed in, and bound to a person: a staff account has no cover of its own to look at."""

    @login_required
    @wraps(page)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.certno_index is None:
            raise NotAllowed(
                "您登录的是工作人员账号，没有绑定参保人，不能查看或办理个人业务。",
                "请退出后用参保人账号登录；办理经办业务请进入“经办工作台”。",
            )
        return page(request, *args, **kwargs)

    return guarded


def citizen_of(request: HttpRequest) -> Any:
    """The signed-in citizen; `None` for nobody and for staff: the check needs nobody."""
    user = request.user
    return user if getattr(user, "certno_index", None) is not None else None


def actor(request: HttpRequest) -> Actor:
    return Actor(role=Role.CITIZEN, ref=request.user.username)


def today() -> date:
    return ports.clock().date()
