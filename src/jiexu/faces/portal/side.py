"""在哪一地申请: which side of a transfer to start at, with a recommendation and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.base.areas import area
from jiexu.faces.portal import draft
from jiexu.faces.portal.citizen import citizens_only
from jiexu.faces.portal.named import named
from jiexu.records.registry import queries as registry

TO, FROM = "to", "from"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One side: `why` says what speaks for it, or why it cannot be."""

    value: str
    label: str
    why: str
    possible: bool


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen, what is recommended, what holds now. `start` is empty for neither."""

    choices: tuple[Choice, ...]
    recommended: str
    start: str
    label: str
    why: str

    @property
    def open(self) -> bool:
        """Whether there is anything to choose."""
        return all(choice.possible for choice in self.choices)


def sides(answers: Mapping[str, str]) -> Sides:
    """Both sides of a complete draft. Several old places are applied for at the new place alone."""
    places = draft.sources(answers)
    target, source = area(answers["to_area"]), area(places[0].area)
    here = registry.hosted({target.code, source.code})
    several = len(places) > 1
    choices = (
        Choice(
            value=TO,
            label=f"转入地：{target.name}",
            why="马上核对您在这里的参保，再去问转出地；答复最快。"
            if target.code in here
            else f"{target.name}的经办机构不在本平台，不能在这里向它申请。",
            possible=target.code in here,
        ),
        Choice(
            value=FROM,
            label=f"转出地：{source.name}",
            why="先核对您在原参保地的记录，再由它去问转入地；刚停保、想先在原参保地办清的，可以选它。"
            if source.code in here and not several
            else "几个原参保地一起申请时，统一在转入地申请。"
            if several
            else f"{source.name}的经办机构不在本平台，不能在这里向它申请。",
            possible=source.code in here and not several,
        ),
    )
    possible = [choice.value for choice in choices if choice.possible]
    recommended = possible[0] if possible else ""
    wanted = answers.get("start", "")
    start = wanted if wanted in possible else recommended
    shown = next((choice for choice in choices if choice.value == start), None)
    return Sides(
        choices=choices,
        recommended=recommended,
        start=start,
        label=shown.label if shown else "",
        why=shown.why if shown else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@citizens_only
@draft.complete
def side(request: HttpRequest) -> HttpResponse:
    """Ask; both sides give the same transfer and the same limits."""
    answers = draft.read(request)
    offered = sides(answers)
    errors: list[Any] = []
    if request.method == "POST":
        chosen = request.POST.get("start", "")
        if any(one.value == chosen and one.possible for one in offered.choices):
            draft.keep(request, start=chosen)
            return redirect("portal:transfer-answers")
        errors = [("start-to", "请选择在哪一地申请")]
    return render(
        request,
        "portal/transfer_side.html",
        named(answers) | {"sides": offered, "errors": errors},
        status=400 if errors else 200,
    )
