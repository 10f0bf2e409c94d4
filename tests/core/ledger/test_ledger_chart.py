"""The chart of accounts: what it says, and that a wrong one does not load."""

from __future__ import annotations

import msgspec
import pytest

from jiexu.core.ledger.chart import Phase, chart, read_chart

SOURCE = """effective_from = 2018-01-01
last_checked = 2026-11-21
[source]
title = "t"
number = "n"
confidence = "high"
"""
ACCOUNT = """[[accounts]]
kind = "{}"
label = "l"
normal = "{}"
floor_zero = true
owner = "case"
fund = ["f"]
"""
CODE = '[[codes]]\ncode = "{}"\nlabel = "l"\nphase = "{}"\ndebit = "{}"\ncredit = "{}"\n'
TWO = SOURCE + ACCOUNT.format("a", "debit") + ACCOUNT.format("b", "credit")


def test_money_that_is_owed_to_somebody_grows_on_the_credit_side_and_has_a_floor() -> None:
    kinds = chart().accounts
    for kind, label in (
        ("person_account", "个人账户"),
        ("in_transit", "在途资金"),
        ("suspense", "暂收款"),
    ):
        assert (kinds[kind].label, kinds[kind].normal, kinds[kind].floor_zero) == (
            label,
            "credit",
            True,
        )
    for kind in ("payment_bank", "receipt_bank", "opening"):
        assert (kinds[kind].normal, kinds[kind].floor_zero) == ("debit", False)


def test_kinds_stand_in_the_accounts_of_the_fund() -> None:
    assert chart().source.number == "财会〔2017〕28号"
    assert chart().accounts["receipt_bank"].fund == ("财政专户存款", "收入户存款")
    assert chart().accounts["payment_bank"].fund == ("支出户存款",)
    assert chart().codes["transfer_out_paid"].expense == "转移支出"
    assert chart().codes["transfer_in_matched"].income == "转移收入"


def test_a_reservation_and_its_ends_move_between_the_same_kinds() -> None:
    codes = chart().codes
    ends = {
        phase: {(code.debit, code.credit) for code in codes.values() if code.phase is phase}
        for phase in Phase
    }
    assert ends[Phase.POST] == ends[Phase.VOID] == ends[Phase.PENDING]


def test_a_correct_chart_loads() -> None:
    assert read_chart(TWO + CODE.format("c", "single", "a", "b")).codes["c"].debit == "a"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TWO + ACCOUNT.format("a", "debit") + CODE.format("c", "single", "a", "b"), "stands twice"),
        (TWO + 2 * CODE.format("c", "single", "a", "b"), "stands twice"),
        (TWO + CODE.format("c", "single", "a", "nobody"), "c does not move between two kinds"),
        (TWO + CODE.format("c", "single", "a", "a"), "c does not move between two kinds"),
    ],
)
def test_a_chart_that_contradicts_itself_does_not_load(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_chart(text)


@pytest.mark.parametrize(
    "text",
    [
        SOURCE + ACCOUNT.format("a", "left") + CODE.format("c", "single", "a", "a"),
        TWO + CODE.format("c", "perhaps", "a", "b"),
        TWO + CODE.format("c", "single", "a", "b") + 'colour = "red"\n',
    ],
)
def test_a_chart_with_an_unknown_word_does_not_load(text: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        read_chart(text)
