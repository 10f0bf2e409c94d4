"""Papers that the person sends along: checked before anything is done, kept with the case after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.errors import BadInput
from jiexu.faces.portal.citizen import actor, citizens_only, today
from jiexu.records.procedures import queries as procedures
from jiexu.work import ports
from jiexu.work.attachments import (
    MOST_BYTES,
    AttachmentView,
    attach,
    attachments_of,
    check_file,
)

MOST_FILES = 10


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came."""

    name: str
    data: bytes


def taken(request: HttpRequest, field: str = "files") -> tuple[Sent, ...]:
    """The files of the form. Raises `BadInput` for too many, or one that would not be kept."""
    files = request.FILES.getlist(field)
    if len(files) > MOST_FILES:
        raise BadInput(
            f"一次最多上传 {MOST_FILES} 个文件。", "其余的请稍后在业务页上传。", path=field
        )
    found = []
    for file in files:
        data = file.read(MOST_BYTES + 1)
        check_file(data)
        found.append(Sent(name=file.name or "", data=data))
    return tuple(found)


def keep_with(
    request: HttpRequest, area: str, case_no: str, files: Iterable[Sent], purpose: str = "evidence"
) -> None:
    """Keep the files with the citizen's case at one place. Raises as `attach` does."""
    for file in files:
        attach(
            actor(request),
            area,
            case_no,
            purpose,
            file.name,
            file.data,
            ports.clock(),
            user=request.user,  # type: ignore[arg-type]
        )


def mine(user: Any, case_no: str) -> tuple[AttachmentView, ...]:
    """What the citizen has uploaded to their case, at either place of it that is here."""
    return tuple(
        one
        for area in dict.fromkeys(
            area for area, _, _ in procedures.halves_of_citizen(user, case_no)
        )
        for one in attachments_of(area, case_no)
        if one.by_citizen
    )


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
def files(request: HttpRequest, case_no: str) -> HttpResponse:
    """Add papers to a case."""
    case = procedures.case_for_citizen(request.user, case_no, today())
    wrong = ""
    if request.method == "POST":
        try:
            sent = taken(request)
            if not sent:
                wrong = "请选择要上传的文件"
            else:
                keep_with(request, case.agency, case_no, sent)
                messages.success(request, f"已上传 {len(sent)} 个文件。")
                return redirect("portal:files", case_no=case_no)
        except BadInput as error:
            wrong = f"{error.message}{error.remedy}"
    context = {
        "case": case,
        "uploaded": mine(request.user, case_no),
        "wrong": wrong,
        "errors": [("files", wrong)] if wrong else [],
    }
    return render(request, "portal/files.html", context, status=400 if wrong else 200)
