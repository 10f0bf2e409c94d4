"""One application in full: checked by anybody, at either side, for several old places, by an agent,
with papers; and the same at the counter.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.faces.test_pages_journey import Visitor, _static, hidden  # noqa: F401
from tests.support.country import SOURCE, TARGET, THIRD, Country, put_back

from jiexu.core.base.actors import Role
from jiexu.records.access.models import ReadEntry
from jiexu.records.procedures.models import Case
from jiexu.simulation.stories import s001

pytestmark = pytest.mark.django_db

JPEG = b"\xff\xd8\xff" + bytes(40)


@pytest.fixture
def country(tmp_path: Path) -> Iterator[Country]:
    """南京, 柳州, 杭州 and one person who was insured in two of them before."""
    with put_back():
        country = Country(tmp_path, areas=(SOURCE, TARGET, THIRD))
        movers = country.add_movers(2)
        country.enrol(THIRD, movers[:1], since="2015-01", until="2018-12")
        country.give_balances(THIRD, movers[:1])
        for name, mover in zip(("anna", "bert"), movers, strict=True):
            country.node.add_citizen(name, mover.name, s001.PASSWORD, mover.certno)
        for area in (SOURCE, TARGET):
            country.node.add_staff(f"clerk-{area}", "窗口", s001.PASSWORD, Role.CLERK, area)
        yield country


def places(visitor: Visitor, *more: str) -> None:
    visitor.post("/transfer/from", {"area": SOURCE})
    visitor.post("/transfer/to", {"area": TARGET})
    for area in more:
        assert visitor.post("/transfer/more", {"area": area}) == "/transfer/places"


def send(visitor: Visitor, status: int = 302, **more: Any) -> str:
    key = hidden(visitor.get("/transfer/answers"), "key")
    return visitor.post("/transfer/answers", {"key": key, "confirm": "yes", **more}, status)


def paper(name: str = "授权书.jpg", data: bytes = JPEG) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_the_check_needs_nobody_and_what_was_answered_survives_signing_in(country: Country) -> None:
    stranger = Visitor()
    assert 'href="/transfer/from"' in stranger.get("/")
    places(stranger)
    html = stranger.get("/transfer/check")
    assert "可以转移" in html and "按一般情况判断" in html and "1000.37" not in html
    assert 'href="/sign-in?next=/transfer/check"' in html
    assert stranger.client.get("/transfer/answers").headers["Location"].startswith("/sign-in?")
    who = {"username": "anna", "password": s001.PASSWORD, "next": "/transfer/check"}
    assert stranger.post("/sign-in", who) == "/transfer/check"
    known = stranger.get("/transfer/check")
    assert "1000.37 元" in known and "继续，核对并提交" in known
    # A scheme guessed before signing in is put right by one's own record.
    stranger.post("/transfer/from", {"area": SOURCE, "insutype": "390"})
    assert "参加的是职工基本医疗保险，已经按它判断" in stranger.get("/transfer/check")
    assert "已经按它判断" not in stranger.get("/transfer/check")
    # Staff ask as anybody does: they have no cover of their own.
    clerk = Visitor(f"clerk-{TARGET}")
    places(clerk)
    assert "按一般情况判断" in clerk.get("/transfer/check")


def test_several_old_places_are_one_application_and_a_case_each(country: Country) -> None:
    citizen = Visitor("anna")
    places(citizen)
    assert "也参保过" in citizen.get("/transfer/check")
    assert "杭州" in citizen.get("/transfer/more")
    for wrong, words in ((SOURCE, "已经在申请里了"), (TARGET, "是转入地")):
        assert words in citizen.post("/transfer/more", {"area": wrong}, status=400)
    citizen.post("/transfer/more", {"area": f"{THIRD}/310"})
    assert "从 2 个地方转出" in citizen.get("/transfer/places")
    html = citizen.get("/transfer/check")
    assert "江苏省南京市：可以转移" in html and "浙江省杭州市：可以转移" in html
    address = send(citizen)
    assert address.startswith("/transfer/sent/")
    together = citizen.get(address)
    assert (
        "2 件申请" in together and "南京市 → 柳州市" in together and "杭州市 → 柳州市" in together
    )
    assert Case.objects.of(TARGET).count() == 2
    country.settle()
    assert "2 件申请已有答复" in citizen.get(address)
    mine = citizen.get("/me")
    assert mine.count('<h3><a href="/cases/') == 2 and "1,000.37 元，南京市 → 柳州市" in mine
    # Somebody else's browser knows nothing of it.
    assert "没有找到这次申请" in Visitor("bert").get(address, status=404)


def test_an_old_place_is_removed_and_the_last_one_asked_again(country: Country) -> None:
    citizen = Visitor("anna")
    places(citizen, THIRD)
    assert citizen.post("/transfer/places", {"remove": SOURCE}) == "/transfer/places"
    html = citizen.get("/transfer/places")
    assert "已移除江苏省南京市" in html and "还从别的地方转出吗" in html
    assert send(citizen).startswith("/transfer/done/")
    [case] = Case.objects.of(TARGET)
    assert case.counterpart == THIRD


def test_one_place_may_be_refused_while_the_other_goes(country: Country) -> None:
    citizen = Visitor("bert")  # never insured in 杭州: only 杭州 itself will know
    places(citizen)
    first = send(citizen)
    country.settle()
    places(citizen, THIRD)
    html = citizen.get(send(citizen))
    assert "1 件申请" in html and "没有受理的" in html
    assert "您已有一笔同险种的转移正在办理" in html and first.rsplit("/", 1)[1] in html


def test_an_application_has_one_key_until_an_answer_changes(country: Country) -> None:
    citizen = Visitor("anna")
    places(citizen)
    one = hidden(citizen.get("/transfer/answers"), "key")
    assert hidden(citizen.get("/transfer/answers"), "key") == one
    citizen.post("/transfer/side", {"start": "from"})
    two = hidden(citizen.get("/transfer/answers"), "key")
    assert two != one
    done = citizen.post("/transfer/answers", {"key": two, "confirm": "yes"})
    # The other window still shows the page: pressed there, it is the same case.
    assert citizen.post("/transfer/answers", {"key": two, "confirm": "yes"}) == done
    assert Case.objects.of(SOURCE).count() == 1


def test_starting_at_the_old_place(country: Country) -> None:
    citizen = Visitor("anna")
    places(citizen)
    html = citizen.get("/transfer/side")
    assert "转入地：柳州市（建议）" in html and "答复最快" in html
    assert "请选择在哪一地申请" in citizen.post("/transfer/side", {}, status=400)
    assert citizen.post("/transfer/side", {"start": "from"}) == "/transfer/answers"
    assert "转出地：南京市" in citizen.get("/transfer/answers")
    address = send(citizen)
    assert Case.objects.of(SOURCE).get().half == "out"
    assert "正在向转入地核验" in citizen.get(address)
    country.settle()
    assert "申请已经受理" in citizen.get(address)


def test_a_new_place_that_is_not_here_is_applied_for_at_the_old_one(country: Country) -> None:
    citizen = Visitor("anna")
    citizen.post("/transfer/from", {"area": SOURCE})
    citizen.post("/transfer/to", {"area": "510100"})
    html = citizen.get("/transfer/answers")
    assert "转出地：南京市" in html and "成都市的经办机构不在本平台" in html
    assert '更改<span class="hidden">在哪一地申请' not in html
    citizen.post("/transfer/from", {"area": "420100"})
    nowhere = citizen.get("/transfer/check")
    assert "都不在本平台" in nowhere and "继续，核对并提交" not in nowhere
    assert "不能在这里提交" in citizen.get("/transfer/answers")


def test_a_guardian_applies_with_name_relation_statement_and_paper(country: Country) -> None:
    citizen = Visitor("anna")
    places(citizen)
    assert "请选择由谁申请" in citizen.post("/transfer/who", {}, status=400)
    assert citizen.post("/transfer/who", {"who": "agent"}) == "/transfer/agent"
    html = citizen.post("/transfer/agent", {"name": "沈父"}, status=400)
    for words in ("请选择您与参保人的关系", "请写明凭什么代办", "请确认声明"):
        assert words in html
    said = {"name": "沈父", "relation": "监护人", "authority": "监护关系", "declared": "yes"}
    assert citizen.post("/transfer/agent", said) == "/transfer/answers"
    assert "沈父（监护人），监护关系" in citizen.get("/transfer/answers")
    wrong = send(citizen, 400, files=paper(data=b"MZ"))
    assert "只能上传 JPG、PNG" in wrong and not Case.objects.of(TARGET).exists()
    case_no = send(citizen, files=paper()).rsplit("/", 1)[1]
    html = citizen.get(f"/cases/{case_no}")
    assert "代办人 沈父（监护人），依据：监护关系" in html and "授权书.jpg" in html
    # On second thoughts one's own application again.
    places(citizen)
    citizen.post("/transfer/agent", said)
    citizen.post("/transfer/who", {"who": "self"})
    assert "沈父" not in citizen.get("/transfer/answers")


def test_papers_are_added_to_a_case_of_ones_own(country: Country) -> None:
    citizen = Visitor("anna")
    places(citizen)
    case_no = send(citizen).rsplit("/", 1)[1]
    page = f"/cases/{case_no}/files"
    assert f'href="{page}"' in citizen.get(f"/cases/{case_no}")
    assert "还没有上传材料" in citizen.get(page)
    assert "请选择要上传的文件" in citizen.post(page, {}, status=400)
    assert "文件是空的" in citizen.post(page, {"files": paper(data=b"")}, status=400)
    assert citizen.post(page, {"files": [paper("一.jpg"), paper("二.jpg", JPEG + b"2")]}) == page
    assert "一.jpg" in citizen.get(page) and "二.jpg" in citizen.get(f"/cases/{case_no}")
    assert "没有找到" in Visitor("bert").post(page, {"files": paper()}, status=404)


# At the counter --------------------------------------------------------------------------------


def found(clerk: Visitor, area: str, certno: str) -> dict[str, str]:
    address = clerk.post(f"/work/{area}/apply", {"certno": certno})
    html = clerk.get(address)
    assert certno not in html and certno not in address
    return {name: hidden(html, name) for name in ("psn_no", "key")}


@pytest.mark.parametrize(
    ("area", "other", "way"), [(TARGET, SOURCE, "to"), (SOURCE, TARGET, "from")]
)
def test_a_clerk_of_either_side_applies_and_hands_over_the_paper(
    country: Country, area: str, other: str, way: str
) -> None:
    clerk = Visitor(f"clerk-{area}")
    page = f"/work/{area}/apply"
    assert "先找到参保人" in clerk.get(page)
    assert "请填写证件号码" in clerk.post(page, {"certno": ""}, status=400)
    assert "本机构没有这个号码" in clerk.post(page, {"certno": "110101199003070038"}, status=400)
    who = found(clerk, area, country.movers[0].certno)
    assert "窗口申请转移" in ReadEntry.objects.of(area).latest("pk").purpose
    html = clerk.post(page, {**who, "who": "agent"}, status=400)
    for words in ("请选择转入本地还是从本地转出", "请选择另一地", "请填写代办人姓名"):
        assert words in html
    form = {**who, "way": way, "other": other, "insutype": "310", "insutype_to": "310"}
    agent = {"who": "agent", "name": "沈母", "relation": "父母", "authority": "授权委托书"}
    address = clerk.post(page, {**form, **agent, "files": paper()})
    assert clerk.post(page, {**form, **agent}) == address  # pressed twice: one case
    assert "正在向" in clerk.get(address)
    country.settle()
    html = clerk.get(address)
    assert "申请已经受理" in html and "沈母（父母）" in html
    case_no = address.rsplit("/", 1)[1]
    assert f"/work/{area}/cases/" in html
    half = "in" if way == "to" else "out"
    assert "授权书.jpg" in clerk.get(f"/work/{area}/cases/{half}/{case_no}")
    if way == "to":
        assert "受理通知书（PDF）</a>" in html


def test_a_refusal_at_the_counter_can_be_handed_over_too(country: Country) -> None:
    clerk = Visitor(f"clerk-{TARGET}")
    page = f"/work/{TARGET}/apply"
    who = found(clerk, TARGET, country.movers[0].certno)
    form = {**who, "way": "to", "other": SOURCE, "insutype": "310", "insutype_to": "390"}
    html = clerk.post(page, form, status=409)
    assert "给参保人的告知" in html and "行政复议" in html and "打印" in html
    assert not Case.objects.of(TARGET).exists()


def test_only_clerks_apply_at_a_counter(country: Country) -> None:
    page = f"/work/{TARGET}/apply"
    for visitor in (Visitor("anna"), Visitor(f"clerk-{SOURCE}")):
        assert "权限" in visitor.get(page, status=403)
        assert "权限" in visitor.post(page, {"certno": "1"}, status=403)
