"""The moves beside the clean way, decision by decision: every refusal in its words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from jiexu.core.base.actors import Actor, Role, timer
from jiexu.core.exchange.kinds.date_change.schema import Body as Change
from jiexu.core.exchange.kinds.enquiry.schema import Body as Enquiry
from jiexu.core.exchange.kinds.enquiry_answer.schema import Body as EnquiryAnswer
from jiexu.core.exchange.kinds.precheck_answer.schema import Body as Answer
from jiexu.core.exchange.kinds.withdrawal.schema import Body as Withdrawal
from jiexu.core.procedures.outcome import (
    Issue,
    MarkOrder,
    MoveClock,
    Outcome,
    Post,
    Refusal,
    Send,
    StartClock,
    Step,
    StopClocks,
)
from jiexu.core.procedures.transfer.facts import (
    AgencyFacts,
    Agent,
    Application,
    CaseRecord,
    ClockFact,
    Payment,
    PersonFacts,
    Supplement,
    Talk,
    TransferFacts,
)
from jiexu.core.procedures.transfer.states import FUND_STATES
from jiexu.core.procedures.transfer.supplementing import Handed, Request
from jiexu.core.procedures.transfer.table import TRANSFER

NOW = datetime(2026, 3, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
SOURCE, TARGET = "320100", "450200"
NO = "ZY450200260311000000017"
PERSON = PersonFacts(
    ref="P1",
    psn_no="P1",
    psn_name="沈若岚",
    psn_cert_type="01",
    certno="320198199203154525",
    gend="2",
    brdy=date(1992, 3, 15),
)
CLOCK = ClockFact(
    leg="record",
    name="record_out",
    holder=SOURCE,
    started_on=date(2026, 3, 2),
    limit_workdays=10,
    due_on=date(2026, 3, 16),
    provisional=False,
    paused_on=None,
    paused_workdays=0,
)
RECORD = CaseRecord(
    applied_on=TODAY,
    channel="online",
    applicant="self",
    insutype_out="310",
    insutype_in="310",
    trafout_admdvs=SOURCE,
    trafin_admdvs=TARGET,
    in_limit_workdays=5,
)


def facts(half: str, record_leg: str = "accepted", fund_leg: str = "waiting", **more: Any) -> Any:
    here, there = (TARGET, SOURCE) if half == "in" else (SOURCE, TARGET)
    given = {
        "agency": AgencyFacts(area=here, name=f"机构{here}", receipt_account=None),
        "half": half,
        "case_no": NO,
        "record_leg": record_leg,
        "fund_leg": fund_leg,
        "counterpart": there,
        "counterpart_name": f"机构{there}",
        "version": 3,
        "amount_fen": None,
        "doubts": (),
        "record": RECORD,
        "person": PERSON,
        **more,
    }
    return TransferFacts(**given)


def decide(
    known: TransferFacts, event: str, payload: Any = None, actor: Actor | None = None
) -> Outcome | Refusal:
    """The decision of the table's row; what it leads to stays inside the row."""
    move = TRANSFER.move(known.half, event)
    assert move is not None
    actor = actor or Actor(role=sorted(move.roles)[0], ref="somebody")
    step = Step(case_no=NO, half=known.half, event=event, actor=actor, key="k", payload=payload)
    answer = move.decide(known, step, NOW)
    if isinstance(answer, Outcome):
        TRANSFER.check(move, answer)
    return answer


def made(known: TransferFacts, event: str, payload: Any = None, actor: Any = None) -> Outcome:
    answer = decide(known, event, payload, actor)
    assert isinstance(answer, Outcome), answer
    return answer


def refused(
    known: TransferFacts, event: str, payload: Any = None, actor: Any = None
) -> tuple[str, str, str]:
    answer = decide(known, event, payload, actor)
    assert isinstance(answer, Refusal), answer
    return answer.code, answer.text, answer.remedy


def papers_of(outcome: Outcome) -> list[Issue]:
    return [one for one in outcome.effects if isinstance(one, Issue)]


def kinds(outcome: Outcome) -> list[str]:
    return [type(one).__name__ for one in outcome.effects]


def told(outcome: Outcome) -> Any:
    return next(one.body for one in outcome.effects if isinstance(one, Send))


END = Withdrawal(case_no=NO, to_half="out", how="withdrawn", told_on=TODAY)


