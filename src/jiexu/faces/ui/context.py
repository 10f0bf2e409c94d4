"""What every page knows: whose site it is, who looks at it, how large the letters are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from jiexu.records.access.queries import roles_at

LARGE_COOKIE = "jiexu_size"


class Site:
    """Asked only as far as a page needs it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo: bool = settings.DEMO
        self.large = request.COOKIES.get(LARGE_COOKIE) == "large"
        self.section = "work" if request.path.startswith("/work/") else "me"

    @cached_property
    def is_citizen(self) -> bool:
        return getattr(self._request.user, "certno_index", None) is not None

    @cached_property
    def is_staff(self) -> bool:
        return self._request.user.is_authenticated and bool(roles_at(self._request.user))


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": Site(request)}
