"""All moves of a suspension on one page."""

from __future__ import annotations

from jiexu.core.base.actors import Role
from jiexu.core.procedures.machine import STAYS, Table, move
from jiexu.core.procedures.stop_cover import answering, applying, deciding
from jiexu.core.procedures.stop_cover.facts import (
    ClosedFinding,
    EmployerAnswer,
    EmployerObjection,
    StopDecision,
    StopRefusal,
)
from jiexu.core.procedures.stop_cover.states import HERE, WAITING_FOR_DECISION

CITIZEN, CLERK, EMPLOYER = Role.CITIZEN, Role.CLERK, Role.EMPLOYER
SYSTEM, TIMER = Role.SYSTEM, Role.TIMER
_PERSON = {"person", "relations", "spells"}

# fmt: off
STOP_COVER = Table("stop_cover", (
    move(HERE, "apply", "申请停保", {CITIZEN, CLERK}, applying.decide_apply,
         record={"new"}, fund={"new"}, to={("notified", "none"), ("closed", "none")},
         needs=_PERSON | {"employers", "open_case"}),
    move(HERE, "confirm", "确认已离职", {EMPLOYER, CLERK}, answering.decide_confirm,
         record={"notified", "silent"}, fund={"none"}, to={("confirmed", "")},
         needs=_PERSON | {"acts_for"}, asks=EmployerAnswer),
    move(HERE, "object", "提出异议", {EMPLOYER, CLERK}, answering.decide_object,
         record={"notified", "silent"}, fund={"none"}, to={("objected", "")},
         needs={"acts_for"}, asks=EmployerObjection),
    move(HERE, "term_over", "答复期满", {TIMER}, answering.decide_term_over,
         record={"notified"}, fund={"none"}, to={("silent", "")}),
    move(HERE, "closed_found", "认定原单位已注销或吊销", {CLERK}, answering.decide_closed_found,
         record={"notified", "silent"}, fund={"none"}, to={("closed", "")}, asks=ClosedFinding),
    move(HERE, "stop", "停保", {SYSTEM, CLERK}, deciding.decide_stop,
         record=WAITING_FOR_DECISION, fund={"none"}, to={("done", "")}, auto=True,
         needs=_PERSON, asks=StopDecision),
    move(HERE, "refuse", "不予停保", {CLERK}, deciding.decide_refuse,
         record=WAITING_FOR_DECISION, fund={"none"}, to={("refused", "")}, needs={"person"},
         asks=StopRefusal),
    move(HERE, "clock_late", "提醒超期", {TIMER}, answering.decide_late,
         record=WAITING_FOR_DECISION, fund={"none"}, to={STAYS}),
))
# fmt: on
