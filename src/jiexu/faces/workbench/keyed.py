"""One case keyed in: from the platform's screen, or from a paper with its scan."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.actors import Role
from jiexu.faces.workbench.desk import desk, staff_only
from jiexu.work import ports
from jiexu.work.attachments import MOST_BYTES
from jiexu.work.companion import keyed
from jiexu.work.companion.list_kinds import list_kinds
from jiexu.work.results import Result

_HINTS = {
    "spells": "例如 201903-202602；有几段的，用“；”隔开",
    "amount": "单位：元",
    "status": "照国家平台上的文字填写，例如“已受理”",
    "trafout": "市的全称或六位区划代码",
    "trafin": "市的全称或六位区划代码",
}
_TOO_BIG = Result(
    ok=False,
    code="ATTACHMENT_TOO_BIG",
    text="扫描件超过 10 MB。",
    remedy="请降低扫描的分辨率后重新上传。",
    path="scan",
)


class Box(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the form."""

    name: str
    label: str
    hint: str
    typed: str
    error: str
    required: bool


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def key_in(request: HttpRequest, area: str, kind: str) -> HttpResponse:
    """The form of one kind; what was typed stays when it is refused."""
    if kind != keyed.CERTIFICATE.name and kind not in list_kinds():
        raise Http404
    at = desk(request, area, (Role.CLERK,))
    refused = None
    if request.method == "POST":
        files = request.FILES.getlist("scan")
        if any((file.size or 0) > MOST_BYTES for file in files):
            refused = _TOO_BIG
        else:
            scans = [keyed.Scan(name=file.name or "", data=file.read()) for file in files]
            typed = {name: value.strip() for name, value in request.POST.items()}
            refused = keyed.key_in(at.actor, area, kind, typed, ports.clock(), scans=scans)
        if refused.ok:
            messages.success(
                request, "这一笔以前录入过，没有重复办理。" if refused.repeated else "已录入。"
            )
            return redirect("workbench:case", area=area, half=refused.half, case_no=refused.case_no)
    boxes = _boxes(request, kind, refused)
    named = refused is not None and (
        refused.path in {box.name for box in boxes} or refused.path == "scan"
    )
    return render(
        request,
        "workbench/key_in.html",
        {
            "desk": at,
            "tab": "lists",
            "kind": kind,
            "title": "参保凭证" if kind == keyed.CERTIFICATE.name else list_kinds()[kind].title,
            "boxes": boxes,
            "refused": None if named else refused,
            "errors": [(refused.path, f"{refused.text}{refused.remedy}")]
            if named and refused
            else (),
            "scan_error": refused.text if refused and refused.path == "scan" else "",
        },
        status=409 if refused else 200,
    )


def _boxes(request: HttpRequest, kind: str, refused: Any) -> list[Box]:
    boxes = []
    for column in keyed.columns_of(kind):
        boxes.append(_box(request, column.field, column.title, column.required, refused))
        if column.field in keyed.TWICE.get(kind, ()):
            label = f"{column.title}（再录一次，纸质材料必填）"
            boxes.append(_box(request, column.field + keyed.AGAIN, label, False, refused))
    return boxes


def _box(request: HttpRequest, name: str, label: str, required: bool, refused: Any) -> Box:
    return Box(
        name=name,
        label=label,
        hint=_HINTS.get(name.removesuffix(keyed.AGAIN), ""),
        typed=request.POST.get(name, ""),
        error=refused.text if refused is not None and refused.path == name else "",
        required=required,
    )
