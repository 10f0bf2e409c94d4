"""What holds for every transfer, whatever the facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from jiexu import assess
from jiexu.core.base.decision import Badge, Decision
from jiexu.core.base.money import fen_from_yuan

AREAS = (
    *("450100", "450200", "320100", "320500", "440100", "440300", "350100", "350500", "310000"),
    *("410700", "632800", "610100", "420100", "150100", "320000"),
)
BLOCKING = {
    "SOURCE_NOT_PAUSED",
    "DESTINATION_NOT_ENROLLED",
    "DESTINATION_NOT_PAID",
    "RETIREE",
    "RESIDENT_SAME_YEAR",
    "BANK_INFO_INCOMPLETE",
    "APPLICANT_NOT_ENTITLED",
    "PERSON_DIED",
    "JOINED_ARMY",
    "EMIGRATED",
}
STATUTORY_BAR = {"SAME_POOLING_AREA", "POOLED_BALANCE_DOES_NOT_EXIST"}
"""Nothing can be mended: no transfer is needed, or what is asked for does not exist."""

DAYS = st.dates(date(2018, 1, 1), date(2028, 12, 31))
ISO_DAYS = DAYS.map(date.isoformat)
MONTHS = DAYS.map(lambda day: f"{day:%Y-%m}")
FLAGS = st.booleans()
PLANS = st.sampled_from(["account", "pool_only"])
YUAN = st.integers(0, 10**9).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
AREA = st.sampled_from(AREAS)
INSUTYPE = st.sampled_from(["310", "390"])

FACTS = st.fixed_dictionaries(
    {
        "on": ISO_DAYS,
        "from": st.fixed_dictionaries(
            {
                "area": AREA,
                "insutype": INSUTYPE,
                "status": st.sampled_from(["normal", "paused", "terminated"]),
            },
            optional={
                "paused_on": ISO_DAYS,
                "last_paid_month": MONTHS,
                "plan": PLANS,
                "arrears": st.one_of(FLAGS, YUAN),
                "balance": YUAN,
                "bank_info_complete": FLAGS,
                "on_platform": FLAGS,
            },
        ),
        "to": st.fixed_dictionaries(
            {
                "area": AREA,
                "insutype": INSUTYPE,
                "status": st.sampled_from(["normal", "paused", "none"]),
            },
            optional={
                "enrolled_on": ISO_DAYS,
                "cover_year": st.integers(2018, 2028),
                "first_paid_month": MONTHS,
                "plan": PLANS,
                "paid_this_month": FLAGS,
                "bank_info_complete": FLAGS,
                "on_platform": FLAGS,
            },
        ),
    },
    optional={
        "person": st.fixed_dictionaries(
            {},
            optional={
                "retired": FLAGS,
                "event": st.sampled_from(["none", "death", "army", "emigration"]),
            },
        ),
        "applicant": st.sampled_from(["self", "employer", "agent"]),
        "channel": st.sampled_from(["online", "counter_from", "counter_to"]),
        "requests": st.lists(
            st.sampled_from(["years", "balance", "pooled_balance"]), min_size=1, unique=True
        ),
        "break_months": st.integers(0, 24),
        "back_paid": FLAGS,
        "continuous_years": st.integers(0, 40),
    },
)


@given(FACTS)
def test_shape_and_round_trip(facts: dict[str, Any]) -> None:
    decision = assess("transfer", facts)
    assert decision.outcome in {"accept", "not_needed", "not_yet", "refuse"}
    text = msgspec.json.encode(decision)
    assert msgspec.json.decode(text, type=Decision) == decision
    assert assess("transfer", msgspec.json.encode(facts)) == decision


@given(FACTS)
def test_accept_means_that_nothing_blocks_and_every_date_is_given(facts: dict[str, Any]) -> None:
    decision = assess("transfer", facts)
    codes = {one.code for one in decision.reasons}
    if decision.outcome == "accept":
        assert not codes & BLOCKING
        assert facts["on"] <= decision.values["out_due"] <= decision.values["in_due"]
        assert {"record", "years"} <= set(decision.values["moves"])
    elif decision.outcome != "not_needed":
        assert codes & (BLOCKING | STATUTORY_BAR)
        assert decision.values["out_due"] is None
        assert decision.values["moves"] == []


@given(FACTS)
def test_every_reason_has_rule_source_and_a_way_on_or_a_bar(facts: dict[str, Any]) -> None:
    for one in assess("transfer", facts).reasons:
        assert one.text.endswith("。")
        assert one.rule
        assert one.sources
        assert one.code in STATUTORY_BAR or one.repair is not None


@given(FACTS)
def test_hearsay_and_practice_never_carry_a_value(facts: dict[str, Any]) -> None:
    for one in assess("transfer", facts).values.get("basis", []):
        assert one["sources"]
        assert all(source["badge"] != Badge.HEARSAY.value for source in one["sources"])


@given(FACTS)
def test_money_follows_the_route(facts: dict[str, Any]) -> None:
    decision = assess("transfer", facts)
    route, amount = decision.values["money_route"], decision.values["money_amount"]
    if decision.outcome == "accept":
        moves_money = route in {"remit", "credit_first", "netting"}
        assert ("balance" in decision.values["moves"]) == moves_money
    if route in {"none", "stays"}:
        assert amount == "0.00"
    elif route == "unknown":
        assert amount is None
    elif "balance" in facts["from"]:
        assert fen_from_yuan(amount) == fen_from_yuan(facts["from"]["balance"])
    if facts["from"]["insutype"] == "390":
        assert route == "none"
    if decision.values["provisional_route"]:
        assert route == "remit"
        assert decision.values["cross_province"] is False


@given(FACTS)
def test_earliest_is_after_the_day_and_only_for_not_yet(facts: dict[str, Any]) -> None:
    decision = assess("transfer", facts)
    earliest = decision.values["earliest"]
    if earliest is not None:
        assert decision.outcome == "not_yet"
        assert earliest > facts["on"]


@given(FACTS)
def test_applying_on_the_earliest_day_is_not_told_to_wait_for_the_same(
    facts: dict[str, Any],
) -> None:
    """Days after the newest rule only: an answer cannot know a rule that starts in between."""
    facts = {**facts, "on": max(facts["on"], "2025-04-01")}
    earliest = assess("transfer", facts).values["earliest"]
    if earliest is not None:
        source = facts["from"]
        if {source["insutype"], facts["to"]["insutype"]} != {"390"}:
            source = {**source, "status": "paused"}  # by then the announced pause has come
        then = assess("transfer", {**facts, "from": source, "on": earliest})
        assert then.outcome == "accept"


@given(FACTS, st.integers(1, 400))
def test_an_earlier_pause_never_turns_accept_into_refuse(facts: dict[str, Any], days: int) -> None:
    source = facts["from"]
    if "paused_on" not in source or assess("transfer", facts).outcome != "accept":
        return
    earlier = date.fromisoformat(source["paused_on"]) - timedelta(days=days)
    moved = {**facts, "from": {**source, "paused_on": earlier.isoformat()}}
    assert assess("transfer", moved).outcome == "accept"


@given(FACTS)
def test_what_is_not_stated_is_never_held_against_the_person(facts: dict[str, Any]) -> None:
    """Leaving out an optional fact of the local extras never adds their refusal."""
    bare = {
        **facts,
        "from": {k: v for k, v in facts["from"].items() if k != "bank_info_complete"},
        "to": {
            k: v
            for k, v in facts["to"].items()
            if k not in {"bank_info_complete", "paid_this_month"}
        },
    }
    codes = {one.code for one in assess("transfer", bare).reasons}
    assert not codes & {"BANK_INFO_INCOMPLETE", "DESTINATION_NOT_PAID"}
