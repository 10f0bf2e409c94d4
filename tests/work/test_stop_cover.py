"""停保 from the application to the transfer that it makes possible, by every road."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.support.country import SOURCE, TARGET, Country, rows
from tests.support.employers import (
    NEW,
    OLD,
    agent,
    ask_to_stop,
    employers_on_file,
    people,
    send,
    status_of,
)

from jiexu.core.base.actors import Role
from jiexu.core.base.errors import NotFound
from jiexu.core.documents import read_content
from jiexu.records.access.sealing import vault
from jiexu.records.employers.queries import stop_notice, stop_notices
from jiexu.records.employers.views import Said
from jiexu.records.procedures.queries import actions, all_cases, case_for_clerk, queue
from jiexu.work import intake

HERE = "here"


@pytest.fixture
def unstopped(country: Country) -> Country:
    """One person whose old employer has not ended their cover."""
    employers_on_file(country)
    people(country, country_movers(country), SOURCE, OLD, "2019-03-01", "2026-02")
    people(country, country.movers, TARGET, NEW, "2026-03-01", "2026-03")
    return country


def country_movers(country: Country) -> list[object]:
    from tests.support.country import START, Mover

    from jiexu.simulation.people import invent_people

    found = invent_people(
        country._chance,
        count=1,
        area=SOURCE,
        today=START.date(),
        born_between=(date(1980, 1, 1), date(1990, 12, 31)),
    )
    country.movers += [Mover(one.name, one.certno, 0) for one in found]
    return country.movers


def act(country: Country, event: str, role: Role = Role.CLERK, **form: str) -> object:
    case = rows("procedures.Case")[-1]
    actor = agent("hr-old", SOURCE) if role is Role.EMPLOYER else country.actor(role)
    return intake.act(
        actor,
        SOURCE,
        case.case_no,
        HERE,
        event,
        form,
        case.version,
        country.key("act"),
        country.now,
    )


def state(country: Country) -> tuple[str, str]:
    case = rows("procedures.Case")[-1]
    return case.record_leg, case.state


def days_later(country: Country, days: int) -> None:
    country.clock.forward(days=days)
    country.settle()


def sealed_papers(area: str) -> list[tuple[str, Any]]:
    """Kind and content of every paper of the agency; each has a seal."""
    found = []
    for row in rows("documents.Issued"):
        if row.agency_id == area and row.kind.startswith("stop_cover"):
            assert row.seal.signature
            text = vault().open(row.content_sealed, context="document.content")
            found.append((row.kind, read_content(row.kind, text)))
    return found


def test_the_employer_confirms_and_the_transfer_goes_through(unstopped: Country) -> None:
    (mover,) = unstopped.movers
    blocked = unstopped.apply(mover)
    unstopped.settle()
    assert unstopped.states(blocked["case_no"])["in"][0] == "not_yet"
    asked = ask_to_stop(unstopped, mover)
    assert asked.ok, asked
    assert asked.case_no.startswith("TB320100")
    (notice,) = stop_notices(SOURCE, OLD)
    assert (notice.waits, notice.answer_by) == (True, date(2026, 3, 25))
    assert act(unstopped, "confirm", Role.EMPLOYER, stop_on="2026-03-01").ok
    assert state(unstopped) == ("confirmed", "open")
    unstopped.settle()
    assert state(unstopped) == ("done", "completed")
    assert status_of(SOURCE, mover) == [
        ("normal", "2019-03-01", "2026-02-28"),
        ("paused", "2026-03-01", None),
    ]
    told = [row.code for row in rows("notices.Notice")]
    assert told[-1] == "stop_cover.stopped"
    papers = sealed_papers(SOURCE)
    assert [kind for kind, _ in papers] == ["stop_cover_notice", "stop_cover_decision"]
    digits = asked.case_no[2:]
    assert [said.number for _, said in papers] == [f"TZ{digits}", f"TD{digits}"]
    assert (papers[0][1].answer_by, papers[1][1].stop_on) == (date(2026, 3, 25), date(2026, 3, 1))
    again = unstopped.apply(mover)
    assert again["ok"], again
    unstopped.settle()
    assert unstopped.states(again["case_no"])["in"][1] == "done"
    assert unstopped.breaks() == []


def case_view(country: Country) -> object:
    case = rows("procedures.Case")[-1]
    return case_for_clerk(SOURCE, case.case_no, HERE, country.now.date())


def test_silence_leads_to_a_clerk_and_the_clock_of_the_employer_is_no_lateness(
    unstopped: Country,
) -> None:
    ask_to_stop(unstopped, unstopped.movers[0])
    assert queue(SOURCE, Role.CLERK, unstopped.now.date()) == []
    days_later(unstopped, 14)
    assert state(unstopped) == ("notified", "open")  # the last day is still in time
    days_later(unstopped, 1)
    assert state(unstopped) == ("silent", "open")
    (line,) = queue(SOURCE, Role.CLERK, unstopped.now.date())
    assert (line.late, line.heading) == (False, "南京市停保")
    unstopped.settle()
    assert state(unstopped) == ("silent", "open")  # told once
    events = {one.event for one in actions(SOURCE, line.case_no, HERE, unstopped.actor(Role.CLERK))}
    assert events == {"confirm", "object", "closed_found", "stop", "refuse"}
    days_later(unstopped, 14)
    assert queue(SOURCE, Role.CLERK, unstopped.now.date())[0].late
    assert act(unstopped, "stop", stop_on="2026-03-01", ground="离职证明", arrears="202512 起").ok
    assert state(unstopped) == ("done", "completed")
    assert unstopped.breaks() == []


def test_a_closed_employer_is_not_waited_for(country: Country) -> None:
    employers_on_file(country, hr_old="注销")
    (mover,) = country_movers(country)
    people(country, [mover], SOURCE, OLD, "2019-03-01", "2026-02")
    assert ask_to_stop(country, mover).ok
    assert state(country) == ("closed", "open")
    assert [row.name for row in rows("procedures.Clock")] == ["stop_decide"]
    assert act(country, "stop", stop_on="2026-03-01", ground="公示系统：已注销").ok
    assert status_of(SOURCE, mover)[-1] == ("paused", "2026-03-01", None)
    assert country.breaks() == []


def test_a_clerk_finds_the_employer_gone(unstopped: Country) -> None:
    assert ask_to_stop(unstopped, unstopped.movers[0], employer_state="closed").ok
    (line,) = queue(SOURCE, Role.CLERK, unstopped.now.date())
    assert "查询登记状态" in line.doubts[0]
    assert act(unstopped, "closed_found", kind="revoked", proof="公示系统 2026-03-11").ok
    assert state(unstopped) == ("closed", "open")


def test_an_objection_and_a_refusal_with_its_way_on(unstopped: Country) -> None:
    ask_to_stop(unstopped, unstopped.movers[0])
    assert act(unstopped, "object", Role.EMPLOYER, why="仍在上班，有考勤").ok
    assert state(unstopped) == ("objected", "open")
    assert act(unstopped, "refuse", ground="still_employed", why="考勤和工资核实。").ok
    view = case_view(unstopped)
    assert (view.state, view.money) == ("refused", False)
    text, repair, _ = view.refusals[0]
    assert "核实仍在原单位工作" in text
    assert repair.startswith("本人：")
    assert "行政复议" in view.remedies
    unstopped.settle()
    kind, paper = sealed_papers(SOURCE)[-1]
    assert (kind, paper.number) == ("stop_cover_refusal", f"BT{view.case_no[2:]}")
    assert "行政复议" in paper.remedies
    assert paper.reasons[0].text == text
    assert status_of(SOURCE, unstopped.movers[0])[-1][0] == "normal"
    assert ask_to_stop(unstopped, unstopped.movers[0]).ok  # with better evidence, again
    assert unstopped.breaks() == []


def test_the_same_form_twice_is_one_case_and_a_second_case_is_refused(unstopped: Country) -> None:
    (mover,) = unstopped.movers
    first = ask_to_stop(unstopped, mover, "same")
    again = ask_to_stop(unstopped, mover, "same")
    assert (again.case_no, again.repeated) == (first.case_no, True)
    assert ask_to_stop(unstopped, mover).code == "ALREADY_OPEN"
    assert len(rows("procedures.Case")) == 1
    assert ask_to_stop(unstopped, mover, left_on="").path == "left_on"


def test_a_transfer_and_a_suspension_of_one_scheme_do_not_bar_each_other(
    unstopped: Country,
) -> None:
    (mover,) = unstopped.movers
    assert ask_to_stop(unstopped, mover).ok
    assert unstopped.apply(mover)["ok"]
    unstopped.settle()
    page = all_cases(SOURCE)
    assert {one.procedure for one in page.items} == {"transfer", "stop_cover"}
    assert unstopped.breaks() == []


def test_employers_answer_their_own_alone(unstopped: Country) -> None:
    asked = ask_to_stop(unstopped, unstopped.movers[0])
    with pytest.raises(NotFound):
        stop_notice(SOURCE, NEW, asked.case_no)
    case = rows("procedures.Case")[-1]
    for actor, code in (
        (agent("hr-new", TARGET), "NOT_YOUR_AGENCY"),
        (agent("hr-new", SOURCE), "NOT_YOUR_EMPLOYEE"),
    ):
        answer = intake.act(
            actor,
            SOURCE,
            case.case_no,
            HERE,
            "confirm",
            {"stop_on": "2026-03-01"},
            case.version,
            unstopped.key("act"),
            unstopped.now,
        )
        assert answer.code == code
    assert act(unstopped, "stop", Role.EMPLOYER, stop_on="2026-03-01", ground="x").code == (
        "NOT_YOUR_MOVE"
    )
    assert state(unstopped) == ("notified", "open")


def test_ending_the_cover_in_a_list_answers_the_question(unstopped: Country) -> None:
    (mover,) = unstopped.movers
    asked = ask_to_stop(unstopped, mover)
    line = Said(certno=mover.certno, psn_name=mover.name, day="2026-03-01")
    send(unstopped, "hr-old", SOURCE, OLD, "stop", line)
    unstopped.settle()
    assert state(unstopped) == ("done", "completed")
    assert rows("employers.RosterRow")[0].case_no == asked.case_no
    assert unstopped.breaks() == []


def test_an_agency_that_is_not_here(unstopped: Country) -> None:
    from jiexu.records.access.sealing import identity_index
    from jiexu.work.stop_cover import apply_for_stop

    with pytest.raises(NotFound, match="不在本平台"):
        apply_for_stop(
            unstopped.actor(Role.CITIZEN),
            "330100",
            {},
            "key",
            unstopped.now,
            subject=identity_index(unstopped.movers[0].certno),
        )