@pytest.mark.parametrize("fund", sorted(FUND_STATES - {"new", "waiting", "fixed", "none"}))
@pytest.mark.parametrize("order", ["waiting", "in_batch", "approved", "paid"])
def test_nothing_ends_once_the_money_moves(fund: str, order: str) -> None:
    known = facts("out", "form_sent", fund, amount_fen=100, order_state=order)
    outcome = made(known, "withdrawal_received", END)
    assert (outcome.record_leg, outcome.fund_leg) == (None, None)
    assert kinds(outcome) == ["Send"]
    assert told(outcome).agreed is False


@pytest.mark.parametrize("order", ["in_batch", "approved", "accepted", "failed", "paid", ""])
def test_nothing_ends_once_the_payment_is_in_a_batch(order: str) -> None:
    known = facts("out", "form_sent", "fixed", amount_fen=100, order_state=order)
    assert told(made(known, "withdrawal_received", END)).agreed is False


@pytest.mark.parametrize("how", ["withdrawn", "refused"])
def test_a_reserved_amount_is_given_back(how: str) -> None:
    record = msgspec.structs.replace(RECORD, payments=(Payment(part=1, amount_fen=100),))
    known = facts("out", "form_sent", "fixed", amount_fen=100, order_state="waiting", record=record)
    body = msgspec.structs.replace(END, how=how)
    outcome = made(known, "withdrawal_received", body)
    assert (outcome.record_leg, outcome.fund_leg) == (how, "none")
    assert kinds(outcome) == ["StopClocks", "Send", "Post", "MarkOrder"]
    posting = next(one for one in outcome.effects if isinstance(one, Post)).postings[0]
    assert (posting.code, posting.amount_fen) == ("transfer_out_voided", 100)
    mark = next(one for one in outcome.effects if isinstance(one, MarkOrder))
    assert (mark.reference, mark.state) == (NO, "cancelled")


@pytest.mark.parametrize("event", ["withdraw", "decline"])
def test_what_was_set_aside_at_acceptance_is_free_again(event: str) -> None:
    from jiexu.core.procedures.transfer.ending import Declining

    record = msgspec.structs.replace(RECORD, reserved_fen=100)
    asked = Declining(ground="papers", words="没有身份证。") if event == "decline" else None
    outcome = made(facts("out", record=record), event, asked, Actor(role=Role.CLERK, ref="x"))
    posting = next(one for one in outcome.effects if isinstance(one, Post)).postings[0]
    assert (posting.code, posting.amount_fen) == ("transfer_out_voided", 100)
    assert outcome.facts.reserved_fen == 0


def test_declining_says_reason_words_and_remedies() -> None:
    from jiexu.core.procedures.transfer.ending import Declining

    outcome = made(facts("out"), "decline", Declining(ground="papers", words="没有身份证。"))
    assert outcome.reasons[0].text == "要求补正的材料没有补齐：没有身份证。"
    assert told(outcome).outcome == "refuse"
    notice = next(one for one in outcome.effects if type(one).__name__ == "Notify")
    assert "行政复议" in notice.args["remedies"]
    asked = made(facts("in"), "decline", Declining(ground="other", words="x"))
    assert asked.record_leg == "closing"
    assert told(asked).how == "refused"


def test_an_answer_that_crosses_an_end_waits_or_is_refused() -> None:
    accept = Answer(case_no=NO, outcome="accept", answered_on=TODAY)
    known = facts("in", "closing")
    answer = decide(known, "answer_received", accept)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.later) == ("ENDING", True)
    assert answer.text == "本案正在终结，转出地的受理答复暂不采用。"
    assert refused(facts("out", "asking"), "answer_received", accept) == (
        "UNEXPECTED_ANSWER",
        "转入地以校验结果答复了受理，应以申请通知答复。",
        "请转入地发送申请通知。",
    )


def test_reminding() -> None:
    assert refused(facts("in", "done", "credited"), "remind") == (
        "NOTHING_TO_REMIND",
        "本案已经办结，不需要催办。",
        "对结果有疑问的，请提出异议。",
    )
    today = msgspec.structs.replace(RECORD, reminded_on=TODAY)
    assert refused(facts("in", record=today), "remind") == (
        "REMINDED_TODAY",
        "这个工作日已经催办过，对方已收到。",
        "请下一个工作日再催办；急需办理的请拨打 12393。",
    )
    yesterday = msgspec.structs.replace(RECORD, reminded_on=date(2026, 3, 10))
    outcome = made(facts("in", record=yesterday), "remind", None, Actor(role=Role.CLERK, ref="c"))
    assert (told(outcome).purpose, outcome.doubts) == ("remind", None)


