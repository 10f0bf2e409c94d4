"""A citizen withdraws, reminds, objects and hands papers in; clerks ask, answer and decline."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.faces.test_pages_journey import (  # noqa: F401  (fixtures of the same pages)
    LIUZHOU,
    NANJING,
    OTHER,
    Visitor,
    _static,
    applied,
    hidden,
    stage,
)

from jiexu.records.procedures.models import Case
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import s001

pytestmark = pytest.mark.django_db


def answer(visitor: Visitor, path: str, status: int = 302, **fields: str) -> str:
    """Fill in the page at `path` and send it."""
    html = visitor.get(path)
    form = {name: hidden(html, name) for name in ("area", "half", "version", "key")}
    return visitor.post(path, {**form, **{f"field-{k}": v for k, v in fields.items()}}, status)


def office(visitor: Visitor, path: str, event: str, status: int = 302, **fields: str) -> str:
    """Make one of the moves of a clerk's case page."""
    html = visitor.get(path)
    form = re.search(rf'value="{event}">(.*?)</form>', html, re.DOTALL)
    assert form is not None, f"{event} is not offered"
    sent = {"event": event, "version": hidden(form[1], "version"), "key": hidden(form[1], "key")}
    return visitor.post(path, {**sent, **{f"field-{k}": v for k, v in fields.items()}}, status)


def test_withdrawing_on_a_page_of_its_own(stage: Stage) -> None:  # noqa: F811
    citizen = Visitor("ruolan")
    case_no = applied(citizen)
    page = f"/cases/{case_no}/withdraw"
    assert f'href="{page}"' in citizen.get(f"/cases/{case_no}")
    html = citizen.get(page)
    assert "撤回后本次转移终结" in html
    form = {name: hidden(html, name) for name in ("area", "half", "version", "key")}
    assert citizen.post(page, form) == f"/cases/{case_no}"
    # Pressed twice: done once, and nobody is refused.
    assert citizen.post(page, form) == f"/cases/{case_no}"
    for _ in range(3):
        stage.settle()
    assert "已撤回" in citizen.get(f"/cases/{case_no}")
    assert "现在不能办理这一步" in citizen.get(page, status=404)
    stale = citizen.post(page, {**form, "key": "another"}, status=409)
    assert "没有办理" in stale


def test_a_page_that_is_out_of_date_is_refused_in_words(stage: Stage) -> None:  # noqa: F811
    citizen = Visitor("ruolan")
    case_no = applied(citizen)
    path = f"/cases/{case_no}/remind"
    html = citizen.get(path)
    stage.settle()
    form = {name: hidden(html, name) for name in ("area", "half", "version", "key")}
    refused = citizen.post(path, form, status=409)
    assert "您打开页面之后，本案已被他人或系统办理过，您的操作没有生效。" in refused
    assert answer(citizen, path) == f"/cases/{case_no}"
    again = answer(citizen, path, status=409)
    assert "这个工作日已经催办过" in again


def test_objecting_and_being_answered(stage: Stage) -> None:  # noqa: F811
    citizen = Visitor("ruolan")
    case_no = applied(citizen)
    stage.settle()
    path = f"/cases/{case_no}/dispute"
    missing = answer(citizen, path, status=409, about="months")
    assert "请填写“具体情况”" in missing
    assert answer(citizen, path, about="months", words="少三个月") == f"/cases/{case_no}"
    assert "少三个月" in citizen.get(f"/cases/{case_no}")
    clerk = Visitor("lz_jingban")
    assert case_no in clerk.get(f"/work/{LIUZHOU}/queue")
    office(clerk, f"/work/{LIUZHOU}/cases/in/{case_no}", "answer_dispute", answer="已核对")
    assert "已核对" in citizen.get(f"/cases/{case_no}")


def test_papers_asked_for_and_handed_in(stage: Stage) -> None:  # noqa: F811
    citizen = Visitor("ruolan")
    case_no = applied(citizen)
    clerk = Visitor("lz_jingban")
    desk = f"/work/{LIUZHOU}/cases/in/{case_no}"
    assert "/supplement" not in citizen.get(f"/cases/{case_no}")
    office(clerk, desk, "request_supplement", wanted="劳动合同复印件")
    html = citizen.get(f"/cases/{case_no}/supplement")
    assert "劳动合同复印件" in html
    answer(citizen, f"/cases/{case_no}/supplement", answer="已交到三号窗口")
    assert "已交到三号窗口" in clerk.get(desk)


def test_the_clerk_sees_messages_and_questions(stage: Stage) -> None:  # noqa: F811
    case_no = applied(Visitor("ruolan"))
    here, there = Visitor("lz_jingban"), Visitor("nj_jingban")
    desk, other = f"/work/{LIUZHOU}/cases/in/{case_no}", f"/work/{NANJING}/cases/out/{case_no}"
    assert "待发送" in here.get(desk)
    stage.settle()
    html = here.get(desk)
    for words in ("申请通知", "校验结果", "已送达", "已处理", "来自南京市医疗保险管理中心"):
        assert words in html
    wrong = office(here, desk, "clarify", status=409)
    assert "请填写“请对方协查的问题”" in wrong
    office(here, desk, "clarify", words="请核对 2019 年")
    stage.settle()
    assert "请核对 2019 年" in there.get(other)
    assert "请核对 2019 年" not in Visitor("ruolan").get(f"/cases/{case_no}")
    office(there, other, "answer_enquiry", words="无误")
    stage.settle()
    assert "无误" in here.get(desk)


def test_nobody_acts_in_the_case_of_somebody_else(stage: Stage) -> None:  # noqa: F811
    case_no = applied(Visitor("ruolan"))
    stage.at(LIUZHOU).add_citizen("other", "别人", s001.PASSWORD, OTHER)
    other = Visitor("other")
    form: dict[str, Any] = {"area": LIUZHOU, "half": "in", "version": "1", "key": "k"}
    assert "没有找到这笔业务" in other.get(f"/cases/{case_no}/withdraw", status=404)
    other.post(f"/cases/{case_no}/withdraw", form, status=404)
    mine = Visitor("ruolan")
    mine.post(f"/cases/{case_no}/withdraw", {**form, "area": NANJING, "half": "out"}, status=404)
    mine.post(f"/cases/{case_no}/write_record", form, status=409)
    assert Case.objects.of(LIUZHOU).get(case_no=case_no).version == 1
