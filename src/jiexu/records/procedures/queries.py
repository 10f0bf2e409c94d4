"""Reads of cases for citizens and clerks. Every read says for whom it reads."""

from __future__ import annotations

from datetime import date, datetime

import msgspec
from django.db.models import Exists, OuterRef, Q

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import NotFound
from jiexu.core.procedures.asked import fields_of
from jiexu.core.procedures.known import PROCEDURES
from jiexu.records.access.models import User
from jiexu.records.access.queries import person_refs
from jiexu.records.access.sealing import identity_index
from jiexu.records.exchange.models import Errand
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.procedures.showing import case_view, summaries
from jiexu.records.procedures.timeline import joined
from jiexu.records.procedures.views import ActionView, CaseSummary, CaseView
from jiexu.records.registry.models import FormerIdentity

__all__ = [
    "Page",
    "actions",
    "actions_of_citizen",
    "all_cases",
    "asked_of_citizen",
    "case_for_citizen",
    "case_for_clerk",
    "cases_of_citizen",
    "halves_of_citizen",
    "queue",
    "summaries",
]

PER_PAGE = 25


class Page(msgspec.Struct, frozen=True, kw_only=True):
    items: tuple[CaseSummary, ...]
    page: int
    pages: int
    total: int


def cases_of_citizen(user: User) -> list[CaseSummary]:
    """The citizen's transfers, newest first; both halves of one business count once."""
    found: dict[str, list[CaseSummary]] = {}
    for area, person_id in person_refs(user):
        rows = Case.objects.of(area).filter(person_id=person_id).select_related("person")
        for view in summaries(area, list(rows)):
            found.setdefault(view.case_no, []).append(view)
    chosen = [min(views, key=lambda view: view.half != "in") for views in found.values()]
    return sorted(chosen, key=lambda view: view.opened_at, reverse=True)


def case_for_citizen(user: User, case_no: str, today: date) -> CaseView:
    """One transfer as its citizen sees it: the half of the new place, joined by what the old
    place's half knows where this node hosts both. Raises `NotFound` for anybody else's.
    """
    halves: dict[str, CaseView] = {}
    for area, person_id in person_refs(user):
        for row in Case.objects.of(area).filter(person_id=person_id, case_no=case_no):
            halves[row.half] = case_view(area, row, today, citizen=True)
    if not halves:
        raise _not_yours()
    return joined(halves)


def halves_of_citizen(user: User, case_no: str) -> list[tuple[str, str, int]]:
    """`(area, half, version)` of the citizen's case here. Raises `NotFound` for anybody else's."""
    found = [
        (area, row.half, row.version)
        for area, person_id in person_refs(user)
        for row in Case.objects.of(area).filter(person_id=person_id, case_no=case_no)
    ]
    if not found:
        raise _not_yours()
    return sorted(found, key=lambda one: one[1])


def area_of_half(user: User, case_no: str, half: str) -> str:
    """At which agency this half of the citizen's case is. Raises `NotFound`."""
    for area, found, _ in halves_of_citizen(user, case_no):
        if found == half:
            return area
    raise _not_yours()


def _not_yours() -> NotFound:
    return NotFound("没有找到这笔业务，或者它不属于您。", "请核对业务流水号，或从“我的转移”进入。")


def queue(area: str, role: str, today: date) -> list[CaseSummary]:
    """Cases that wait for a person of this role: a pure function of state and role.

    Clerks: cases with a doubt (a closed one may be disputed or asked about), or late. Others look
    at the pages of their own work.
    """
    rows = Case.objects.of(area).select_related("person")
    if role == Role.CLERK:
        late = Clock.objects.of(area).filter(
            case_id=OuterRef("pk"),
            met_on__isnull=True,
            stopped_on__isnull=True,
            paused_on__isnull=True,
            due_on__lt=today,
        )
        rows = rows.filter(~Q(doubts="") | Q(state="open") & (Exists(late) | _work_of_clerks()))
    else:
        rows = rows.filter(state="open")
    return summaries(area, list(rows.order_by("opened_at", "pk")[:200]))


def _work_of_clerks() -> Q:
    """States that wait for a clerk even without a doubt."""
    found = Q(pk__in=[])
    for one in PROCEDURES.values():
        if one.waits_for_clerk:
            found |= Q(
                procedure=one.name, record_leg__in=sorted(one.waits_for_clerk), auto_event=""
            )
    return found


def all_cases(area: str, text: str = "", page: int = 1) -> Page:
    """Cases of the agency, newest first; `text` is a case number, a name, an identity number,
    also one from before a correction, or the number that the national platform or a letter gave
    the case.
    """
    rows = Case.objects.of(area)
    if text.strip():
        wanted = text.strip()
        named = Q(case_no__icontains=wanted) | Q(person__psn_name__contains=wanted)
        index = identity_index(wanted.upper())
        former = FormerIdentity.objects.of(area).filter(
            Q(certno_index=index) | Q(psn_name__contains=wanted)
        )
        named |= Q(person__certno_index=index) | Q(person__in=former.values("person"))
        carried = Errand.objects.of(area).filter(reference__iexact=wanted).values("case_no")
        named |= Q(partner_reference__icontains=wanted) | Q(case_no__in=carried)
        rows = rows.filter(named)
    total = rows.count()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    shown = rows.select_related("person").order_by("-opened_at", "-pk")
    items = summaries(area, list(shown[(page - 1) * PER_PAGE : page * PER_PAGE]))
    return Page(items=tuple(items), page=page, pages=pages, total=total)