TALK = Talk(number="in-1", purpose="clarify", ours=True, asked_on=TODAY, text="?")


def test_questions() -> None:
    assert refused(facts("in"), "answer_enquiry") == (
        "NOTHING_TO_ANSWER",
        "没有等待答复的协查。",
        "请刷新页面；可能已由他人答复。",
    )
    answer = EnquiryAnswer(
        case_no=NO, to_half="in", enquiry_no="in-9", answered_on=TODAY, words="好"
    )
    assert refused(facts("in"), "enquiry_answered", answer) == (
        "NO_SUCH_ENQUIRY",
        "没有发出过编号 in-9 的协查。",
        "请对方核对协查编号后重新答复。",
    )
    assert refused(facts("in"), "enquiry_silent", TODAY, timer("enquiry-in-1-1")) == (
        "ANSWERED",
        "这份协查已有答复，或已再次催问。",
        "不需要办理。",
    )
    asked = msgspec.structs.replace(RECORD, talks=(TALK,))
    chased = made(facts("in", record=asked), "enquiry_silent", TODAY, timer("enquiry-in-1-1"))
    assert (told(chased).enquiry_no, told(chased).round) == ("in-1", 2)
    assert [one.name for one in chased.effects if isinstance(one, StartClock)] == ["enquiry-in-1-2"]
    assert [one.names for one in chased.effects if isinstance(one, StopClocks)] == [
        ("enquiry-in-1-1",)
    ]
    last = msgspec.structs.replace(RECORD, talks=(msgspec.structs.replace(TALK, round=3),))
    shown = made(facts("in", record=last), "enquiry_silent", TODAY, timer("enquiry-in-1-3"))
    assert shown.doubts == ("ENQUIRY_SILENT",)


def test_a_chase_that_crossed_the_answer_gets_it_again() -> None:
    answered = msgspec.structs.replace(TALK, ours=False, answered_on=TODAY, answer="无误")
    known = facts("out", record=msgspec.structs.replace(RECORD, talks=(answered,)))
    chase = Enquiry(
        case_no=NO,
        to_half="out",
        enquiry_no="in-1",
        purpose="clarify",
        asked_on=TODAY,
        round=2,
    )
    outcome = made(known, "enquiry_received", chase)
    assert told(outcome).words == "无误"
    assert outcome.doubts is None


def test_asking_for_papers_stops_the_clock_only_by_a_sourced_rule() -> None:
    known = facts("out", clocks=(CLOCK,), promised_on=date(2026, 3, 23))
    wanted = Request(wanted="劳动合同")
    runs_on = made(known, "request_supplement", wanted)
    assert kinds(runs_on) == ["Issue", "Notify"]
    assert runs_on.hold_auto
    assert runs_on.say == "both.request_supplement"


def test_the_notice_names_each_missing_thing_and_each_has_its_number() -> None:
    both = Request(wanted="劳动合同\n\n 身份证复印件", how="送到三楼窗口", until=date(2026, 3, 20))
    (paper,) = papers_of(made(facts("in"), "request_supplement", both))
    assert (paper.kind, paper.number) == ("supplement", f"BZ{NO[2:]}")
    said = paper.content
    assert [one.what for one in said.missing] == ["劳动合同", "身份证复印件"]
    assert {(one.why, one.how) for one in said.missing} == {
        ("审核转移接续申请需要", "送到三楼窗口")
    }
    assert said.until == date(2026, 3, 20)
    again = msgspec.structs.replace(
        RECORD, supplements=(Supplement(wanted="x", asked_on=TODAY, answered_on=TODAY),)
    )
    for half, number in (("in", f"BZ{NO[2:]}-2"), ("out", f"BZ{NO[2:]}-ZC-2")):
        outcome = made(facts(half, record=again), "request_supplement", Request(wanted="y"))
        assert [one.number for one in papers_of(outcome)] == [number]
    assert refused(facts("in"), "request_supplement", Request(wanted="z", until=TODAY)) == (
        "TERM_OVER_ALREADY",
        "补正期限 2026-03-11 不在今天以后。",
        "请填写今天以后的日期；没有规定期限的不填。",
    )


