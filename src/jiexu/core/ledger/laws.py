"""The laws of the ledger by name, and what a person is told when one refuses a posting.

The database enforces them (CHECK, UNIQUE, triggers); `book` says them again in pure code. A name
here is the name of the constraint or trigger there.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from jiexu.core.base.errors import Conflict, JiexuError


class Law(StrEnum):
    """A law that a posting may break."""

    NOT_BELOW_ZERO = "account_not_below_zero"
    TOTALS_IN_RANGE = "account_totals_in_range"
    AMOUNT = "transfer_amount"
    TWO_ACCOUNTS = "transfer_two_accounts"
    PHASE = "transfer_phase_coherent"
    KEY_ONCE = "transfer_key_once"
    RESOLVED_ONCE = "transfer_resolved_once"
    MATCHES_PENDING = "transfer_matches_pending"
    ACCOUNTS_OF_AGENCY = "transfer_accounts_of_agency"


_WORDS: Mapping[Law, tuple[str, str, str]] = {
    Law.NOT_BELOW_ZERO: (
        "INSUFFICIENT_BALANCE",
        "可用余额不足，已占用的金额不能再次使用。",
        "请核对账户余额和已占用的金额，按可用余额重新办理。",
    ),
    Law.TOTALS_IN_RANGE: (
        "TOTALS_OUT_OF_RANGE",
        "账户累计发生额超出了可以记录的范围。",
        "请停止记账并联系系统管理员核对数据。",
    ),
    Law.AMOUNT: (
        "BAD_AMOUNT",
        "记账金额必须大于零，且不超过标准允许的 14 位整数元。",
        "请核对金额后重新办理。",
    ),
    Law.TWO_ACCOUNTS: (
        "SAME_ACCOUNT",
        "借方和贷方不能是同一个账户。",
        "请核对业务的付款账户和收款账户。",
    ),
    Law.PHASE: (
        "BAD_PHASE",
        "占用转实和撤销必须指明原占用，其他记账不得指明。",
        "请联系系统管理员：程序提交的记账内容不完整。",
    ),
    Law.RESOLVED_ONCE: (
        "RESERVATION_CLOSED",
        "这笔占用已经转实或撤销，不能再次处理。",
        "请刷新业务，查看这笔占用的处理结果。",
    ),
    Law.MATCHES_PENDING: (
        "RESERVATION_MISMATCH",
        "找不到要处理的占用，或者账户、金额与原占用不一致。",
        "请刷新业务，按原占用的账户和金额办理。",
    ),
    Law.ACCOUNTS_OF_AGENCY: (
        "FOREIGN_ACCOUNT",
        "借方或贷方账户不属于本经办机构。",
        "请联系系统管理员：各经办机构的账必须分开。",
    ),
}


class LedgerLaw(JiexuError):
    """A posting broke a law of the ledger; nothing of the batch was recorded.

    `law` is the law; `details["keys"]` names the postings that may have broken it.
    """

    code = "LEDGER_LAW"

    def __init__(self, law: Law, *, keys: tuple[str, ...] = ()) -> None:
        code, message, remedy = _WORDS[law]
        super().__init__(message, remedy, code=code, details={"law": law.value, "keys": keys})
        self.law = law


def key_reused(keys: tuple[str, ...]) -> Conflict:
    """The same key came with other content: refused, the first posting stands."""
    return Conflict(
        "同一笔业务已经按不同的内容记过账，没有重复记账。",
        "请刷新业务，核对已入账的账户和金额；确需更正的，另记一笔更正。",
        code="LEDGER_KEY_REUSED",
        details={"law": Law.KEY_ONCE.value, "keys": keys},
    )
