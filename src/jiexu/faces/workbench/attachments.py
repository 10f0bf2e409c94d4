"""One attachment, opened by staff of the agency; the read is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from jiexu.faces.workbench.desk import OUTSIDE, desk, staff_only
from jiexu.work import ports
from jiexu.work.attachments import open_attachment


@require_safe
@staff_only
def attachment(request: HttpRequest, area: str, number: str) -> HttpResponse:
    """Given as a download: nothing that somebody uploaded is shown inside our pages."""
    at = desk(request, area, OUTSIDE)
    content = open_attachment(at.actor, area, number, ports.clock())
    answer = HttpResponse(content.data, content_type=content.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{content.name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer
