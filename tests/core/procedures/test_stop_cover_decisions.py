"""Decisions of a suspension: every way on, and every refusal with its words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from jiexu.core.base.actors import SYSTEM, Actor, Role
from jiexu.core.notices import notice_text, timeline_text
from jiexu.core.procedures.outcome import (
    Issue,
    MeetClock,
    Notify,
    Outcome,
    PauseRelation,
    Refusal,
    StartClock,
    Step,
)
from jiexu.core.procedures.stop_cover.facts import (
    ClosedFinding,
    EmployerAnswer,
    EmployerFact,
    EmployerObjection,
    Opening,
    StopApplication,
    StopDecision,
    StopFacts,
    StopRecord,
    StopRefusal,
)
from jiexu.core.procedures.stop_cover.table import STOP_COVER
from jiexu.core.procedures.transfer.facts import PersonFacts, RelationFact, SpellFact

NOW = datetime(2026, 3, 11, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
USCC = "91320100MA1MFNTQ0A"
CITIZEN = Actor(role=Role.CITIZEN, ref="ruolan")
CLERK = Actor(role=Role.CLERK, ref="weili", agency="320100")
EMPLOYER = Actor(role=Role.EMPLOYER, ref="hr", agency="320100")
TOLD = StopApplication(
    left_on=date(2026, 2, 27),
    evidence="certificate",
    evidence_text="离职证明，2026-02-27",
    employer_state="works",
)
OPENING = Opening(
    told=TOLD, insutype="310", applied_on=NOW.date(), channel="online", applicant="self"
)
RELATION = RelationFact(
    insutype="310",
    plan="account",
    status="normal",
    valid_from=date(2019, 3, 1),
    valid_to=None,
    emp_name="云锦软件",
    emp_uscc=USCC,
)
PERSON = PersonFacts(
    ref="P1",
    psn_no="P1",
    psn_name="沈若岚",
    psn_cert_type="01",
    certno="320198199203154525",
    gend="2",
    brdy=date(1992, 3, 15),
)
RECORD = StopRecord(
    applied_on=NOW.date(),
    channel="online",
    applicant="self",
    area="320100",
    insutype="310",
    emp_name="云锦软件",
    emp_uscc=USCC,
    left_on=TOLD.left_on,
    evidence="certificate",
    evidence_text="离职证明",
    attachment="",
    employer_state="works",
)
PAID = SpellFact(
    insutype="310", kind="actual", begn_ym="201903", end_ym="202602", paid_area="320100"
)


def facts(leg: str = "new", **changes: Any) -> StopFacts:
    made = StopFacts(
        area="320100",
        agency_name="南京经办中心",
        case_no="TB320100260311000000018",
        record_leg=leg,
        doubts=(),
        record=None if leg == "new" else RECORD,
        person=PERSON,
        relations=(RELATION,),
        spells=(PAID,),
        acts_for=frozenset({USCC}),
    )
    return msgspec.structs.replace(made, **changes)


def decide(event: str, given: StopFacts, payload: Any = None, actor: Actor = CLERK) -> Any:
    move = STOP_COVER.move("here", event)
    assert move is not None
    step = Step(
        case_no=given.case_no, half="here", event=event, actor=actor, key="k", payload=payload
    )
    answer = move.decide(given, step, NOW)
    if isinstance(answer, Outcome):
        STOP_COVER.check(move, answer)
        timeline_text("stop_cover", answer.say, answer.args)
        for one in of(answer, Notify):
            notice_text("stop_cover", one.code, one.args)
    else:
        assert isinstance(answer, Refusal)
        assert answer.text.endswith("。")
        assert answer.remedy.endswith("。")
    return answer


def of(answer: Outcome, kind: type) -> list[Any]:
    return [one for one in answer.effects if isinstance(one, kind)]


def opening(**told: Any) -> Opening:
    return msgspec.structs.replace(OPENING, told=msgspec.structs.replace(TOLD, **told))


def test_the_employer_is_asked_with_a_term_that_says_where_it_comes_from() -> None:
    answer = decide("apply", facts(), OPENING, CITIZEN)
    assert (answer.record_leg, answer.fund_leg) == ("notified", "none")
    (clock,) = of(answer, StartClock)
    assert (clock.name, clock.leg, clock.due_on) == (
        "employer_answer",
        "outside",
        date(2026, 3, 25),
    )
    assert answer.promised_on == date(2026, 4, 1)
    (paper,) = of(answer, Issue)
    assert paper.content.answer_by == clock.due_on
    assert "国家没有规定" in paper.content.basis
    assert "国家没有规定" in timeline_text("stop_cover", answer.say, answer.args)[2]


def test_an_employer_on_file_as_closed_is_not_asked() -> None:
    gone = EmployerFact(uscc=USCC, name="云锦软件有限公司", status="closed", arrears_since="202511")
    answer = decide("apply", facts(employers=(gone,)), OPENING, CITIZEN)
    assert answer.record_leg == "closed"
    assert of(answer, Issue) == []
    assert [one.name for one in of(answer, StartClock)] == ["stop_decide"]
    assert answer.facts.emp_name == "云锦软件有限公司"
    assert answer.facts.arrears == "202511"


def test_that_the_person_says_so_is_a_doubt_for_the_clerk() -> None:
    answer = decide("apply", facts(), opening(employer_state="closed"), CITIZEN)
    assert answer.record_leg == "notified"
    assert answer.doubts == ("EMPLOYER_SAID_CLOSED",)


def changed(**values: Any) -> tuple[RelationFact, ...]:
    return (msgspec.structs.replace(RELATION, **values),)


@pytest.mark.parametrize(
    ("code", "words", "given", "payload"),
    [
        ("PERSON_UNKNOWN_HERE", "没有您的参保记录", {"person": None}, OPENING),
        (
            "NOT_EMPLOYEE_COVER",
            "居民医保",
            {},
            msgspec.structs.replace(OPENING, insutype="390"),
        ),
        ("ALREADY_OPEN", "正在办理（TB9）", {"open_case_no": "TB9"}, OPENING),
        ("NO_COVER", "没有在保的职工医保", {"relations": ()}, OPENING),
        ("NO_COVER", "没有在保", {"relations": changed(status="terminated")}, OPENING),
        (
            "ALREADY_PAUSED",
            "从 2026-03-01 起已经停保",
            {"relations": changed(status="paused", valid_from=date(2026, 3, 1))},
            OPENING,
        ),
        (
            "EMPLOYER_UNKNOWN",
            "没有单位",
            {"relations": changed(emp_name="", emp_uscc="")},
            OPENING,
        ),
        ("LEFT_IN_FUTURE", "还没有到", {}, opening(left_on=date(2026, 3, 12))),
        ("LEFT_BEFORE_COVER", "2019-03-01", {}, opening(left_on=date(2019, 2, 28))),
        ("NO_EVIDENCE", "没有能证明", {}, opening(evidence="none")),
    ],
)
def test_applications_that_are_refused(code: str, words: str, given: Any, payload: Any) -> None:
    answer = decide("apply", facts(**given), payload, CITIZEN)
    assert answer.code == code
    assert words in answer.text


def test_the_name_told_stands_in_where_the_record_has_none() -> None:
    given = facts(relations=changed(emp_name="", emp_uscc=""))
    answer = decide("apply", given, opening(employer_name="某厂"), CITIZEN)
    assert answer.facts.emp_name == "某厂"


def test_the_employers_own_word_ends_the_cover_by_itself() -> None:
    answer = decide(
        "confirm", facts("notified"), EmployerAnswer(stop_on=date(2026, 3, 1)), EMPLOYER
    )
    assert (answer.record_leg, answer.auto, answer.doubts) == ("confirmed", "stop", ())
    assert [one.name for one in of(answer, MeetClock)] == ["employer_answer"]
    assert [one.name for one in of(answer, StartClock)] == ["stop_decide"]


def test_a_day_that_does_not_fit_waits_for_a_clerk() -> None:
    answer = decide("confirm", facts("silent"), EmployerAnswer(stop_on=date(2026, 3, 5)), EMPLOYER)
    assert (answer.auto, answer.doubts) == ("", ("STOP_DATE_DIFFERS",))
    assert of(answer, StartClock) == []  # silence has begun it


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("STOP_IN_FUTURE", date(2026, 3, 12)),
        ("STOP_BEFORE_COVER", date(2019, 2, 28)),
        ("STOP_BEFORE_PAID_MONTH", date(2026, 1, 31)),
    ],
)
def test_days_on_which_cover_cannot_end(code: str, day: date) -> None:
    said = EmployerAnswer(stop_on=day)
    assert decide("confirm", facts("notified"), said, EMPLOYER).code == code
    decided = StopDecision(stop_on=day, ground="离职证明")
    assert decide("stop", facts("silent"), decided).code == code


def test_the_month_that_is_paid_may_be_the_month_of_the_end() -> None:
    said = EmployerAnswer(stop_on=date(2026, 2, 28))
    assert decide("confirm", facts("notified"), said, EMPLOYER).record_leg == "confirmed"


def test_another_employer_may_not_answer_and_a_clerk_may() -> None:
    stranger = facts("notified", acts_for=frozenset({"91450200MA5KQ0000X"}))
    said = EmployerAnswer(stop_on=date(2026, 3, 1))
    assert decide("confirm", stranger, said, EMPLOYER).code == "NOT_YOUR_EMPLOYEE"
    no = EmployerObjection(why="还在上班")
    assert decide("object", stranger, no, EMPLOYER).code == "NOT_YOUR_EMPLOYEE"
    assert decide("confirm", stranger, said, CLERK).record_leg == "confirmed"


def test_an_objection_waits_for_a_clerk_and_is_told() -> None:
    answer = decide("object", facts("notified"), EmployerObjection(why="还在上班"), EMPLOYER)
    assert (answer.record_leg, answer.auto) == ("objected", "")
    (notice,) = of(answer, Notify)
    assert notice.args["why"] == "还在上班"


def test_silence_and_a_closed_employer_lead_to_a_decision() -> None:
    # The term was over on Friday the 6th and that is noticed on Wednesday: the five days of the
    # agency are 9, 10, 11, 12, 13 March all the same, as the person was promised.
    silent = decide("term_over", facts("notified"), date(2026, 3, 6))
    assert silent.record_leg == "silent"
    assert [(one.name, one.due_on) for one in of(silent, StartClock)] == [
        ("stop_decide", date(2026, 3, 13))
    ]
    assert of(silent, MeetClock) == []  # it was not met: it shows as late
    found = ClosedFinding(kind="revoked", proof="公示系统 2026-03-11")
    closed = decide("closed_found", facts("notified", doubts=("EMPLOYER_SAID_CLOSED",)), found)
    assert (closed.record_leg, closed.doubts) == ("closed", ())
    assert "吊销" in timeline_text("stop_cover", closed.say, closed.args)[2]


def test_the_cover_is_paused_and_arrears_stay_the_employers() -> None:
    decision = StopDecision(stop_on=date(2026, 3, 1), ground="离职证明", arrears="202511 起")
    answer = decide("stop", facts("silent"), decision)
    assert of(answer, PauseRelation) == [PauseRelation(insutype="310", on=date(2026, 3, 1))]
    assert [one.code for one in of(answer, Notify)] == ["stopped"]
    assert "单位负责，不影响本人" in timeline_text("stop_cover", answer.say, answer.args)[2]
    assert "申请转移" in notice_text("stop_cover", "stopped", of(answer, Notify)[0].args)[1]
    assert of(answer, MeetClock)[0].name == "stop_decide"


def test_arrears_on_file_are_told_as_a_month_people_read() -> None:
    owing = msgspec.structs.replace(RECORD, arrears="202511")
    decision = StopDecision(stop_on=date(2026, 3, 1), ground="离职证明")
    answer = decide("stop", facts("silent", record=owing), decision)
    said = timeline_text("stop_cover", answer.say, answer.args)[2]
    assert "单位欠费（2025 年 11 月起）由单位负责，不影响本人。" in said


def test_cover_that_ended_meanwhile_is_only_noted() -> None:
    paused = changed(status="paused", valid_from=date(2026, 3, 1))
    decision = StopDecision(stop_on=date(2026, 3, 5), ground="离职证明")
    answer = decide("stop", facts("silent", relations=paused), decision)
    assert answer.say == "here.stop.already"
    assert of(answer, PauseRelation) == []
    assert answer.facts.stop_on == date(2026, 3, 1)


def test_the_system_stops_only_on_the_employers_word() -> None:
    confirmed = msgspec.structs.replace(RECORD, stop_on=date(2026, 3, 1))
    answer = decide("stop", facts("confirmed", record=confirmed), None, SYSTEM)
    assert of(answer, PauseRelation)[0].on == date(2026, 3, 1)
    assert decide("stop", facts("silent"), None, SYSTEM).code == "NEEDS_A_PERSON"


@pytest.mark.parametrize("relations", [(), changed(status="terminated")])
def test_there_must_be_something_to_stop(relations: Any) -> None:
    decision = StopDecision(stop_on=date(2026, 3, 1), ground="离职证明")
    assert decide("stop", facts("silent", relations=relations), decision).code == "NO_COVER"


@pytest.mark.parametrize(
    ("ground", "words"),
    [
        ("still_employed", "核实仍在原单位工作"),
        ("evidence_short", "材料不能证明已经离职"),
        ("other_identity", "材料与本人不符"),
    ],
)
def test_a_refusal_says_why_from_where_and_what_now(ground: Any, words: str) -> None:
    asked = StopRefusal(ground=ground, why="电话核实。", paper="某市停保办法")
    answer = decide("refuse", facts("objected"), asked)
    (reason,) = answer.reasons
    assert reason.text == f"{words}：电话核实。"
    assert reason.repair is not None
    assert reason.sources[0].title == "某市停保办法"
    bare = decide("refuse", facts("objected"), msgspec.structs.replace(asked, paper=""))
    assert bare.reasons[0].sources == ()
    assert "经办惯例" in bare.reasons[0].rule


def test_the_agencys_own_lateness_is_told() -> None:
    answer = decide("clock_late", facts("silent"), date(2026, 3, 10))
    assert answer.record_leg is None
    assert [one.code for one in of(answer, Notify)] == ["late"]
