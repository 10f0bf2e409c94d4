"""The work list for partners without messages: what to key in or post, closed by the clerk.

The outbox stays the one queue: a message to such a partner is taken out of it into an errand, in
one commit; when the errand is done, the message counts as delivered, in the commit of the step
that says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.as_typed import is_hidden
from jiexu.core.procedures.outcome import Step
from jiexu.core.procedures.transfer.errands import ErrandDone, ErrandImpossible
from jiexu.records.exchange import write as exchange
from jiexu.records.exchange.models import Errand, Outgoing
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures.models import Case
from jiexu.work import unit_of_work
from jiexu.work.companion.errand_fields import form_of
from jiexu.work.refusals import not_here
from jiexu.work.results import Result

PER_SWEEP = 500
_REFERENCE_CHARACTERS = 60
_REASON_CHARACTERS = 300


def hand_over(agency: str, counterpart: str, partner: str, now: datetime) -> int:
    """Messages to a partner without messages become errands; returns how many."""
    with acting_for(agency), writing(), transaction.atomic():
        queue = (
            Outgoing.objects.of(agency)
            .filter(counterpart=counterpart, state="waiting")
            .order_by("pk")
        )
        if connection.features.has_select_for_update_skip_locked:
            queue = queue.select_for_update(skip_locked=True)
        rows = list(queue[:PER_SWEEP])
        exchange.open_errands(
            agency,
            [
                Errand(
                    agency_id=agency,
                    item_key=row.message_id,
                    outgoing_id=row.pk,
                    partner=partner,
                    counterpart=counterpart,
                    kind=row.kind,
                    case_no=row.case_no,
                    half=_half_of(row),
                    state="open",
                    created_at=now,
                )
                for row in rows
            ],
        )
        Outgoing.objects.of(agency).filter(pk__in=[row.pk for row in rows]).update(
            state="at_desk", lease_until=None
        )
    return len(rows)


def _half_of(row: Outgoing) -> str:
    """Which of our halves sent a message: its number says so (`work.effects`)."""
    return str(row.message_id.removeprefix(f"{row.case_no}-").split("-")[0])


def remind(agency: str, case: Case, clock_name: str, partner: str, now: datetime) -> None:
    """A partner without messages is late: reminding it is an errand. Inside a transaction."""
    exchange.open_errands(
        agency,
        [
            Errand(
                agency_id=agency,
                item_key=f"late:{case.half}:{case.case_no}:{clock_name}",
                partner=partner,
                counterpart=case.counterpart,
                kind="reminder",
                case_no=case.case_no,
                half=case.half,
                state="open",
                created_at=now,
            )
        ],
    )


def close_errand(
    actor: Actor, area: str, errand_id: int, version: int, reference: str, now: datetime
) -> Result:
    """It has been keyed in or posted: the partner's number is kept with the case.

    The same answer a second time changes nothing. `reference` may be empty for a reminder alone.
    """
    reference = reference.strip()
    row, refusal = _open_row(actor, area, errand_id)
    if row is None:
        return refusal or _NO_ERRAND
    if row.state == "done":
        if row.reference == reference:
            return Result(ok=True, case_no=row.case_no, half=row.half, repeated=True)
        return _STALE
    if row.version != version:
        return _STALE
    if not _fits(reference, _REFERENCE_CHARACTERS, required=row.kind != "reminder"):
        what = "函件编号" if row.partner == "paper" else "国家平台的业务流水号"
        return Result(
            ok=False,
            case_no=row.case_no,
            code="BAD_REFERENCE",
            text=f"请填写{what}，4 到 60 个字符。",
            remedy=f"办理完成后，把{what}原样抄过来；以后按它查找和核对。",
            path="reference",
        )
    payload = ErrandDone(item_key=row.item_key, what=_what(row), reference=reference, kind=row.kind)
    return _make(actor, area, row, "errand_done", "done", payload, reference, "", now)


def report_impossible(
    actor: Actor, area: str, errand_id: int, version: int, reason: str, now: datetime
) -> Result:
    """It cannot be keyed in or posted: the case becomes doubtful, with the reason on record."""
    reason = reason.strip()
    row, refusal = _open_row(actor, area, errand_id)
    if row is None:
        return refusal or _NO_ERRAND
    if row.state == "impossible" and row.reason == reason:
        return Result(ok=True, case_no=row.case_no, half=row.half, repeated=True)
    if row.state != "open" or row.version != version:
        return _STALE
    if not _fits(reason, _REASON_CHARACTERS, required=True):
        return Result(
            ok=False,
            case_no=row.case_no,
            code="BAD_REASON",
            text="请写明办不成的原因，4 到 300 个字。",
            remedy="照平台的提示或对方的说法写，例如“平台提示转出地未停保”。",
            path="reason",
        )
    payload = ErrandImpossible(item_key=row.item_key, what=_what(row), reason=reason)
    return _make(actor, area, row, "errand_impossible", "impossible", payload, "", reason, now)


def _make(
    actor: Actor,
    area: str,
    row: Errand,
    event: str,
    state: str,
    payload: object,
    reference: str,
    reason: str,
    now: datetime,
) -> Result:
    step = Step(
        case_no=row.case_no,
        half=row.half,
        event=event,
        actor=actor,
        key=f"errand:{row.pk}:{row.version}:{state}",
        payload=payload,
    )

    def mark(results: Mapping[int, Result]) -> None:
        if not results[0].ok or results[0].repeated:
            return
        if not exchange.close_errand(
            area,
            row.pk,
            row.version,
            state=state,
            by=actor.ref,
            reference=reference,
            reason=reason,
            now=now,
        ):
            raise unit_of_work.Stale(_STALE.text, _STALE.remedy)

    return unit_of_work.apply(area, [step], now=now, also=mark)[0]


def _open_row(actor: Actor, area: str, errand_id: int) -> tuple[Errand | None, Result | None]:
    if refusal := not_here(actor, area):
        return None, refusal
    if actor.role != Role.CLERK:
        return None, _NOT_YOURS
    with acting_for(area):
        return Errand.objects.of(area).filter(pk=errand_id).first(), None


def _what(row: Errand) -> str:
    return form_of(row.kind).task(row.partner)


def _fits(text: str, most: int, *, required: bool) -> bool:
    if not text:
        return not required
    return 4 <= len(text) <= most and not any(is_hidden(char) for char in text)


_NOT_YOURS = Result(
    ok=False,
    code="NOT_YOUR_MOVE",
    text="外部办理由经办人员登记。",
    remedy="请由经办人员登录后办理。",
)
_NO_ERRAND = Result(
    ok=False, code="NOT_FOUND", text="没有这一项外部办理。", remedy="请从外部办理清单进入。"
)
_STALE = Result(
    ok=False,
    code="STALE",
    text="这一项刚被他人办理过，您的操作没有生效。",
    remedy="请刷新清单，核对已登记的编号。",
)
