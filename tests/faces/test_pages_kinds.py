"""The words of the pages for the kinds of transfer that are not employee to employee."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.support.country import SOURCE, TARGET, Country, Mover, put_back

from jiexu.core.base.actors import Role
from jiexu.faces.ui.page_rules import faults
from jiexu.simulation.clockwork import SHANGHAI
from jiexu.simulation.people import invent_people

pytestmark = pytest.mark.django_db
PASSWORD = "a good long password 7"


@pytest.fixture(autouse=True)
def _static(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def country(db: None, tmp_path: Path) -> Iterator[Country]:
    with put_back():
        built = Country(tmp_path)
        yield built
        built.bank.books.close()


def person(country: Country, balance_fen: int = 0) -> Mover:
    (one,) = invent_people(
        country._chance,
        count=1,
        area=SOURCE,
        today=country.now.date(),
        born_between=(date(1980, 1, 1), date(1990, 12, 31)),
    )
    return Mover(one.name, one.certno, balance_fen)


def relation(
    country: Country, area: str, mover: Mover, insutype: str, begin: str, **more: str
) -> None:
    row = {"姓名": mover.name, "证件类型": "01", "证件号码": mover.certno}
    country.node.import_rows("persons", area, [row])
    country.node.import_rows(
        "relations",
        area,
        [
            {
                "证件号码": mover.certno,
                "险种": insutype,
                "参保类型": "account" if insutype == "310" else "pool_only",
                "状态": "normal",
                "起始日期": begin,
                "终止日期": "",
                "单位名称": "",
                **more,
            }
        ],
    )


def citizen(country: Country, mover: Mover) -> Client:
    country.node.add_citizen("someone", mover.name, PASSWORD, mover.certno)
    client = Client()
    answer = client.post("/sign-in", {"username": "someone", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    html: str = answer.content.decode()
    assert answer.status_code == status, html
    assert faults(html) == []
    return html


def choose(client: Client, insutype: str, insutype_to: str) -> None:
    client.post("/transfer/from", {"area": SOURCE, "insutype": insutype})
    client.post("/transfer/to", {"area": TARGET, "insutype": insutype_to})


def key_of(html: str) -> str:
    found = re.search(r'name="key" value="([^"]*)"', html)
    assert found is not None
    return found[1]


def test_residents_are_told_not_yet_and_from_when(country: Country) -> None:
    country.clock.set(datetime(2026, 11, 5, 10, 0, tzinfo=SHANGHAI))
    mover = person(country)
    relation(country, SOURCE, mover, "390", "2026-01-01", 参保年度="2026")
    client = citizen(country, mover)
    choose(client, "390", "390")
    html = page(client, "/transfer/check")
    for words in (
        "现在还不能转，先办好下面的事",
        "居民医保当年度原则上不办理转移，须先在转入地参加下一年度居民医保。",
        "在转入地柳州市的集中参保期参加下一年度（2027 年）居民医保",
        "当年度继续在转出地享受待遇",
    ):
        assert words in html
    relation(country, TARGET, mover, "390", "2026-11-20", 参保年度="2027")
    assert "最早 <strong>2026年11月20日</strong> 可以办" in page(client, "/transfer/check")
    country.clock.set(datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI))
    assert "可以转移" in page(client, "/transfer/check")
    assert "参保年度 2027 年" in page(client, "/me")


def test_without_an_account_the_person_agrees_before_applying(country: Country) -> None:
    mover = person(country, 321_00)
    country.enrol(SOURCE, [mover], since="2020-01", until="2026-02")
    country.give_balances(SOURCE, [mover])
    relation(country, TARGET, mover, "390", "2026-03-01", 参保年度="2026")
    client = citizen(country, mover)
    choose(client, "310", "390")
    html = page(client, "/transfer/check")
    assert "居民医保没有个人账户，余额不能转入" in html
    assert "余额怎么处理还没有查到当地规定，请先拨打 12393 问清再申请。" in html
    key = key_of(page(client, "/transfer/answers"))
    refused = client.post("/transfer/answers", {"key": key, "confirm": "yes"})
    assert refused.status_code == 400
    assert "请确认您知道余额不会转入" in refused.content.decode()
    assert faults(refused.content.decode()) == []
    sent = client.post("/transfer/answers", {"key": key, "confirm": "yes", "balance": "yes"})
    assert sent.status_code == 302
    case_no = sent.headers["Location"].rsplit("/", 1)[1]
    country.settle()
    html = page(client, f"/cases/{case_no}")
    for words in (
        "余额不能转入，仍在转出地的个人账户里，没有冻结",
        "还要知道的",
        "居民医保没有个人账户，余额不能转入",
        "转入后的待遇",
    ):
        assert words in html
    assert "321.00 元" in page(client, "/me")


def test_resident_cover_gives_way_to_employment(country: Country) -> None:
    mover = person(country)
    relation(country, SOURCE, mover, "390", "2026-01-01", 参保年度="2026")
    relation(country, TARGET, mover, "310", "2026-03-01")
    client = citizen(country, mover)
    choose(client, "390", "310")
    html = page(client, "/transfer/check")
    assert "可以转移" in html
    assert "南京市的居民医保由当地经办机构按重复参保暂停，不用您自己去办" in html
    assert "医保发〔2020〕33号" in html


def test_the_pooled_balance_is_asked_for_and_explained(country: Country) -> None:
    (mover,) = country.add_movers(1)
    client = citizen(country, mover)
    choose(client, "310", "310")
    assert "“统筹账户余额”能转吗？" in page(client, "/transfer/check")
    html = page(client, "/transfer/check?pooled_balance=yes")
    text = "统筹基金由全体参保人共用，没有属于个人的“统筹账户余额”，不能转移、保留或提取。"
    assert text in html
    key = key_of(page(client, "/transfer/answers"))
    sent = client.post("/transfer/answers", {"key": key, "confirm": "yes", "pooled_balance": "yes"})
    assert sent.status_code == 302
    country.settle()
    assert text in page(client, "/cases/" + sent.headers["Location"].rsplit("/", 1)[1])


def test_a_refusal_when_applying_has_source_and_remedies(country: Country) -> None:
    mover = person(country)
    relation(country, SOURCE, mover, "310", "2010-01-01", 状态="paused")
    relation(country, TARGET, mover, "310", "2026-03-01", 是否退休="是")
    client = citizen(country, mover)
    choose(client, "310", "310")
    key = key_of(page(client, "/transfer/answers"))
    refused = client.post("/transfer/answers", {"key": key, "confirm": "yes"})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert faults(html) == []
    for words in ("退休人员的职工医保关系不办理转移接续。", "异地安置", "行政复议", "行政诉讼"):
        assert words in html


def test_the_army_stands_beside_the_list_of_places(country: Country) -> None:
    mover = person(country)
    client = citizen(country, mover)
    html = page(client, "/transfer/from?all=1")
    assert "部队不是统筹区，与部队之间不按跨统筹区转移办理。" in html


def test_a_clerk_resumes_an_old_relation(country: Country) -> None:
    mover = person(country)
    country.enrol(SOURCE, [mover], since="2020-01", until="2026-02")
    assert "回来参保时可以恢复" in page(citizen(country, mover), "/me")
    country.node.add_staff("clerk", "经办", PASSWORD, Role.CLERK.value, SOURCE)
    client = Client()
    client.post("/sign-in", {"username": "clerk", "password": PASSWORD})
    assert "恢复参保" in page(client, f"/work/{SOURCE}/resume")
    form = {
        "field-certno": mover.certno,
        "field-insutype": "310",
        "field-on": "2026-03-11",
        "field-evidence": "增员表 7 号",
    }
    wrong = client.post(f"/work/{SOURCE}/resume", form | {"field-insutype": "390"})
    assert wrong.status_code == 409
    assert "没有可以恢复的关系" in wrong.content.decode()
    assert faults(wrong.content.decode()) == []
    assert client.post(f"/work/{SOURCE}/resume", form).status_code == 302
    assert "已恢复职工医保" in page(client, f"/work/{SOURCE}/resume")


def test_a_clerk_reports_a_death_on_the_case_page(country: Country) -> None:
    country.add_movers(1)
    (case_no,) = country.to_the_form()
    country.node.add_staff("clerk", "经办", PASSWORD, Role.CLERK.value, SOURCE)
    client = Client()
    client.post("/sign-in", {"username": "clerk", "password": PASSWORD})
    html = page(client, f"/work/{SOURCE}/cases/out/{case_no}")
    assert "登记参保人变动" in html and "更正姓名或证件号码" in html
    version = re.search(r'name="version" value="([0-9]+)"', html)
    assert version is not None
    sent = client.post(
        f"/work/{SOURCE}/cases/out/{case_no}",
        {
            "event": "report_life",
            "version": version[1],
            "key": country.key(),
            "field-kind": "death",
            "field-on": "2026-03-11",
            "field-evidence": "死亡证明 12 号",
        },
    )
    assert sent.status_code == 302, sent.content.decode()
    assert "冻结的余额已恢复可用" in page(client, f"/work/{SOURCE}/cases/out/{case_no}")
