"""Bank details of agencies: where transfer money arrives; checked, sealed, changed on evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from jiexu.core.base.actors import Actor
from jiexu.core.base.codes.bank_account import check_institution_account
from jiexu.core.base.errors import BadInput
from jiexu.records.access.sealing import vault
from jiexu.records.access.vault import mask_bank
from jiexu.records.isolation import writing
from jiexu.records.registry.intake_write import BankDetails, lock_agency, set_bank_details
from jiexu.records.registry.models import Agency
from jiexu.work.agency_acts import known_agency, note_act

RECEIPT_KINDS: Final = ("财政专户", "收入户")
"""Where transfer money arrives: 财社〔2017〕144号 arts 40-42."""


def set_bank(
    area: str,
    *,
    receipt_kind: str,
    bank_name: str,
    account_name: str,
    account: str,
    evidence: str = "",
    now: datetime,
    by: Actor | str,
) -> None:
    """Write where transfer money of an agency arrives from now on.

    `evidence` names the letter and the call back: required for a partner, whose new account is
    believed on nothing less. Raises `NotFound` AGENCY_NOT_FOUND, `BadInput` BAD_BANK_DETAILS or
    NO_EVIDENCE or what the account number is refused for.
    """
    bank = bank_details(receipt_kind, bank_name, account_name, account)
    if bank.account_sealed is None:
        raise _bad_bank()
    row = known_agency(area)
    if not row.hosted and not evidence.strip():
        raise BadInput(
            "伙伴机构变更收款账户，须凭公函并回电核实。",
            "请写明公函文号和回电核实的日期、对方姓名，例如“医保函〔2026〕12号，3月2日回电李某核实”。",
            path="evidence",
            code="NO_EVIDENCE",
        )
    with writing(), transaction.atomic():
        lock_agency(area)
        row.refresh_from_db()
        if in_clear(details_of(row)) == in_clear(bank):
            return
        set_bank_details(area, bank)
        noted = {**masked(bank), "evidence": evidence.strip()[:200]}
        note_act(area, by, now, "agency.bank", noted)


def bank_details(kind: str, bank_name: str, account_name: str, account: str) -> BankDetails:
    """What was typed, checked and sealed; empty when nothing was typed.

    Raises `BadInput` BAD_BANK_DETAILS or what the account number is refused for.
    """
    texts = [text.strip() for text in (kind, bank_name, account_name, account)]
    if not any(texts):
        return BankDetails()
    kind, bank_name, account_name, account = texts
    if kind not in RECEIPT_KINDS or not all(0 < len(text) <= 100 for text in texts):
        raise _bad_bank()
    number = check_institution_account(account, path="account").text
    return BankDetails(
        receipt_kind=kind,
        bank_name=bank_name,
        account_name=account_name,
        account_sealed=vault().seal(number, context="agency.account"),
    )


def in_clear(bank: BankDetails) -> tuple[str, str, str, str]:
    """Kind, bank, name of the account and number; empty texts while it is not known."""
    sealed = bank.account_sealed
    number = vault().open(sealed, context="agency.account") if sealed else ""
    return bank.receipt_kind, bank.bank_name, bank.account_name, number


def details_of(row: Agency) -> BankDetails:
    """The bank details an agency has on record."""
    return BankDetails(
        receipt_kind=row.receipt_kind,
        bank_name=row.bank_name,
        account_name=row.account_name,
        account_sealed=row.account_sealed,
    )


def masked(bank: BankDetails) -> dict[str, str]:
    """The bank details as lists and the audit show them: of the number, the last digits."""
    kind, bank_name, account_name, account = in_clear(bank)
    return {
        "receipt_kind": kind,
        "bank_name": bank_name,
        "account_name": account_name,
        "account": mask_bank(account),
    }


def _bad_bank() -> BadInput:
    return BadInput(
        "收款账户不完整：账户类型（财政专户或收入户）、开户银行、户名、账号要一起填写。",
        "请对照开户许可或财政部门的函填写四项；暂时没有的，四项都先不填。",
        path="receipt_account",
        code="BAD_BANK_DETAILS",
    )
