"""The clerk's pages for partners that send no messages: every page obeys the rules of pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.support.country import SOURCE, TARGET, THIRD, Country, rows

from jiexu.faces.ui.page_rules import faults
from jiexu.simulation.platform_lists import Export, as_csv
from jiexu.work import partners

pytest_plugins = ("tests.work.conftest",)
PNG = b"\x89PNG\r\n\x1a\n scan of a paper form"
BASE = f"/work/{TARGET}"


@pytest.fixture(autouse=True)
def _static(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture
def clerk(country: Country) -> Iterator[Client]:
    country.node.add_staff("jing", "经小办", "password-1", "clerk", TARGET)
    client = Client()
    answer = client.post("/sign-in", {"username": "jing", "password": "password-1"})
    assert answer.status_code == 302
    yield client


def page(answer: Any, status: int = 200) -> str:
    html: str = answer.content.decode()
    assert answer.status_code == status, html
    assert faults(html) == []
    return html


def come(country: Country) -> str:
    (mover,) = country.add_movers(1)
    answer = country.apply(mover, source=THIRD)
    country.settle()
    return str(answer["case_no"])


def answer_of(country: Country, number: str, status: str = "已受理") -> dict[str, str]:
    (mover,) = country.movers
    return {
        "partner_no": number,
        "psn_name": mover.name,
        "certno": mover.certno,
        "trafout": "杭州市",
        "trafin": "柳州市",
        "insutype_out": "职工医保",
        "status": status,
        "applied_on": "2026/3/11",
        "answered_on": "2026/3/11",
    }


def test_empty_pages(clerk: Client) -> None:
    for state, words in (
        ("open", "没有要在外部办理"),
        ("impossible", "没有办不成"),
        ("done", "还没有办完"),
    ):
        assert words in page(clerk.get(f"{BASE}/errands?state={state}"))
    assert "还没有导入过名单" in page(clerk.get(f"{BASE}/lists"))
    assert page(clerk.get(f"{BASE}/key-in/forms"))
    assert page(clerk.get(f"{BASE}/key-in/certificate"))
    page(clerk.get(f"{BASE}/key-in/nothing"), 404)


def test_the_work_list_from_both_sides(country: Country, clerk: Client) -> None:
    number = come(country)
    html = page(clerk.get(f"{BASE}/errands"))
    (mover,) = country.movers
    assert "在国家平台录入申请" in html
    assert mover.certno in html  # to be keyed in; the read is kept
    sheet = load_workbook(io.BytesIO(clerk.get(f"{BASE}/errands.xlsx").content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][:2] == [number, "杭州市"]
    (errand,) = rows("exchange.Errand")
    form = {"item": errand.pk, "version": 1, "act": "done", "reference": "12"}
    assert "4 到 60 个字符" in page(clerk.post(f"{BASE}/errands", form), 409)
    no = {"item": errand.pk, "version": 1, "act": "impossible", "reason": ""}
    assert "办不成的原因" in page(clerk.post(f"{BASE}/errands", no), 409)
    done = clerk.post(f"{BASE}/errands", {**form, "reference": "330100202603110042"})
    assert done.status_code == 302
    assert "330100202603110042" in page(clerk.get(f"{BASE}/errands?state=done"))
    assert "330100202603110042" in page(clerk.get(f"{BASE}/cases/in/{number}"))
    assert number in page(clerk.get(f"{BASE}/cases?q=330100202603110042"))
    page(clerk.post(f"{BASE}/errands", {"item": "x"}), 400)


def test_a_list_is_imported_and_every_row_answered(country: Country, clerk: Client) -> None:
    number = come(country)
    assert "请选择一个文件" in page(clerk.post(f"{BASE}/lists", {"kind": ""}), 400)
    wrong = SimpleUploadedFile("a.csv", b"a,b\n1,2\n")
    html = page(clerk.post(f"{BASE}/lists", {"kind": "cases", "file": wrong}), 400)
    assert "缺少栏" in html
    told = answer_of(country, "330100202603110001")
    header = (
        "业务流水号",
        "姓名",
        "证件号码",
        "转出地",
        "转入地",
        "险种",
        "状态",
        "申请日期",
        "受理日期",
    )
    good = list(told.values())
    export = Export("导出", header, [good, [*good[:2], "123", *good[3:]]])
    file = SimpleUploadedFile("名单.csv", as_csv(export))
    done = clerk.post(f"{BASE}/lists", {"kind": "cases", "file": file})
    assert done.status_code == 302, done.content.decode()
    html = page(clerk.get(done.headers["Location"]))
    assert "第 4 行" in html
    assert "证件号码" in html
    assert page(clerk.get(f"{done.headers['Location']}?state=refused"))
    assert "名单.csv" in page(clerk.get(f"{BASE}/lists"))
    assert country.case(number, "in")["record_leg"] == "accepted"
    assert "据国家平台名单" in page(clerk.get(f"{BASE}/cases/in/{number}"))


def test_a_form_by_post_is_typed_twice_and_scanned(country: Country, clerk: Client) -> None:
    partners.ensure_partner(THIRD, country.now)
    partners.set_partner(THIRD, "paper", by="operator", now=country.now)
    number = come(country)
    html = page(clerk.get(f"{BASE}/errands"))
    assert "打印并寄送联系函" in html
    assert f"{BASE}/papers/LH{number[2:]}.pdf" in html
    told = answer_of(country, "杭医函-0042")
    assert clerk.post(f"{BASE}/key-in/cases", told).status_code == 302
    (mover,) = country.movers
    form = {
        "partner_no": "杭医函-0042",
        "psn_name": mover.name,
        "certno": mover.certno,
        "insutype": "310",
        "spells": "201903-202602",
        "months": "84",
        "amount": "1234.56",
        "issued_on": "2026-03-10",
    }
    assert "不一致" in page(clerk.post(f"{BASE}/key-in/forms", form), 409)
    form |= {"months_again": "84", "amount_again": "1234.65"}
    assert "不一致" in page(clerk.post(f"{BASE}/key-in/forms", form), 409)
    form |= {"amount_again": "1,234.56"}
    assert "没有附扫描件" in page(clerk.post(f"{BASE}/key-in/forms", form), 409)
    bad = SimpleUploadedFile("a.exe", b"MZ")
    assert "JPG" in page(clerk.post(f"{BASE}/key-in/forms", {**form, "scan": bad}), 409)
    assert country.case(number, "in")["record_leg"] == "accepted"
    scan = SimpleUploadedFile("信息表.png", PNG)
    done = clerk.post(f"{BASE}/key-in/forms", {**form, "scan": scan})
    assert done.status_code == 302, done.content.decode()
    html = page(clerk.get(done.headers["Location"]))
    assert "纸质信息表" in html
    (attached,) = rows("documents.Attachment")
    answer = clerk.get(f"{BASE}/attachments/{attached.number}")
    assert (answer.content, answer.headers["X-Content-Type-Options"]) == (PNG, "nosniff")
    assert country.breaks() == []


def test_a_certificate_at_the_counter_is_an_application(country: Country, clerk: Client) -> None:
    (mover,) = country.add_movers(1)
    form = {
        "partner_no": "浙2026年第0042号",
        "psn_name": mover.name,
        "certno": mover.certno,
        "trafout": "杭州市",
        "insutype_out": "310",
        "applied_on": "2026-03-11",
    }
    page(clerk.post(f"{BASE}/key-in/certificate", {**form, "trafout": "不知道"}), 409)
    for _ in range(2):
        assert clerk.post(f"{BASE}/key-in/certificate", form).status_code == 302
    (case,) = rows("procedures.Case")
    assert (case.record_leg, case.counterpart, case.agency_id) == ("checking", THIRD, TARGET)


def test_a_partner_that_speaks_is_not_spoken_for(country: Country, clerk: Client) -> None:
    (mover,) = country.add_movers(1)
    country.apply(mover, source=SOURCE)
    told = {**answer_of(country, "PT-0001"), "trafout": "南京市"}
    assert "联网机构" in page(clerk.post(f"{BASE}/key-in/cases", told), 409)


def test_finance_has_no_business_here(country: Country) -> None:
    country.node.add_staff("fei", "费小算", "password-1", "finance_preparer", TARGET)
    client = Client()
    client.post("/sign-in", {"username": "fei", "password": "password-1"})
    for path in ("errands", "lists", "errands.xlsx", "key-in/forms"):
        assert client.get(f"{BASE}/{path}").status_code == 403


def test_a_row_of_another_place_is_not_taken_for_this_case(country: Country, clerk: Client) -> None:
    number = come(country)
    told = {**answer_of(country, "PT-0001"), "trafout": "广州市"}
    assert "本机构没有这笔业务" in page(clerk.post(f"{BASE}/key-in/cases", told), 409)
    told = answer_of(country, "PT-0002")
    assert clerk.post(f"{BASE}/key-in/cases", told).status_code == 302
    told |= {"trafout": "广州市", "status": "不予受理"}
    assert "对方机构不是" in page(clerk.post(f"{BASE}/key-in/cases", told), 409)
    assert country.case(number, "in")["record_leg"] == "accepted"