def case_for_clerk(area: str, case_no: str, half: str, today: date) -> CaseView:
    """One half with everything a clerk compares. Raises `NotFound`."""
    row = Case.objects.of(area).filter(case_no=case_no, half=half).first()
    if row is None:
        raise _not_here()
    return case_view(area, row, today, citizen=False)


def version_of(area: str, case_no: str, half: str) -> int:
    """The version of one half now. Raises `NotFound`."""
    version = (
        Case.objects.of(area)
        .filter(case_no=case_no, half=half)
        .values_list("version", flat=True)
        .first()
    )
    if version is None:
        raise _not_here()
    return int(version)


def _not_here() -> NotFound:
    return NotFound("本机构没有这笔业务。", "请核对业务流水号，或从列表进入。")


def actions(area: str, case_no: str, half: str, actor: Actor) -> list[ActionView]:
    """The moves this actor may make from the case page now.

    Moves that belong to a batch or to a bank line are made on their own pages.
    """
    row = Case.objects.of(area).filter(case_no=case_no, half=half).first()
    if row is None:
        return []
    return _actions(row, actor.role)


def actions_of_citizen(user: User, case_no: str) -> list[ActionView]:
    """What the citizen may do in their transfer now, each once: at the new place if it is here."""
    found: dict[str, ActionView] = {}
    for area, person_id in person_refs(user):
        for row in Case.objects.of(area).filter(person_id=person_id, case_no=case_no):
            for action in _actions(row, Role.CITIZEN):
                if action.event not in found or row.half == "in":
                    found[action.event] = action
    return list(found.values())


def asked_of_citizen(user: User) -> list[tuple[CaseSummary, ActionView]]:
    """Open transfers in which the agency waits for something from the citizen, and the move that
    gives it.
    """
    found: list[tuple[CaseSummary, ActionView]] = []
    for area, person_id in person_refs(user):
        rows = Case.objects.of(area).filter(person_id=person_id).exclude(doubts="")
        waiting = [
            (row, action)
            for row in rows.select_related("person")
            for action in _actions(row, Role.CITIZEN)
            if action.event in ASKED_OF_CITIZENS
        ]
        views = summaries(area, [row for row, _ in waiting]) if waiting else []
        found += [(view, action) for view, (_, action) in zip(views, waiting, strict=True)]
    return found


def _actions(row: Case, role: Role) -> list[ActionView]:
    doubts = set(row.doubts.split())
    found = [
        ActionView(
            event=move.event,
            label=move.label,
            warning=_warning(move.event, row),
            fields=fields_of(move.asks),
            seldom=move.aside or move.event in SELDOM,
            half=row.half,
            area=row.agency_id,
            version=row.version,
        )
        for move in PROCEDURES[row.procedure].table.allowed(
            row.half, row.record_leg, row.fund_leg, role
        )
        if not move.opens
        and move.event not in ON_OTHER_PAGES
        and (not move.when or move.when & doubts)
        and (move.event != "remind" or row.state == "open")
        and not (move.event in SELDOM and row.state == "completed")
    ]
    return sorted(found, key=lambda action: action.seldom)


ASKED_OF_CITIZENS = frozenset({"supplement"})
SELDOM = frozenset({"report_life", "correct_person"})
ON_OTHER_PAGES = frozenset(
    {
        *("approve_payment", "match_money", "debit_seen", "payment_failed", "money_returned"),
        *("approve_send_back", "send_back_failed", "send_back_seen"),
        *("errand_done", "errand_impossible"),
    }
)


def _warning(event: str, row: Case) -> str:
    if event == "issue_form":
        return "出具后金额即冻结，参保人不能再用这个账户。"
    if event == "write_record" and row.doubts:
        return "本案有疑点，确认后按信息表写入年限。"
    if event == "withdraw":
        return "撤回后本次转移终结，需要时可以重新申请。"
    if event == "decline":
        return "不予受理会告知参保人理由和救济途径，对方机构同时收到。"
    if event == "correct_form":
        return (
            "请先在参保记录里改正，再出具更正的信息表。金额不同的："
            "还没有制单的付款随之更正，已付的只提示财务。"
        )
    if event == "credit_account":
        return "记入后本案资金办结。"
    return ""


def opened_since(area: str, since: datetime) -> int:
    """How many cases were opened since a moment (the desk's first figure)."""
    return Case.objects.of(area).filter(opened_at__gte=since).count()
