"""Lists of employers: every line its answer, once, whoever dies in between."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from tests.support.country import SOURCE, TARGET, Country, rows
from tests.support.employers import (
    NEW,
    OLD,
    OTHER,
    agent,
    answers,
    employers_on_file,
    send,
    status_of,
)

from jiexu.core.base.errors import BadInput, NotAllowed, NotFound
from jiexu.records.access.models import User
from jiexu.records.employers import queries
from jiexu.records.employers.models import Roster, RosterRow
from jiexu.records.employers.views import Said
from jiexu.records.isolation import writing
from jiexu.work import grants, roster_files, rosters


@pytest.fixture
def staffed(country: Country) -> Country:
    """Three people of NEW at the new place who were insured at the old one until February."""
    employers_on_file(country)
    country.add_movers(3)
    with writing():
        from jiexu.records.registry.models import Relation

        Relation.objects.of(TARGET).update(emp_uscc=NEW, emp_name="龙城汽车")
    return country


def line(mover: Any, **changes: str) -> Said:
    return Said(**{"certno": mover.certno, "psn_name": mover.name, "area": "南京", **changes})


def told(country: Country, key: str, number: str = NEW) -> list[tuple[str, str]]:
    """(state, code) of each line."""
    found = RosterRow.objects.of(TARGET).filter(roster__key=key, roster__uscc=number)
    return list(found.order_by("number").values_list("state", "code"))


def test_one_application_per_line_with_its_cause_where_it_fails(staffed: Country) -> None:
    first, second, third = staffed.movers
    (stranger,) = staffed.add_movers(1)
    key = send(
        staffed,
        "hr-new",
        TARGET,
        NEW,
        "transfer",
        line(first, wish="统筹账户余额也要转"),
        line(second, area="320100", insutype="职工医保"),
        line(second),
        line(first, area="320100"),
        line(stranger),
        line(third, psn_name="别人"),
        line(third, area="没有这个地方"),
        Said(certno="320198199203154526", psn_name="某某", area="南京"),
        line(third, area="450200"),
        line(third, area=""),
    )
    staffed.settle()
    assert told(staffed, key) == [
        ("done", ""),
        ("done", ""),
        ("refused", "ALREADY_OPEN"),
        ("refused", "ALREADY_OPEN"),
        ("refused", "NOT_YOUR_EMPLOYEE"),
        ("refused", "NAME_DIFFERS"),
        ("refused", "WHICH_PLACE"),
        ("refused", "CERTNO_CHECK_DIGIT"),
        ("refused", "SAME_POOLING_AREA"),
        ("refused", "NO_PLACE"),
    ]
    shown = answers(TARGET, NEW, key)
    assert "没有属于个人的部分" in shown[0].note
    assert shown[1].note == ""
    assert all(one.text and one.remedy for one in shown[2:])
    cases = {row.case_no for row in rows("procedures.Case") if row.half == "in"}
    assert {one.case_no for one in shown if one.case_no} == cases
    assert shown[0].state_label in {"办理中", "已办结"}
    assert staffed.breaks() == []


def test_the_answer_of_the_old_place_stands_in_the_line(staffed: Country) -> None:
    (mover,) = staffed.add_movers(1, paused=False)
    with writing():
        from jiexu.records.registry.models import Relation

        Relation.objects.of(TARGET).update(emp_uscc=NEW)
    key = send(staffed, "hr-new", TARGET, NEW, "transfer", line(mover))
    staffed.settle()
    (shown,) = answers(TARGET, NEW, key)
    assert (shown.state, shown.tone) == ("not_yet", "wait")
    assert "没有中止参保" in shown.text
    assert "停保" in shown.remedy


def test_nothing_an_employer_sees_tells_of_money_or_months(staffed: Country) -> None:
    key = send(staffed, "hr-new", TARGET, NEW, "transfer", *map(line, staffed.movers))
    staffed.settle()
    view = [*answers(TARGET, NEW, key), *queries.employees(TARGET, NEW).items]
    words = repr(view)
    for mover in staffed.movers:
        assert mover.certno not in words
        assert f"{mover.balance_fen / 100:.2f}" not in words
        assert f"{mover.balance_fen / 100:,.2f}" not in words
    names = {name for one in view for name in one.__struct_fields__}
    assert not {name for name in names if "fen" in name or "month" in name or "balance" in name}


def test_the_same_form_twice_is_one_list(staffed: Country) -> None:
    lines = [line(staffed.movers[0])]
    actor = agent("hr-new", TARGET)
    first = rosters.send_roster(actor, NEW, "transfer", lines, "same", staffed.now)
    assert rosters.send_roster(actor, NEW, "transfer", lines, "same", staffed.now) == first
    with pytest.raises(BadInput) as error:
        rosters.send_roster(actor, NEW, "transfer", lines * 2, "same", staffed.now)
    assert error.value.code == "KEY_REUSED"
    staffed.settle()
    staffed.settle()
    assert len([row for row in rows("procedures.Case") if row.half == "in"]) == 1


@pytest.mark.parametrize(
    ("user", "area", "number"),
    [("hr-other", TARGET, NEW), ("hr-new", SOURCE, NEW), ("hr-new", TARGET, OTHER)],
)
def test_nobody_sends_for_another_employer_or_agency(
    staffed: Country, user: str, area: str, number: str
) -> None:
    with pytest.raises(NotAllowed):
        rosters.send_roster(
            agent(user, area), number, "transfer", [line(staffed.movers[0])], "k", staffed.now
        )
    assert rows("employers.Roster") == []


def test_what_may_not_be_sent(staffed: Country) -> None:
    actor = agent("hr-new", TARGET)
    for kind, lines, code in (
        ("transfer", [], "EMPTY_ROSTER"),
        ("pension", [line(staffed.movers[0])], "BAD_ROSTER"),
        ("stop", [line(staffed.movers[0])] * 5001, "TOO_MANY_LINES"),
    ):
        with pytest.raises(BadInput) as error:
            rosters.send_roster(actor, NEW, kind, lines, "k", staffed.now)
        assert error.value.code == code


def test_an_agent_sees_their_own_employer_alone_and_only_while_authorised(
    staffed: Country,
) -> None:
    user = User.objects.get(username="hr-new")
    assert [one.uscc for one in queries.employers_for(user)] == [NEW]
    for area, number in ((TARGET, OTHER), (SOURCE, OLD), (SOURCE, NEW)):
        with pytest.raises(NotAllowed):
            queries.employer_for(user, area, number)
    key = send(staffed, "hr-new", TARGET, NEW, "transfer", line(staffed.movers[0]))
    with pytest.raises(NotFound):
        queries.roster(TARGET, OTHER, key)
    grants.end_authorisation("hr-new", NEW, TARGET, "operator", staffed.now)
    assert queries.employers_for(user) == []
    with pytest.raises(NotAllowed):
        send(staffed, "hr-new", TARGET, NEW, "stop", line(staffed.movers[0]))
    with pytest.raises(NotFound):
        grants.end_authorisation("hr-new", NEW, TARGET, "operator", staffed.now)


def test_only_the_agencys_administrator_authorises_and_only_for_employers_on_file(
    staffed: Country,
) -> None:
    from jiexu.core.base.actors import Actor, Role

    clerk = Actor(role=Role.CLERK, ref="weili", agency=TARGET)
    far = Actor(role=Role.ADMINISTRATOR, ref="boss", agency=SOURCE)
    for by in (clerk, far):
        with pytest.raises(NotAllowed):
            grants.authorise("hr-new", OTHER, TARGET, by, staffed.now)
    with pytest.raises(NotFound) as error:
        grants.authorise("hr-new", OLD, TARGET, "operator", staffed.now)
    assert error.value.code == "EMPLOYER_NOT_FOUND"
    grants.authorise("hr-new", NEW, TARGET, "operator", staffed.now)  # held already
    assert len(queries.employers_for(User.objects.get(username="hr-new"))) == 1


def test_people_leave(staffed: Country) -> None:
    first, second, third = staffed.movers
    key = send(
        staffed,
        "hr-new",
        TARGET,
        NEW,
        "stop",
        line(first, day="2026-03-10", reason="辞职"),
        line(second, day="2026-04-01"),
        line(second, day="2026-02-01"),
        line(third, day="三月"),
        line(first, day="2026-03-10"),
        line(third, day=""),
    )
    staffed.settle()
    assert [code for _, code in told(staffed, key)] == [
        "",
        "STOP_IN_FUTURE",
        "TWICE",
        told(staffed, key)[3][1],
        "TWICE",
        "TWICE",
    ]
    assert told(staffed, key)[3][0] == "refused"
    assert status_of(TARGET, first) == [
        ("normal", "2026-03-01", "2026-03-09"),
        ("paused", "2026-03-10", None),
    ]
    notice = rows("notices.Notice")[-1]
    assert notice.code == "stop_cover.by_employer"
    acts = [row.action for row in rows("audit.Entry") if row.action.startswith("employer.")]
    assert acts == ["employer.stop"]
    again = send(staffed, "hr-new", TARGET, NEW, "stop", line(first, day="2026-03-10"))
    early = send(staffed, "hr-new", TARGET, NEW, "stop", line(second, day="2026-02-01"))
    staffed.settle()
    assert told(staffed, again) == [("refused", "NOT_YOUR_EMPLOYEE")]
    assert told(staffed, early) == [("refused", "STOP_BEFORE_COVER")]
    assert staffed.breaks() == []


def test_people_arrive_or_it_is_said_why_not(staffed: Country) -> None:
    first = staffed.movers[0]
    newcomer, unstopped = staffed.add_movers(2, target="450200")
    with writing():
        from jiexu.records.access.sealing import identity_index
        from jiexu.records.registry.models import Relation

        ids = [identity_index(one.certno) for one in (newcomer, unstopped)]
        Relation.objects.of(TARGET).filter(person__certno_index__in=ids).update(
            status="paused", emp_uscc=""
        )
        Relation.objects.of(SOURCE).filter(
            person__certno_index=identity_index(unstopped.certno), valid_to=None
        ).update(status="normal")
    fresh = staffed.node  # somebody nobody has on file
    del fresh
    from random import Random

    from jiexu.simulation.people import invent_people

    (born,) = invent_people(
        Random(99),
        count=1,
        area=TARGET,
        today=staffed.now.date(),
        born_between=(date(1990, 1, 1), date(1991, 1, 1)),
    )
    key = send(
        staffed,
        "hr-other",
        TARGET,
        OTHER,
        "enrol",
        Said(certno=born.certno, psn_name=born.name, day="2026-03-02"),
        line(newcomer, day="2026-03-05"),
        line(unstopped, day="2026-03-05"),
        line(first, day="2026-03-05"),
        line(newcomer, day="2026-03-05"),
        Said(certno="12345", psn_name="某某", day="2026-03-05"),
        line(staffed.movers[2], day="2026-05-01"),
        Said(certno=staffed.movers[1].certno, psn_name="某", day=""),
    )
    staffed.settle()
    found = told(staffed, key, OTHER)
    assert [state for state, _ in found[:4]] == ["done", "done", "not_yet", "not_yet"]
    assert [code for _, code in found[2:5]] == ["UNSTOPPED_ELSEWHERE", "UNSTOPPED_HERE", "TWICE"]
    assert found[5][0] == "refused"
    assert found[6] == ("not_yet", "BEGINS_LATER")
    assert found[7] == ("refused", "NO_DAY")
    shown = answers(TARGET, OTHER, key)
    assert "南京" in shown[2].text
    assert "请原参保地停保" in shown[2].remedy
    assert status_of(TARGET, newcomer)[-1] == ("normal", "2026-03-05", None)
    assert queries.counts(TARGET, OTHER) == {"normal": 2, "paused": 0}
    failed = queries.failed_enrolments(TARGET, OTHER)
    assert {one.psn_name for one in failed} >= {unstopped.name, first.name}
    repeat = send(staffed, "hr-other", TARGET, OTHER, "enrol", line(newcomer, day="2026-03-05"))
    staffed.settle()
    assert told(staffed, repeat, OTHER) == [("refused", "ALREADY_YOURS")]
    assert staffed.breaks() == []


def test_three_hundred_lines_with_bad_ones_go_on_after_a_death(staffed: Country) -> None:
    movers = staffed.add_movers(280)
    with writing():
        from jiexu.records.registry.models import Relation

        Relation.objects.of(TARGET).update(emp_uscc=NEW)
    bad = [Said(certno=f"{n:018d}", psn_name="某某", area="南京") for n in range(20)]
    lines = [line(one) for one in movers]
    for place, one in enumerate(bad):
        lines.insert(place * 14, one)
    key = send(staffed, "hr-new", TARGET, NEW, "transfer", *lines)
    assert rosters.run_due(staffed.now) == rosters.PER_TURN
    view, _ = queries.roster(TARGET, NEW, key)
    assert (view.total, view.answered, view.finished) == (300, rosters.PER_TURN, False)
    # A worker dies holding the list: nobody else takes it until the lease has run out.
    with writing():
        Roster.objects.of(TARGET).update(lease_until=staffed.now + timedelta(minutes=2))
    assert rosters.run_due(staffed.now) == 0
    # It had made one application whose answer it could not keep.
    with writing():
        RosterRow.objects.of(TARGET).filter(number=2).update(state="waiting", case_no="")
    staffed.clock.forward(minutes=3)
    while rosters.run_due(staffed.now):
        pass
    view, shown = queries.roster(TARGET, NEW, key)
    assert (view.done, view.refused, view.not_yet, view.finished) == (280, 20, 0, True)
    assert len([row for row in rows("procedures.Case") if row.half == "in"]) == 280
    assert len({one.case_no for one in shown if one.case_no}) == 280


def test_a_fault_is_tried_again_and_in_the_end_said(
    staffed: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    staffed.faults_expected = True
    key = send(staffed, "hr-new", TARGET, NEW, "transfer", *map(line, staffed.movers[:2]))
    first = RosterRow.objects.of(TARGET).order_by("number").values_list("pk", flat=True)[0]
    real = rosters._ANSWERS["transfer"]
    monkeypatch.setitem(
        rosters._ANSWERS, "transfer", lambda one: None if one.row_id == first else real(one)
    )
    for _ in range(20):
        rosters.run_due(staffed.now)
        staffed.clock.forward(minutes=15)
    assert told(staffed, key) == [("refused", "FAULT"), ("done", "")]


# Files


def xlsx(*lines: list[Any]) -> bytes:
    book = Workbook()
    for one in lines:
        book.active.append(one)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_lists_are_read_from_excel_and_csv(staffed: Country) -> None:
    data = xlsx(
        ["姓名", "身份证号", "转出地", "统筹账户余额"],
        ["沈若岚", "320198199203154525", "南京", "要转"],
        ["某某", "x", "杭州", None],
        [None, None, None, None],
    )
    first, second = roster_files.read_roster("transfer", "a.xlsx", data)
    assert (first.certno, first.area) == ("320198199203154525", "南京")
    assert "统筹" in first.wish
    assert second.wish == ""
    for encoding in ("utf-8-sig", "gb18030"):
        text = "证件号码,姓名,停保日期\n320198199203154525,沈若岚,2026-03-01\n"
        (only,) = roster_files.read_roster("stop", "a.csv", text.encode(encoding))
        assert (only.psn_name, only.day) == ("沈若岚", "2026-03-01")
    (dated,) = roster_files.read_roster(
        "enrol", "a.xlsx", xlsx(["证件号码", "姓名", "参保日期"], ["1", "2", date(2026, 3, 1)])
    )
    assert dated.day == "2026-03-01"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"PK\x03\x04rubbish", "BAD_XLSX"),
        ("姓名,年龄\n某,3\n".encode(), "UNKNOWN_HEADER"),
        (b"\xff\xfe\x00\x00\x01", "BAD_FILE"),
        (b"x" * (5 * 1024 * 1024 + 1), "TOO_BIG"),
    ],
)
def test_files_that_are_no_lists(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as error:
        roster_files.read_roster("transfer", "a", data)
    assert error.value.code == code
    assert error.value.remedy


def test_results_come_as_a_workbook_in_which_text_stays_text(staffed: Country) -> None:
    key = send(staffed, "hr-new", TARGET, NEW, "transfer", Said(certno="1", psn_name="=1+1"))
    staffed.settle()
    data = roster_files.result_file("结果", answers(TARGET, NEW, key))
    sheet = load_workbook(io.BytesIO(data)).active
    assert [cell.value for cell in sheet[1]][:4] == ["行号", "姓名", "证件号码", "结果"]
    assert (sheet["B2"].value, sheet["B2"].data_type) == ("=1+1", "s")
    blank = load_workbook(io.BytesIO(roster_files.blank_form("stop"))).active
    assert [cell.value for cell in blank[1]] == ["证件号码", "姓名", "停保日期", "原因"]


def test_employers_are_imported_and_brought_up_to_date(staffed: Country) -> None:
    from jiexu.simulation.node import ADMIN
    from jiexu.work.importing import import_rows

    row = {
        "统一社会信用代码": NEW,
        "单位名称": "龙城汽车",
        "登记状态": "吊销",
        "注销吊销日期": "2026-03-01",
        "欠费起始年月": "2025-11",
    }
    first = import_rows("employers", [row], area=TARGET, by=ADMIN, now=staffed.now)
    again = import_rows("employers", [row], area=TARGET, by=ADMIN, now=staffed.now)
    assert (first.added, again.added, again.unchanged) == (1, 0, 1)
    view = queries.employer_for(User.objects.get(username="hr-new"), TARGET, NEW)
    assert (view.status, view.arrears_since) == ("closed", "202511")
    bad = [
        {**row, "统一社会信用代码": "123"},
        {**row, "登记状态": "?"},
        {**row, "单位名称": ""},
        row,
        {**row, "单位名称": "别的名字"},
    ]
    report = import_rows("employers", bad, area=TARGET, by=ADMIN, now=staffed.now)
    assert [one.code for one in report.refused] == [
        "USCC_LENGTH",
        "BAD_EMPLOYER_STATUS",
        "NO_NAME",
    ]
