"""Postings of what is settled between agencies, and of money that goes back.

先记入后清算 and 轧差: the account is credited at once, the agencies owe each other meanwhile.
Keys and errors as in `postings`.
"""

from __future__ import annotations

from jiexu.core.base.money import Fen
from jiexu.core.ledger.postings import (
    PAYMENT_BANK,
    Posting,
    _part,
    _posting,
    due_from,
    due_to,
    in_transit,
    person_account,
    sending_back,
    suspense,
)


def owed(case_no: str, area: str, amount_fen: Fen, part: int = 1) -> Posting:
    """Old place: the case's money is owed to the agency that credits ahead of it."""
    accounts = (in_transit(case_no), due_to(area))
    key = f"owed:{_part(part)}:{case_no}"
    return _posting("clearing_owed", key, accounts, amount_fen, case_no=case_no)


def claimed(case_no: str, area: str, amount_fen: Fen, part: int = 1) -> Posting:
    """New place: the case's money is claimed from the old place and is there to be credited."""
    accounts = (due_from(area), in_transit(case_no))
    key = f"claimed:{_part(part)}:{case_no}"
    return _posting("clearing_claimed", key, accounts, amount_fen, case_no=case_no)


def netted(number: str, area: str, amount_fen: Fen) -> Posting:
    """轧差: what both owe each other is struck out, once per agreed list."""
    return _posting(
        "clearing_netted", f"netted:{number}", (due_to(area), due_from(area)), amount_fen
    )


def clearing_paid(number: str, area: str, amount_fen: Fen) -> Posting:
    """Our bank shows that the difference of a list was paid."""
    accounts = (due_to(area), PAYMENT_BANK)
    return _posting("clearing_paid", f"clearing-paid:{number}", accounts, amount_fen)


def clearing_received(number: str, area: str, line: str, amount_fen: Fen) -> Posting:
    """The difference of a list has come on this bank line."""
    accounts = (suspense(line), due_from(area))
    return _posting("clearing_received", f"clearing-received:{number}", accounts, amount_fen)


def payment_returned(case_no: str, line: str, amount_fen: Fen, part: int = 1) -> Posting:
    """退汇: a payment that was booked as paid has come back; the money is in transit here again."""
    accounts = (suspense(line), in_transit(case_no))
    key = f"returned:{_part(part)}:{case_no}"
    return _posting("transfer_out_returned", key, accounts, amount_fen, case_no=case_no)


def restored(case_no: str, person: str, amount_fen: Fen, part: int = 1) -> Posting:
    """Old place: money that could not be paid is in the old account again; the transfer is over."""
    accounts = (in_transit(case_no), person_account(person))
    key = f"restored:{_part(part)}:{case_no}"
    return _posting("transfer_out_restored", key, accounts, amount_fen, case_no=case_no)


def person_paid(case_no: str, amount_fen: Fen, part: int = 1) -> Posting:
    """Our bank shows that the balance was paid to the person's own account."""
    accounts = (in_transit(case_no), PAYMENT_BANK)
    key = f"person-paid:{_part(part)}:{case_no}"
    return _posting("person_paid_out", key, accounts, amount_fen, case_no=case_no)


def send_back_of_case(case_no: str, reference: str, amount_fen: Fen) -> Posting:
    """Two people decided: money matched to the case goes back to its sender."""
    accounts = (in_transit(case_no), sending_back(reference))
    key = f"sendback:{reference}"
    return _posting("case_send_back_approved", key, accounts, amount_fen, case_no=case_no)


def send_back_of_case_failed(case_no: str, reference: str, amount_fen: Fen) -> Posting:
    """The bank did not carry it out: the money is the case's again."""
    accounts = (sending_back(reference), in_transit(case_no))
    key = f"sendback-failed:{reference}"
    return _posting("case_send_back_failed", key, accounts, amount_fen, case_no=case_no)


def send_back_of_line(line: str, reference: str, amount_fen: Fen) -> Posting:
    """Two people decided: money that nobody knows goes back to its sender."""
    accounts = (suspense(line), sending_back(reference))
    return _posting("line_send_back_approved", f"lineback:{reference}", accounts, amount_fen)


def send_back_of_line_failed(line: str, reference: str, amount_fen: Fen) -> Posting:
    """The bank did not carry it out: the money is 暂收款 again."""
    accounts = (sending_back(reference), suspense(line))
    return _posting("line_send_back_failed", f"lineback-failed:{reference}", accounts, amount_fen)


def sent_back(reference: str, amount_fen: Fen, case_no: str = "") -> Posting:
    """Our bank shows that the money has gone back."""
    accounts = (sending_back(reference), PAYMENT_BANK)
    key = f"sentback:{reference}"
    return _posting("send_back_paid", key, accounts, amount_fen, case_no=case_no)
