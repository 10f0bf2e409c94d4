"""Papers on the pages: one's own alone, at the counter, and before anybody who is shown one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from tests.faces.test_pages_journey import LIUZHOU, NANJING, OTHER, Visitor, _static, applied

from jiexu.records.access.models import ReadEntry
from jiexu.records.documents.check_code import check_code
from jiexu.records.documents.models import Issued
from jiexu.simulation.node import LocalNode
from jiexu.simulation.stage import Stage
from jiexu.simulation.stories import s001
from jiexu.work import ports as wiring
from jiexu.work import verifying

__all__ = ["_static"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    """南京 and 柳州 on one node; 沈若岚 has applied and the form is out. 王某 is somebody else."""
    before = wiring.ports()
    shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    node = LocalNode()
    start = datetime.fromisoformat(s001.STORY.start)
    stage = Stage(dict.fromkeys((NANJING, LIUZHOU), node), settings.BANK_FOLDER, start)
    s001.cast(stage)
    node.add_citizen("wang", "王某", s001.PASSWORD, OTHER)
    verifying.forget()
    yield stage
    verifying.forget()
    wiring.install(before)


def form_of(stage: Stage) -> tuple[str, Issued]:
    """The case and its 信息表."""
    case_no = applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    return case_no, Issued.objects.of(NANJING).get(kind="information_form")


def address(row: Issued) -> str:
    return f"/verify/{row.number}/{check_code(row.number, row.digest)}"


def test_the_citizen_opens_the_papers_of_the_case(stage: Stage) -> None:
    case_no, form = form_of(stage)
    citizen = Visitor("ruolan")
    html = citizen.get(f"/cases/{case_no}")
    links = re.findall(r'href="(/papers/[^"]+\.pdf)"', html)
    assert {link[8:10] for link in links} == {"SL", "XX"}
    for link in links:
        answer = citizen.client.get(link)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["Content-Disposition"].startswith("inline; filename*=utf-8''%E")
        assert answer.content.startswith(b"%PDF-")
    assert b"http://testserver/verify/" in citizen.client.get(f"/papers/{form.number}.pdf").content
    entry = ReadEntry.objects.of(NANJING).filter(reader="ruolan").first()
    assert (entry.role, entry.subject) == ("citizen", case_no)
    assert citizen.client.post(f"/papers/{form.number}.pdf").status_code == 405


def test_the_address_in_the_code_is_the_public_one(stage: Stage, settings: Any) -> None:
    settings.PUBLIC_URL = "https://yb.example.gov.cn"
    _, form = form_of(stage)
    data = Visitor("ruolan").client.get(f"/papers/{form.number}.pdf").content
    assert f"https://yb.example.gov.cn{address(form)}".encode() in data
    assert b"testserver" not in data


def test_papers_are_opened_by_those_they_belong_to(stage: Stage) -> None:
    _, form = form_of(stage)
    acceptance = Issued.objects.of(LIUZHOU).get(kind="acceptance")
    assert "没有找到这份文书" in Visitor("wang").get(f"/papers/{form.number}.pdf", status=404)
    assert "没有找到这份文书" in Visitor("ruolan").get("/papers/XX1.pdf", status=404)
    for clerk, here, theirs, own in (
        ("nj_jingban", NANJING, LIUZHOU, form),
        ("lz_jingban", LIUZHOU, NANJING, acceptance),
    ):
        visitor = Visitor(clerk)
        assert visitor.client.get(f"/work/{here}/papers/{own.number}.pdf").status_code == 200
        other = acceptance if own is form else form
        visitor.get(f"/work/{here}/papers/{other.number}.pdf", status=404)
        visitor.get(f"/work/{theirs}/papers/{other.number}.pdf", status=403)
        visitor.get(f"/papers/{own.number}.pdf", status=403)
    Visitor("ruolan").get(f"/work/{NANJING}/papers/{form.number}.pdf", status=403)
    nobody = Visitor()
    for path in (f"/papers/{form.number}.pdf", f"/work/{NANJING}/papers/{form.number}.pdf"):
        assert nobody.client.get(path).status_code == 302
    read = ReadEntry.objects.of(NANJING).filter(reader="nj_jingban", purpose__contains="信息表")
    assert read.count() == 1


def test_a_citizen_gets_a_proof_by_choosing_it(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    assert "我的证明" in citizen.get("/me")
    html = citizen.get("/papers")
    assert "还没有出具文书" in html
    assert "参保凭证（职工基本医疗保险）" in html
    assert "请选择要开具的证明" in citizen.post("/papers", {}, status=400)
    citizen.post("/papers", {"paper": f"{NANJING}/acceptance"}, status=400)
    citizen.post("/papers", {"paper": "110100/cover_proof"}, status=404)
    assert citizen.post("/papers", {"paper": f"{NANJING}/payment_proof"}) == "/papers"
    html = citizen.get("/papers")
    row = Issued.objects.of(NANJING).get()
    assert f"已开具，编号 {row.number}" in html
    assert citizen.client.get(f"/papers/{row.number}.pdf").status_code == 200
    assert Visitor("wang").client.get(f"/papers/{row.number}.pdf").status_code == 404
    assert "没有可以开具的证明" in Visitor("wang").get("/papers")


def test_a_clerk_issues_for_whoever_stands_at_the_counter(stage: Stage) -> None:
    clerk = Visitor("nj_jingban")
    page = f"/work/{NANJING}/papers"
    assert "先找到参保人" in clerk.get(page)
    assert "请填写证件号码" in clerk.post(page, {"who": " "}, status=400)
    assert "本机构没有这个号码" in clerk.post(page, {"who": OTHER}, status=400)
    found = clerk.post(page, {"who": s001.CERTNO})
    assert s001.CERTNO not in found
    html = clerk.get(found)
    assert s001.RUOLAN.name in html and s001.CERTNO not in html
    psn_no = found.partition("psn_no=")[2]
    assert clerk.post(page, {"who": psn_no}) == found
    clerk.post(page, {"psn_no": psn_no, "choice": ""}, status=400)
    clerk.post(page, {"psn_no": "none", "choice": "cover_proof"}, status=404)
    assert clerk.post(page, {"psn_no": psn_no, "choice": "certificate:310"}) == found
    row = Issued.objects.of(NANJING).get()
    assert f"/work/{NANJING}/papers/{row.number}.pdf" in clerk.get(found)
    assert clerk.client.get(f"/work/{NANJING}/papers/{row.number}.pdf").status_code == 200
    assert ReadEntry.objects.of(NANJING).filter(subject=psn_no, purpose="窗口开具证明").exists()
    Visitor("nj_fuhe").get(page, status=403)
    Visitor("lz_jingban").get(page, status=403)


# The public check


def test_anybody_may_check_a_paper(stage: Stage) -> None:
    _, form = form_of(stage)
    stranger = Visitor()
    assert "核验文书" in stranger.get("/verify/")
    html = stranger.get(address(form))
    for words in (
        "登记属实",
        "参保人员基本医疗保险信息表",
        "南京市医疗保险管理中心",
        "沈**",
        "非官方签章",
        "不能说明什么",
    ):
        assert words in html
    assert s001.RUOLAN.name not in html and s001.CERTNO not in html and "3,214" not in html
    assert stranger.header(address(form), "Referrer-Policy") == "no-referrer"
    assert stranger.header(address(form), "X-Robots-Tag") == "noindex"
    typed = {"number": form.number.lower(), "code": address(form)[-9:].lower()}
    following = stranger.client.get("/verify/", typed)
    assert following.status_code == 302
    assert "登记属实" in stranger.get(following.headers["Location"])


def test_a_wrong_code_says_no_more_than_an_unknown_number(stage: Stage) -> None:
    _, form = form_of(stage)
    stranger = Visitor()
    wrong = stranger.get(f"/verify/{form.number}/2222-2222", status=404)
    none = stranger.get("/verify/XX000/2222-2222", status=404)
    assert "没有查到" in wrong
    main = re.compile(r"<main.*</main>", re.DOTALL)
    assert main.findall(wrong) == main.findall(none) != []
    assert "南京" not in wrong
    assert "请填写核验码" in stranger.client.get("/verify/?number=X&code=").content.decode()
    both = stranger.client.get("/verify/", {"number": "", "code": " "})
    assert both.status_code == 400 and "请填写文书编号" in both.content.decode()


def test_a_newer_paper_is_told_and_guessing_ends(stage: Stage) -> None:
    citizen = Visitor("ruolan")
    citizen.post("/papers", {"paper": f"{NANJING}/cover_proof"})
    old = Issued.objects.of(NANJING).get()
    stranger = Visitor()
    assert "签章还在生成" in stranger.get(address(old))
    stage.settle()
    stage.later(days=1)
    citizen.post("/papers", {"paper": f"{NANJING}/cover_proof"})
    assert "已有更新的一份" in stranger.get(address(old))
    outside = {"REMOTE_ADDR": "203.0.113.5"}
    for n in range(verifying.WRONG_PER_ADDRESS):
        assert stranger.client.get(f"/verify/CB{n}/x", **outside).status_code == 404
    answer = stranger.client.get(address(old), **outside)
    assert answer.status_code == 429
    assert "查询太频繁" in answer.content.decode()
