"""Business events as postings: the right sides, keys that cannot collide, bad input refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.base.errors import BadInput
from jiexu.core.base.money import MAX_FEN
from jiexu.core.ledger import postings as p
from jiexu.core.ledger.chart import Phase, chart

CASE, PERSON, LINE = "3100002026000001", "P1", "B20260302-7"


@pytest.mark.parametrize(
    ("posting", "debit", "credit", "phase"),
    [
        (p.opening_balance(PERSON, 5), "opening", "person_account", Phase.SINGLE),
        (p.reserve_for_transfer(CASE, PERSON, 5), "person_account", "in_transit", Phase.PENDING),
        (p.commit_reservation(CASE, PERSON, 5), "person_account", "in_transit", Phase.POST),
        (p.void_reservation(CASE, PERSON, 5), "person_account", "in_transit", Phase.VOID),
        (p.paid_out(CASE, 5), "in_transit", "payment_bank", Phase.SINGLE),
        (p.received(LINE, 5), "receipt_bank", "suspense", Phase.SINGLE),
        (p.matched(CASE, LINE, 5), "suspense", "in_transit", Phase.SINGLE),
        (p.credited(CASE, PERSON, 5), "in_transit", "person_account", Phase.SINGLE),
    ],
)
def test_each_event_moves_as_the_chart_says(
    posting: p.Posting, debit: str, credit: str, phase: Phase
) -> None:
    code = chart().codes[posting.code]
    assert (posting.debit.kind, posting.credit.kind, posting.phase) == (debit, credit, phase)
    assert (code.debit, code.credit, code.phase) == (debit, credit, phase)
    assert posting.amount_fen == 5
    assert (posting.pending_key is not None) == (phase in {Phase.POST, Phase.VOID})


def test_the_ends_of_a_reservation_name_it() -> None:
    reserved = p.reserve_for_transfer(CASE, PERSON, 5, part=2)
    for end in (p.commit_reservation(CASE, PERSON, 5, 2), p.void_reservation(CASE, PERSON, 5, 2)):
        assert end.pending_key == reserved.key
        assert (end.debit, end.credit) == (reserved.debit, reserved.credit)
    assert p.reserve_for_transfer(CASE, PERSON, 5).key != reserved.key


def test_owners_are_person_case_line_and_the_agency_itself() -> None:
    matched = p.matched(CASE, LINE, 5)
    assert matched.debit == ("suspense", LINE)
    assert matched.credit == ("in_transit", CASE)
    assert p.credited(CASE, PERSON, 5).credit == ("person_account", PERSON)
    assert p.paid_out(CASE, 5).credit == ("payment_bank", "")


cases = st.from_regex(r"[0-9A-Z-]{1,40}", fullmatch=True)
names = st.from_regex(r"[0-9A-Za-z一-龥][0-9A-Za-z:/ -]{0,30}", fullmatch=True)
parts = st.integers(1, 999)
EVENTS = (
    lambda case, name, part: p.opening_balance(name.replace(":", ""), 1),
    lambda case, name, part: p.reserve_for_transfer(case, name, 1, part),
    lambda case, name, part: p.commit_reservation(case, name, 1, part),
    lambda case, name, part: p.void_reservation(case, name, 1, part),
    lambda case, name, part: p.paid_out(case, 1, part),
    lambda case, name, part: p.received(name, 1),
    lambda case, name, part: p.matched(case, name, 1),
    lambda case, name, part: p.credited(case, name, 1, part),
)


@given(*[st.tuples(st.sampled_from(EVENTS), cases, names, parts) for _ in "ab"])
def test_two_events_share_a_key_only_when_they_are_the_same(one: tuple, other: tuple) -> None:
    first, second = (make(*facts) for make, *facts in (one, other))
    if first.key == second.key:
        assert first.code == second.code
        assert first.case_no == second.case_no
        if first.code in {"transfer_in_received", "transfer_in_matched"}:
            assert {first.debit, first.credit} == {second.debit, second.credit}
    assert len(first.key) <= 120


@pytest.mark.parametrize("amount", [0, -1, MAX_FEN + 1, 1.0, True, "5", None])
def test_an_amount_that_is_not_a_positive_number_of_fen_is_refused(amount: object) -> None:
    with pytest.raises(BadInput) as refused:
        p.received(LINE, amount)  # type: ignore[arg-type]
    assert refused.value.message == "记账金额必须是大于零的整数分。"
    assert refused.value.remedy == "请核对金额；金额为零的业务不需要记账。"
    assert (refused.value.path, refused.value.code) == ("amount_fen", "BAD_MONEY")


def test_the_largest_and_the_smallest_amount_pass() -> None:
    assert p.received(LINE, 1).amount_fen == 1
    assert p.received(LINE, MAX_FEN).amount_fen == MAX_FEN


@pytest.mark.parametrize("case_no", ["", "A:1", "A 1", "A\n", "x" * 41])
def test_a_case_number_that_could_be_mistaken_is_refused(case_no: str) -> None:
    for make in (lambda: p.paid_out(case_no, 1), lambda: p.matched(case_no, LINE, 1)):
        with pytest.raises(BadInput) as refused:
            make()
        assert refused.value.path == "case_no"
        assert "业务号不能用来记账" in refused.value.message


@pytest.mark.parametrize("name", ["", " P", "P\n", "x" * 61])
def test_a_name_that_could_be_mistaken_is_refused(name: str) -> None:
    with pytest.raises(BadInput) as refused:
        p.opening_balance(name, 1)
    assert refused.value.path == "person"
    assert "人员编号不能用来记账" in refused.value.message
    with pytest.raises(BadInput) as refused:
        p.received(name, 1)
    assert refused.value.path == "line"
    assert "银行流水号不能用来记账" in refused.value.message
    assert refused.value.remedy == "银行流水号不能为空、不能太长，也不能含有换行等控制字符。"


@pytest.mark.parametrize("part", [0, 1000, True])
def test_a_part_outside_1_to_999_is_refused(part: int) -> None:
    with pytest.raises(BadInput, match="转移次数必须在 1 到 999 之间"):
        p.paid_out(CASE, 1, part)
