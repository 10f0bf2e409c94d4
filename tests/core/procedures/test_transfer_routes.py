"""Which way the money goes: the policy's answer, a clerk's with its ground, or nobody's yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.decision import Decision, Reason
from jiexu.core.procedures.outcome import Outcome, Refusal, Step
from jiexu.core.procedures.transfer.choosing import SettleByHand, decide_settle_by_hand
from jiexu.core.procedures.transfer.facts import AgencyFacts, CaseRecord, TransferFacts
from jiexu.core.procedures.transfer.routes import NO_ACCOUNT, ROUTES, route_of

NOW = datetime(2026, 3, 20, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
CASE = "ZY450200260311000000017"
RECORD = CaseRecord(
    applied_on=date(2026, 3, 11),
    channel="online",
    applicant="self",
    insutype_out="310",
    insutype_in="310",
    trafout_admdvs="320100",
    trafin_admdvs="450200",
)
GROUND = "两地2026年3月协议第三条"


def decision(route: str, *codes: str) -> Decision:
    reasons = tuple(Reason(code=code, text=code, rule=code) for code in codes)
    return Decision(
        question="transfer", outcome="accept", values={"money_route": route}, reasons=reasons
    )


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_the_policy_decides_before_anybody(route: str) -> None:
    chosen = msgspec.structs.replace(RECORD, route="stays", basis=GROUND)
    assert route_of(decision(route), chosen) is ROUTES[route]


def test_unknown_stays_without_an_account_and_waits_with_one() -> None:
    assert route_of(decision("unknown", NO_ACCOUNT), RECORD) is ROUTES["stays"]
    assert route_of(decision("unknown"), RECORD) is None
    # A route without a ground was nobody's choice.
    assert route_of(decision("unknown"), msgspec.structs.replace(RECORD, route="remit")) is None


@pytest.mark.parametrize("way", ["remit", "stays"])
def test_a_clerk_decides_with_the_ground(way: Any) -> None:
    short = settled(SettleByHand(way=way, basis="有"))
    assert isinstance(short, Refusal)
    assert (short.code, short.text) == ("BASIS_TOO_SHORT", "没有写明依据。")
    chosen = settled(SettleByHand(way=way, basis=GROUND))
    assert isinstance(chosen, Outcome)
    assert (chosen.doubts, chosen.auto) == ((), "issue_form")
    assert chosen.say == f"out.settle_by_hand.{way}"
    assert route_of(decision("unknown"), chosen.facts) is ROUTES[way]
    known = settled(SettleByHand(way=way, basis=GROUND), doubts=())
    assert isinstance(known, Refusal)
    assert known.code == "ROUTE_IS_KNOWN"


def test_a_talk_holds_nothing_up_and_another_doubt_does() -> None:
    asked = SettleByHand(way="remit", basis=GROUND)
    for doubt, auto in (("REMINDED", "issue_form"), ("NAME_DIFFERS", "")):
        chosen = settled(asked, doubts=("ROUTE_BY_HAND", doubt))
        assert isinstance(chosen, Outcome)
        assert (chosen.doubts, chosen.auto) == ((doubt,), auto)


def settled(asked: SettleByHand, doubts: tuple[str, ...] = ("ROUTE_BY_HAND",)) -> Outcome | Refusal:
    known = TransferFacts(
        agency=AgencyFacts(area="320100", name="南京经办中心", receipt_account=None),
        half="out",
        case_no=CASE,
        record_leg="accepted",
        fund_leg="waiting",
        counterpart="450200",
        counterpart_name="柳州经办中心",
        version=3,
        amount_fen=None,
        doubts=doubts,
        record=RECORD,
    )
    clerk = Actor(role=Role.CLERK, ref="x")
    step = Step(
        case_no=CASE, half="out", event="settle_by_hand", actor=clerk, key="k", payload=asked
    )
    return decide_settle_by_hand(known, step, NOW)
