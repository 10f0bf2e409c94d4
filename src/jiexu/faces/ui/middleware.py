"""What holds for every page: safety headers, and faults said in words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jiexu.core.base.errors import BadInput, Conflict, JiexuError, NotAllowed, NotFound
from jiexu.faces.api import problems

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""Everything from this site alone; no script or style inside a page is ever run."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",  # pages hold personal data and are read on shared telephones
}

_STATUS: tuple[tuple[type[JiexuError], int, str], ...] = (
    (NotFound, 404, "没有找到"),
    (NotAllowed, 403, "没有权限"),
    (Conflict, 409, "内容已经变了"),
    (BadInput, 400, "填写的内容有问题"),
)


class ContentSecurityPolicy:
    """Sets the safety headers on every answer that has not set its own."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ErrorsInWords:
    """Turns a `JiexuError` of a view into a page that says what is wrong and what to do now.

    Programs (`/api/`) are told the same as a problem in JSON. Anything that is not a `JiexuError`
    is a defect and goes on to the 500 page.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405:
            if _for_programs(request):
                page = problems.of_status(405)
                page.headers["Allow"] = response.headers.get("Allow", "")
                return page
            page = render(request, "405.html", status=405)
            page.headers["Allow"] = response.headers.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, JiexuError):
            return None
        return problems.of_error(error) if _for_programs(request) else problem(request, error)


def problem(request: HttpRequest, error: JiexuError) -> HttpResponse:
    """The page for a fault: its message, its remedy, its status."""
    status, title = next(
        ((status, title) for kind, status, title in _STATUS if isinstance(error, kind)),
        (400, "没有办成"),
    )
    return render(request, "ui/problem.html", {"title": title, "error": error}, status=status)


def _for_programs(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
