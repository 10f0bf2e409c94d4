"""Turns case rows into what pages show: lines of a list, and one half in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.timezone import localtime

from jiexu.core.base.areas import area as area_of
from jiexu.core.base.codes.codesets import label
from jiexu.core.base.decision import Reason
from jiexu.core.base.money import yuan_for_people
from jiexu.core.notices import doubt_text
from jiexu.core.procedures.transfer.facts import CaseRecord
from jiexu.core.procedures.transfer.remedies import REMEDIES
from jiexu.core.procedures.transfer.states import (
    FUND_LABELS,
    FUND_STEPS,
    HALVES,
    RECORD_LABELS,
    RECORD_STEPS,
    STATE_LABELS,
    TONES,
)
from jiexu.records.access.sealing import open_struct, vault
from jiexu.records.access.vault import mask_certno
from jiexu.records.documents.models import Issued
from jiexu.records.procedures.comparison import comparison
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.procedures.progress import clocks, holder, stations
from jiexu.records.procedures.talks import applicant, disputes, supplements, talks
from jiexu.records.procedures.timeline import reasons, timeline
from jiexu.records.procedures.views import CaseSummary, CaseView, ClockView, PaperView
from jiexu.records.registry.models import Agency

PAPER_TITLES = {"information_form": "参保人员基本医疗保险信息表"}


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
        .exclude(leg="talk")
        .values_list("case_id", flat=True)
    )
    return [CaseSummary(**_summary(area, row, names, row.pk in late)) for row in rows]


def case_view(area: str, row: Case, today: date, *, citizen: bool) -> CaseView:
    """One half in full."""
    names = _agency_names()
    all_clocks = clocks(area, row, today, names, citizen=citizen)
    record = open_struct(row.facts_sealed, CaseRecord, context="case.facts")
    base = _summary(area, row, names, any(_is_late(clock) for clock in all_clocks))
    return CaseView(
        **base,
        record_leg=row.record_leg,
        fund_leg=row.fund_leg,
        accepted_on=row.accepted_on,
        completed_at=localtime(row.completed_at) if row.completed_at else None,
        money_sentence=_money_sentence(base, row),
        steps_record=stations(RECORD_STEPS[row.half], row.record_leg),
        steps_fund=() if row.fund_leg == "none" else stations(FUND_STEPS[row.half], row.fund_leg),
        clocks=all_clocks,
        timeline=timeline(area, row, names),
        papers=_papers(area, row),
        refusals=tuple(_refusal(reason) for reason in reasons(area, row)),
        remedies=REMEDIES if row.state in {"refused", "not_yet"} else "",
        comparison=() if citizen else comparison(row, record),
        talks=() if citizen else talks(row, record, names),
        supplements=supplements(record),
        disputes=disputes(record),
        applicant=applicant(record),
    )


def _is_late(clock: ClockView) -> bool:
    """Whether the case is late by it; a talk makes no case late."""
    return clock.state == "late" and clock.leg != "talk"


def _agency_names() -> dict[str, str]:
    return dict(Agency.objects.values_list("area", "name"))


def _summary(area: str, row: Case, names: Mapping[str, str], late: bool) -> dict[str, object]:
    source, target = (row.counterpart, area) if row.half == "in" else (area, row.counterpart)
    person = row.person
    certno = (
        vault().open(person.certno_sealed, context="person.certno") if person is not None else ""
    )
    return {
        "agency": area,
        "agency_name": names.get(area, area),
        "case_no": row.case_no,
        "half": row.half,
        "half_label": HALVES[row.half],
        "psn_name": person.psn_name if person else "（本地无此人）",
        "certno_masked": mask_certno(certno) if certno else "",
        "from_area": source,
        "from_name": _short(source),
        "to_area": target,
        "to_name": _short(target),
        "kind_label": label("insutype", row.insutype),
        "state": row.state,
        "state_label": STATE_LABELS[row.state],
        "tone": "stop" if late and row.state == "open" else TONES[row.state],
        "record_label": RECORD_LABELS[row.record_leg],
        "fund_label": FUND_LABELS[row.fund_leg],
        "amount_fen": row.amount_fen,
        "opened_at": localtime(row.opened_at),
        "promised_on": row.promised_on,
        "promised_provisional": row.promised_provisional,
        "holder_label": holder(row, names, area),
        "late": late,
        "doubts": tuple(doubt_text(code) for code in row.doubts.split()),
        "assigned_to": row.assigned_to,
        "version": row.version,
    }


def _short(code: str) -> str:
    return area_of(code).name


def _papers(area: str, row: Case) -> tuple[PaperView, ...]:
    rows = Issued.objects.of(area).filter(case_no=row.case_no).select_related("seal")
    return tuple(
        PaperView(
            number=paper.number,
            kind=paper.kind,
            title=PAPER_TITLES.get(paper.kind, paper.kind),
            issued_at=localtime(paper.issued_at),
            sealed=hasattr(paper, "seal"),
        )
        for paper in rows.order_by("pk")
    )


def _refusal(reason: Reason) -> tuple[str, str, str]:
    repair = ""
    if reason.repair is not None:
        begin = f"（最早 {reason.repair.from_}）" if reason.repair.from_ else ""
        repair = f"{reason.repair.who}：{reason.repair.how}{begin}"
    source = "；".join(f"{one.badge} {one.number or one.title}" for one in reason.sources)
    return reason.text, repair, source


def _money_sentence(base: Mapping[str, object], row: Case) -> str:
    route = f"{base['from_name']} → {base['to_name']}"
    if row.fund_leg == "none":
        return "本次没有资金划转。"
    if row.amount_fen is None:
        return f"金额待转出地核定，{route}。"
    return f"{yuan_for_people(row.amount_fen)} 元，{route}，{FUND_LABELS[row.fund_leg]}。"
