"""Files that finance carries by hand: statements, results and vouchers in, payment files out."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from jiexu.core.base.actors import Role
from jiexu.faces.workbench.desk import Desk, desk, staff_only
from jiexu.faces.workbench.payments import show_batch
from jiexu.records.settlement import queries as settlement
from jiexu.work import bank_uploads, intake, ports
from jiexu.work.results import Result

_CARRIERS = (Role.FINANCE_PREPARER, Role.FINANCE_APPROVER)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def upload(request: HttpRequest, area: str) -> HttpResponse:
    """Bring one file; the page says row by row what became of it."""
    at = desk(request, area, (Role.FINANCE_PREPARER,))
    if request.method != "POST":
        return _upload_page(request, at)
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _upload_page(request, at, errors=[("file", "请选择一个文件")], status=400)
    # One byte beyond the limit is enough to refuse: a huge file is never held whole.
    data = file.read(bank_uploads.LARGEST_BYTES + 1)
    done = intake.upload_bank_file(at.actor, area, file.name or "", data, ports.clock())
    return _upload_page(request, at, done=done, status=200 if done.ok else 409)


@require_POST
@staff_only
def payment_file(request: HttpRequest, area: str, number: str) -> HttpResponse:
    """The file of an approved batch, to be carried to the bank."""
    at = desk(request, area, _CARRIERS)
    given = intake.hand_out(at.actor, area, number, ports.clock())
    if isinstance(given, Result):
        return show_batch(request, at, number, refused=given)
    answer = HttpResponse(given.data, content_type=given.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{given.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@staff_only
def appropriation(request: HttpRequest, area: str, number: str) -> HttpResponse:
    """用款计划 and 财政拨款 of a batch."""
    at = desk(request, area, (Role.FINANCE_PREPARER,))
    text = request.POST.get("appropriated_on", "").strip()
    version = request.POST.get("version", "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        refused = Result(
            ok=False,
            code="BAD_DAY",
            text=f"没有这一天：“{text[:20]}”。",
            remedy="日期应写成 2026-03-12 的样子。",
        )
        return show_batch(request, at, number, refused=refused)
    result = intake.note_appropriation(
        at.actor,
        area,
        number,
        int(version) if version.isdecimal() and len(version) < 10 else 0,
        request.POST.get("plan_no", ""),
        day,
        ports.clock(),
    )
    if not result.ok:
        return show_batch(request, at, number, refused=result)
    messages.success(request, "已登记用款计划和财政拨款。" if day else "已登记用款计划。")
    return redirect("workbench:payment", area=area, number=number)


def _upload_page(
    request: HttpRequest,
    at: Desk,
    *,
    done: Any = None,
    errors: Any = (),
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "workbench/bank_upload.html",
        {
            "desk": at,
            "tab": "bank",
            "done": done,
            "refused": done if done is not None and not done.ok else None,
            "errors": errors,
            "limit_mb": bank_uploads.LARGEST_BYTES // 1024**2,
            "files": settlement.files(at.area),
        },
        status=status,
    )
