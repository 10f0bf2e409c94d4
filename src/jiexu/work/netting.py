"""轧差: what two agencies owe each other for accounts credited ahead, listed, agreed, and paid.

The agency with the lower area code makes the list of a pair, for sums that arose until a day; the
other compares it with its own books and agrees or names what differs. Only the difference is paid,
as an order that two people approve, and found again on both statements by the list's number.
Every step may be asked for again: a list has one number, its postings one key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from jiexu.core.base.actors import SYSTEM
from jiexu.core.base.errors import JiexuError
from jiexu.core.base.money import yuan_from_fen
from jiexu.core.exchange.canonical import canonical
from jiexu.core.exchange.kinds.clearing_answer import schema as answers
from jiexu.core.exchange.kinds.clearing_statement import schema as statements
from jiexu.core.exchange.kinds.transfer_request.schema import ReceiptAccount
from jiexu.core.exchange.sm3 import sm3_hex
from jiexu.core.ledger.clearing_postings import netted
from jiexu.core.procedures.outcome import PlaceOrder, Step
from jiexu.records.access.sealing import vault
from jiexu.records.audit.write import append_act
from jiexu.records.exchange import write as exchange
from jiexu.records.exchange.models import Outgoing
from jiexu.records.isolation import acting_for, writing
from jiexu.records.ledger import write as ledger
from jiexu.records.registry.intake_write import lock_agency
from jiexu.records.registry.models import Agency
from jiexu.records.settlement import write as settlement
from jiexu.records.settlement.models import Clearing, ClearingItem
from jiexu.work import unit_of_work
from jiexu.work.apart import apart

log = logging.getLogger(__name__)


class BadList(JiexuError):
    """A list or an answer that cannot be about this pair of agencies."""

    code = "BAD_CLEARING"


def last_month_end(today: date) -> date:
    """The day until which a monthly run collects: the end of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def propose_due(until: date, now: datetime, told: Callable[[int, int], None] | None = None) -> int:
    """Make or renew the lists of all pairs that this node's agencies lead; how many went out."""
    areas = list(Agency.objects.filter(hosted=True).values_list("area", flat=True))
    sent = 0
    for place, area in enumerate(areas, start=1):
        with acting_for(area):
            others = set(
                ClearingItem.objects.of(area)
                .filter(clearing__isnull=True, arose_on__lte=until)
                .values_list("counterpart", flat=True)
            ) | set(
                Clearing.objects.of(area)
                .filter(state="disputed")
                .values_list("counterpart", flat=True)
            )
        for other in sorted(others):
            if area < other:
                with apart(f"clearing list of {area} with {other}"):
                    sent += _propose(area, other, until, now)
        if told:
            told(place, len(areas))
    return sent


def _propose(area: str, other: str, until: date, now: datetime) -> bool:
    with acting_for(area), writing(), transaction.atomic():
        lock_agency(area)
        lists = Clearing.objects.of(area).filter(counterpart=other)
        row = lists.exclude(state="settled").first()
        if row is not None and row.state != "disputed":
            return False  # one list at a time
        if row is not None:
            differing = row.differences.split()
            for item in ClearingItem.objects.of(area).filter(clearing=row):
                if f"{item.case_no}/{item.part}" in differing:
                    ClearingItem.objects.of(area).filter(pk=item.pk).update(clearing=None)
            items = list(ClearingItem.objects.of(area).filter(clearing=row).order_by("pk"))
            if not items:
                # Nothing both agree on: the list is over, its sums wait for the next one.
                Clearing.objects.of(area).filter(pk=row.pk).update(
                    state="settled", settled_at=now, owe_fen=0, claim_fen=0, net_fen=0
                )
                return False
            Clearing.objects.of(area).filter(pk=row.pk).update(
                state="proposed", differences="", **_sums(items)
            )
        else:
            items = list(
                ClearingItem.objects.of(area)
                .filter(counterpart=other, clearing__isnull=True, arose_on__lte=until)
                .order_by("pk")
            )
            if not items:
                return False
            number = f"QS{area}{until:%y%m%d}{other}{lists.count() + 1:02d}"
            row = _add(area, number, other, until, items, "proposed", now)
        row.refresh_from_db()
        body = statements.Body(
            case_no=row.number,
            until=row.until,
            payer=area if row.net_fen >= 0 else other,
            payee=other if row.net_fen >= 0 else area,
            difference=yuan_from_fen(abs(row.net_fen)),
            items=tuple(
                statements.Item(
                    case_no=item.case_no,
                    part=item.part,
                    payer=area if item.side == "owe" else other,
                    amount=yuan_from_fen(item.amount_fen),
                )
                for item in items
            ),
            receipt_account=_account(area),
        )
        _send(area, other, "clearing_statement", row.number, canonical(body), now)
    return True


