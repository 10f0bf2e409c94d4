"""Days are closed once, in order, without gaps; what changes afterwards is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.proof_story import (
    CERTNOS,
    DAY_ONE,
    NEW,
    OLD,
    RICH,
    SHANGHAI,
    Story,
    behind_the_laws,
    one,
    told,
    undone,
)

from jiexu.core.base.actors import Actor, Role
from jiexu.core.base.codes.check_digits import mod_11_2
from jiexu.core.base.errors import BadInput
from jiexu.core.exchange import merkle
from jiexu.core.exchange.sm3 import sm3
from jiexu.records.access.models import ReadEntry
from jiexu.records.audit import queries
from jiexu.records.audit.days import GrowingRoot, day_of
from jiexu.records.audit.models import DayDigest, Entry
from jiexu.records.audit.verify import verify
from jiexu.work.nightly import close_day, close_due
from jiexu.work.reads import log_read

DAY = DAY_ONE.date()
NEXT = DAY + timedelta(days=1)
CLERK = Actor(role=Role.CLERK, ref="wang", agency=OLD)
pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Iterator[Story]:
    with undone(), told() as story:
        yield story


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_growing_root_is_the_root_of_the_whole_tree(leaves: list[bytes]) -> None:
    grown = GrowingRoot(leaves)
    assert grown.count == len(leaves)
    assert grown.hex() == merkle.root(leaves).hex()


def test_the_day_is_that_of_shanghai() -> None:
    assert day_of(datetime.fromisoformat("2026-11-16T15:59:59+00:00")) == date(2026, 11, 16)
    assert day_of(datetime.fromisoformat("2026-11-16T16:00:00+00:00")) == date(2026, 11, 17)


def test_a_closed_day_holds_the_root_of_its_entries(story: Story) -> None:
    log_read(CLERK, OLD, story.case_nos[RICH], "核对信息表", story.now)
    assert close_day(DAY, at(NEXT, 0, 10)) == 2
    entries = Entry.objects.of(OLD).filter(stream__startswith="case:").order_by("at", "pk")
    leaves = [digest.encode() for digest in entries.values_list("digest", flat=True)]
    row = DayDigest.objects.of(OLD).get(kind="audit")
    assert (row.day, row.count, row.root) == (DAY, 8, merkle.root(leaves).hex())
    reads = DayDigest.objects.of(OLD).get(kind="reads")
    assert reads.count == 1 and reads.root != sm3(b"").hex()
    none = DayDigest.objects.of(NEW).get(kind="reads")
    assert (none.count, none.root) == (0, sm3(b"").hex())
    assert verify() == []


def test_closing_again_changes_nothing(story: Story) -> None:
    close_day(DAY, at(NEXT, 1))
    before = list(DayDigest.objects.across_node().values_list("pk", "root"))
    assert close_day(DAY, at(NEXT, 2)) == 0
    assert list(DayDigest.objects.across_node().values_list("pk", "root")) == before
    assert Entry.objects.of(OLD).filter(stream="agency").count() == 1


@pytest.mark.parametrize("now", [at(DAY, 12), at(NEXT, 0), at(NEXT, 0, 9)])
def test_a_day_is_not_closed_before_it_is_over(now: datetime) -> None:
    with pytest.raises(BadInput) as refused:
        close_day(DAY, now)
    assert refused.value.code == "DAY_NOT_OVER"
    assert str(refused.value) == (
        "2026-11-16 还没有结束，不能做日结。请在次日 0 时 10 分以后运行。"
    )


def test_days_on_which_the_node_stood_still_are_closed_too(story: Story) -> None:
    assert close_due(at(NEXT, 0, 5)) == 0
    assert close_due(at(DAY + timedelta(days=4), 3)) == 8
    assert close_due(at(DAY + timedelta(days=4), 4)) == 0
    days = DayDigest.objects.of(OLD).filter(kind="audit").order_by("day")
    assert [(row.day, row.count) for row in days] == [
        (DAY, 8),
        (DAY + timedelta(days=1), 0),
        (DAY + timedelta(days=2), 0),
        (DAY + timedelta(days=3), 0),
    ]
    assert verify() == []


def test_the_next_day_covers_the_root_of_this_one(story: Story) -> None:
    close_due(at(NEXT, 1))
    close_due(at(NEXT + timedelta(days=1), 1))
    act = Entry.objects.of(OLD).get(stream="agency", seq=1)
    second = DayDigest.objects.of(OLD).get(kind="audit", day=NEXT)
    assert second.root == merkle.root([act.digest.encode()]).hex()
    assert DayDigest.objects.of(OLD).get(kind="audit", day=DAY).root in act.content


def test_a_node_without_entries_has_nothing_to_close(story: Story) -> None:
    with behind_the_laws() as cursor:
        cursor.execute("DELETE FROM audit_entry")
    assert close_due(at(NEXT, 1)) == 0


def broken(sql: str, *values: Any) -> list[str]:
    with undone():
        with behind_the_laws() as cursor:
            cursor.execute(sql, values)
        return [found.text for found in verify() if found.table == "audit_daydigest"]


CHANGED = "有记录被改动、删除或补写。"


def test_what_changes_after_closing_is_found(story: Story) -> None:
    log_read(CLERK, OLD, story.case_nos[RICH], "核对信息表", story.now)
    close_due(at(NEXT, 1))
    close_due(at(NEXT + timedelta(days=1), 1))
    first = one("SELECT id FROM audit_daydigest WHERE agency = %s AND kind = 'audit'", OLD)
    zeros = "0" * 64
    assert verify() == []
    for column, value in (("day", "2026-11-01"), ("count", 1), ("root", zeros), ("kind", "x")):
        sql = f"UPDATE audit_daydigest SET {column} = %s WHERE id = %s"
        assert broken(sql, value, first), column
    assert f"{DAY} 的日摘要不见了，审计记录中有。" in broken(
        "DELETE FROM audit_daydigest WHERE id = %s", first
    )
    for sql in (
        "UPDATE access_readentry SET purpose = 'other'",
        "UPDATE access_readentry SET reader = 'other'",
        "UPDATE access_readentry SET role = 'other'",
        "UPDATE access_readentry SET subject = 'other'",
        "UPDATE access_readentry SET at = '2026-11-16 00:00:00+00:00'",
        "DELETE FROM access_readentry",
    ):
        text = broken(sql)
        assert len(text) == 1 and "查询日志" in text[0] and text[0].endswith(CHANGED), sql
    # Changed with its digest: the last entry of a chain that no case row watches.
    text = broken("UPDATE audit_entry SET digest = %s WHERE stream = 'agency' AND seq = 1", zeros)
    assert f"{NEXT} 的审计记录与当日摘要不符（当日 1 条，现有 1 条）：{CHANGED}" in text
    text = broken(
        "DELETE FROM audit_entry WHERE stream = 'agency' AND seq = 2 AND agency = %s", OLD
    )
    assert f"审计记录中没有 {NEXT} 的日结：日期被改动，或摘要是伪造的。" in text


def test_an_entry_added_to_a_closed_day_is_found(story: Story) -> None:
    close_due(at(NEXT, 1))
    log_read(CLERK, OLD, story.case_nos[RICH], "补写", at(DAY, 12))
    assert f"{DAY} 的查询日志与当日摘要不符（当日 0 条，现有 1 条）：{CHANGED}" in [
        found.text for found in verify()
    ]


def test_the_log_of_reads_keeps_who_what_and_why(story: Story) -> None:
    log_read(CLERK, OLD, story.case_nos[RICH], " 核对信息表 ", story.now)
    row = ReadEntry.objects.of(OLD).get()
    assert (row.reader, row.role, row.subject, row.purpose, row.at) == (
        *("wang", "clerk", story.case_nos[RICH]),
        *("核对信息表", story.now),
    )
    assert [view.purpose for view in queries.reads_of(OLD, story.case_nos[RICH])] == ["核对信息表"]
    assert queries.reads_of(NEW, story.case_nos[RICH]) == ()


CERTNO = "45020219850117001" + mod_11_2("45020219850117001")


@pytest.mark.parametrize(
    ("subject", "purpose", "path", "words"),
    [
        ("ZY1", "  ", "purpose", "查询个人信息须写明目的。"),
        ("ZY1", "长" * 101, "purpose", "查询个人信息须写明目的。"),
        ("", "核对", "subject", "查询日志须写明查询的案件或人员编号，不能写证件号码。"),
        ("x" * 61, "核对", "subject", "查询日志须写明查询的案件或人员编号，不能写证件号码。"),
        (CERTNO, "核对", "subject", "查询日志须写明查询的案件或人员编号，不能写证件号码。"),
    ],
)
def test_a_read_without_reason_or_with_an_identity_number_is_refused(
    subject: str, purpose: str, path: str, words: str
) -> None:
    with pytest.raises(BadInput) as refused:
        log_read(CLERK, OLD, subject, purpose, DAY_ONE)
    assert (refused.value.path, refused.value.message) == (path, words)
    assert not ReadEntry.objects.across_node().exists()


def test_the_queries_show_streams_acts_and_days(story: Story) -> None:
    close_due(at(NEXT, 1))
    entries = queries.stream(OLD, f"case:out:{story.case_nos[RICH]}")
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert entries[0].action == "transfer.request_received"
    assert [act.action for act in queries.acts(OLD)] == ["agency.day_closed"]
    days = queries.day_digests(OLD)
    assert [(day.day, day.kind, day.count) for day in days] == [
        (DAY, "audit", 8),
        (DAY, "reads", 0),
    ]
    assert all(number not in str(entries) for number in CERTNOS.values())
