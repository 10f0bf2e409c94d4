"""What every page knows: whose site it is, who looks at it, how large the letters are."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from jiexu.records.access.queries import employers_of, roles_at

LARGE_COOKIE = "jiexu_size"


class Site:
    """Asked only as far as a page needs it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo: bool = settings.DEMO
        self.large = request.COOKIES.get(LARGE_COOKIE) == "large"
        self.section = next(
            (name for name in ("work", "employer") if request.path.startswith(f"/{name}/")), "me"
        )

    @cached_property
    def is_citizen(self) -> bool:
        return getattr(self._request.user, "certno_index", None) is not None

    @cached_property
    def is_employer(self) -> bool:
        return self._request.user.is_authenticated and bool(employers_of(self._request.user))

    @cached_property
    def is_staff(self) -> bool:
        return self._request.user.is_authenticated and bool(roles_at(self._request.user))


def site(request: HttpRequest) -> dict[str, Any]:
    return {"site": Site(request)}
