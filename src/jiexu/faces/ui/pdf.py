"""Answers with a paper as PDF: shown in the browser, named in Chinese, kept by nobody between."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from jiexu.core.base.actors import Actor
from jiexu.records.documents.models import Issued
from jiexu.work import ports
from jiexu.work.printing import print_paper


def base_url(request: HttpRequest) -> str:
    """The address in QR codes: JIEXU_PUBLIC_URL, else the one this page was asked at."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")


def pdf_answer(request: HttpRequest, paper: Issued, actor: Actor) -> HttpResponse:
    """The paper, for one who may see it. `private`: only the reader's own browser may keep it."""
    printed = print_paper(paper, actor, base_url(request), ports.clock())
    response = HttpResponse(printed.data, content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=False, filename=printed.filename) or "inline"
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response
