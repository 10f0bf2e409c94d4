"""Money: whole fen in, exact text out, nothing that a float or a guess could bend."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import MAX_FEN, fen_from_yuan, yuan_for_people, yuan_from_fen

amounts_fen = st.integers(0, MAX_FEN)


@given(amounts_fen)
def test_what_is_written_is_read_back(amount_fen: int) -> None:
    assert fen_from_yuan(yuan_from_fen(amount_fen)) == amount_fen


@given(st.from_regex(r"[0-9]{1,14}(\.[0-9]{1,2})?", fullmatch=True))
def test_reading_agrees_with_decimal(text: str) -> None:
    assert fen_from_yuan(text) == Decimal(text) * 100
    assert fen_from_yuan(f"  {text} ") == Decimal(text) * 100


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_writing_agrees_with_decimal(amount_fen: int) -> None:
    exact = Decimal(amount_fen) / 100
    assert yuan_from_fen(amount_fen) == f"{exact:.2f}"
    assert yuan_for_people(amount_fen) == f"{exact:,.2f}"


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_people_read_the_same_amount(amount_fen: int) -> None:
    assert yuan_for_people(amount_fen).replace(",", "") == yuan_from_fen(amount_fen)


@pytest.mark.parametrize(
    ("text", "amount_fen"),
    [("0", 0), ("0.1", 10), ("0.01", 1), ("3214.56", 321456), ("007", 700), ("0.29", 29),
     ("99999999999999.99", MAX_FEN)],
)  # fmt: skip
def test_amounts_are_read_to_the_fen(text: str, amount_fen: int) -> None:
    assert fen_from_yuan(text) == amount_fen


@pytest.mark.parametrize(
    ("amount_fen", "text", "shown"),
    [(0, "0.00", "0.00"), (-5, "-0.05", "-0.05"), (100, "1.00", "1.00"),
     (321456, "3214.56", "3,214.56"), (-100000000, "-1000000.00", "-1,000,000.00")],
)  # fmt: skip
def test_amounts_are_written_with_two_decimals(amount_fen: int, text: str, shown: str) -> None:
    assert yuan_from_fen(amount_fen) == text
    assert yuan_for_people(amount_fen) == shown


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", ".5", "1.", "1.234", "1.2.3", "1,000", "1 000", "+1", "1e3", "1E3", "0x10",
        "NaN", "Infinity", "inf", "１２", "1．5", "٣", "²", "￥1", "¥1", "1元", "一百", "1_000",
        "--1", "1-", "0.1000000000000000055", "1.00\n2",
    ],
)  # fmt: skip
def test_what_is_not_a_plain_amount_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as caught:
        fen_from_yuan(text, path="from.balance")
    assert (caught.value.code, caught.value.path) == ("BAD_MONEY", "from.balance")
    assert "3214.56" in caught.value.remedy


def test_a_negative_amount_is_called_negative() -> None:
    with pytest.raises(BadInput, match="金额不能是负数"):
        fen_from_yuan("-0.01")


@pytest.mark.parametrize("text", ["100000000000000", "100000000000000.00", "9" * 400])
def test_more_than_the_standard_holds_is_called_too_large(text: str) -> None:
    with pytest.raises(BadInput, match="金额太大"):
        fen_from_yuan(text)


@given(st.text(max_size=30))
def test_any_text_is_an_amount_within_the_field_or_a_fault(text: str) -> None:
    try:
        amount_fen = fen_from_yuan(text)
    except BadInput as error:
        assert error.code == "BAD_MONEY"
    else:
        assert 0 <= amount_fen <= MAX_FEN
        assert type(amount_fen) is int
