"""A citizen and the staff of two agencies walk the real pages, from sign-in to the money."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from jiexu.faces.ui.page_rules import faults
from jiexu.records.access.models import ReadEntry
from jiexu.simulation.node import LocalNode
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import s001
from jiexu.work import ports as wiring

NANJING, LIUZHOU = s001.NANJING, s001.LIUZHOU
OTHER = "110101199003070038"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    """Two agencies on one node, their staff, and 沈若岚 who moves from 南京 to 柳州."""
    before = wiring.ports()
    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    node = LocalNode()
    start = datetime.fromisoformat(s001.STORY.start)
    stage = Stage(dict.fromkeys((NANJING, LIUZHOU), node), settings.BANK_FOLDER, start)
    s001.cast(stage)
    yield stage
    wiring.install(before)


class Visitor:
    """A browser without scripts. Every page it is shown obeys the rules of pages."""

    def __init__(self, username: str = "") -> None:
        self.client = Client()
        if username:
            answer = self.client.post("/sign-in", {"username": username, "password": s001.PASSWORD})
            assert answer.status_code == 302, answer.content.decode()

    def get(self, path: str, status: int = 200) -> str:
        return self._page(self.client.get(path), status)

    def post(self, path: str, data: dict[str, Any], status: int = 302) -> str:
        """The page shown, or the address led to."""
        answer = self.client.post(path, data)
        if answer.status_code == 302:
            assert status == 302
            return str(answer.headers["Location"])
        return self._page(answer, status)

    def header(self, path: str, name: str) -> str:
        return str(self.client.get(path).headers.get(name, ""))

    @staticmethod
    def _page(answer: Any, status: int) -> str:
        html: str = answer.content.decode()
        assert answer.status_code == status, html
        assert faults(html) == []
        return html


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def applied(citizen: Visitor) -> str:
    """Apply by the pages; the business number."""
    citizen.post("/transfer/from", {"area": NANJING})
    citizen.post("/transfer/to", {"area": LIUZHOU})
    key = hidden(citizen.get("/transfer/answers"), "key")
    address = citizen.post("/transfer/answers", {"key": key, "confirm": "yes"})
    return address.rsplit("/", 1)[1]


def test_signing_in_leads_home_or_where_one_wanted_to_go(stage: Stage) -> None:
    answer = {"username": "ruolan", "password": s001.PASSWORD}
    assert Visitor().post("/sign-in", answer) == "/me"
    assert Visitor().post("/sign-in", {**answer, "next": "/transfer"}) == "/transfer"
    assert Visitor().post("/sign-in", {**answer, "next": "https://evil.example/"}) == "/me"
    clerk = {"username": "lz_jingban", "password": s001.PASSWORD}
    assert Visitor().post("/sign-in", clerk) == "/work/"
    wrong = Visitor().post("/sign-in", {**answer, "password": "not this one"}, status=403)
    assert "用户名或密码不对" in wrong
    assert "not this one" not in wrong


def test_signing_out_ends_it(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    citizen.post("/sign-out", {})
    assert citizen.client.get("/me").headers["Location"] == "/sign-in?next=/me"


def test_what_is_mine(stage: Stage) -> None:
    html = Visitor("ruolan").get("/me")
    for words in (
        "沈若岚",
        "江苏省南京市",
        "暂停参保",
        "3,214.56 元",
        "2019年3月—2026年2月",
        "没有转移业务",
    ):
        assert words in html
    account = Visitor("ruolan").get(f"/account/{NANJING}")
    assert "期初余额" in account and "+3,214.56" in account


def test_no_page_can_be_reached_before_its_questions_are_answered(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    for page in ("to", "check", "answers"):
        assert citizen.client.get(f"/transfer/{page}").headers["Location"] == "/transfer/from"
    key = "00000000-0000-0000-0000-000000000001"
    assert citizen.post("/transfer/answers", {"key": key, "confirm": "yes"}) == "/transfer/from"
    citizen.post("/transfer/from", {"area": NANJING})
    assert citizen.client.get("/transfer/check").headers["Location"] == "/transfer/to"


def test_an_application_can_be_left_and_resumed(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    assert "您参保过的地方" in citizen.get("/transfer/from")
    assert citizen.post("/transfer/from", {"area": NANJING}) == "/transfer/to"
    assert "没有提交的转移申请" in citizen.get("/me")
    assert "江苏省南京市" in citizen.get("/transfer")
    assert citizen.post("/transfer/to", {"area": LIUZHOU}) == "/transfer/check"
    html = citizen.get("/transfer/check")
    for words in ("可以转移", "3214.56 元", "不晚于", "国家规定"):
        assert words in html
    assert "请选择一个地方" in citizen.post("/transfer/to", {"area": ""}, status=400)
    assert "没有找到这个地方" in citizen.get("/transfer/from?q=nowhere")


def test_applying_twice_is_one_case(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    citizen.post("/transfer/from", {"area": NANJING})
    citizen.post("/transfer/to", {"area": LIUZHOU})
    key = hidden(citizen.get("/transfer/answers"), "key")
    assert "请确认您已看清并同意" in citizen.post("/transfer/answers", {"key": key}, status=400)
    agreed = {"key": key, "confirm": "yes"}
    address = citizen.post("/transfer/answers", agreed)
    assert citizen.post("/transfer/answers", agreed) == address
    assert citizen.get("/me").count('<li class="card">\n  <h3><a href="/cases/') == 1
    assert "没有提交的转移申请" not in citizen.get("/me")


def test_the_same_place_twice_is_not_a_transfer(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    citizen.post("/transfer/from", {"area": LIUZHOU})
    citizen.post("/transfer/to", {"area": LIUZHOU})
    html = citizen.get("/transfer/check")
    assert "不需要转移" in html
    assert "/transfer/answers" not in html


def test_from_sent_to_money_in_the_new_account(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    case_no = applied(citizen)
    done = f"/transfer/done/{case_no}"
    assert citizen.header(done, "Refresh") == f"3;url={done}?try=2"
    assert case_no in citizen.get(done)

    stage.later(minutes=1)
    stage.settle()
    assert citizen.header(done, "Refresh") == ""
    assert "申请已经受理" in citizen.get(done)
    html = citizen.get(f"/cases/{case_no}")
    assert "年限转入" in html and "资金现在在这里" in html and "信息表" in html
    assert "占用 3,214.56 元" in citizen.get(f"/account/{NANJING}")

    preparer, approver = Visitor("nj_zhidan"), Visitor("nj_fuhe")
    payments = f"/work/{NANJING}/payments"
    html = preparer.get(payments)
    assert "沈若岚" in html and "3,214.56 元" in html
    wrong = preparer.post(payments, {"key": hidden(html, "key")}, status=400)
    assert "请至少勾选一笔付款" in wrong
    order = hidden(html, "order")
    batch = preparer.post(payments, {"key": hidden(html, "key"), "order": [order]})
    assert "这个批次是您制的单，要由另一个人复核" in preparer.get(batch)
    html = approver.get(batch)
    stale = {"approve": "yes", "version": "99", "key": hidden(html, "key")}
    assert "您的操作没有生效" in approver.post(batch, stale, status=409)
    approve = {"approve": "yes", "version": hidden(html, "version"), "key": hidden(html, "key")}
    assert approver.post(batch, approve) == batch
    assert "已批准，等待银行付款" in approver.get(batch)
    assert "批准付款" not in approver.get(batch)

    stage.settle()
    stage.next_workday(NANJING)
    stage.bank_works()
    stage.settle()
    html = citizen.get(f"/cases/{case_no}")
    assert "已办结" in html and "已记入个人账户" in html
    assert "+3,214.56" in citizen.get(f"/account/{LIUZHOU}")
    assert case_no in Visitor("lz_zhidan").get(f"/work/{LIUZHOU}/bank?state=matched")
    clerk = Visitor("lz_jingban")
    html = clerk.get(f"/work/{LIUZHOU}/cases/in/{case_no}")
    assert "转入金额记入个人账户" in html and "两边对照" in html


def test_the_preparer_alone_can_pay_nothing(stage: Stage) -> None:
    stage.at(NANJING).add_staff("nj_both", "一人两岗", s001.PASSWORD, "finance_preparer", NANJING)
    from jiexu.work import grants

    grants.grant("nj_both", "finance_approver", NANJING, "demo", stage.now)
    applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    both = Visitor("nj_both")
    payments = f"/work/{NANJING}/payments"
    html = both.get(payments)
    batch = both.post(payments, {"key": hidden(html, "key"), "order": hidden(html, "order")})
    assert both.post(f"/work/{NANJING}/sit", {"role": "finance_approver"}) == payments
    html = both.get(batch)
    assert "这个批次是您制的单，要由另一个人复核" in html
    assert "批准付款" not in html
    forced = both.post(batch, {"approve": "yes", "version": "1", "key": "k"}, status=409)
    assert "由您制单，不能由您复核" in forced


def test_others_see_nothing_of_my_case(stage: Stage) -> None:
    case_no = applied(Visitor("ruolan"))
    stage.at(LIUZHOU).add_citizen("other", "别人", s001.PASSWORD, OTHER)
    other = Visitor("other")
    for path in (f"/cases/{case_no}", f"/transfer/done/{case_no}", f"/account/{NANJING}"):
        assert case_no not in other.get(path, status=404).replace(path, "")
    assert "没有转移业务" in other.get("/me")
    other.get(f"/work/{LIUZHOU}/cases/in/{case_no}", status=403)
    clerk = Visitor("lz_jingban")
    assert "没有绑定参保人" in clerk.get(f"/cases/{case_no}", status=403)


@pytest.mark.parametrize(
    ("username", "path", "status"),
    [
        ("lz_jingban", "/work/450200/queue", 200),
        ("lz_jingban", "/work/450200/cases?q=沈&page=abc", 200),
        ("lz_jingban", "/work/450200/payments", 403),
        ("lz_jingban", "/work/450200/bank", 403),
        ("lz_jingban", "/work/320100/queue", 403),
        ("lz_jingban", "/work/999999/queue", 403),
        ("lz_jingban", "/work/450200/cases/in/ZY0", 404),
        ("lz_jingban", "/work/450200/cases/sideways/ZY0", 404),
        ("lz_zhidan", "/work/450200/payments", 200),
        ("lz_zhidan", "/work/450200/payments/PL0", 404),
        ("lz_zhidan", "/work/450200/bank", 200),
        ("lz_zhidan", "/work/450200/bank?state=nonsense", 200),
        ("lz_zhidan", "/work/450200/bank/upload", 200),
        ("lz_fuhe", "/work/450200/bank/upload", 403),
        ("lz_zhidan", "/work/320100/bank/upload", 403),
        ("ruolan", "/work/450200/queue", 403),
        ("ruolan", "/work/", 200),
    ],
)
def test_a_desk_needs_the_grant(stage: Stage, username: str, path: str, status: int) -> None:
    html = Visitor(username).get(path, status=status)
    if status == 403:
        assert "没有在" in html and "系统管理员" in html


@pytest.mark.parametrize(
    ("username", "path", "data"),
    [
        ("lz_fuhe", "/work/450200/payments", {"order": "1", "key": "k"}),
        ("lz_zhidan", "/work/450200/payments/PL0", {"approve": "yes", "version": "1", "key": "k"}),
        ("lz_fuhe", "/work/450200/bank/upload", {}),
        ("lz_jingban", "/work/450200/payments/PL0/file", {}),
        ("lz_zhidan", "/work/320100/payments/PL0/file", {}),
        ("lz_fuhe", "/work/450200/payments/PL0/plan", {"plan_no": "1", "version": "1"}),
        ("lz_fuhe", "/work/450200/bank", {"line": "1", "version": "1", "case_no": "ZY0"}),
        ("lz_jingban", "/work/450200/sit", {"role": "finance_approver"}),
        ("ruolan", "/work/450200/sit", {"role": "clerk"}),
    ],
)
def test_a_button_pressed_without_the_right_is_refused(
    stage: Stage, username: str, path: str, data: dict[str, str]
) -> None:
    html = Visitor(username).post(path, data, status=403)
    assert ("您没有这个身份" if path.endswith("/sit") else "办理这一项的权限") in html


def test_a_move_out_of_turn_is_refused_in_words_and_the_case_shown_as_it_is(stage: Stage) -> None:
    case_no = applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    clerk = Visitor("lz_jingban")
    page = f"/work/{LIUZHOU}/cases/in/{case_no}"
    move = {"event": "write_record", "version": "1", "key": "k1"}
    html = clerk.post(page, move, status=409)
    assert "没有办成" in html and "沈若岚" in html
    assert "本业务没有这一步" in clerk.post(page, {**move, "event": "nonsense"}, status=409)


def test_a_line_nobody_knows_needs_a_case(stage: Stage) -> None:
    preparer = Visitor("lz_zhidan")
    bank = f"/work/{LIUZHOU}/bank"
    html = preparer.post(bank, {"line": "7", "version": "1"}, status=400)
    assert "请选择或填写这笔钱属于哪一件业务" in html
    none = {"line": "7", "version": "1", "other": "ZY0", "key": "k"}
    assert "没有这条流水" in preparer.post(bank, none, status=409)


STATEMENT = """账号,9999450200000000
期初余额,0.00
流水号,日期,借贷,金额,对方户名,附言,余额
E0001,2026-03-12,贷,3214.56,南京市医疗保险管理中心,医保转移,3214.56
期末余额,3214.56
笔数,1
借方合计,0.00
贷方合计,3214.56
"""


def test_a_line_without_a_number_is_matched_by_hand_once(stage: Stage, settings: Any) -> None:
    case_no = applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    folder = Path(settings.BANK_FOLDER) / LIUZHOU / "in"
    folder.mkdir(parents=True)
    (folder / "statement.csv").write_text(STATEMENT, encoding="utf-8")
    stage.next_workday(LIUZHOU)
    stage.settle()

    preparer = Visitor("lz_zhidan")
    bank = f"/work/{LIUZHOU}/bank?state=break"
    html = preparer.get(bank)
    assert "收入 3,214.56 元" in html and "医保转移" in html
    match = {name: hidden(html, name) for name in ("line", "version", "key", "case_no")}
    assert match["case_no"] == case_no
    assert preparer.post(bank, match) == bank
    assert f"已匹配到业务 {case_no}" in preparer.get(bank)
    again = preparer.post(bank, {**match, "key": "another"}, status=409)
    assert "刚被他人处理过" in again
    stage.settle()
    assert "+3,214.56" in Visitor("ruolan").get(f"/account/{LIUZHOU}")


def test_looking_at_a_case_is_written_down(stage: Stage) -> None:
    case_no = applied(Visitor("ruolan"))
    Visitor("lz_jingban").get(f"/work/{LIUZHOU}/cases/in/{case_no}")
    entry = ReadEntry.objects.of(LIUZHOU).get()
    assert (entry.reader, entry.role, entry.subject) == ("lz_jingban", "clerk", case_no)


def test_pages_ask_the_database_a_bounded_number_of_times(
    stage: Stage, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    case_no = applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    citizen, clerk = Visitor("ruolan"), Visitor("lz_jingban")
    for visitor, path, most in (
        (citizen, "/", 4),
        (citizen, "/me", 34),
        (citizen, f"/cases/{case_no}", 34),
        (clerk, f"/work/{LIUZHOU}/queue", 12),
        (clerk, f"/work/{LIUZHOU}/cases", 12),
    ):
        with django_assert_max_num_queries(most):
            visitor.get(path)
