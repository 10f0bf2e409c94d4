"""One application for two old places, on a phone: from the start page to two tracked cases.

The check comes first and asks nobody to sign in; every page is looked at by axe and must not
scroll sideways.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from jiexu.simulation.stage import Stage
from jiexu.simulation.stories.s001 import LIUZHOU, NANJING, PASSWORD, RUOLAN
from jiexu.simulation.stories.telling import Office, Telling
from tests.e2e.conftest import Country
from tests.e2e.test_browser_story import WIDTHS, Person, _choose

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HANGZHOU = "330100"


def cast(stage: Stage) -> None:
    """She worked in 杭州, then in 南京, and is in 柳州 now."""
    told = Telling(stage, "several")
    told.open(
        Office(area=NANJING, short="nj", name="南京市医疗保险管理中心"),
        Office(area=LIUZHOU, short="lz", name="柳州市医疗保险事业管理中心"),
        Office(area=HANGZHOU, short="hz", name="杭州市医疗保障管理服务中心"),
    )
    told.moved(RUOLAN, NANJING, LIUZHOU)
    told.insured(
        RUOLAN,
        HANGZHOU,
        months=[("2015-01", "2018-12")],
        statuses=[("normal", "2015-01-01", "2018-12-31"), ("paused", "2019-01-01", "")],
        employer="更早的单位有限公司",
        balance="88.00",
    )


@pytest.mark.parametrize("country", [1], indirect=True, ids=["one-database-phone"])
def test_two_old_places_in_one_application_on_the_phone(
    country: Country, chromium: Any, tmp_path: Path
) -> None:
    country.prepare((NANJING, LIUZHOU, HANGZHOU), cast)
    country.serve()
    citizen = Person(chromium, country.at(LIUZHOU), WIDTHS["phone"], "several", set())
    main = citizen.page.get_by_role("main")

    def follow(name: str) -> None:
        main.get_by_role("link", name=re.compile(name)).first.click()
        citizen.look()

    citizen.go("/")
    follow("先看看能不能转")
    _choose(citizen, NANJING, "江苏省南京市")
    _choose(citizen, LIUZHOU, "广西壮族自治区柳州市")
    assert "可以转移" in citizen.text()
    follow("登录，接着申请")
    citizen.page.get_by_label("用户名").fill("ruolan")
    citizen.page.get_by_label("密码").fill(PASSWORD)
    citizen.press("登录")
    assert "3214.56 元" in citizen.text()
    assert "杭州市也参保过" in citizen.text()

    follow("一起转过来")
    citizen.press("继续")  # the only other place is chosen already
    assert "从 2 个地方转出" in citizen.text()
    follow("^继续$")
    assert "浙江省杭州市：可以转移" in citizen.text()
    follow("继续，核对并提交")
    follow("更改.*由谁申请")
    citizen.page.get_by_label(re.compile("^我替")).check()
    citizen.press("继续")
    citizen.press("继续")
    assert "请确认声明" in citizen.text()
    citizen.page.get_by_label("您的姓名").fill("沈母")
    citizen.page.get_by_label("父母").check()
    citizen.page.get_by_label("凭什么代办").fill("授权委托书")
    citizen.page.get_by_label(re.compile("^我声明")).check()
    citizen.press("继续")
    letter = tmp_path / "授权委托书.png"
    letter.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    citizen.page.get_by_label("授权材料或监护证明").set_input_files(letter)
    citizen.page.get_by_label(re.compile("^以上内容属实")).check()
    citizen.press("同意并提交")
    assert "2 件申请" in citizen.text()

    citizen.wait_for(
        "/me",
        lambda text: text.count("3,214.56 元") > 1 and "88.00 元，杭州市" in text,
        "the money",
    )
    citizen.page.get_by_role("link", name="杭州市 → 柳州市").click()
    citizen.look()
    assert "代办人 沈母（父母）" in citizen.text()
    assert "授权委托书.png" in citizen.text()
    follow("上传材料")
    citizen.press("上传")
    assert "请选择要上传的文件" in citizen.text()
    citizen.go("/papers")

    clerk = Person(chromium, country.at(LIUZHOU), WIDTHS["phone"], "window", set())
    clerk.sign_in("lz_jingban")
    clerk.go(f"/work/{LIUZHOU}/apply")
    clerk.page.get_by_label("参保人证件号码").fill(RUOLAN.certno)
    clerk.press("查找")
    assert RUOLAN.certno not in clerk.page.content()
    clerk.press("提交申请")
    assert "请选择另一地" in clerk.text()
    clerk.page.get_by_label("从外地转入").check()
    clerk.page.get_by_label("另一地").select_option(NANJING)
    clerk.press("提交申请")
    assert "给参保人的告知" in clerk.text()  # that one is open already
