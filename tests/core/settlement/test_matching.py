"""The matching rule: only what is certain is matched; each doubt has its name."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from jiexu.core.procedures.case_number import make_case_no
from jiexu.core.procedures.transfer.states import FUND_STATES
from jiexu.core.settlement.matching import DOUBTS, Expected, Line, Match, Paid, match_line

NO = make_case_no("450200", date(2026, 3, 11), 1)


def line(direction: str = "credit", amount: int = 321456, remark: str = NO) -> Line:
    return Line(direction=direction, amount_fen=amount, remark=remark)


def waiting(half: str = "in", fund: str = "fixed", amount: int | None = 321456) -> Expected:
    return Expected(half=half, fund_leg=fund, amount_fen=amount)


def test_number_and_amount_agree() -> None:
    match = match_line(line(), {(NO, "in"): waiting()})
    assert (match.case_no, match.doubt) == (NO, "")


def test_a_debit_belongs_to_the_paying_half_only() -> None:
    cases = {(NO, "out"): waiting("out", "approved"), (NO, "in"): waiting("in", "in_transit")}
    assert match_line(line("debit"), cases).doubt == ""
    assert match_line(line("debit"), {(NO, "in"): waiting()}).doubt == "UNKNOWN_CASE"
    assert match_line(line("credit"), {(NO, "out"): waiting("out")}).doubt == "UNKNOWN_CASE"


def test_each_doubt() -> None:
    cases = {(NO, "in"): waiting()}
    assert match_line(line(remark="张三 医保"), cases).doubt == "NO_REFERENCE"
    assert match_line(line(), {}).doubt == "UNKNOWN_CASE"
    assert match_line(line(amount=321455), cases).doubt == "AMOUNT_DIFFERS"
    assert match_line(line(), {(NO, "in"): waiting(fund="none")}).doubt == "NOT_EXPECTED"
    assert match_line(line(), {(NO, "in"): waiting(fund="credited")}).doubt == "ALREADY_MATCHED"
    assert match_line(line("debit"), {(NO, "out"): waiting("out", "fixed")}).doubt == "NOT_EXPECTED"


def test_money_before_the_form_is_matched_by_its_number_alone() -> None:
    assert match_line(line(amount=5), {(NO, "in"): waiting("in", "waiting", None)}).doubt == ""


@given(
    st.sampled_from(["debit", "credit"]),
    st.integers(min_value=1, max_value=10**9),
    st.sampled_from([NO, "附言", make_case_no("320100", date(2026, 1, 1), 2)]),
    st.sampled_from(["in", "out"]),
    st.sampled_from(sorted(FUND_STATES)),
    st.one_of(st.none(), st.integers(min_value=1, max_value=10**9)),
)
def test_a_certain_match_always_has_number_state_and_amount(
    direction: str, amount: int, remark: str, half: str, fund: str, expected: int | None
) -> None:
    match = match_line(
        Line(direction=direction, amount_fen=amount, remark=remark),
        {(NO, half): Expected(half=half, fund_leg=fund, amount_fen=expected)},
    )
    assert match.doubt in {"", *DOUBTS}
    if not match.doubt:
        assert match.case_no == NO
        assert remark == NO
        assert half == ("out" if direction == "debit" else "in")
        assert expected in {None, amount}
        assert fund in {"waiting", "fixed", "in_transit", "approved"}


PLATFORM_NO = "330100202603110007"


def of_platform(amount: int = 321456, fund: str = "fixed") -> Expected:
    return Expected(
        half="in",
        fund_leg=fund,
        amount_fen=amount,
        partner_reference=PLATFORM_NO,
        psn_name="沈若岚",
        sender="杭州",
    )


def plain_line(remark: str, *, amount: int = 321456, counterparty: str = "") -> Line:
    return Line(direction="credit", amount_fen=amount, remark=remark, counterparty=counterparty)


def test_the_partners_own_number_decides() -> None:
    cases = {(NO, "in"): of_platform()}
    said = match_line(plain_line(f"医保转移 {PLATFORM_NO} 沈若岚"), cases)
    assert said == Match(case_no=NO, half="in", event="match_money", part=1)
    longer = match_line(plain_line(f"{PLATFORM_NO}9"), cases)
    assert (longer.case_no, longer.doubt) == ("", "NO_REFERENCE")
    other = match_line(plain_line(PLATFORM_NO, amount=1), cases)
    assert (other.case_no, other.doubt) == (NO, "AMOUNT_DIFFERS")


def test_name_amount_and_sender_only_propose() -> None:
    cases = {(NO, "in"): of_platform()}
    said = match_line(plain_line("沈 若岚医保个账", counterparty="杭州市财政局社保专户"), cases)
    assert (said.case_no, said.doubt) == (NO, "PROPOSED")
    for line in (
        plain_line("沈若岚", counterparty="南京市财政局"),
        plain_line("沈若", counterparty="杭州市财政局"),
        plain_line("沈若岚", counterparty="杭州市财政局", amount=321457),
    ):
        assert match_line(line, cases).doubt == "NO_REFERENCE"
    twins = {**cases, ("ZY2", "in"): of_platform()}
    assert match_line(plain_line("沈若岚", counterparty="杭州市财政局"), twins).doubt == (
        "NO_REFERENCE"
    )


def paying(state: str = "paid") -> Expected:
    payment = Paid(part=1, amount_fen=321456, state=state)
    return Expected(half="out", fund_leg=state, amount_fen=321456, payments=(payment,))


def test_a_reversal_of_the_bank_is_money_that_came_back() -> None:
    reversal = Line(direction="credit", amount_fen=321456, remark=NO, returned=True)
    for cases in ({(NO, "out"): paying()}, {(NO, "out"): paying(), (NO, "in"): waiting()}):
        match = match_line(reversal, cases)
        assert (match.half, match.event, match.doubt) == ("out", "money_returned", "")
    unsaid = Line(direction="credit", amount_fen=321456, remark=NO)
    assert match_line(unsaid, {(NO, "out"): paying()}).doubt == "RETURN_UNCLEAR"
    in_words = Line(direction="credit", amount_fen=321456, remark=f"退汇 {NO}")
    assert match_line(in_words, {(NO, "out"): paying()}).doubt == ""
    other = Line(direction="credit", amount_fen=321455, remark=NO, returned=True)
    assert match_line(other, {(NO, "out"): paying()}).doubt == "RETURN_UNCLEAR"


def test_a_reversal_is_never_new_money_and_never_a_payment() -> None:
    came = Line(direction="credit", amount_fen=321456, remark=NO, returned=True)
    assert match_line(came, {(NO, "in"): waiting()}).doubt == "RETURN_UNCLEAR"
    went = Line(direction="debit", amount_fen=321456, remark=NO, returned=True)
    assert match_line(went, {(NO, "out"): paying("approved")}).doubt == "RETURN_UNCLEAR"
