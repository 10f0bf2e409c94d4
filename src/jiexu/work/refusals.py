"""Answers to steps that were not made, in words."""

from __future__ import annotations

import logging

import msgspec
from django.db import IntegrityError

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import JiexuError
from jiexu.core.procedures.machine import NEW
from jiexu.core.procedures.outcome import Refusal, Step
from jiexu.records.procedures.models import Case
from jiexu.work.results import Result

log = logging.getLogger(__name__)

MACHINES = frozenset({Role.AGENCY, Role.SYSTEM, Role.TIMER})
"""Whoever asks again by itself."""

FAULT = Refusal(
    code="FAULT",
    text="系统处理这一步时出错，没有任何改动。",
    remedy="请稍后重试；如仍出错，请把业务流水号告诉系统管理员。",
)
NOT_YOUR_AGENCY = Refusal(
    code="NOT_YOUR_AGENCY",
    text="这件事由另一家经办机构办理，您不能代办。",
    remedy="请在您本机构的工作台办理；需要对方办理的，请与对方机构联系。",
)
NOT_YOURS = Refusal(
    code="NOT_YOURS",
    text="没有找到这笔业务，或者它不属于您。",
    remedy="请核对业务流水号，或从“我的转移”进入。",
)
NOT_A_PARTY = Refusal(
    code="NOT_A_PARTY",
    text="发来报文的机构不是本案的对方机构，报文没有采用。",
    remedy="请发送方核对业务流水号和收件机构。",
)


def refused(step: Step, refusal: Refusal, case: Case | None) -> Result:
    """The step was refused by rule."""
    return Result(
        ok=False,
        case_no=step.case_no,
        half=step.half,
        state=case.state if case else NEW,
        version=case.version if case else 0,
        code=refusal.code,
        text=refusal.text,
        remedy=refusal.remedy,
        reasons=refusal.reasons,
        later=refusal.later,
    )


def all_refused(wave: dict[int, Step], results: dict[int, Result]) -> dict[int, Result]:
    """Nothing was made: the refused ones say why, the others that they wait for them."""
    why = next(result for result in results.values() if not result.ok)
    other = Result(
        ok=False,
        code="TOGETHER",
        text=f"同批的 {why.case_no} 不能办理（{why.text}），整批都没有办理。",
        remedy=why.remedy,
    )
    return {
        place: results[place]
        if place in results and not results[place].ok
        else msgspec.structs.replace(other, case_no=step.case_no, half=step.half)
        for place, step in wave.items()
    }


def not_here(actor: Actor, area: str) -> Result | None:
    """Somebody of another agency is refused before anything is looked at."""
    if actor.agency in {None, area}:
        return None
    no = NOT_YOUR_AGENCY
    return Result(ok=False, code=no.code, text=no.text, remedy=no.remedy)


def faulted(step: Step, error: Exception) -> Result:
    """A law of the database or of the ledger stood against the step, or it could not be written."""
    if isinstance(error, JiexuError):
        code, text, remedy = error.code, error.message, error.remedy
    elif isinstance(error, IntegrityError):
        log.warning("case %s: %s", step.case_no, error)
        code, text, remedy = (
            "CONFLICT",
            "同一时间有人办理了同一件事，本次没有办理。",
            "请刷新页面查看最新进度。",
        )
    else:
        log.error("case %s: %s cannot be written", step.case_no, step.event, exc_info=error)
        code, text, remedy = FAULT.code, FAULT.text, FAULT.remedy
    # A machine's step that met a conflict may simply be tried again.
    later = step.actor.role in MACHINES
    return Result(
        ok=False,
        case_no=step.case_no,
        half=step.half,
        code=code,
        text=text,
        remedy=remedy,
        later=later,
    )
