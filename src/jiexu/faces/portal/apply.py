"""Applying for a transfer: where the application stands, and what will happen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.decision import Decision
from jiexu.faces.portal import draft
from jiexu.faces.portal.citizen import citizen_of, today
from jiexu.faces.portal.named import Place, named
from jiexu.faces.portal.placing import as_recorded, not_yet_named
from jiexu.faces.portal.side import Sides, sides
from jiexu.faces.portal.words import Answer, answer
from jiexu.records.registry import queries as registry
from jiexu.work import intake


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """The answer for one old place; `stop_area`: where cover has to be ended first."""

    place: Place
    answer: Answer
    stop_area: str


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Where the application stands; the way back in for somebody who left."""
    answers = draft.read(request)
    complete = "from_area" in answers and "to_area" in answers
    context = {"complete": complete, "sides": sides(answers) if complete else None}
    return render(request, "portal/transfer_tasks.html", named(answers) | context)


@require_safe
@draft.complete
def check(request: HttpRequest) -> HttpResponse:
    """What will happen, before anything is sent. Nobody needs to sign in to ask."""
    user = citizen_of(request)
    covers = registry.cover_of_citizen(user, today()) if user else []
    told = as_recorded(request, covers)
    answers = draft.read(request) | wish(request.GET)
    checked = check_all(user, answers)
    offered = sides(answers)
    return render(
        request,
        "portal/transfer_check.html",
        named(answers)
        | {
            "checked": checked,
            "outcome": outcome_of(checked),
            "title": checked[0].answer.headline if len(checked) == 1 else "看看会发生什么",
            "stop_area": next((one.stop_area for one in checked if one.stop_area), ""),
            "told": told,
            "known": user is not None,
            "sides": offered,
            "elsewhere": _elsewhere(offered),
            "others": not_yet_named(covers, answers),
        },
    )


def check_all(user: Any, answers: Mapping[str, str]) -> tuple[Checked, ...]:
    """The policy question for each old place of the draft."""
    found = []
    for place in named(answers)["sources"]:
        form = {**answers, "from_area": place.area, "insutype": place.insutype}
        decision = intake.check_transfer(user, form, today())
        found.append(
            Checked(place=place, answer=answer(decision), stop_area=_stop_area(place, decision))
        )
    return tuple(found)


def outcome_of(checked: tuple[Checked, ...]) -> str:
    """One word for all places: accept if any would be accepted."""
    outcomes = [one.answer.outcome for one in checked]
    return "accept" if "accept" in outcomes else outcomes[0]


def wish(sent: Mapping[str, str]) -> dict[str, str]:
    """The wish for a share of the pooled fund: answered, never carried out."""
    return {"pooled_balance": "yes"} if sent.get("pooled_balance") == "yes" else {}


def _elsewhere(offered: Sides) -> str:
    """What to do when neither side can be applied to here."""
    return (
        "" if offered.start else "请在国家医保服务平台 App 的地方专区申请，或到两地任一窗口办理。"
    )


def _stop_area(place: Place, decision: Decision) -> str:
    """Where cover has to be ended first; empty when that is not what stands in the way."""
    unstopped = any(reason.code == "SOURCE_NOT_PAUSED" for reason in decision.reasons)
    return place.area if unstopped and place.insutype == EMPLOYEE else ""
