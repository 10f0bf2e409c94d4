"""Papers by hand, on a desk and on a telephone: choose a proof, open it, have it checked."""

from __future__ import annotations

import re
from typing import Any

import pytest

from jiexu.simulation.stories.s001 import CERTNO, LIUZHOU, NANJING, RUOLAN, cast
from tests.e2e.conftest import Country
from tests.e2e.test_browser_story import WIDTHS, Person

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("country", [1], indirect=True, ids=["one-database"])
def test_a_proof_is_chosen_opened_and_checked(country: Country, chromium: Any) -> None:
    country.prepare((NANJING, LIUZHOU), cast)
    country.serve()
    for size, width in WIDTHS.items():
        seen: set[str] = set()
        citizen = Person(chromium, country.at(NANJING), width, f"papers-{size}", seen)
        citizen.sign_in("ruolan")
        citizen.go("/papers")
        citizen.press("开具")
        assert "请选择要开具的证明" in citizen.text()
        citizen.page.get_by_label(re.compile("缴费证明")).first.check()
        citizen.press("开具")
        assert "已开具，编号 JF" in citizen.text()
        link = citizen.page.get_by_role("link", name=re.compile("缴费证明")).first
        path = link.get_attribute("href")
        answer = citizen.page.context.request.get(f"{citizen.base}{path}")
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/pdf"
        address = re.search(rb"/verify/[^()]+", answer.body())
        assert address is not None

        stranger = Person(chromium, country.at(NANJING), width, f"verify-{size}", seen)
        stranger.go("/verify/")
        stranger.press("核验")
        assert "请填写文书编号" in stranger.text()
        number, code = address[0].decode().split("/")[2:4]
        stranger.page.get_by_label("文书编号").fill(number)
        stranger.page.get_by_label("核验码").fill(code)
        stranger.press("核验")
        stranger.wait_for(f"/verify/{number}/{code}", lambda text: "登记属实，是最新" in text, "it")
        assert RUOLAN.name not in stranger.text()
        stranger.page.goto(f"{stranger.base}/verify/{number}/2222-2222")
        assert "没有查到" in stranger.text()
        stranger.look()

        clerk = Person(chromium, country.at(NANJING), width, f"counter-{size}", seen)
        clerk.sign_in("nj_jingban")
        clerk.go(f"/work/{NANJING}/papers")
        clerk.page.get_by_label("证件号码或人员编号").fill(CERTNO)
        clerk.press("查找")
        assert RUOLAN.name in clerk.text() and CERTNO not in clerk.page.url
        clerk.page.get_by_label(re.compile("参保凭证")).check()
        clerk.press("开具")
        assert "参保凭证" in clerk.text()
