"""Is the process alive; can it serve? No sign-in, no secret, nothing kept by caches."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiexu.work.health import ready


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nobody else."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, version, ports and disk are in order; else 503 and what is wrong."""
    problems = [
        {"name": finding.name, "text": finding.text, "remedy": finding.remedy}
        for finding in ready()
    ]
    return JsonResponse(
        {"ready": not problems, "problems": problems},
        status=503 if problems else 200,
        json_dumps_params={"ensure_ascii": False},
    )
