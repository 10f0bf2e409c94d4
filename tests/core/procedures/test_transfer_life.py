"""Life events decided: by whose half, where the money is, and what is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from jiexu.core.base.actors import Actor, Role
from jiexu.core.exchange.kinds.life_event.schema import Body
from jiexu.core.procedures.outcome import MarkOrder, Outcome, Post, Refusal, Send, Step
from jiexu.core.procedures.transfer import life
from jiexu.core.procedures.transfer.checks import check_out_half
from jiexu.core.procedures.transfer.facts import (
    AgencyFacts,
    CaseRecord,
    LifeFact,
    Payment,
    PersonFacts,
    RelationFact,
    SpellFact,
    TransferFacts,
)
from jiexu.core.procedures.transfer.residents import old_cover_ends_on, standing

NOW = datetime(2026, 3, 20, 10, 0, tzinfo=timezone(timedelta(hours=8)))
CASE = "ZY450200260311000000017"


def facts(half: str = "out", record: str = "form_sent", fund: str = "fixed", **more: Any) -> Any:
    given: dict[str, Any] = {
        "agency": AgencyFacts(area="320100", name="南京经办中心", receipt_account=None),
        "half": half,
        "case_no": CASE,
        "record_leg": record,
        "fund_leg": fund,
        "counterpart": "450200",
        "counterpart_name": "柳州经办中心",
        "version": 3,
        "amount_fen": 3214_56,
        "doubts": (),
        "accepted_on": date(2026, 3, 11),
        "record": CaseRecord(
            applied_on=date(2026, 3, 11),
            channel="online",
            applicant="self",
            insutype_out="310",
            insutype_in="310",
            trafout_admdvs="320100",
            trafin_admdvs="450200",
            enrolled_on=date(2026, 3, 1),
        ),
        "person": PersonFacts(
            ref="p1",
            psn_no="p1",
            psn_name="沈若岚",
            psn_cert_type="01",
            certno="320198199203154525",
            gend="2",
            brdy=date(1992, 3, 15),
        ),
        "relations": (relation("310", "paused", date(2026, 3, 1)),),
    }
    return TransferFacts(**(given | more))


def relation(insutype: str, status: str, begin: date, **more: Any) -> RelationFact:
    plan = "account" if insutype == "310" else "pool_only"
    given: dict[str, Any] = {"valid_to": None, "emp_name": "", "plan": plan}
    return RelationFact(insutype=insutype, status=status, valid_from=begin, **(given | more))


def stated(kind: str, on: date = date(2026, 3, 18)) -> Step:
    return Step(
        case_no=CASE,
        half="out",
        event="report_life",
        actor=Actor(role=Role.CLERK, ref="x"),
        key="k",
        payload=life.Life(kind=kind, on=on, evidence="证明"),  # type: ignore[arg-type]
    )


def told(event: str, outcome: str = "told", half: str = "out") -> Step:
    body = Body(case_no=CASE, half=half, event=event, on=date(2026, 3, 18), outcome=outcome)  # type: ignore[arg-type]
    actor = Actor(role=Role.AGENCY, ref="450200")
    return Step(
        case_no=CASE, half=half, event="life_event_received", actor=actor, key="k", payload=body
    )


def sent(outcome: Outcome) -> str:
    (message,) = [one for one in outcome.effects if isinstance(one, Send)]
    return str(message.body.outcome)


@pytest.mark.parametrize("fund", ["approved", "paid", "owed"])
@pytest.mark.parametrize("record", ["form_sent", "done"])
def test_money_that_has_left_is_never_stopped(record: str, fund: str) -> None:
    for step, decide in (
        (stated("death"), life.decide_report_out),
        (told("death"), life.decide_told_out),
    ):
        answer = decide(facts(record=record, fund=fund), step, NOW)
        if isinstance(answer, Refusal):
            assert answer.code == "CASE_OVER"
            continue
        assert (answer.record_leg, answer.fund_leg) == (None, None)
        assert sent(answer) == "goes_on"
        assert not [one for one in answer.effects if isinstance(one, Post)]


@pytest.mark.parametrize("kind", ["death", "army", "emigration"])
def test_reserved_money_is_given_back_and_the_order_cancelled(kind: str) -> None:
    answer = life.decide_report_out(paying(Payment(part=1, amount_fen=3214_56)), stated(kind), NOW)
    assert isinstance(answer, Outcome)
    assert (answer.record_leg, answer.fund_leg) == ("stopped", "none")
    (post,) = [one for one in answer.effects if isinstance(one, Post)]
    assert post.postings[0].code == "transfer_out_voided"
    assert post.postings[0].amount_fen == 3214_56
    (mark,) = [one for one in answer.effects if isinstance(one, MarkOrder)]
    assert mark.state == "cancelled"
    assert sent(answer) == "stopped"
    assert answer.reasons
    assert all(reason.sources and reason.repair for reason in answer.reasons)


def paying(*payments: Payment, **more: Any) -> Any:
    known = facts(**more)
    record = msgspec.structs.replace(known.record, payments=payments)
    return msgspec.structs.replace(known, record=record)


@pytest.mark.parametrize("state", ["failed", "returned"])
def test_money_that_came_back_is_not_paid_again_after_a_death(state: str) -> None:
    """It is in transit here: it goes back into the old account, for the heirs."""
    payment = Payment(part=1, amount_fen=3214_56, state=state, hold="committed")
    answer = life.decide_report_out(paying(payment, fund="returned"), stated("death"), NOW)
    assert isinstance(answer, Outcome)
    assert (answer.record_leg, answer.fund_leg) == ("stopped", "none")
    (post,) = [one for one in answer.effects if isinstance(one, Post)]
    assert [one.code for one in post.postings] == ["transfer_out_restored"]
    assert not [one for one in answer.effects if isinstance(one, MarkOrder)]
    assert answer.facts.payment is None


def test_late_money_that_is_stopped_leaves_what_was_paid() -> None:
    paid = Payment(part=1, amount_fen=3214_56, state="paid")
    late = Payment(part=2, amount_fen=5_00)
    known = paying(paid, late, record="done", amount_fen=3219_56)
    answer = life.decide_report_out(known, stated("death"), NOW)
    assert isinstance(answer, Outcome)
    assert (answer.record_leg, answer.fund_leg, answer.amount_fen) == (None, "paid", 3214_56)
    (mark,) = [one for one in answer.effects if isinstance(one, MarkOrder)]
    assert (mark.reference, mark.state) == (f"{CASE}-2", "cancelled")


def test_while_it_is_being_sealed_one_waits() -> None:
    answer = life.decide_report_out(facts(record="form_issued"), stated("death"), NOW)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.later) == ("BEING_SEALED", True)
    assert answer.text == "信息表正在签章，现在不能登记参保人变动。"
    assert answer.remedy == "签章只要几秒，请稍后再登记。"


def test_retirement_by_the_day_of_acceptance() -> None:
    before = life.decide_report_out(facts(), stated("retirement", date(2026, 3, 11)), NOW)
    assert isinstance(before, Outcome)
    assert before.record_leg == "stopped"
    assert [one.code for one in before.reasons] == ["RETIREE"]
    after = life.decide_report_out(facts(), stated("retirement", date(2026, 3, 12)), NOW)
    assert isinstance(after, Outcome)
    assert (after.record_leg, after.fund_leg) == (None, None)
    assert after.doubts == ("RETIRED_MEANWHILE",)
    assert sent(after) == "told"
    # A clerk may stop it, with a reason; without the doubt there is nothing to stop.
    stop = msgspec.structs.replace(stated("retirement"), payload=life.Stop(why="本人放弃"))
    doubtful = facts(doubts=("RETIRED_MEANWHILE",), record_leg="form_sent")
    doubtful = msgspec.structs.replace(doubtful, record=after.facts)
    ended = life.decide_stop(doubtful, stop, NOW)
    assert isinstance(ended, Outcome)
    assert (ended.record_leg, ended.fund_leg, ended.doubts) == ("stopped", "none", ())
    refused = life.decide_stop(facts(), stop, NOW)
    assert isinstance(refused, Refusal)
    assert refused.code == "NOTHING_TO_STOP"
    assert refused.text == ("只有受理后参保人退休、需要人工决定的案件，才由转出地在这里终止。")
    assert refused.remedy == "参保人死亡、入伍或出境定居的，请用“登记参保人变动”。"
    # The form may still be issued by hand: the retirement came after acceptance.
    known = facts(record="accepted", life=(LifeFact(kind="retirement", on=date(2026, 3, 12)),))
    decision = check_out_half(known, known.record, known.relations[0], NOW.date())
    assert decision.outcome == "accept"


def test_the_new_place_goes_on_when_it_is_told_so() -> None:
    given = facts("in", "form_received", "arrived", doubts=("LIFE_EVENT", "AUTO_REFUSED"))
    answer = life.decide_answered_in(given, told("death", "goes_on", "in"), NOW)
    assert isinstance(answer, Outcome)
    assert (answer.doubts, answer.auto) == ((), "write_record")
    other = facts("in", "form_received", "arrived", doubts=("LIFE_EVENT", "FORM_SUMS"))
    answer = life.decide_answered_in(other, told("death", "goes_on", "in"), NOW)
    assert isinstance(answer, Outcome)
    assert (answer.doubts, answer.auto) == (("FORM_SUMS",), "")


def resident_record(**more: Any) -> CaseRecord:
    given: dict[str, Any] = {
        "applied_on": date(2026, 11, 20),
        "channel": "online",
        "applicant": "self",
        "insutype_out": "390",
        "insutype_in": "390",
        "trafout_admdvs": "320100",
        "trafin_admdvs": "450200",
        "enrolled_on": date(2026, 11, 10),
        "plan_in": "pool_only",
        "cover_year_in": 2027,
    }
    return CaseRecord(**(given | more))


@pytest.mark.parametrize(
    ("target", "on", "outcome", "earliest"),
    [
        ("450200", date(2026, 11, 20), "accept", None),
        ("410700", date(2026, 11, 20), "not_yet", "2027-01-01"),  # also the benefit period
        ("410100", date(2026, 11, 20), "not_yet", "2027-01-01"),  # 河南
        ("410700", date(2027, 1, 1), "accept", None),
    ],
)
def test_the_old_place_checks_residents_by_the_rule_of_the_new_one(
    target: str, on: date, outcome: str, earliest: str | None
) -> None:
    held = relation("390", "normal", date(2026, 1, 1), cover_year=2026)
    record = resident_record(trafin_admdvs=target)
    given = facts(
        record_leg="new",
        accepted_on=None,
        relations=(held,),
        spells=(
            SpellFact(
                insutype="390",
                kind="actual",
                begn_ym="202601",
                end_ym="202612",
                paid_area="320100",
            ),
        ),
    )
    decision = check_out_half(given, record, held, on)
    assert (decision.outcome, decision.values["earliest"]) == (outcome, earliest)
    if earliest:
        assert decision.reasons[0].repair is not None
        assert decision.reasons[0].repair.from_ == earliest


def test_old_cover_ends_when_the_new_one_begins() -> None:
    done = date(2026, 11, 23)
    assert old_cover_ends_on(resident_record(), done) == date(2027, 1, 1)
    assert old_cover_ends_on(resident_record(cover_year_in=None), done) == done
    assert old_cover_ends_on(resident_record(cover_year_in=2026), done) == done
    assert old_cover_ends_on(resident_record(insutype_in="310"), done) == done


def test_a_year_that_has_passed_counts_as_suspended_since() -> None:
    past = relation("390", "normal", date(2026, 1, 1), valid_to=date(2026, 12, 31))
    given = facts(relations=(past,))
    held = standing(given, "390", date(2027, 1, 12))
    assert held is not None
    assert (held.status, held.valid_from) == ("paused", date(2027, 1, 1))
    assert standing(given, "310", date(2027, 1, 12)) is None
    assert standing(given, "390", date(2025, 12, 31)) is None
