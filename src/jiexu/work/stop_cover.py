"""Asking the old place to end a cover: by the person, or by a clerk for them at the counter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from jiexu.core.base.actors import Actor
from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.insutype import EMPLOYEE
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.procedures.asked import read_asked
from jiexu.core.procedures.case_number import day_of
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.stop_cover.facts import Opening, StopApplication
from jiexu.core.procedures.stop_cover.states import HERE
from jiexu.records.registry.models import Agency
from jiexu.work import gathering
from jiexu.work.intake import case_no_for, plain_key
from jiexu.work.results import Result

NAME = "stop_cover"


def apply_for_stop(
    actor: Actor,
    area: str,
    form: Mapping[str, str],
    key: str,
    now: datetime,
    *,
    subject: bytes,
    insutype: str = EMPLOYEE,
    channel: str = "online",
    applicant: str = "self",
) -> Result:
    """Open a suspension at the agency of `area`. `subject` is the blind index of the person.

    A field that cannot be read is a refusal with its name in `path`. Raises `NotFound` when this
    node does not host the agency.
    """
    if not Agency.objects.filter(area=area, hosted=True).exists():
        raise NotFound(
            f"{area_of(area).name}的经办机构不在本平台，不能在这里申请停保。",
            "请带离职证明等材料到原参保地窗口办理，或拨打当地 12393。",
            code="AGENCY_NOT_HERE",
        )
    try:
        told = read_asked(StopApplication, form)
    except BadInput as error:
        return Result(
            ok=False, code=error.code, text=error.message, remedy=error.remedy, path=error.path
        )
    request = f"stop:{plain_key(key)}"
    prefix = PROCEDURES[NAME].prefix
    case_no = case_no_for(area, request, actor.ref, now, prefix)
    step = Step(
        case_no=case_no,
        half=HERE,
        event="apply",
        actor=actor,
        key=request,
        payload=Opening(
            told=told,
            insutype=insutype,
            applied_on=day_of(case_no),
            channel=channel,
            applicant=applicant,
        ),
        subject=subject,
    )
    return gathering.make(area, step, now, procedure=NAME)
