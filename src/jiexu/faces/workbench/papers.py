"""证明 at the counter: a clerk finds the person who stands there and issues a paper for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.actors import Role
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.faces.ui.pdf import pdf_answer
from jiexu.faces.workbench.desk import CASES, Desk, desk, staff_only
from jiexu.records.documents import queries as documents
from jiexu.records.registry import finding
from jiexu.work import issue, ports
from jiexu.work.reads import log_read


@require_safe
@staff_only
def paper(request: HttpRequest, area: str, number: str) -> HttpResponse:
    """A paper of this agency as PDF."""
    at = desk(request, area, CASES)
    return pdf_answer(request, documents.paper_of_agency(area, number), at.actor)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def counter(request: HttpRequest, area: str) -> HttpResponse:
    """Find a person by number (posted, so that no identity stands in an address), then issue."""
    at = desk(request, area, (Role.CLERK,))
    if request.method != "POST":
        return _show(request, at, request.GET.get("psn_no", ""))
    if "who" in request.POST:
        return _find(request, at, request.POST["who"].strip())
    psn_no = request.POST.get("psn_no", "")
    person = finding.by_psn_no(area, psn_no)
    if person is None:
        raise NotFound("本机构没有这个人。", "请重新查找。")
    try:
        number = issue.issue_on_request(
            at.actor, area, person.person_id, request.POST.get("choice", ""), ports.clock()
        )
    except BadInput as error:
        return _show(request, at, psn_no, errors=[("choice-1", error.message)])
    messages.success(request, f"已开具，编号 {number}。")
    return redirect(f"{reverse('workbench:papers', args=[area])}?psn_no={psn_no}")


def _find(request: HttpRequest, at: Desk, who: str) -> HttpResponse:
    person = finding.by_psn_no(at.area, who) or finding.by_certno(at.area, who)
    if not who or person is None:
        text = "本机构没有这个号码的参保人" if who else "请填写证件号码或人员编号"
        return _show(request, at, "", errors=[("who", text)])
    return redirect(f"{reverse('workbench:papers', args=[at.area])}?psn_no={person.psn_no}")


def _show(request: HttpRequest, at: Desk, psn_no: str, errors: Any = ()) -> HttpResponse:
    person = finding.by_psn_no(at.area, psn_no) if psn_no else None
    if person is not None:
        log_read(at.actor, at.area, person.psn_no, "窗口开具证明", ports.clock())
    return render(
        request,
        "workbench/papers.html",
        {
            "desk": at,
            "tab": "papers",
            "person": person,
            "choices": issue.choices_of(at.area, person.person_id) if person else (),
            "papers": documents.papers_of_person(at.area, person.person_id) if person else (),
            "errors": errors,
        },
        status=400 if errors else 200,
    )
