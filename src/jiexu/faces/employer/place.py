"""Where an employer's agent stands: one employer at one agency, for which they are authorised."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from jiexu.core.base.actors import Actor, Role
from jiexu.records.employers.queries import employer_for
from jiexu.records.employers.views import EmployerView

_TABS = (
    ("home", "首页", "employer:home"),
    ("people", "职工名册", "employer:people"),
    ("notices", "停保通知", "employer:notices"),
    ("mend", "欠费和未停保", "employer:mend"),
    ("lists", "办理记录", "employer:lists"),
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    employer: EmployerView
    username: str

    @property
    def actor(self) -> Actor:
        return Actor(role=Role.EMPLOYER, ref=self.username, agency=self.employer.area)

    @property
    def tabs(self) -> tuple[tuple[str, str, str], ...]:
        return _TABS


def agents_only(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Signed in and authorised for this employer here; the page gets its `Place`."""

    @login_required
    @wraps(page)
    def guarded(
        request: HttpRequest, area: str, uscc: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        place = Place(
            employer=employer_for(request.user, area, uscc), username=request.user.username
        )
        return page(request, place, *args, **kwargs)

    return guarded
