"""替谁办: the person applies themselves, or an agent or guardian does it in their account."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jiexu.core.procedures.transfer.facts import Agent
from jiexu.faces.portal import draft
from jiexu.faces.portal.citizen import citizens_only
from jiexu.faces.portal.forms import AgentForm
from jiexu.faces.portal.named import named

_FORM = require_http_methods(["GET", "HEAD", "POST"])
_ANSWERS = ("agent_name", "agent_relation", "agent_authority")


def agent_of(answers: Mapping[str, str]) -> Agent | None:
    """Who applies for the person; `None` when they do it themselves."""
    if not answers.get("agent_name"):
        return None
    return Agent(
        name=answers["agent_name"],
        relation=answers["agent_relation"],
        authority=answers["agent_authority"],
    )


@_FORM
@citizens_only
@draft.complete
def who(request: HttpRequest) -> HttpResponse:
    """For oneself, or for the person whose account this is."""
    errors = []
    if request.method == "POST":
        chosen = request.POST.get("who", "")
        if chosen == "agent":
            return redirect("portal:transfer-agent")
        if chosen == "self":
            draft.drop(request, *_ANSWERS)
            return redirect("portal:transfer-answers")
        errors = [("who-self", "请选择由谁申请")]
    return render(
        request,
        "portal/transfer_who.html",
        named(draft.read(request)) | {"errors": errors},
        status=400 if errors else 200,
    )


@_FORM
@citizens_only
@draft.complete
def agent(request: HttpRequest) -> HttpResponse:
    """Name, relation and authority of the agent, and their statement."""
    answers = draft.read(request)
    form = AgentForm(
        request.POST if request.method == "POST" else None,
        initial={name.removeprefix("agent_"): answers.get(name, "") for name in _ANSWERS},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        draft.keep(
            request,
            agent_name=given["name"],
            agent_relation=given["relation"],
            agent_authority=given["authority"],
        )
        return redirect("portal:transfer-answers")
    return render(
        request,
        "portal/transfer_agent.html",
        named(answers) | {"form": form},
        status=400 if form.is_bound else 200,
    )
