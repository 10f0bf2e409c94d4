"""Every law has words for people: what is wrong, and what to do now."""

from __future__ import annotations

import pytest

from jiexu.core.ledger.laws import Law, LedgerLaw, key_reused

CODES = {
    Law.NOT_BELOW_ZERO: "INSUFFICIENT_BALANCE",
    Law.TOTALS_IN_RANGE: "TOTALS_OUT_OF_RANGE",
    Law.AMOUNT: "BAD_AMOUNT",
    Law.TWO_ACCOUNTS: "SAME_ACCOUNT",
    Law.PHASE: "BAD_PHASE",
    Law.RESOLVED_ONCE: "RESERVATION_CLOSED",
    Law.MATCHES_PENDING: "RESERVATION_MISMATCH",
    Law.ACCOUNTS_OF_AGENCY: "FOREIGN_ACCOUNT",
}


def test_no_law_is_forgotten() -> None:
    assert set(CODES) == set(Law) - {Law.KEY_ONCE}


@pytest.mark.parametrize(("law", "code"), CODES.items())
def test_a_broken_law_is_said_in_words(law: Law, code: str) -> None:
    error = LedgerLaw(law, keys=("k",))
    assert (error.law, error.code) == (law, code)
    assert error.details == {"law": law.value, "keys": ("k",)}
    assert error.message.endswith("。")
    assert error.remedy.startswith("请")


def test_the_words_of_too_little_money() -> None:
    error = LedgerLaw(Law.NOT_BELOW_ZERO)
    assert error.message == "可用余额不足，已占用的金额不能再次使用。"
    assert error.remedy == "请核对账户余额和已占用的金额，按可用余额重新办理。"


def test_the_words_of_a_key_used_again() -> None:
    error = key_reused(("k",))
    assert error.code == "LEDGER_KEY_REUSED"
    assert error.message == "同一笔业务已经按不同的内容记过账，没有重复记账。"
    assert error.details["keys"] == ("k",)
