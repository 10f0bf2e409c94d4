"""Turns case rows into what pages show: lines of a list, and one half in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.timezone import localtime

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.codesets import label
from jiexu.core.base.decision import Reason
from jiexu.core.documents.reasons import REMEDIES
from jiexu.core.notices import doubt_text
from jiexu.core.procedures.known import PROCEDURES
from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.records.access.sealing import open_struct, vault
from jiexu.records.access.vault import mask_certno
from jiexu.records.documents.models import Issued
from jiexu.records.documents.queries import paper_views
from jiexu.records.procedures.comparison import comparison
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.procedures.progress import clocks, holder, stations
from jiexu.records.procedures.talks import applicant, disputes, supplements, talks
from jiexu.records.procedures.timeline import reasons, recorded_reasons, timeline
from jiexu.records.procedures.views import (
    CaseSummary,
    CaseView,
    ClockView,
    CoverAfterView,
    PaperView,
    money_line,
)
from jiexu.records.registry.models import Agency
from jiexu.records.settlement.appropriation import case_awaits

NOBODY_IS_LATE = ("outside", "talk")
"""Legs whose clocks make no case late: somebody outside is waited for, or people talk."""


def summaries(area: str, rows: Sequence[Case]) -> list[CaseSummary]:
    """Cases as lines of a list. Rows come with their person (`select_related`)."""
    names = _agency_names()
    late = set(
        Clock.objects.of(area)
        .filter(
            case__in=rows,
            met_on__isnull=True,
            stopped_on__isnull=True,
            paused_on__isnull=True,
            late_notified_at__isnull=False,
        )
        .exclude(leg__in=NOBODY_IS_LATE)
        .values_list("case_id", flat=True)
    )
    return [CaseSummary(**_summary(area, row, names, row.pk in late)) for row in rows]


def case_view(area: str, row: Case, today: date, *, citizen: bool) -> CaseView:
    """One half in full."""
    names = _agency_names()
    procedure = PROCEDURES[row.procedure]
    all_clocks = clocks(area, row, today, names, citizen=citizen)
    record = open_struct(row.facts_sealed, procedure.record, context="case.facts")
    base = _summary(
        area,
        row,
        names,
        any(_is_late(clock) for clock in all_clocks),
    )
    if row.half == "out" and row.fund_leg == "approved":
        base["fund_label"] = case_awaits(area, row.case_no) or base["fund_label"]
    transfer = record if isinstance(record, CaseRecord) else None
    return CaseView(
        **base,
        record_leg=row.record_leg,
        accepted_on=row.accepted_on,
        completed_at=localtime(row.completed_at) if row.completed_at else None,
        money_sentence=_money_sentence(base, row, transfer),
        steps_record=stations(procedure.record_steps[row.half], procedure.station(row.record_leg)),
        steps_fund=()
        if row.fund_leg == "none"
        else stations(procedure.fund_steps[row.half], row.fund_leg),
        clocks=all_clocks,
        timeline=timeline(area, row, names),
        papers=_papers(area, row),
        refusals=tuple(_refusal(reason) for reason in reasons(area, row)),
        remedies=REMEDIES if row.state in {"refused", "not_yet", "stopped"} else "",
        informed=tuple(_refusal(reason) for reason in _informed(area, row, transfer)),
        cover_after=_cover_after(transfer) if transfer else None,
        comparison=() if citizen or transfer is None else comparison(row, transfer),
        record_title=procedure.record_title,
        money=procedure.money,
        talks=() if citizen or transfer is None else talks(row, transfer, names),
        supplements=supplements(transfer) if transfer else (),
        disputes=disputes(transfer) if transfer else (),
        applicant=applicant(transfer) if transfer else "",
    )


def _is_late(clock: ClockView) -> bool:
    """Whether the case is late by it; a talk makes no case late."""
    return clock.state == "late" and clock.leg not in NOBODY_IS_LATE


def _agency_names() -> dict[str, str]:
    return dict(Agency.objects.values_list("area", "name"))


def _summary(area: str, row: Case, names: Mapping[str, str], late: bool) -> dict[str, object]:
    source, target = (row.counterpart, area) if row.half == "in" else (area, row.counterpart)
    procedure = PROCEDURES[row.procedure]
    person = row.person
    certno = (
        vault().open(person.certno_sealed, context="person.certno") if person is not None else ""
    )
    return {
        "agency": area,
        "agency_name": names.get(area, area),
        "case_no": row.case_no,
        "half": row.half,
        "half_label": procedure.halves[row.half],
        "procedure": row.procedure,
        "title": "" if target else f"{_short(source)}{procedure.title}",
        "psn_name": person.psn_name if person else "（本地无此人）",
        "certno_masked": mask_certno(certno) if certno else "",
        "from_area": source,
        "from_name": _short(source),
        "to_area": target,
        "to_name": _short(target) if target else "",
        "kind_label": label("insutype", row.insutype),
        "state": row.state,
        "state_label": procedure.state_labels[row.state],
        "tone": "stop" if late and row.state == "open" else procedure.tones[row.state],
        "record_label": procedure.record_labels[row.record_leg],
        "fund_leg": row.fund_leg,
        "fund_label": procedure.fund_labels[row.fund_leg],
        "amount_fen": row.amount_fen,
        "opened_at": localtime(row.opened_at),
        "promised_on": row.promised_on,
        "promised_provisional": row.promised_provisional,
        "holder_label": holder(row, names, area),
        "late": late,
        "doubts": tuple(doubt_text(code) for code in row.doubts.split()),
        "assigned_to": row.assigned_to,
        "version": row.version,
        "partner_reference": row.partner_reference,
    }


def _short(code: str) -> str:
    return area_of(code).name


def _papers(area: str, row: Case) -> tuple[PaperView, ...]:
    rows = Issued.objects.of(area).filter(case_no=row.case_no).select_related("seal")
    return tuple(paper_views(rows.order_by("pk")))


def _refusal(reason: Reason) -> tuple[str, str, str]:
    repair = ""
    if reason.repair is not None:
        begin = f"（最早 {reason.repair.from_}）" if reason.repair.from_ else ""
        repair = f"{reason.repair.who}：{reason.repair.how}{begin}"
    source = "；".join(f"{one.badge} {one.number or one.title}" for one in reason.sources)
    return reason.text, repair, source


def _informed(area: str, row: Case, record: CaseRecord | None) -> tuple[Reason, ...]:
    """What the person should know besides; of money that stayed behind, who may ask for it."""
    if record is None:
        return ()
    kept = record.life is not None and row.state == "completed" and row.fund_leg == "none"
    return (*record.informed, *(recorded_reasons(area, row) if kept else ()))


def _cover_after(record: CaseRecord) -> CoverAfterView | None:
    after = record.cover_after
    if after is None:
        return None
    named = {
        f"{one.badge} {one.number or one.title}"
        for reason in after.reasons
        for one in reason.sources
    }
    return CoverAfterView(text=after.text, source="；".join(sorted(named)))


def _money_sentence(base: Mapping[str, object], row: Case, record: CaseRecord | None) -> str:
    route = f"{base['from_name']} → {base['to_name']}"
    informed = record.informed if record else ()
    told = {one.code for one in informed}
    if row.fund_leg == "none" and "ACCOUNT_STAYS" in told:
        return "按规定不划转，余额留在转出地的个人账户里，没有冻结，照常可以使用。"
    if row.fund_leg == "none" and "NO_ACCOUNT_AT_DESTINATION" in told:
        return "余额不能转入，仍在转出地的个人账户里，没有冻结；去向见“还要知道的”。"
    if row.fund_leg == "none":
        return "本次没有资金划转。"
    if row.amount_fen is None:
        return f"金额待转出地核定，{route}。"
    return money_line(row.amount_fen, row.fund_leg, route, str(base["fund_label"])) + "。"
