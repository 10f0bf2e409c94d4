"""Sending a list in: chosen from the roster, or as a file with one line per person."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.errors import BadInput
from jiexu.faces.employer.place import Place, agents_only
from jiexu.records.employers import queries
from jiexu.records.employers.views import Said
from jiexu.work import ports, roster_files, rosters

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_CHOSEN = 500


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def send(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    """The form of one kind of list; sent, it leads to the page where the lines are answered."""
    if kind not in rosters.KINDS:
        raise Http404
    refused: Any = None
    if request.method == "POST":
        try:
            key = rosters.send_roster(
                place.actor,
                place.employer.uscc,
                kind,
                _lines(request, place, kind),
                request.POST.get("key", ""),
                ports.clock(),
            )
            return redirect(
                "employer:list", area=place.employer.area, uscc=place.employer.uscc, key=key
            )
        except BadInput as error:
            refused = {"text": error.message, "remedy": error.remedy, "path": error.path}
    at = place.employer
    text = request.GET.get("q", "").strip()[:40]
    return render(
        request,
        "employer/send.html",
        {
            "place": place,
            "tab": "home",
            "kind": kind,
            "title": queries.TITLES[kind],
            "columns": roster_files.COLUMNS[kind],
            "people": ()
            if kind == "enrol"
            else [one for one in queries.employees(at.area, at.uscc, text).items if _open(one)],
            "q": text,
            "key": uuid.uuid4(),
            "today": ports.clock().date(),
            "posted": request.POST,
            "refused": refused,
        },
        status=400 if refused else 200,
    )


@require_safe
@agents_only
def blank(request: HttpRequest, place: Place, kind: str) -> HttpResponse:
    """An empty list to fill in."""
    if kind not in rosters.KINDS:
        raise Http404
    return _download(roster_files.blank_form(kind), f"{kind}.xlsx")


def _download(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _open(person: Any) -> bool:
    return bool(person.status == "normal")


def _lines(request: HttpRequest, place: Place, kind: str) -> list[Said]:
    upload = request.FILES.get("file")
    if upload is not None:
        if upload.size is not None and upload.size > roster_files.MOST_BYTES:
            raise BadInput("文件太大，最多 5 MB。", "请分成几份上传。", path="file", code="TOO_BIG")
        return roster_files.read_roster(kind, upload.name or "", upload.read())
    if kind == "enrol":
        raise BadInput("没有选择文件。", "请上传名单。", path="file", code="NO_FILE")
    ids = [int(one) for one in request.POST.getlist("person") if one.isdecimal()][:_MOST_CHOSEN]
    at = place.employer
    return [
        Said(
            certno=certno,
            psn_name=name,
            area=request.POST.get("area", "")[:40],
            day=request.POST.get("day", "")[:20],
            reason=request.POST.get("reason", "")[:100],
        )
        for certno, name in queries.certnos(at.area, at.uscc, ids)
    ]
