"""What the citizen was told: every notice, in words, with a way to its case."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.faces.portal.citizen import citizens_only
from jiexu.records.notices.queries import notices_of_citizen
from jiexu.work import notices, ports


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def messages(request: HttpRequest) -> HttpResponse:
    """The list; a button marks all of it as read."""
    if request.method == "POST":
        notices.mark_read(request.user, ports.clock())
        return redirect("portal:messages")
    found = notices_of_citizen(request.user)
    return render(
        request,
        "portal/messages.html",
        {"notices": found, "unread": any(one.unread for one in found)},
    )
