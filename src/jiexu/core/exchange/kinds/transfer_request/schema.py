"""申请通知: the new place tells the old place that a person has applied.

Online it takes the place of the paper 联系函, so it names the person, the scheme and the account
that is to receive the money. Field names follow the field standard where it has them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

VERSION = "1"


class ReceiptAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the new place receives transfer money: 财政专户 or 收入户."""

    kind: str
    bank_name: str
    account_name: str
    account: str


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`psn_cert_type`, `certno` and `psn_name` always travel together.

    `in_limit_workdays` is the new place's own limit, so that both sides promise the same day.
    `cover_year` is the year a resident has paid for at the new place.
    """

    case_no: str
    applied_on: date
    channel: str
    applicant: Literal["self", "employer", "agent"]
    psn_cert_type: str
    certno: str
    psn_name: str
    insutype_out: Literal["310", "390"]
    insutype_in: Literal["310", "390"]
    trafout_admdvs: str
    trafin_admdvs: str
    enrolled_on: date
    plan_in: Literal["account", "pool_only"]
    receipt_account: ReceiptAccount
    in_limit_workdays: int | None = None
    cover_year: int | None = None
