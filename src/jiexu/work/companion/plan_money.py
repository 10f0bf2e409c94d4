"""Rows of lists of payments and of what the new place has finished."""

from __future__ import annotations

from jiexu.core.exchange.kinds.receipt.schema import Body as Receipt
from jiexu.core.exchange.kinds.remittance_notice.schema import Body as Notice
from jiexu.records.procedures.models import Case
from jiexu.work.companion import list_cells
from jiexu.work.companion.finding_cases import find_case
from jiexu.work.companion.list_kinds import word
from jiexu.work.companion.planning import Copying, Planned, make_step, past_day, read_identity
from jiexu.work.importing.rows import Row


def plan_remittance(copying: Copying, row: Row, evidence: str) -> Planned | None:
    """The old place has paid; `None` when the row was refused."""
    amount = row.read("amount", list_cells.money)
    paid = row.read("paid_on", past_day(copying.today))
    number, case = _case(copying, row, "in")
    if case is None or amount is None or paid is None:
        return None
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half="in",
        event="remittance_noticed",
        counterpart=case.counterpart,
        payload=Notice(case_no=case.case_no, payment_reference=number, amount=amount, paid_on=paid),
        partner_no=number,
    )


def plan_receipt(copying: Copying, row: Row, evidence: str) -> Planned | None:
    """The new place has finished a leg; `None` when the row was refused."""
    leg = row.read("leg", lambda text: word("leg", text))
    done = row.read("done_on", past_day(copying.today))
    amount = row.read("amount", list_cells.money) if leg == "fund" else None
    number, case = _case(copying, row, "out")
    if case is None or leg is None or done is None or (leg == "fund" and amount is None):
        return None
    return make_step(
        copying,
        evidence,
        case_no=case.case_no,
        half="out",
        event="receipt_received",
        counterpart=case.counterpart,
        payload=Receipt(case_no=case.case_no, leg=leg, done_on=done, amount=amount),
        partner_no=number,
    )


def _case(copying: Copying, row: Row, half: str) -> tuple[str, Case | None]:
    number = row.read("partner_no", list_cells.partner_no)
    row.read("psn_name", list_cells.name)
    certno, _ = read_identity(copying, row)
    if number is None or certno is None or row.problems:
        return "", None
    return number, find_case(copying.area, half, row, partner_no=number, certno=certno)
