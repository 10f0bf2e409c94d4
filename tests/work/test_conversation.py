"""What the two sides and the person say to each other beside the clean way, end to end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.support.country import SOURCE, TARGET, THIRD, Country, Mover, rows

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.errors import BadInput, NotFound
from jiexu.core.procedures.transfer.facts import Agent
from jiexu.records.access.sealing import identity_index
from jiexu.records.isolation import acting_for, writing
from jiexu.records.procedures.models import Case, Clock
from jiexu.records.procedures.queries import actions, queue
from jiexu.records.registry.models import Contribution, Relation
from jiexu.work import dispatch, receive, timers
from jiexu.work.intake import act, apply_at_counter, apply_for_transfer, apply_for_transfers
from jiexu.work.recompute import recompute_dates
from jiexu.work.results import Result

CITIZEN = Actor(role=Role.CITIZEN, ref="citizen")


def ask(country: Country, mover: Mover, *, start: str = "from", **form: str) -> Result:
    asked = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310", "start": start, **form}
    return apply_for_transfer(
        CITIZEN, asked, country.key(), country.now, subject=identity_index(mover.certno)
    )


def clerk(area: str) -> Actor:
    return Actor(role=Role.CLERK, ref=f"clerk-{area}", agency=area)


def row(area: str, number: str) -> Case:
    return Case.objects.of(area).get(case_no=number)


def do(
    country: Country, area: str, number: str, event: str, actor: Actor | None = None, **form: Any
) -> Result:
    """A person makes a move on the half that this agency holds."""
    case = row(area, number)
    subject = bytes(case.person.certno_index) if actor is CITIZEN else b""
    return act(
        actor or clerk(area),
        area,
        number,
        case.half,
        event,
        form,
        case.version,
        country.key(),
        country.now,
        subject=subject,
    )


def legs(number: str) -> dict[str, tuple[str, str]]:
    return {
        case.half: (case.record_leg, case.fund_leg)
        for case in rows("procedures.Case")
        if case.case_no == number
    }


def one_exchange(country: Country) -> None:
    """Letters go over once each way; automatic moves and seals wait."""
    country.clock.forward(minutes=1)
    dispatch.dispatch_due(country.now)
    receive.apply_due(country.now)


def untouched(country: Country, mover: Mover) -> None:
    """Nothing has moved: the balance is whole and free, the books agree."""
    assert country.node.balance(SOURCE, mover.certno)["available_fen"] == mover.balance_fen
    assert country.held(TARGET, mover) == 0
    assert country.breaks() == []


# --- start at the source --------------------------------------------------------------------------


def test_started_at_the_old_place_it_is_the_same_transfer(country: Country) -> None:
    (mover,) = country.add_movers(1)
    result = ask(country, mover)
    assert result.ok, result
    assert (result.record_leg, result.fund_leg) == ("asking", "waiting")
    country.settle()
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    states = country.states(result.case_no)
    assert states == {
        "in": ("completed", "done", "credited"),
        "out": ("completed", "done", "paid"),
    }
    assert country.held(TARGET, mover) == mover.balance_fen
    assert row(SOURCE, result.case_no).promised_on == row(TARGET, result.case_no).promised_on
    assert country.breaks() == []


@pytest.mark.parametrize("start", ["to", "from"])
def test_both_sides_promise_the_same_day(country: Country, start: str) -> None:
    (mover,) = country.add_movers(1)
    number = ask(country, mover, start=start).case_no
    country.settle()
    there, here = row(TARGET, number), row(SOURCE, number)
    assert there.promised_on == here.promised_on is not None


def test_the_new_place_may_decline_what_was_started_at_the_old_one(country: Country) -> None:
    (mover,) = country.add_movers(1)
    with writing():
        Relation.objects.of(TARGET).update(status="paused")
    number = ask(country, mover).case_no
    country.settle()
    assert legs(number) == {"in": ("not_yet", "none"), "out": ("not_yet", "none")}
    shown = country.case(number, "out")
    assert "处于暂停参保" in shown["refusals"][0][0]
    assert "行政复议" in shown["remedies"]
    untouched(country, mover)


def test_refused_at_once_at_the_old_place(country: Country) -> None:
    (mover,) = country.add_movers(1, paused=False)
    refused = ask(country, mover)
    assert (refused.ok, refused.code) == (False, "SOURCE_NOT_PAUSED")
    stranger = mover._replace(certno="110101199003070038")
    unknown = ask(country, stranger)
    assert unknown.code == "PERSON_UNKNOWN_HERE"
    assert unknown.text == "南京经办中心没有您在该险种的参保记录，不能申请转出。"
    assert rows("procedures.Case") == []


def test_applied_at_both_places_at_once_one_case_goes_through(country: Country) -> None:
    (mover,) = country.add_movers(1)
    there, here = ask(country, mover, start="to"), ask(country, mover, start="from")
    assert there.ok and here.ok
    for _ in range(5):
        country.settle()
    assert legs(here.case_no)["out"] == ("refused", "none")
    assert legs(there.case_no) == {"in": ("done", "fixed"), "out": ("done", "fixed")}
    again = ask(country, mover)
    assert again.text == f"您已有一笔同险种的转移正在办理（{there.case_no}）。"


def test_messages_of_a_case_started_at_the_source_may_come_twice(country: Country) -> None:
    (mover,) = country.add_movers(1)
    number = ask(country, mover).case_no
    country.settle()
    with acting_for(TARGET), writing():
        from jiexu.records.exchange.models import Incoming

        Incoming.objects.of(TARGET).filter(kind="transfer_offer").update(
            state="waiting", lease_until=None, due_at=country.now
        )
    before = row(TARGET, number).version
    country.settle()
    assert row(TARGET, number).version == before


# --- who applies, and where -----------------------------------------------------------------------


def test_a_clerk_applies_at_the_counter_of_either_side(country: Country) -> None:
    one, two = country.add_movers(2)
    form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
    agent = Agent(name="沈父", relation="父亲", authority="监护人")
    there = apply_at_counter(
        clerk(TARGET), TARGET, one.certno, form, "k1", country.now, applicant="agent", agent=agent
    )
    here = apply_at_counter(clerk(SOURCE), SOURCE, two.certno, form, "k2", country.now)
    assert there.ok and here.ok, (there, here)
    assert (there.half, here.half) == ("in", "out")
    shown = country.case(there.case_no, "in")["applicant"]
    assert shown == "代办人，转入地窗口；代办人 沈父（父亲），依据：监护人"
    with pytest.raises(BadInput, match="都不是本机构"):
        apply_at_counter(clerk(THIRD), THIRD, one.certno, form, "k3", country.now)
    mistyped = one.certno[:-1] + ("0" if one.certno[-1] != "0" else "1")
    with pytest.raises(BadInput, match="至少有一位填错了"):
        apply_at_counter(clerk(TARGET), TARGET, mistyped, form, "k4", country.now)


@pytest.mark.parametrize(
    ("actor", "more", "code"),
    [
        (CITIZEN, {"channel": "counter_to"}, "CHANNEL_NOT_YOURS"),
        (CITIZEN, {"applicant": "employer"}, "APPLICANT_NOT_YOURS"),
        (CITIZEN, {"applicant": "agent"}, "AGENT_INCOMPLETE"),
        (clerk(TARGET), {}, "CHANNEL_NOT_YOURS"),
        (clerk(TARGET), {"channel": "counter_to", "applicant": "agent"}, "AGENT_INCOMPLETE"),
        (
            clerk(TARGET),
            {"channel": "counter_to", "agent": Agent(name="甲", relation="友", authority="函")},
            "AGENT_NOT_NEEDED",
        ),
        (clerk(SOURCE), {"channel": "counter_to"}, "NOT_YOUR_AGENCY"),
    ],
)
def test_who_may_not_apply_so(
    country: Country, actor: Actor, more: dict[str, Any], code: str
) -> None:
    (mover,) = country.add_movers(1)
    form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
    answer = apply_for_transfer(
        actor, form, "k", country.now, subject=identity_index(mover.certno), **more
    )
    assert (answer.ok, answer.code) == (False, code)
    assert answer.text and answer.remedy


def test_an_employer_applies_and_alone_takes_it_back(country: Country) -> None:
    (mover,) = country.add_movers(1)
    employer = Actor(role=Role.EMPLOYER, ref="91450200MA5XXXXX0X")
    form = {"from_area": SOURCE, "to_area": TARGET, "insutype": "310"}
    result = apply_for_transfer(
        employer,
        form,
        "k",
        country.now,
        subject=identity_index(mover.certno),
        applicant="employer",
    )
    assert result.ok, result
    refused = do(country, TARGET, result.case_no, "withdraw", CITIZEN)
    assert refused.text == "这笔申请由用人单位提出，不能由您撤回。"
    other = do(country, TARGET, result.case_no, "withdraw", Actor(role=Role.EMPLOYER, ref="x"))
    assert other.text == "这笔申请不是本单位提出的，不能由本单位撤回。"
    assert do(country, TARGET, result.case_no, "withdraw", employer).ok


def test_a_citizen_moves_only_in_their_own_cases(country: Country) -> None:
    one, two = country.add_movers(2)
    number = ask(country, one, start="to").case_no
    case = row(TARGET, number)
    for subject in (b"", identity_index(two.certno)):
        answer = act(
            CITIZEN, TARGET, number, "in", "withdraw", {}, case.version, "k", country.now,
            subject=subject,
        )  # fmt: skip
        assert (answer.ok, answer.code) == (False, "NOT_YOURS")
        assert answer.text == "没有找到这笔业务，或者它不属于您。"


# --- several places, and chains -------------------------------------------------------------------


@pytest.fixture
def three(country: Country) -> Country:
    """A third agency, 杭州, in the same country."""
    from tests.support.country import NAMES, account_of

    country.node.open_agency(
        area=THIRD,
        name=NAMES[THIRD],
        receipt_kind="收入户",
        bank_name="演示银行",
        account_name=f"{NAMES[THIRD]}（演示账户）",
        account=account_of(THIRD),
    )
    return country


def test_several_old_places_in_one_application(three: Country) -> None:
    (mover,) = three.add_movers(1)
    three.enrol(THIRD, [mover], since="2016-01", until="2018-12")
    form = {"to_area": TARGET, "insutype": "310"}
    subject = identity_index(mover.certno)
    answers = apply_for_transfers(CITIZEN, form, [THIRD, SOURCE], "k", three.now, subject=subject)
    assert [answer.ok for answer in answers] == [True, True], answers
    assert len({answer.case_no for answer in answers}) == 2
    again = apply_for_transfers(CITIZEN, form, [THIRD, SOURCE], "k", three.now, subject=subject)
    assert [answer.repeated for answer in again] == [True, True]
    once_more = apply_for_transfers(CITIZEN, form, [SOURCE], "k2", three.now, subject=subject)
    assert once_more[0].code == "ALREADY_OPEN"
    three.settle()
    for answer in answers:
        assert legs(answer.case_no)["in"][0] == "done"
    # 2016-2018 alone would be a break of seven years: it is not judged while the other comes in.
    early, whole = (three.case(answer.case_no, "in")["cover_after"]["text"] for answer in answers)
    assert early.startswith(f"只看这一笔，中断 86 个月；另一笔转入（{answers[1].case_no}）还在办理")
    assert whole == "参保没有中断，没有待遇等待期，2026-03-01 起享受待遇。"
    months = Contribution.objects.of(TARGET).filter(case_no__in=[a.case_no for a in answers])
    assert set(months.values_list("paid_area", flat=True)) == {THIRD, SOURCE}
    with pytest.raises(BadInput, match="填写了两次"):
        apply_for_transfers(CITIZEN, form, [SOURCE, SOURCE], "k3", three.now, subject=subject)
    with pytest.raises(BadInput, match="1 至 10"):
        apply_for_transfers(CITIZEN, form, [], "k4", three.now, subject=subject)
    with pytest.raises(NotFound):
        apply_for_transfers(
            CITIZEN, {**form, "to_area": "110000"}, [SOURCE], "k5", three.now, subject=subject
        )


def test_the_second_of_two_transfers_waits_for_the_first(three: Country) -> None:
    """A→B→C: the form of B waits until what comes from A is there."""
    (mover,) = three.add_movers(1)
    first = ask(three, mover, start="to").case_no
    three.settle()
    # Moves on to the third place before the money of the first transfer is there.
    with writing():
        Relation.objects.of(TARGET).update(status="paused")
    three.enrol(THIRD, [mover], since="2026-03", until=None)
    second = ask(three, mover, start="to", from_area=TARGET, to_area=THIRD).case_no
    three.settle()
    assert legs(second) == {"in": ("accepted", "waiting"), "out": ("accepted", "waiting")}
    assert row(TARGET, first).state == "open"
    waiting = Case.objects.of(TARGET).get(case_no=second)
    assert waiting.doubts == "INCOMING_OPEN"
    assert "还有一笔转入本地的转移没有办结" in three.case(second, "out", TARGET)["doubts"][0]
    three.pay()
    three.settle()
    three.bank_round()
    three.settle()
    three.settle()
    assert Case.objects.of(TARGET).get(case_no=first).state == "completed"
    assert legs(second)["in"][0] == "form_received"  # the month of both places is looked at
    assert do(three, THIRD, second, "write_record").ok
    three.settle()
    assert legs(second)["out"][0] == "done"
    paper = Case.objects.of(TARGET).get(case_no=second)
    assert paper.amount_fen == mover.balance_fen
    assert three.breaks() == []


# --- withdraw and decline -------------------------------------------------------------------------


@pytest.mark.parametrize("exchanges", [0, 1, 2, 3])
def test_withdrawn_at_the_new_place(country: Country, exchanges: int) -> None:
    """At any moment before the form is here; letters may cross."""
    (mover,) = country.add_movers(1)
    number = ask(country, mover, start="to").case_no
    for _ in range(exchanges):
        one_exchange(country)
        if row(TARGET, number).record_leg == "accepted":
            timers.run_autos(country.now)  # the form is made while the person withdraws
    result = do(country, TARGET, number, "withdraw", CITIZEN)
    assert result.ok, result
    assert result.record_leg == "closing"
    for _ in range(4):
        country.settle()
    assert legs(number) == {"in": ("withdrawn", "none"), "out": ("withdrawn", "none")}
    untouched(country, mover)
    assert not Clock.objects.across_node().filter(met_on=None, stopped_on=None).exists()
    assert {order.state for order in rows("settlement.Order")} <= {"cancelled"}
    again = ask(country, mover, start="to")
    assert again.ok
    country.settle()
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.held(TARGET, mover) == mover.balance_fen


def test_too_late_to_withdraw_once_the_payment_is_in_a_batch(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (number,) = country.accepted()
    one_exchange(country)  # accepted here; the form is made and paid before the withdrawal arrives
    assert do(country, TARGET, number, "withdraw", CITIZEN).ok
    from jiexu.work import documents

    timers.run_autos(country.now)
    documents.seal_due(country.now)
    country.prepare()
    country.settle()
    country.settle()
    said = [item["title"] for item in country.case(number, "in")["timeline"]]
    assert "不能终结" in said
    (batch,) = rows("settlement.Batch")
    country.approve(batch.number)
    for _ in range(3):
        country.settle()
        country.bank_round()
    country.settle()
    assert legs(number) == {"in": ("done", "credited"), "out": ("done", "paid")}
    assert country.held(TARGET, mover) == mover.balance_fen
    assert country.breaks() == []


@pytest.mark.parametrize("exchanges", [0, 1, 2])
def test_withdrawn_at_the_old_place(country: Country, exchanges: int) -> None:
    (mover,) = country.add_movers(1)
    number = ask(country, mover).case_no
    for _ in range(exchanges):
        one_exchange(country)
    result = do(country, SOURCE, number, "withdraw", CITIZEN)
    assert (result.ok, result.state) == (True, "withdrawn"), result
    for _ in range(4):
        country.settle()
    assert set(legs(number).values()) == {("withdrawn", "none")}
    untouched(country, mover)


def test_nobody_withdraws_when_the_form_is_out(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    for area in (SOURCE, TARGET):
        answer = do(country, area, number, "withdraw", CITIZEN)
        assert (answer.ok, answer.code) == (False, "WRONG_STATE")


@pytest.mark.parametrize("area", [SOURCE, TARGET])
def test_a_clerk_of_either_side_declines(country: Country, area: str) -> None:
    (mover,) = country.add_movers(1)
    (number,) = country.accepted()
    one_exchange(country)
    missing = do(country, area, number, "decline", ground="papers")
    assert (missing.code, missing.path) == ("MISSING", "words")
    result = do(country, area, number, "decline", ground="outside", words="已办理退休")
    assert result.ok, result
    for _ in range(4):
        country.settle()
    assert set(legs(number).values()) == {("refused", "none")}
    for half in ("in", "out"):
        shown = country.case(number, half)
        assert shown["refusals"][0][0] == "不属于转移接续的范围：已办理退休。"
        papers = [paper["number"] for paper in country.case(number, "in")["papers"]]
        assert papers[-1] == f"BY{number[2:]}"
        assert "行政复议" in shown["remedies"]
    told = [
        n for n in rows("notices.Notice") if n.code in {"transfer.refused", "transfer.declined"}
    ]
    assert told
    untouched(country, mover)


# --- reminders and questions ----------------------------------------------------------------------


def test_reminded_once_a_working_day_and_told_where_it_stands(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    assert do(country, TARGET, number, "remind", CITIZEN).ok
    again = do(country, TARGET, number, "remind", CITIZEN)
    assert again.text == "这个工作日已经催办过，对方已收到。"
    country.settle()
    country.settle()
    words = [item["text"] for item in country.case(number, "in")["timeline"]]
    assert any("资金：金额已核定，待付款" in text for text in words), words
    assert "有人催办" in country.case(number, "out")["doubts"][0]
    assert [one.case_no for one in queue(SOURCE, Role.CLERK, country.now.date())] == [number]
    assert do(country, SOURCE, number, "note").ok
    assert not country.case(number, "out")["doubts"]
    country.clock.forward(days=1)
    assert do(country, TARGET, number, "remind", CITIZEN).ok


def test_a_reminder_holds_nothing_up(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.accepted()
    one_exchange(country)
    assert do(country, TARGET, number, "remind", CITIZEN).ok
    one_exchange(country)
    assert "REMINDED" in row(SOURCE, number).doubts
    country.settle()
    assert legs(number)["in"][0] == "done"


def test_a_completed_case_needs_no_reminder(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_end()
    answer = do(country, TARGET, number, "remind", CITIZEN)
    assert answer.text == "本案已经办结，不需要催办。"
    offered = [one.event for one in actions(TARGET, number, "in", CITIZEN)]
    assert "remind" not in offered
    assert "dispute" in offered


@pytest.mark.parametrize(("asker", "other"), [(SOURCE, TARGET), (TARGET, SOURCE)])
def test_a_question_is_answered_even_when_all_is_done(
    country: Country, asker: str, other: str
) -> None:
    country.add_movers(1)
    (number,) = country.to_the_end()
    nothing = do(country, other, number, "answer_enquiry", words="?")
    assert nothing.text == "没有等待答复的协查。"
    assert do(country, asker, number, "clarify", words="2019 年的月份请核对").ok
    country.settle()
    half = row(other, number).half
    assert country.case(number, half)["talks"][0]["text"] == "2019 年的月份请核对"
    assert do(country, other, number, "answer_enquiry", words="已核对").ok
    country.settle()
    half = row(asker, number).half
    talk = country.case(number, half)["talks"][0]
    assert talk["answer"] == "已核对"
    assert row(asker, number).doubts == "ANSWER_CAME"
    assert do(country, asker, number, "note").ok
    assert country.breaks() == []


def test_a_silent_answer_is_chased_three_times_and_then_shown(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_form()
    assert do(country, TARGET, number, "clarify", words="请核对").ok
    country.settle()
    for _ in range(4):
        country.clock.forward(days=10)
        country.settle()
    assert row(TARGET, number).doubts == "ENQUIRY_SILENT"
    titles = [item["title"] for item in country.case(number, "in")["timeline"]]
    assert titles.count("再次催问协查") == 2
    # The money goes on all the same.
    country.pay()
    country.settle()
    country.bank_round()
    country.settle()
    assert country.states(number)["in"][0] == "completed"
    assert do(country, SOURCE, number, "answer_enquiry", words="迟复为歉").ok
    country.settle()
    assert row(TARGET, number).doubts == "ANSWER_CAME"


# --- papers, corrections, objections --------------------------------------------------------------


def test_papers_are_asked_for_and_handed_in(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.accepted()
    early = do(country, SOURCE, number, "supplement", CITIZEN, answer="?")
    assert early.text == "经办机构没有要求补正，或者已经补交过。"
    assert do(country, SOURCE, number, "request_supplement", wanted="身份证照片").ok
    twice = do(country, SOURCE, number, "request_supplement", wanted="还有")
    assert twice.text == "已经要求过补正，参保人还没有补交。"
    country.settle()
    assert legs(number)["out"][0] == "accepted"  # the automatic form is called off
    assert row(SOURCE, number).doubts == "SUPPLEMENT_WANTED"
    due = Clock.objects.of(SOURCE).get(name="record_out").due_on
    country.clock.forward(days=5)
    assert do(country, SOURCE, number, "supplement", CITIZEN, answer="已交到窗口").ok
    # No sourced rule: the limit has run on.
    assert Clock.objects.of(SOURCE).get(name="record_out").due_on == due
    assert row(SOURCE, number).doubts == "SUPPLEMENT_CAME"
    assert country.case(number, "out")["supplements"][0]["answer"] == "已交到窗口"
    assert do(country, SOURCE, number, "request_supplement", wanted="合同\n凭证").ok
    assert do(country, SOURCE, number, "supplement", CITIZEN, answer="一并交了").ok
    assert do(country, SOURCE, number, "issue_form").ok
    country.settle()
    assert legs(number)["in"][0] == "done"
    told = [one for one in country.case(number, "out")["papers"] if one["kind"] == "supplement"]
    first = f"BZ{number[2:]}-ZC"
    assert {(one["number"], one["sealed"]) for one in told} == {(first, True), (f"{first}-2", True)}
    assert country.breaks() == []


def test_a_corrected_form_supersedes_the_months(country: Country) -> None:
    (mover,) = country.add_movers(1)
    (number,) = country.to_the_end()
    with writing():
        Contribution.objects.of(SOURCE).update(begn_ym="201901")
    result = do(country, SOURCE, number, "correct_form", words="漏记 2019 年 1 至 2 月")
    assert result.ok, result
    country.settle()
    country.settle()
    brought = Contribution.objects.of(TARGET).filter(case_no=number)
    assert [(one.begn_ym, one.superseded_at is None) for one in brought.order_by("pk")] == [
        ("201903", False),
        ("201901", True),
    ]
    papers = [
        one for one in country.case(number, "out")["papers"] if one["number"].startswith("XX")
    ]
    assert [paper["number"] for paper in papers] == [f"XX{number[2:]}", f"XX{number[2:]}-2"]
    assert all(paper["sealed"] for paper in papers)
    assert row(TARGET, number).doubts == ""
    assert country.held(TARGET, mover) == mover.balance_fen
    # Another amount changes no money, and finance sees it.
    assert do(country, SOURCE, number, "correct_form", words="金额", amount_fen="1.00").ok
    country.settle()
    assert row(SOURCE, number).doubts == row(TARGET, number).doubts == "AMOUNT_CORRECTED"
    assert country.held(TARGET, mover) == mover.balance_fen
    assert row(TARGET, number).amount_fen == mover.balance_fen
    assert country.breaks() == []


def test_a_person_objects_and_is_answered(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.to_the_end()
    assert do(country, TARGET, number, "dispute", CITIZEN, about="months", words="少三个月").ok
    twice = do(country, TARGET, number, "dispute", CITIZEN, about="months", words="x")
    assert twice.text == "您已提出一项异议，经办机构还没有答复。"
    assert [one.case_no for one in queue(TARGET, Role.CLERK, country.now.date())] == [number]
    country.clock.forward(days=14)
    country.settle()
    titles = [item["title"] for item in country.case(number, "in")["timeline"]]
    assert "异议超期没有答复" in titles
    assert do(country, TARGET, number, "answer_dispute", answer="已核对，月份无误").ok
    none = do(country, TARGET, number, "answer_dispute", answer="x")
    assert none.text == "没有等待答复的异议。"
    shown = country.case(number, "in")["disputes"][0]
    assert (shown["title"], shown["answer"]) == ("月份不对", "已核对，月份无误")
    told = [n for n in rows("notices.Notice") if n.code == "transfer.dispute_answered"]
    assert len(told) == 1


# --- days that move -------------------------------------------------------------------------------


def test_provisional_days_are_counted_again(country: Country) -> None:
    country.add_movers(1)
    (number,) = country.accepted()
    one_exchange(country)
    right = {area: row(area, number).promised_on for area in (SOURCE, TARGET)}
    # As it was told while the year's arrangement was not known.
    with writing():
        for area in (SOURCE, TARGET):
            Clock.objects.of(area).update(due_on=country.now.date(), provisional=True)
            Case.objects.of(area).update(
                promised_on=country.now.date() + timedelta(days=1), promised_provisional=True
            )
    assert recompute_dates(country.now) == 2
    for area in (SOURCE, TARGET):
        case = row(area, number)
        assert (case.promised_on, case.promised_provisional) == (right[area], False)
        assert not Clock.objects.of(area).filter(provisional=True).exists()
        item = country.case(number, case.half)["timeline"][-1]
        assert item["title"] == "期限已重新计算"
        assert "由 2026年3月12日 改为 2026年4月1日" in item["text"], item
    assert len([n for n in rows("notices.Notice") if n.code == "transfer.date_recomputed"]) == 2
    assert recompute_dates(country.now) == 0


def test_a_record_that_is_there_has_no_promise_to_count_again(country: Country) -> None:
    """The form came early: the five days of the new place are not what was promised."""
    country.add_movers(1)
    (number,) = country.accepted()
    country.settle()
    before = {area: row(area, number) for area in (SOURCE, TARGET)}
    assert {case.record_leg for case in before.values()} == {"done"}
    with writing():
        for area in (SOURCE, TARGET):
            Case.objects.of(area).update(promised_provisional=True)
    assert recompute_dates(country.now) == 0
    for area, case in before.items():
        assert (row(area, number).promised_on, row(area, number).version) == (
            case.promised_on,
            case.version,
        )
    assert not [n for n in rows("notices.Notice") if n.code == "transfer.date_recomputed"]