def take(area: str, sender: str, body: object, now: datetime) -> None:
    """A message of the pair, inside the transaction of the inbox. Raises `BadList`."""
    if isinstance(body, statements.Body):
        _take_statement(area, sender, body, now)
    elif isinstance(body, answers.Body):
        _take_answer(area, sender, body, now)


def _take_statement(area: str, sender: str, body: statements.Body, now: datetime) -> None:
    if {body.payer, body.payee} != {area, sender} or not body.case_no.startswith(f"QS{sender}"):
        raise BadList("清算清单的付款方、收款方不是收发双方。", "请发送方核对后重新发送。")
    lock_agency(area)
    if Clearing.objects.of(area).filter(number=body.case_no).exists():
        return  # agreed before; the answer is on its way or there
    own = {
        (item.case_no, item.part): item
        for item in ClearingItem.objects.of(area).filter(
            counterpart=sender, case_no__in=[item.case_no for item in body.items]
        )
    }
    differing, listed = [], []
    for item in body.items:
        mine = own.get((item.case_no, item.part))
        payer = None if mine is None else (area if mine.side == "owe" else sender)
        if (
            mine is None
            or mine.clearing_id is not None
            or payer != item.payer
            or yuan_from_fen(mine.amount_fen) != item.amount
        ):
            differing.append(f"{item.case_no}/{item.part}")
        else:
            listed.append(mine)
    net_fen = _sums(listed)["net_fen"]
    told = (body.payer, body.difference)
    here = (area if net_fen > 0 else sender, yuan_from_fen(abs(net_fen)))
    if not differing and net_fen and told != here:
        raise BadList("清算清单的差额与明细合计不一致。", "请发送方核对后重新发送。")
    open_one = Clearing.objects.of(area).filter(counterpart=sender).exclude(state="settled")
    if not differing and open_one.exists():
        raise BadList("与对方还有一份清单没有结清。", "请先结清上一份清单。")
    if not differing:
        row = _add(area, body.case_no, sender, body.until, listed, "agreed", now)
        _agreed(area, row, body.receipt_account, now)
    answer = answers.Body(
        case_no=body.case_no,
        outcome="differ" if differing else "agree",
        answered_on=now.date(),
        differences=tuple(differing),
        receipt_account=_account(area),
    )
    _send(area, sender, "clearing_answer", body.case_no, canonical(answer), now)


def _take_answer(area: str, sender: str, body: answers.Body, now: datetime) -> None:
    lock_agency(area)
    row = Clearing.objects.of(area).filter(number=body.case_no, counterpart=sender).first()
    if row is None:
        raise BadList("没有发出过这份清算清单。", "请发送方核对清单编号。")
    if row.state != "proposed":
        return
    if body.outcome == "differ":
        Clearing.objects.of(area).filter(pk=row.pk).update(
            state="disputed", differences=" ".join(body.differences)
        )
        return
    Clearing.objects.of(area).filter(pk=row.pk).update(state="agreed")
    row.refresh_from_db()
    _agreed(area, row, body.receipt_account, now)