def test_the_paper_of_an_end_comes_from_where_the_person_applied() -> None:
    from jiexu.core.procedures.transfer.ending import Declining

    asked = Declining(ground="papers", words="没有身份证。")
    by_them = msgspec.structs.replace(RECORD, applied_by="wei")
    assert papers_of(made(facts("out"), "withdraw")) == []
    assert papers_of(made(facts("out"), "decline", asked)) == []
    (paper,) = papers_of(made(facts("out", record=by_them), "withdraw"))
    assert (paper.kind, paper.number) == ("closing", f"ZJ{NO[2:]}-ZC")
    assert (paper.content.outcome, paper.content.remedies) == ("withdrawn", "")
    (paper,) = papers_of(made(facts("out", record=by_them), "decline", asked))
    assert (paper.kind, paper.number) == ("refusal", f"BY{NO[2:]}-ZC")
    assert "行政复议" in paper.content.remedies
    ended = msgspec.structs.replace(END, to_half="in", how="refused")
    (paper,) = papers_of(made(facts("in"), "withdrawal_received", ended))
    assert (paper.kind, paper.number) == ("refusal", f"BY{NO[2:]}")


def test_a_clock_that_stood_still_runs_on_and_its_day_moves() -> None:
    asked = msgspec.structs.replace(
        RECORD, supplements=(Supplement(wanted="劳动合同", asked_on=date(2026, 3, 6)),)
    )
    paused = msgspec.structs.replace(CLOCK, paused_on=date(2026, 3, 6))
    known = facts("out", record=asked, clocks=(paused,), doubts=("SUPPLEMENT_WANTED",))
    outcome = made(known, "supplement", Handed(answer="已交"))
    # 6 March to 11 March: three working days; 16 March becomes 19 March, and five there: 26 March.
    move = next(one for one in outcome.effects if isinstance(one, MoveClock))
    assert (move.due_on, move.paused_on, move.paused_workdays) == (date(2026, 3, 19), None, 3)
    assert outcome.promised_on == date(2026, 3, 26)
    assert told(outcome).out_due == date(2026, 3, 19)
    assert outcome.args == {"old": "2026-03-16", "new": "2026-03-19", "days": "3"}
    assert outcome.doubts == ("SUPPLEMENT_CAME",)
    there = facts(
        "in", clocks=(CLOCK,), promised_on=date(2026, 3, 23), doubts=("SUPPLEMENT_WANTED",)
    )
    change = Change(case_no=NO, to_half="in", told_on=TODAY, out_due=date(2026, 3, 19))
    assert made(there, "date_changed", change).promised_on == date(2026, 3, 26)
    assert refused(facts("in"), "date_changed", change)[0] == "NO_DATE_TO_CHANGE"


def test_nothing_is_told_when_no_day_changes() -> None:
    known = facts("out", clocks=(CLOCK,), promised_on=date(2026, 3, 23))
    assert refused(known, "date_recomputed") == (
        "NOTHING_CHANGED",
        "按现有放假安排重新计算，期限没有变化。",
        "不需要办理。",
    )
    guessed = msgspec.structs.replace(CLOCK, due_on=date(2026, 3, 17), provisional=True)
    again = facts(
        "out", clocks=(guessed,), promised_on=date(2026, 3, 24), promised_provisional=True
    )
    outcome = made(again, "date_recomputed")
    assert (outcome.promised_on, outcome.promised_provisional) == (date(2026, 3, 23), False)
    assert outcome.args == {"old": "2026-03-24", "new": "2026-03-23"}


def test_a_waiting_form_is_not_released_before_its_time() -> None:
    known = facts("out", doubts=("INCOMING_OPEN",), incoming_case_no="ZY1")
    assert refused(known, "incoming_settled") == (
        "INCOMING_OPEN",
        "转入本地的 ZY1 还没有办结。",
        "请等那一笔办结；急需先转出的，请人工出具信息表。",
    )
    free = facts("out", doubts=("INCOMING_OPEN",))
    assert made(free, "incoming_settled").auto == "issue_form"
    held = facts("out", doubts=("INCOMING_OPEN", "NAME_DIFFERS"))
    outcome = made(held, "incoming_settled")
    assert (outcome.auto, outcome.doubts) == ("", ("NAME_DIFFERS",))


