"""Finance brings and fetches files on the pages: every state, without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.faces.test_pages_journey import (  # noqa: F401  (fixtures)
    LIUZHOU,
    NANJING,
    STATEMENT,
    Stage,
    Visitor,
    _static,
    applied,
    hidden,
    stage,
)

from jiexu.work.bank_settings import set_bank_settings

pytestmark = pytest.mark.django_db
UPLOAD = f"/work/{LIUZHOU}/bank/upload"


def file(name: str, text: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, text.encode())}


def test_a_statement_is_brought_by_hand(stage: Stage) -> None:  # noqa: F811
    case_no = applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    preparer = Visitor("lz_zhidan")
    html = preparer.get(UPLOAD)
    assert "还没有导入过文件" in html and 'enctype="multipart/form-data"' in html
    assert "请选择一个文件" in preparer.post(UPLOAD, {}, status=400)
    assert "请选择一个文件" in preparer.post(UPLOAD, file("a.csv", ""), status=400)
    wrong = STATEMENT.replace("贷,3214.56", "贷,x").replace("E0001", "E 1")
    html = preparer.post(UPLOAD, file("a.csv", wrong), status=409)
    assert "没有办成" in html and "要改正的行" in html and "第 4 行" in html
    good = STATEMENT.replace("医保转移", case_no)
    html = preparer.post(UPLOAD, file("三月.csv", good), status=200)
    assert "已导入银行对账单，共 1 笔。" in html and f"已匹配，{case_no}" in html
    html = preparer.post(UPLOAD, file("三月.csv", good), status=200)
    assert "以前已经导入过，没有重复记账" in html and "lz_zhidan" in html
    empty = STATEMENT.replace(
        "E0001,2026-03-12,贷,3214.56,南京市医疗保险管理中心,医保转移,3214.56\n", ""
    )
    empty = empty.replace("期末余额,3214.56\n笔数,1", "期末余额,0.00\n笔数,0")
    html = preparer.post(UPLOAD, file("空.csv", empty.replace("合计,3214.56", "合计,0.00")), 200)
    assert "文件里没有明细" in html


def test_a_gap_is_named_on_the_page(stage: Stage) -> None:  # noqa: F811
    preparer = Visitor("lz_zhidan")
    assert "对账单不连续" not in preparer.get(f"/work/{LIUZHOU}/bank")
    preparer.post(UPLOAD, file("1.csv", STATEMENT), status=200)
    later = STATEMENT.replace("期初余额,0.00", "期初余额,5000.00").replace("E0001", "E0002")
    later = later.replace(",医保转移,3214.56", ",医保转移,8214.56").replace(
        "期末余额,3", "期末余额,8"
    )
    preparer.post(UPLOAD, file("2.csv", later), status=200)
    assert "对账单不连续" in preparer.get(f"/work/{LIUZHOU}/bank")
    assert "对账单不连续" in Visitor("lz_fuhe").get(f"/work/{LIUZHOU}/bank")


def test_a_batch_is_planned_fetched_and_carried(stage: Stage) -> None:  # noqa: F811
    set_bank_settings(
        NANJING, bank_format="iso20022", needs_appropriation=True, now=stage.now, by="test"
    )
    applied(Visitor("ruolan"))
    stage.later(minutes=1)
    stage.settle()
    preparer, approver = Visitor("nj_zhidan"), Visitor("nj_fuhe")
    html = preparer.get(f"/work/{NANJING}/payments")
    order = {"key": hidden(html, "key"), "order": [hidden(html, "order")]}
    batch = preparer.post(f"/work/{NANJING}/payments", order)
    html = approver.get(batch)
    approver.post(batch, {"approve": "yes", "version": hidden(html, "version"), "key": "k"})
    stage.settle()
    html = preparer.get(batch)
    assert "待用款计划" in html and "下载付款文件" not in html
    early = preparer.post(f"{batch}/file", {}, status=409)
    assert "还没有登记用款计划和财政拨款" in early
    plan = {"plan_no": "YK-2026-3", "version": hidden(html, "version")}
    bad = preparer.post(f"{batch}/plan", {**plan, "appropriated_on": "昨天"}, status=409)
    assert "没有这一天" in bad
    assert preparer.post(f"{batch}/plan", plan) == batch
    html = preparer.get(batch)
    assert "待财政拨款" in html and "已登记用款计划。" in html
    plan = {**plan, "version": hidden(html, "version"), "appropriated_on": f"{stage.now:%Y-%m-%d}"}
    assert preparer.post(f"{batch}/plan", plan) == batch
    stage.settle()
    html = approver.get(batch)
    assert "已送银行" in html and "YK-2026-3" in html and "下载付款文件" in html
    answer = approver.client.post(f"{batch}/file")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.headers["Content-Disposition"].endswith('.xml"')
    assert b"<PmtMtd>TRF</PmtMtd>" in answer.content
    assert approver.client.get(f"{batch}/file").status_code == 405
