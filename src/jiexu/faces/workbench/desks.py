"""Choosing an agency and a role."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from jiexu.core.base.actors import Role
from jiexu.faces.workbench.desk import ROLE_LABELS, choose, held_roles, staff_only
from jiexu.records.access.queries import agencies_of


@require_safe
@staff_only
def desks(request: HttpRequest) -> HttpResponse:
    names = dict(agencies_of(request.user))
    places = [
        (area, names.get(area, area), [(role, ROLE_LABELS[role]) for role in roles])
        for area, roles in sorted(held_roles(request).items())
    ]
    return render(request, "workbench/desks.html", {"places": places})


@require_POST
@staff_only
def sit(request: HttpRequest, area: str) -> HttpResponse:
    role = request.POST.get("role", "")
    choose(request, area, role)
    if role == Role.ADMINISTRATOR:
        return redirect("workbench:desks")
    money = role in {Role.FINANCE_PREPARER, Role.FINANCE_APPROVER}
    return redirect("workbench:payments" if money else "workbench:queue", area=area)
