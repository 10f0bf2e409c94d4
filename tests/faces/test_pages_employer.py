"""Employers' pages, and the pages of a suspension for the citizen and the clerk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.faces.test_pages_journey import Visitor, hidden
from tests.support.country import SOURCE, START, TARGET, Country, Mover, put_back
from tests.support.employers import NEW, OLD, OTHER, PASSWORD, employers_on_file, people

from jiexu.simulation.people import invent_people
from jiexu.simulation.stories import s001
from jiexu.work import accounts, grants

pytestmark = pytest.mark.django_db

STOP = {
    "field-left_on": "2026-02-27",
    "field-evidence": "certificate",
    "field-evidence_text": "离职证明",
    "field-employer_state": "works",
}
AT = f"/employer/{TARGET}/{NEW}"


@pytest.fixture(autouse=True)
def _static(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def country(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """One mover whose old cover runs on; employers with agents; a clerk; the mover's account."""
    monkeypatch.setattr(s001, "PASSWORD", PASSWORD)
    with put_back():
        made = Country(tmp_path)
        employers_on_file(made)
        found = invent_people(
            made._chance,
            count=2,
            area=SOURCE,
            today=START.date(),
            born_between=(date(1980, 1, 1), date(1990, 1, 1)),
        )
        made.movers = [Mover(one.name, one.certno, 0) for one in found]
        people(made, made.movers, SOURCE, OLD, "2019-03-01", "2026-02")
        people(made, made.movers, TARGET, NEW, "2026-03-01", "2026-03")
        mover = made.movers[0]
        accounts.add_user("citizen", mover.name, PASSWORD, made.now, certno=mover.certno)
        accounts.add_user("clerk", "经办", PASSWORD, made.now)
        grants.grant("clerk", "clerk", SOURCE, "operator", made.now)
        yield made
        made.bank.books.close()


def test_a_blocked_transfer_leads_to_the_suspension_and_back(country: Country) -> None:
    citizen = Visitor("citizen")
    citizen.post("/transfer/from", {"area": SOURCE})
    citizen.post("/transfer/to", {"area": TARGET})
    assert f'href="/stop/{SOURCE}"' in citizen.get("/transfer/check")
    page = citizen.get(f"/stop/{SOURCE}")
    assert "单位的欠费由单位负责" in page
    key = hidden(page, "key")
    bad = citizen.post(f"/stop/{SOURCE}", {**STOP, "key": key, "field-left_on": ""}, status=409)
    assert "请填写“离职日期”" in bad
    assert "离职证明</textarea>" in bad
    none = citizen.post(
        f"/stop/{SOURCE}", {**STOP, "key": key, "field-evidence": "none"}, status=409
    )
    assert "没有能证明已经离职的材料" in none
    address = citizen.post(f"/stop/{SOURCE}", {**STOP, "key": key})
    assert citizen.post(f"/stop/{SOURCE}", {**STOP, "key": key}) == address
    case = citizen.get(address)
    for words in ("请原参保地停保", "已通知原单位，等待答复", "原用人单位", "国家没有规定"):
        assert words in case
    assert "个人账户资金" not in case
    assert "南京市停保" in citizen.get("/me")
    number = address.rsplit("/", 1)[1]

    old = Visitor("hr-old")
    at = f"/employer/{SOURCE}/{OLD}"
    assert "有 1 份停保通知要答复" in old.get(at)
    assert country.movers[0].name in old.get(f"{at}/notices")
    assert country.movers[0].name in old.get(f"{at}/mend")
    page = old.get(f"{at}/notices/{number}")
    answer = {
        "event": "confirm",
        "version": hidden(page, "version"),
        "key": hidden(page, "key"),
        "field-stop_on": "2027-01-01",
    }
    assert "还没有到" in old.post(f"{at}/notices/{number}", answer, status=409)
    assert old.post(f"{at}/notices/{number}", {**answer, "field-stop_on": "2026-03-01"})
    assert "现在不用本单位再答复" in old.get(f"{at}/notices/{number}")
    country.settle()
    done = citizen.get(address)
    assert "现在可以申请转移" in done
    assert 'href="/transfer"' in done
    assert "没有停保" not in citizen.get("/me")
    citizen.post("/transfer/from", {"area": SOURCE})
    citizen.post("/transfer/to", {"area": TARGET})
    assert "可以转移" in citizen.get("/transfer/check")
    Visitor("citizen").get("/stop/330100", status=404)


