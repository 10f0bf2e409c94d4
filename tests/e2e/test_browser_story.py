"""Story 001 by hand: a citizen applies, two finance people pay, the citizen sees the fen arrive.

Played against real servers, workers and bank, with one database and with two, without JavaScript;
every page visited is checked by axe and may be photographed (`JIEXU_PICTURES=folder`).
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error

from jiexu.simulation.stories.s001 import CERTNO, LIUZHOU, NANJING, PASSWORD, cast
from tests.e2e.conftest import Country

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTHS = {"desktop": 1440, "phone": 390}


class Person:
    """Somebody in front of a browser. Pages of one shape are checked once per story (`seen`)."""

    def __init__(self, browser: Any, base: str, width: int, name: str, seen: set[str]) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="zh-CN", java_script_enabled=False
        )
        self.page = context.new_page()
        self.base = base
        self._checker = browser.new_context(viewport={"width": width, "height": 900})
        self._width = width
        self._name = name
        self._pictures = 0
        self._seen = seen

    def go(self, path: str) -> None:
        response = self.page.goto(self.base + path)
        assert response is not None
        assert response.status < 400, f"{path}: {response.status}"
        self.look()

    def sign_in(self, username: str) -> None:
        self.go("/sign-in")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.press("登录")

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("main").get_by_role("button", name=name).click()
        self.look()

    def text(self) -> str:
        return str(self.page.inner_text("main"))

    def look(self) -> None:
        """No page scrolls sideways, none breaks an accessibility rule; take a picture if asked."""
        self._photograph()
        shape = re.sub(r"[0-9A-Z]{6,}", "*", self.page.url) + self.page.title()
        if shape in self._seen:
            return
        self._seen.add(shape)
        # The pages run no script, so axe looks at the same HTML in a context that may.
        checker = self._checker.new_page()
        checker.route("**/*", self._serve)
        checker.goto(self.page.url)
        wide = checker.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} scrolls sideways by {wide} px at {self._width} px"
        found = Axe().run(checker)
        assert found.violations_count == 0, found.generate_report()
        checker.close()

    def _photograph(self) -> None:
        folder = os.environ.get("JIEXU_PICTURES")
        if folder:
            self._pictures += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            name = f"{self._width}-{self._name}-{self._pictures:02d}.png"
            self.page.screenshot(path=Path(folder) / name, full_page=True)

    def _serve(self, route: Any) -> None:
        """The checked page is the very HTML the person sees, styles from the server."""
        if route.request.resource_type == "document":
            route.fulfill(body=self.page.content(), content_type="text/html; charset=utf-8")
        else:
            route.continue_()

    def wait_for(self, path: str, seen: Callable[[str], bool], what: str) -> None:
        """Reload a page as a waiting person would, until it shows what they wait for."""
        deadline = time.monotonic() + 45
        while time.monotonic() < deadline:
            try:
                self.page.goto(self.base + path)
            except Error as error:
                if "ERR_ABORTED" not in str(error):
                    raise
                continue  # the waiting page has just refreshed itself under our hands
            if seen(self.text()):
                self.look()
                return
            time.sleep(0.5)
        raise AssertionError(f"{what} is not on {path}:\n{self.text()}")


@pytest.mark.parametrize(
    ("country", "size"),
    [(1, "desktop"), (2, "phone")],
    indirect=["country"],
    ids=["one-database-desktop", "two-databases-phone"],
)
def test_story_001_from_log_in_to_money_in_the_new_account(
    country: Country, size: str, chromium: Any
) -> None:
    country.prepare((NANJING, LIUZHOU), cast)
    country.serve()
    width = WIDTHS[size]
    seen: set[str] = set()

    citizen = Person(chromium, country.at(LIUZHOU), width, "citizen", seen)
    citizen.go("/")
    citizen.sign_in("ruolan")
    citizen.go("/me")
    assert "沈若岚" in citizen.text()
    citizen.go("/transfer")
    citizen.go("/transfer/from")
    _choose(citizen, NANJING, "江苏省南京市")
    citizen.go("/transfer/to")
    _choose(citizen, LIUZHOU, "广西壮族自治区柳州市")
    citizen.go("/transfer/check")
    assert "可以转移" in citizen.text()
    assert "国家规定" in citizen.text()
    citizen.go("/transfer/answers")
    for box in citizen.page.get_by_role("checkbox").all():
        box.check()
    citizen.press(re.compile("提交"))
    case_no = citizen.page.url.rsplit("/", 1)[-1]
    assert case_no in citizen.text()
    case_page = f"/cases/{case_no}"
    citizen.wait_for(case_page, lambda text: "待付款" in text, "the fixed amount")
    assert "3,214.56 元" in citizen.text()

    clerk = Person(chromium, country.at(NANJING), width, "clerk", seen)
    clerk.sign_in("nj_jingban")
    clerk.go(f"/work/{NANJING}/queue")
    clerk.go(f"/work/{NANJING}/cases")
    assert case_no in clerk.text()
    clerk.go(f"/work/{NANJING}/cases/out/{case_no}")
    assert "沈若岚" in clerk.text()

    preparer = Person(chromium, country.at(NANJING), width, "preparer", seen)
    preparer.sign_in("nj_zhidan")
    preparer.go(f"/work/{NANJING}/payments")
    preparer.press(re.compile("制成一个批次"))
    preparer.go(f"/work/{NANJING}/payments")
    batch_page = preparer.page.get_by_role("link", name=re.compile("^PL")).get_attribute("href")
    assert batch_page is not None
    preparer.go(batch_page)
    assert preparer.page.get_by_role("button", name=re.compile("批准付款")).count() == 0

    approver = Person(chromium, country.at(NANJING), width, "approver", seen)
    approver.sign_in("nj_fuhe")
    approver.go(batch_page)
    approver.press(re.compile("批准付款"))

    citizen.wait_for(
        case_page, lambda text: "已记入个人账户" in text and "待付款" not in text, "the money"
    )
    citizen.go(f"/account/{LIUZHOU}")
    assert "3,214.56" in citizen.text()
    citizen.go("/me")

    finance = Person(chromium, country.at(LIUZHOU), width, "finance", seen)
    finance.sign_in("lz_zhidan")
    finance.go(f"/work/{LIUZHOU}/bank?state=matched")
    assert case_no in finance.text()
    clerk.go(f"/work/{NANJING}/cases/out/{case_no}")
    assert "已办结" in clerk.text()

    for area in (NANJING, LIUZHOU):
        for what in ("ledger", "audit"):
            proof = country.command(area, what, "verify")
            assert proof.returncode == 0, proof.stdout + proof.stderr
    logs = "".join(path.read_text(encoding="utf-8") for path in country.folder.rglob("*.log"))
    assert CERTNO not in logs
    assert "Traceback" not in logs


def _choose(person: Person, area: str, name: str) -> None:
    """Choose a place: among those one is insured at, or by its name."""
    known = person.page.get_by_label(re.compile(f"^{name}（"))
    if known.count():
        known.first.check()
        person.press("继续")
        return
    person.page.get_by_label("输入地名查找").fill(name[-3:-1])
    person.press("查找")
    person.page.get_by_label(re.compile(name)).first.check()
    person.press("继续")


@pytest.mark.parametrize("country", [1], indirect=True, ids=["one-database"])
def test_bad_input_is_answered_in_words_and_changes_nothing(
    country: Country, chromium: Any
) -> None:
    country.prepare((NANJING, LIUZHOU), cast)
    country.serve()
    seen: set[str] = set()
    citizen = Person(chromium, country.at(LIUZHOU), 390, "bad", seen)
    citizen.go("/sign-in")
    citizen.page.get_by_label("用户名").fill("ruolan")
    citizen.page.get_by_label("密码").fill("wrong password")
    citizen.press("登录")
    assert "用户名或密码" in citizen.text()
    citizen.sign_in("ruolan")
    for path, words in (
        ("/cases/ZY450200260311000000017", "没有找到这笔业务"),
        (f"/work/{LIUZHOU}/queue", "权限"),
        ("/no/such/page", "没有这一页"),
    ):
        response = citizen.page.goto(citizen.base + path)
        assert response is not None
        assert response.status in {403, 404}
        assert words in citizen.text(), citizen.text()
        citizen.look()
    stranger = Person(chromium, country.at(NANJING), 390, "stranger", seen)
    stranger.sign_in("nj_jingban")
    response = stranger.page.goto(f"{stranger.base}/work/{LIUZHOU}/queue")
    assert response is not None
    assert response.status == 403
    stranger.look()


@pytest.mark.parametrize(
    ("country", "size"), [(1, "phone")], indirect=["country"], ids=["one-database-phone"]
)
def test_the_conversation_of_a_case_on_the_phone(
    country: Country, size: str, chromium: Any
) -> None:
    """Remind, object, be asked for papers: every page is whole, and nothing breaks axe's rules."""
    country.prepare((NANJING, LIUZHOU), cast)
    country.serve()
    seen: set[str] = set()
    citizen = Person(chromium, country.at(LIUZHOU), WIDTHS[size], "citizen", seen)
    citizen.sign_in("ruolan")
    citizen.go("/transfer/from")
    _choose(citizen, NANJING, "江苏省南京市")
    _choose(citizen, LIUZHOU, "广西壮族自治区柳州市")
    citizen.go("/transfer/answers")
    for box in citizen.page.get_by_role("checkbox").all():
        box.check()
    citizen.press(re.compile("提交"))
    case_page = f"/cases/{citizen.page.url.rsplit('/', 1)[-1].partition('?')[0]}"
    citizen.wait_for(case_page, lambda text: "待付款" in text, "the fixed amount")
    citizen.page.get_by_role("link", name="催办").click()
    citizen.look()
    citizen.press("催办")
    assert "已催办" in citizen.text()
    citizen.go(f"{case_page}/dispute")
    citizen.press("提出异议")
    assert "请填写" in citizen.text()
    citizen.page.get_by_label("月份不对").check()
    citizen.page.get_by_label("具体情况").fill("少三个月")
    citizen.press("提出异议")
    assert "少三个月" in citizen.text()

    clerk = Person(chromium, country.at(LIUZHOU), WIDTHS[size], "clerk", seen)
    clerk.sign_in("lz_jingban")
    desk = f"/work/{LIUZHOU}{case_page.replace('/cases/', '/cases/in/')}"
    clerk.go(desk)
    assert "与对方机构的报文" in clerk.text()
    clerk.page.get_by_label("给参保人的答复").fill("已核对，月份无误")
    clerk.press("答复异议")
    clerk.page.get_by_text("请对方协查", exact=True).first.click()
    clerk.look()
    clerk.page.get_by_label("请对方协查的问题").fill("请核对 2019 年的月份")
    clerk.press("请对方协查")
    assert "等待答复" in clerk.text()
    citizen.go(case_page)
    assert "已核对，月份无误" in citizen.text()
