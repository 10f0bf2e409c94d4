"""窗口申请: a clerk of either side applies for the person who stands at the window."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from jiexu.core.base.actors import Role
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.procedures.transfer.facts import Agent
from jiexu.faces.portal import places
from jiexu.faces.portal.forms import INSUTYPES, RELATIONS
from jiexu.faces.portal.uploads import Sent, taken
from jiexu.faces.ui.busy import waiting, with_refresh
from jiexu.faces.workbench.desk import Desk, desk, staff_only
from jiexu.records.procedures import queries as procedures
from jiexu.records.procedures.showing import REMEDIES
from jiexu.records.registry import finding
from jiexu.records.registry import queries as registry
from jiexu.work import intake, ports
from jiexu.work.attachments import attach
from jiexu.work.reads import log_read
from jiexu.work.results import Result

_WAITING = {"checking": "正在向转出地核验", "asking": "正在向转入地核验"}
_FIELDS = ("way", "other", "insutype", "insutype_to", "who", "name", "relation", "authority")


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What the clerk filled in. `way`: `to` moves the person here, `from` moves them away."""

    way: str = ""
    other: str = ""
    insutype: str = "310"
    insutype_to: str = "310"
    who: str = "self"
    name: str = ""
    relation: str = ""
    authority: str = ""

    def form(self, area: str) -> dict[str, str]:
        """The application as intake reads it, seen from the clerk's own place."""
        source, target = (self.other, area) if self.way == "to" else (area, self.other)
        return {
            "from_area": source,
            "to_area": target,
            "insutype": self.insutype,
            "insutype_to": self.insutype_to,
        }

    def agent(self) -> Agent | None:
        """Who stands at the window for somebody else."""
        if self.who != "agent":
            return None
        return Agent(name=self.name, relation=self.relation, authority=self.authority)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def apply(request: HttpRequest, area: str) -> HttpResponse:
    """Find the person (the number is posted: no identity stands in an address), then apply."""
    at = desk(request, area, (Role.CLERK,))
    if request.method != "POST":
        return _show(request, at, request.GET.get("psn_no", ""))
    if "certno" in request.POST:
        return _find(request, at, request.POST["certno"].strip())
    psn_no = request.POST.get("psn_no", "")
    subject = finding.identity_of(area, psn_no)
    if subject is None:
        raise NotFound("本机构没有这个人。", "请重新查找。")
    typed = Typed(**{name: request.POST[name].strip() for name in _FIELDS if name in request.POST})
    errors = _missing(typed)
    files: tuple[Sent, ...] = ()
    try:
        files = taken(request)
    except BadInput as error:
        errors.append(("files", f"{error.message}{error.remedy}"))
    if errors:
        return _show(request, at, psn_no, typed=typed, errors=errors)
    now = ports.clock()
    try:
        result = intake.apply_at_counter(
            at.actor,
            area,
            "",
            typed.form(area),
            request.POST.get("key", ""),
            now,
            applicant=typed.who,
            agent=typed.agent(),
            subject=subject,
        )
    except BadInput as error:
        wrong = [("other", f"{error.message}{error.remedy}")]
        return _show(request, at, psn_no, typed=typed, errors=wrong)
    if not result.ok:
        return _show(request, at, psn_no, typed=typed, refused=result)
    for file in files:
        attach(at.actor, area, result.case_no, "evidence", file.name, file.data, now)
    return redirect("workbench:applied", area=area, case_no=result.case_no)


@require_safe
@staff_only
def applied(request: HttpRequest, area: str, case_no: str) -> HttpResponse:
    """The answer of both sides, and the paper to hand over the counter as soon as it is there."""
    at = desk(request, area, (Role.CLERK,))
    now = ports.clock()
    half = next((one for one in ("in", "out") if _is_here(area, case_no, one)), "in")
    view = procedures.case_for_clerk(area, case_no, half, now.date())
    log_read(at.actor, area, case_no, "窗口申请", now)
    words = _WAITING.get(view.record_leg)
    busy = waiting(request, words) if words else None
    page = render(
        request,
        "workbench/applied.html",
        {
            "desk": at,
            "tab": "apply",
            "case": view,
            "busy": busy,
            "paper": next(
                (one for one in view.papers if one.kind in {"acceptance", "refusal"}), None
            ),
        },
    )
    return with_refresh(page, busy)


def _is_here(area: str, case_no: str, half: str) -> bool:
    try:
        procedures.version_of(area, case_no, half)
    except NotFound:
        return False
    return True


def _find(request: HttpRequest, at: Desk, certno: str) -> HttpResponse:
    person = finding.by_certno(at.area, certno)
    if person is None:
        text = "本机构没有这个号码的参保人" if certno else "请填写证件号码"
        return _show(request, at, "", errors=[("certno", text)])
    return redirect(f"{reverse('workbench:apply', args=[at.area])}?psn_no={person.psn_no}")


def _missing(typed: Typed) -> list[tuple[str, str]]:
    """What was left out, each with the field to go to."""
    found = []
    if typed.way not in {"to", "from"}:
        found.append(("way-to", "请选择转入本地还是从本地转出"))
    if not typed.other:
        found.append(("other", "请选择另一地"))
    if typed.who == "agent":
        for name, words in (
            ("name", "请填写代办人姓名"),
            ("relation", "请选择与参保人的关系"),
            ("authority", "请写明授权依据"),
        ):
            if not getattr(typed, name):
                found.append((name, words))
    return found


def _show(
    request: HttpRequest,
    at: Desk,
    psn_no: str,
    *,
    typed: Typed | None = None,
    errors: Any = (),
    refused: Result | None = None,
) -> HttpResponse:
    now = ports.clock()
    person = finding.by_psn_no(at.area, psn_no) if psn_no else None
    if person is not None:
        log_read(at.actor, at.area, person.psn_no, "窗口申请转移", now)
    return render(
        request,
        "workbench/apply.html",
        {
            "desk": at,
            "tab": "apply",
            "person": person,
            "covers": registry.cover_here(at.area, person.person_id, now.date()) if person else (),
            "typed": typed or Typed(),
            "groups": places.by_province(),
            "insutypes": INSUTYPES,
            "relations": RELATIONS,
            "key": request.POST.get("key") or uuid.uuid4(),
            "errors": errors,
            "wrong": dict(errors),
            "refused": refused,
            "remedies": REMEDIES if refused else "",
            "now": now,
        },
        status=409 if refused else 400 if errors else 200,
    )