def test_a_clerk_takes_it_at_the_counter_and_decides(country: Country) -> None:
    clerk = Visitor("clerk")
    page = clerk.get(f"/work/{SOURCE}/stop")
    form = {**STOP, "key": hidden(page, "key"), "certno": country.movers[1].certno}
    bad = clerk.post(f"/work/{SOURCE}/stop", {**form, "certno": "123"}, status=409)
    assert "没有办成" in bad
    address = clerk.post(f"/work/{SOURCE}/stop", {**form, "field-employer_state": "closed"})
    page = clerk.get(address)
    for words in ("本人和单位怎么说", "离职证明", "请先查询登记状态", "认定原单位已注销或吊销"):
        assert words in page
    assert country.movers[1].name in clerk.get(f"/work/{SOURCE}/queue")
    step = {
        "event": "closed_found",
        "version": hidden(page, "version"),
        "key": hidden(page, "key"),
        "field-kind": "revoked",
        "field-proof": "公示系统",
    }
    assert clerk.post(address, step) == address
    page = clerk.get(address)
    step = {
        "event": "refuse",
        "version": hidden(page, "version"),
        "key": hidden(page, "key"),
        "field-ground": "evidence_short",
        "field-why": "离职证明没有盖章。",
    }
    assert clerk.post(address, step) == address
    page = clerk.get(address)
    assert "材料不能证明已经离职" in page
    assert "行政复议" in page


def test_employers_pages_empty_and_closed_to_others(country: Country) -> None:
    agent = Visitor("hr-other")
    at = f"/employer/{TARGET}/{OTHER}"
    assert agent.client.get("/employer/").headers["Location"] == at
    assert "柳江食品" in agent.get(at)
    for path, words in (
        ("people", "名册里还没有人"),
        ("lists", "还没有办理记录"),
        ("notices", "没有停保通知"),
        ("mend", "没有登记的欠费"),
        ("send/stop", "没有可以选的在保职工"),
        ("send/enrol", "下载空白表"),
    ):
        assert words in agent.get(f"{at}/{path}")
    for path in (AT, f"{AT}/people", f"{AT}/send/stop", f"/employer/{SOURCE}/{OLD}/notices"):
        assert "没有这个单位的经办授权" in agent.get(path, status=403)
    agent.get(f"{at}/send/pension", status=404)
    agent.get(f"{at}/lists/nothing", status=404)
    assert "您还没有单位经办授权" in Visitor("clerk").get("/employer/")
    assert Visitor().client.get(AT).headers["Location"].startswith("/sign-in")
    assert 'href="/employer/"' in agent.get(at)
    assert 'href="/work/"' not in agent.get(at)
    agent.get(f"/work/{TARGET}/queue", status=403)


def test_a_list_from_the_roster_and_from_a_file(country: Country) -> None:
    agent = Visitor("hr-new")
    roster = agent.get(f"{AT}/people")
    assert country.movers[0].name in roster
    assert country.movers[0].certno not in roster
    assert "没有找到" in agent.get(f"{AT}/people?q=没有这人")
    page = agent.get(f"{AT}/send/transfer")
    keys = page.split('name="key" value="')
    chosen = page.split('name="person" value="')[1].split('"')[0]
    nobody = {"key": keys[2].split('"')[0], "area": "南京"}
    assert "一个人也没有" in agent.post(f"{AT}/send/transfer", nobody, status=400)
    address = agent.post(f"{AT}/send/transfer", {**nobody, "person": chosen})
    busy = agent.get(address)
    assert "正在办理：0 / 1 行" in busy
    assert agent.header(address, "Refresh").startswith("3;")
    assert agent.header(f"{address}?try=stop", "Refresh") == ""
    country.settle()
    shown = agent.get(address)
    assert agent.header(address, "Refresh") == ""
    assert "没有中止参保" in shown  # the old cover still runs
    data = agent.client.get(f"{address}/result.xlsx")
    sheet = load_workbook(io.BytesIO(data.content)).active
    assert "没有中止参保" in str(sheet["F2"].value)
    blank = load_workbook(io.BytesIO(agent.client.get(f"{AT}/blank/stop.xlsx").content)).active
    assert blank["A1"].value == "证件号码"

    text = "证件号码,姓名,停保日期\n" + "".join(
        f"{one.certno},{one.name},2026-03-10\n" for one in country.movers
    )
    file = SimpleUploadedFile("名单.csv", text.encode("gb18030"))
    address = agent.post(f"{AT}/send/stop", {"key": "abc", "file": file})
    country.settle()
    assert "已停保，从 2026-03-10 起生效" in agent.get(address)
    assert "已答复" in agent.get(f"{AT}/lists")
    wrong = SimpleUploadedFile("名单.csv", "年龄\n3\n".encode())
    refused = agent.post(f"{AT}/send/stop", {"key": "abd", "file": wrong}, status=400)
    assert "第一行缺少这些栏" in refused
    assert "没有选择文件" in agent.post(f"{AT}/send/enrol", {"key": "abe"}, status=400)