def test_a_corrected_form_waits_for_the_one_it_replaces() -> None:
    from jiexu.core.exchange.kinds.information_form.schema import Body, Form, Seal

    form = Form(
        number="XX1-2", case_no=NO, issued_on=TODAY, issuer_name="x", psn_cert_type="01",
        certno=PERSON.certno, psn_name="沈若岚", gend="2", brdy=PERSON.brdy, insutype="310",
        trafout_admdvs=SOURCE, trafin_admdvs=TARGET, spells=(), clct_mons=0, years=(),
        acct_trafout_amt="0.00", payment_reference=NO, replaces="XX1",
    )  # fmt: skip
    seal = Seal(key_id="", root="", leaf_index=0, leaf_count=1, path=(), signature="")
    body = Body(case_no=NO, form=form, seal=seal)
    answer = decide(facts("in", "done", "none"), "form_corrected", body)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.later) == ("REPLACES_UNKNOWN", True)
    assert answer.text == "更正的信息表所替换的 XX1 还没有收到，或已被替换。"
    first = msgspec.structs.replace(form, number="XX1", replaces="")
    known = facts("in", "done", "none", record=msgspec.structs.replace(RECORD, form=first))
    other = msgspec.structs.replace(form, certno="110101199003070038")
    wrong = made(known, "form_corrected", msgspec.structs.replace(body, form=other))
    assert (wrong.doubts, wrong.effects) == (("CORRECTION_DOUBTFUL",), ())
    right = made(known, "form_corrected", body)
    assert kinds(right) == ["RewriteSpells", "Send", "Notify"]


@pytest.mark.parametrize("event", ["apply", "apply_at_source"])
def test_who_may_apply_how(event: str) -> None:
    half = "in" if event == "apply" else "out"
    application = Application(
        applied_on=TODAY,
        channel="online",
        applicant="self",
        insutype_out="310",
        insutype_in="310",
        trafout_admdvs=SOURCE,
        trafin_admdvs=TARGET,
    )
    clerk, citizen = Actor(role=Role.CLERK, ref="c"), Actor(role=Role.CITIZEN, ref="p")
    known = facts(half, "new", "new", record=None)
    replace = msgspec.structs.replace
    at_counter = replace(application, channel="counter_to")
    agent = Agent(name="甲", relation="", authority="")
    assert refused(known, event, application, clerk) == (
        "CHANNEL_NOT_YOURS",
        "您现在的身份不能用这种方式提交申请。",
        "参保人和单位请在网上申请；窗口申请由窗口人员录入。",
    )
    assert refused(known, event, replace(application, applicant="employer"), citizen) == (
        "APPLICANT_NOT_YOURS",
        "您现在的身份不能代为提交这种申请。",
        "本人请自行申请；单位职工由单位申请；代办或监护请用参保人的账号登录，或带授权材料到窗口办理。",
    )
    half_said = replace(at_counter, applicant="agent", agent=agent)
    assert refused(known, event, half_said, clerk) == (
        "AGENT_INCOMPLETE",
        "代办申请没有写明代办人姓名、与参保人的关系或授权依据。",
        "请补齐这三项；未成年人由监护人办理，授权依据写监护关系。",
    )
    assert refused(known, event, replace(at_counter, agent=agent), clerk) == (
        "AGENT_NOT_NEEDED",
        "申请人不是代办人，却填写了代办人。",
        "请把申请人改为“代办人”，或清空代办人各项。",
    )


def test_a_request_waits_while_the_old_place_has_asked_for_another_case() -> None:
    known = facts("out", "new", "new", record=None, open_case_no="ZY9", open_case_asking=True)
    from pathlib import Path

    from jiexu.core.exchange import kinds as package
    from jiexu.core.exchange.kinds import decode_body

    sample = Path(package.__file__).parent / "transfer_request" / "sample.json"
    answer = decide(known, "request_received", decode_body("transfer_request", sample.read_bytes()))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.later) == ("ASKED_AT_BOTH", True)
    assert answer.text == "该险种在转出地已有一笔申请（ZY9）正在等待转入地校验。"