def _agreed(area: str, row: Clearing, payee: ReceiptAccount | None, now: datetime) -> None:
    """Strike out what both owe; place the payment of the difference if it is ours to make."""
    both = min(row.owe_fen, row.claim_fen)
    if both:
        posting = netted(row.number, row.counterpart, both)
        ledger.post(area, [posting], business_date=now.date(), now=now)
    if row.net_fen == 0:
        Clearing.objects.of(area).filter(pk=row.pk).update(state="paid")
    if row.net_fen <= 0:
        return
    if payee is None:
        raise BadList("对方没有告知收款账户，差额不能付款。", "请对方登记收款账户后重新发送。")
    order = PlaceOrder(
        kind="clearing",
        reference=row.number,
        amount_fen=row.net_fen,
        payee_area=row.counterpart,
        payee_name=payee.account_name,
        payee_bank=payee.bank_name,
        payee_account=payee.account,
    )
    settlement.place_orders(area, [("", order)], now)


def settle_due(now: datetime) -> int:
    """Cases of lists whose difference is paid or has come: their money is settled for good."""
    settled = 0
    paid = Clearing.objects.across_node().filter(state="paid").values_list("agency_id", "pk")
    for area, pk in sorted(paid):
        with apart(f"settling list {pk} of {area}"):
            settled += _settle(area, pk, now)
    return settled


def _settle(area: str, pk: int, now: datetime) -> bool:
    with acting_for(area):
        row = Clearing.objects.of(area).get(pk=pk)
        items = list(ClearingItem.objects.of(area).filter(clearing=row).order_by("pk"))
    steps = [
        Step(
            case_no=item.case_no,
            half="out" if item.side == "owe" else "in",
            event="cleared",
            actor=SYSTEM,
            key=f"cleared:{row.number}:{item.case_no}:{item.part}:{item.side}",
            payload=row.number,
        )
        for item in items
    ]
    results = unit_of_work.apply(area, steps, now=now)
    for result in results:
        if not result.ok:
            log.warning("%s: %s not marked as cleared: %s", area, result.case_no, result.text)
    if any(result.later for result in results):
        return False
    with acting_for(area), writing():
        return bool(
            Clearing.objects.of(area)
            .filter(pk=pk, state="paid")
            .update(state="settled", settled_at=now)
        )


def _add(
    area: str,
    number: str,
    other: str,
    until: date,
    items: Sequence[ClearingItem],
    state: str,
    now: datetime,
) -> Clearing:
    row = Clearing.objects.create(
        agency_id=area,
        number=number,
        counterpart=other,
        until=until,
        state=state,
        proposed_at=now,
        **_sums(items),
    )
    ClearingItem.objects.of(area).filter(pk__in=[item.pk for item in items]).update(clearing=row)
    return row


def _sums(items: Sequence[ClearingItem]) -> dict[str, int]:
    owe_fen = sum(item.amount_fen for item in items if item.side == "owe")
    claim_fen = sum(item.amount_fen for item in items if item.side == "claim")
    return {"owe_fen": owe_fen, "claim_fen": claim_fen, "net_fen": owe_fen - claim_fen}


def _account(area: str) -> ReceiptAccount | None:
    row = Agency.objects.get(area=area)
    if not (row.account_sealed and row.bank_name and row.account_name):
        return None
    return ReceiptAccount(
        kind=row.receipt_kind,
        bank_name=row.bank_name,
        account_name=row.account_name,
        account=vault().open(row.account_sealed, context="agency.account"),
    )


def _send(area: str, to: str, kind: str, number: str, body: bytes, now: datetime) -> None:
    digest = sm3_hex(body)
    message_id = f"{number}-{kind[9:12]}-{digest[:8]}"
    if Outgoing.objects.of(area).filter(message_id=message_id).exists():
        return  # the very same list once more: it is on its way or has arrived
    exchange.enqueue(area, [(message_id, to, kind, number, body.decode())], now)
    note(area, kind, message_id, digest, now)


def note(area: str, kind: str, message_id: str, digest: str, now: datetime) -> None:
    """A message of a list, sent or taken, in the acts of the agency."""
    append_act(
        area,
        at=now,
        actor=SYSTEM,
        action=f"clearing.{kind.removeprefix('clearing_')}",
        content={"message_id": message_id, "digest": digest},
    )
